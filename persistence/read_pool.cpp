#include "persistence/read_pool.hpp"

#include <algorithm>
#include <utility>

namespace souk {
namespace {

using namespace std::chrono_literals;

constexpr auto first_pause = 50ms;  // between attempts to connect; doubled up to the longest
constexpr auto longest_pause = 2'000ms;
constexpr auto idle_check = 1s;  // a connection that broke while nobody asked is noticed

Error gone() { return {ErrorCode::unavailable, "the database is not reachable", {}, 1}; }
Error full() { return {ErrorCode::unavailable, "too many reads are waiting", {}, 1}; }

}  // namespace

void ReadPool::start() {
    attempts_pending_ = settings_.threads;
    state_ = State::running;
    for (std::size_t i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { run(); });
}

void ReadPool::stop() {
    std::deque<Job> left;
    {
        const std::lock_guard lock(mutex_);
        state_ = State::stopping;
        left.swap(waiting_);
    }
    wake_.notify_all();
    pause_.notify_all();
    refuse_all(std::move(left));
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void ReadPool::submit(Job job) {
    std::optional<Error> refusal;
    {
        const std::lock_guard lock(mutex_);
        const bool hopeless = connected_ == 0 && attempts_pending_ == 0;
        if (state_ != State::running || hopeless)
            refusal = gone();
        else if (waiting_.size() >= settings_.max_waiting)
            refusal = full();
        else
            waiting_.push_back(std::move(job));
    }
    if (!refusal) return wake_.notify_one();
    ++refused_;
    job(*refusal);
}

ReadPoolFigures ReadPool::figures() const {
    const std::lock_guard lock(mutex_);
    return {connected_, static_cast<std::int64_t>(waiting_.size()), done_, refused_};
}

void ReadPool::run() {
    auto pause = first_pause;
    bool hoped_for = true;  // who waits may wait for this attempt
    for (;;) {
        auto db = Connection::open(settings_.connection);
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(hoped_for, false)) --attempts_pending_;
            if (db) ++connected_;
            if (state_ == State::stopping) break;
        }
        if (db) {
            pause = first_pause;
            serve(*db);
        } else {
            refuse_the_hopeless();
        }
        std::unique_lock lock(mutex_);
        if (db) {
            --connected_;
            ++attempts_pending_;
            hoped_for = true;
        }
        pause_.wait_for(lock, pause, [this] { return state_ == State::stopping; });
        if (state_ == State::stopping) return;
        if (!db) pause = std::min(pause * 2, std::chrono::milliseconds{longest_pause});
    }
}

// A connection may break while its thread sleeps: it is looked at before a job is taken, so that
// the job goes to another thread and nobody pays for it.
void ReadPool::serve(Connection& db) {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, idle_check,
                           [this] { return !waiting_.empty() || state_ == State::stopping; });
            if (state_ == State::stopping) return;
        }
        if (!db.usable()) return wake_.notify_one();
        if (auto job = next_job()) {
            job(&db);
            ++done_;
        }
        if (!db.usable()) return;
    }
}

ReadPool::Job ReadPool::next_job() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return {};
    auto job = std::move(waiting_.front());
    waiting_.pop_front();
    return job;
}

/// Whoever waits may wait for a lost connection's first attempt to come back, and no longer.
void ReadPool::refuse_the_hopeless() {
    std::deque<Job> left;
    {
        const std::lock_guard lock(mutex_);
        if (connected_ == 0 && attempts_pending_ == 0) left.swap(waiting_);
    }
    refuse_all(std::move(left));
}

void ReadPool::refuse_all(std::deque<Job> jobs) {
    for (auto& job : jobs) {
        ++refused_;
        job(gone());
    }
}

}  // namespace souk
