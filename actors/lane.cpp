#include "actors/lane.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace souk {
namespace {

constexpr std::chrono::milliseconds ownership_interval{1'000};

bool doomed(const Submission& submission) {
    return std::ranges::any_of(submission.participants,
                               [](const auto& participant) { return participant->poisoned(); });
}

void settle(const Submission& submission) {
    for (const auto& participant : submission.participants) participant->settle();
}

Error error_of(const CommitResult& result, int retry_after_s) {
    if (result.status == CommitStatus::unknown)
        return {ErrorCode::unavailable,
                "the outcome is not known yet; repeat the request with the same Idempotency-Key",
                {},
                retry_after_s};
    return {ErrorCode::unavailable, "the change could not be stored; try again", {}, retry_after_s};
}

}  // namespace

Lane::Lane(BatchStore& store, const LaneSettings& settings, Committed committed)
    : store_(store), settings_(settings), committed_(std::move(committed)) {}

Lane::~Lane() { stop(); }

void Lane::start() {
    recover();
    thread_ = std::thread([this] { run(); });
}

void Lane::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
    accepting_ = false;
}

Result<void> Lane::admit() const {
    if (!accepting_)
        return Error{ErrorCode::unavailable, "the database is not reachable", {}, retry_after_s()};
    if (queued_ >= settings_.max_queue)
        return Error{ErrorCode::unavailable, "too many changes at once", {}, retry_after_s()};
    return {};
}

/// Under the lock. True when the lane's thread waits for it.
bool Lane::enqueue(Submission submission) {
    for (const auto& participant : submission.participants)
        participant->submitted(submission.change);
    queue_.push_back(std::move(submission));
    queued_ = queue_.size();
    return waiting_;
}

void Lane::submit(Submission submission) {
    std::unique_lock lock(mutex_);
    const bool wake = enqueue(std::move(submission));
    lock.unlock();
    if (wake) wake_.notify_one();
}

void Lane::submit_in_order(const std::function<Submission()>& decide) {
    std::unique_lock lock(mutex_);
    const bool wake = enqueue(decide());
    lock.unlock();
    if (wake) wake_.notify_one();
}

// A closed loop of callers answers in waves: without the short wait, half of them miss each batch.
// The target is what the last batch held, so a lone caller never waits.
std::vector<Submission> Lane::take_batch(std::unique_lock<std::mutex>& lock) {
    if (last_batch_ > 1 && queue_.size() < last_batch_ && !stopping_) {
        waiting_ = true;
        wake_.wait_for(lock, settings_.gather,
                       [this] { return queue_.size() >= last_batch_ || stopping_; });
        waiting_ = false;
    }
    std::vector<Submission> batch;
    if (queue_.size() <= settings_.max_batch) {
        batch.swap(queue_);
    } else {
        const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(settings_.max_batch);
        batch.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
        queue_.erase(queue_.begin(), end);
    }
    queued_ = queue_.size();
    last_batch_ = batch.size();
    return batch;
}

void Lane::run() {
    while (true) {
        std::unique_lock lock(mutex_);
        if (queue_.empty() && !stopping_) {
            waiting_ = true;
            const auto something = [this] { return !queue_.empty() || stopping_; };
            const auto patience = accepting_ ? ownership_interval : settings_.probe_interval;
            wake_.wait_for(lock, patience, something);
            waiting_ = false;
        }
        if (queue_.empty() && stopping_) return;
        if (queue_.empty() && accepting_) {
            lock.unlock();
            check_ownership();
            continue;
        }
        auto batch = take_batch(lock);
        lock.unlock();
        commit_all(batch);
        if (!accepting_ && !fenced_) recover();
    }
}

bool Lane::run_once() {
    if (!accepting_ && !fenced_) recover();
    std::unique_lock lock(mutex_);
    if (queue_.empty()) return false;
    last_batch_ = 0;
    auto batch = take_batch(lock);
    lock.unlock();
    commit_all(batch);
    return true;
}

void Lane::commit_all(std::vector<Submission>& batch) {
    std::vector<Submission*> members;
    for (auto& submission : batch) members.push_back(&submission);
    if (!members.empty()) commit(members);
}

