#include "actors/lane.hpp"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#include "domain/guards.hpp"

namespace souk {
namespace {

constexpr std::chrono::milliseconds ownership_interval{1'000};
const CommitResult not_connected{CommitStatus::unavailable, "not connected"};
const CommitResult follows_a_failure{CommitStatus::refused, "an earlier change failed"};
constexpr auto never = std::numeric_limits<std::size_t>::max();

bool is_doomed(const Submission& submission) {
    return holds(Guard::doomed_changes_fail) &&
           std::ranges::any_of(submission.participants,
                               [](const auto& participant) { return participant->poisoned(); });
}

std::vector<Submission*> members_of(std::vector<Submission>& submissions) {
    std::vector<Submission*> members;
    for (auto& submission : submissions) members.push_back(&submission);
    return members;
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
    : store_(store),
      settings_(settings),
      committed_(std::move(committed)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Lane::~Lane() {
    stop();
    close(wake_fd_);
}

void Lane::start() {
    recover();
    thread_ = std::thread([this] { run(); });
}

void Lane::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake();
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
    if (!holds(Guard::reads_show_commits))
        for (const auto& participant : submission.participants)
            participant->publish(submission.change);
    if (!holds(Guard::reply_after_commit)) submission.reply(submission.outcome);
    queue_.push_back(std::move(submission));
    queued_ = queue_.size();
    return wake_at_ > 0 && queue_.size() == wake_at_;
}

void Lane::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof one);
}

void Lane::submit(Submission submission) {
    std::unique_lock lock(mutex_);
    const bool wanted = enqueue(std::move(submission));
    lock.unlock();
    if (wanted) wake();
}

void Lane::submit_in_order(const std::function<Submission()>& decide) {
    std::unique_lock lock(mutex_);
    const bool wanted = enqueue(decide());
    lock.unlock();
    if (wanted) wake();
}

void Lane::run() {
    while (true) {
        std::unique_lock lock(mutex_);
        if (flights_.empty() && queue_.empty()) {
            if (stopping_) return;
            const bool woken =
                sleep(lock, 1, accepting_ ? ownership_interval : settings_.probe_interval);
            lock.unlock();
            if (!woken && accepting_) check_ownership();
        } else if (may_launch()) {
            if (flights_.empty()) gather(lock);
            launch(lock);
        } else {
            lock.unlock();
            if (wait_for_answer()) land();
        }
        if (flights_.empty() && !accepting_ && !fenced_) recover();
    }
}

bool Lane::run_once() {
    if (flights_.empty() && !accepting_ && !fenced_) recover();
    std::unique_lock lock(mutex_);
    if (!queue_.empty() && flights_.size() < settings_.max_in_flight) {
        launch(lock);
        return true;
    }
    lock.unlock();
    if (flights_.empty()) return false;
    land();
    return true;
}

bool Lane::idle() const {
    const std::lock_guard lock(mutex_);
    return queue_.empty() && flights_.empty();
}

bool Lane::awaits_store() const {
    const std::lock_guard lock(mutex_);
    const bool sends = !queue_.empty() && flights_.size() < settings_.max_in_flight;
    return !sends && !flights_.empty() && !flights_.front().changes.empty();
}

// While the store works on one batch, the next is sent behind it once it is twice as large: sooner,
// and many small batches would cost more than the wait.
std::size_t Lane::worth_sending_behind() const { return 2 * flights_.back().submissions.size(); }

bool Lane::may_launch() const {
    if (queue_.empty() || flights_.size() >= settings_.max_in_flight) return false;
    return flights_.empty() || queue_.size() >= worth_sending_behind();
}

// A closed loop of callers answers in waves: without the short wait, half of them miss each batch.
// The target is what the last batch held, so a lone caller never waits.
void Lane::gather(std::unique_lock<std::mutex>& lock) {
    if (last_batch_ > 1 && queue_.size() < last_batch_ && !stopping_)
        sleep(lock, last_batch_, settings_.gather);
}

/// Takes what is queued, releases the lock and sends it.
void Lane::launch(std::unique_lock<std::mutex>& lock) {
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
    lock.unlock();

    auto flight = flight_of(members_of(batch));
    flight.submissions = std::move(batch);  // its elements stay where they are
    if (flight.changes.empty() || send(flight)) return flights_.push_back(std::move(flight));
    accepting_ = false;
    while (!flights_.empty()) land();
    conclude(std::move(flight), not_connected, {});
}

void Lane::land() {
    auto flight = std::move(flights_.front());
    flights_.pop_front();
    if (flight.changes.empty()) return settle_committed(flight);
    const auto result = store_.finish();
    commit_us_ += std::chrono::duration_cast<std::chrono::microseconds>(
                      std::chrono::steady_clock::now() - flight.sent_at)
                      .count();
    if (result.status != CommitStatus::committed)
        return conclude(std::move(flight), result, std::exchange(flights_, {}));
    const auto as_large = flight.submissions.size();
    if (std::unique_lock lock(mutex_); flights_.empty() && queue_.size() >= as_large)
        launch(lock);  // first, so that the store works while the callers are told
    settle_committed(flight);
}

/// True when the oldest flight can land; false when there may be something to launch first.
bool Lane::wait_for_answer() {
    if (flights_.front().changes.empty()) return true;
    {
        const std::lock_guard lock(mutex_);
        if (may_launch()) return false;
        wake_at_ =
            flights_.size() < settings_.max_in_flight ? flights_.back().submissions.size() : never;
    }
    const bool answered = store_.wait(wake_fd_);
    const std::lock_guard lock(mutex_);
    hush();
    return answered;
}

/// Releases the lock until so many are queued or the time is up; true for the former.
bool Lane::sleep(std::unique_lock<std::mutex>& lock, std::size_t wake_at,
                 std::chrono::nanoseconds time) {
    wake_at_ = wake_at;
    lock.unlock();
    pollfd source{wake_fd_, POLLIN, 0};
    const timespec limit{static_cast<time_t>(time.count() / 1'000'000'000),
                         static_cast<long>(time.count() % 1'000'000'000)};
    const bool woken = ppoll(&source, 1, &limit, nullptr) > 0;
    lock.lock();
    hush();
    return woken;
}

/// Under the lock: the lane's thread is awake and needs no more waking.
void Lane::hush() {
    wake_at_ = 0;
    std::uint64_t times = 0;
    [[maybe_unused]] const auto taken = read(wake_fd_, &times, sizeof times);
}

/// Who is doomed by an earlier failure is not tried. It is refused in its turn all the same: until
/// then the store may still commit something of its entity, whose rows must not be read meanwhile.
/// Whatever else shares an entity with it is doomed from here on, in this batch and in later ones.
Lane::Flight Lane::flight_of(std::span<Submission* const> members) {
    Flight flight;
    for (auto* submission : members) {
        if (is_doomed(*submission)) {
            for (const auto& participant : submission->participants) participant->doom();
            flight.doomed.push_back(submission);
            continue;
        }
        flight.members.push_back(submission);
        if (!submission->change.empty()) flight.changes.push_back(&submission->change);
    }
    return flight;
}

bool Lane::send(Flight& flight) {
    flight.sent_at = std::chrono::steady_clock::now();
    return accepting_ && store_.begin(flight.changes).status == CommitStatus::committed;
}

// A batch the database refuses is retried in halves until the guilty change stands alone. Whoever
// shared an entity with it has become doomed meanwhile. Batches behind it were not written either.
void Lane::conclude(Flight flight, const CommitResult& result, Flights behind) {
    if (result.status == CommitStatus::committed) return settle_committed(flight);
    ++failed_;
    if (result.status == CommitStatus::refused) {
        const std::span<Submission* const> all = flight.members;
        if (all.size() == 1) {
            spdlog::error("lane: a change is refused: {}", result.detail);
            fail(all, result);
        } else {
            commit_alone(all.first(all.size() / 2));
            commit_alone(all.subspan(all.size() / 2));
        }
        fail(flight.doomed, follows_a_failure);
        for (auto& later : behind) commit_alone(members_of(later.submissions));
        return;
    }
    accepting_ = false;
    if (result.status == CommitStatus::fenced) fenced_ = true;
    behind.push_front(std::move(flight));
    if (result.status == CommitStatus::unknown) return resolve(std::move(behind));
    for (const auto& lost : behind) fail(lost, result);
}

/// Commits and waits for it; nothing else may be under way.
void Lane::commit_alone(std::span<Submission* const> members) {
    auto flight = flight_of(members);
    if (flight.changes.empty()) return settle_committed(flight);
    const auto result = send(flight) ? store_.finish() : not_connected;
    conclude(std::move(flight), result, {});
}

// Nothing is admitted meanwhile, and nobody is told anything that may turn out wrong.
void Lane::resolve(Flights flights) {
    const auto resolution = store_.resolve();
    if (resolution.rest.status == CommitStatus::fenced)
        fenced_ = true;
    else if (resolution.rest.status != CommitStatus::unknown)
        accepting_ = true;
    auto committed = resolution.committed;
    bool lost = false;
    for (const auto& flight : flights) {
        if (!flight.changes.empty()) lost = lost || committed-- == 0;
        if (!lost) {
            settle_committed(flight);
            continue;
        }
        fail(flight, resolution.rest);
        if (resolution.rest.status != CommitStatus::unknown) continue;
        for (auto* submission : flight.members) doubtful_.push_back(std::move(submission->change));
    }
}

// Times are of changes that were sent; what changed nothing waited for nothing.
void Lane::note_times(const Flight& flight) {
    const auto now = std::chrono::steady_clock::now();
    commit_times_.record(nanoseconds_between(flight.sent_at, now));
    for (const auto* submission : flight.members) {
        if (!submission->record || submission->change.empty()) continue;
        submission->record->committed(flight.sent_at, now);
        waits_.record(submission->record->lane_ns);
    }
}

void Lane::settle_committed(const Flight& flight) {
    if (!flight.changes.empty()) note_times(flight);
    for (auto* submission : flight.members) {
        for (const auto& participant : submission->participants)
            participant->publish(submission->change);
        settle(*submission);
    }
    if (!flight.changes.empty()) {
        ++batches_;
        changes_ += static_cast<std::int64_t>(flight.changes.size());
        if (committed_) committed_(flight.changes);
    }
    for (auto* submission : flight.members) submission->reply(std::move(submission->outcome));
    fail(flight.doomed, follows_a_failure);
}

void Lane::fail(const Flight& flight, const CommitResult& result) {
    spdlog::error("lane: {} changes not committed: {}", flight.changes.size(), result.detail);
    fail(flight.members, result);
    fail(flight.doomed, follows_a_failure);
}

// Memory of the participants is ahead of the rows or may be: they end here, whoever was refused.
void Lane::fail(std::span<Submission* const> members, const CommitResult& result) {
    refused_ += static_cast<std::int64_t>(members.size());
    for (auto* submission : members) {
        for (const auto& participant : submission->participants)
            if (holds(Guard::failed_memory_is_dropped)) participant->poison();
        settle(*submission);
        if (!holds(Guard::every_reply_is_owed)) continue;
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
        trouble_.clear();
        tell_of_doubtful();
        return;
    }
    if (result.status == CommitStatus::unavailable && result.detail != trouble_) {
        trouble_ = result.detail;
        spdlog::warn("lane: cannot begin: {}", trouble_);
    }
    if (result.status == CommitStatus::fenced) {
        fenced_ = true;
        spdlog::critical("lane: another server has taken over: {}", result.detail);
    }
}

// Whoever is told reads the rows, and finds there what became of it.
void Lane::tell_of_doubtful() {
    const auto doubtful = std::exchange(doubtful_, {});
    std::vector<const ChangeSet*> changes;
    for (const auto& change : doubtful) changes.push_back(&change);
    if (committed_ && !changes.empty()) committed_(changes);
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