// A batch the database refuses is retried in halves until the guilty change stands alone. Whoever
// shared an entity with it has become doomed meanwhile and is refused without being tried.
void Lane::commit(std::span<Submission* const> batch) {
    std::vector<Submission*> members;
    std::vector<const ChangeSet*> changes;
    for (auto* submission : batch) {
        if (doomed(*submission)) {
            fail({&submission, 1}, {CommitStatus::refused, "an earlier change failed"});
            continue;
        }
        members.push_back(submission);
        if (!submission->change.empty()) changes.push_back(&submission->change);
    }
    if (members.empty()) return;
    if (changes.empty()) return settle_committed(members, changes);

    const auto started = std::chrono::steady_clock::now();
    auto result = accepting_ ? store_.commit(changes)
                             : CommitResult{CommitStatus::unavailable, "not connected"};
    commit_us_ += std::chrono::duration_cast<std::chrono::microseconds>(
                      std::chrono::steady_clock::now() - started)
                      .count();
    if (result.status == CommitStatus::committed) {
        ++batches_;
        changes_ += static_cast<std::int64_t>(changes.size());
        return settle_committed(members, changes);
    }
    ++failed_;
    if (result.status == CommitStatus::refused && members.size() > 1) {
        const std::span<Submission* const> all = members;
        commit(all.first(all.size() / 2));
        commit(all.subspan(all.size() / 2));
        return;
    }
    if (result.status != CommitStatus::refused) accepting_ = false;
    if (result.status == CommitStatus::unknown) {
        // Nothing is admitted meanwhile, and nobody is told anything that may turn out wrong.
        const auto resolved = store_.resolve();
        if (resolved.status == CommitStatus::committed) {
            accepting_ = true;
            ++batches_;
            changes_ += static_cast<std::int64_t>(changes.size());
            return settle_committed(members, changes);
        }
        if (resolved.status == CommitStatus::fenced)
            fenced_ = true;
        else
            result = resolved;
    }
    if (result.status == CommitStatus::fenced) fenced_ = true;
    spdlog::error("lane: {} changes not committed: {}", changes.size(), result.detail);
    fail(members, result);
}

void Lane::settle_committed(std::span<Submission* const> batch,
                            std::span<const ChangeSet* const> changes) {
    for (auto* submission : batch) {
        for (const auto& participant : submission->participants)
            participant->publish(submission->change);
        settle(*submission);
    }
    if (committed_ && !changes.empty()) committed_(changes);
    for (auto* submission : batch) submission->reply(std::move(submission->outcome));
}

// Memory of the participants is ahead of the rows or may be: they end here, whoever was refused.
void Lane::fail(std::span<Submission* const> batch, const CommitResult& result) {
    refused_ += static_cast<std::int64_t>(batch.size());
    for (auto* submission : batch) {
        for (const auto& participant : submission->participants) participant->poison();
        settle(*submission);
        const bool crashed = submission->outcome.has_error() &&
                             submission->outcome.error().code == ErrorCode::internal;
        submission->reply(crashed ? std::move(submission->outcome)
                                  : error_of(result, retry_after_s()));
    }
}

void Lane::recover() {
    const auto result = store_.recover();
    if (result.status == CommitStatus::committed) {
        if (!accepting_.exchange(true)) spdlog::info("lane: accepting changes");
        return;
    }
    if (result.status == CommitStatus::fenced) {
        fenced_ = true;
        spdlog::critical("lane: another server has taken over: {}", result.detail);
    }
}

// A lane without work would not notice that it is another's now, and go on showing what it knows.
void Lane::check_ownership() {
    const auto result = store_.check();
    if (result.status == CommitStatus::committed) return;
    accepting_ = false;
    spdlog::error("lane: {}", result.detail);
    if (result.status == CommitStatus::fenced) fenced_ = true;
}

// What is queued, at the measured rate, and never less than a second.
int Lane::retry_after_s() const {
    const auto batches = std::max<std::int64_t>(batches_, 1);
    const auto per_batch_us = std::max<std::int64_t>(commit_us_ / batches, 1);
    const auto waiting_batches = static_cast<std::int64_t>(queued_ / settings_.max_batch) + 1;
    return static_cast<int>(
        std::clamp<std::int64_t>(waiting_batches * per_batch_us / 1'000'000, 1, 60));
}

LaneFigures Lane::figures() const {
    return {batches_,  changes_,   refused_,
            failed_,   commit_us_, static_cast<std::int64_t>(queued_.load()),
            accepting_};
}

}  // namespace souk
