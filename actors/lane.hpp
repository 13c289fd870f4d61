#pragma once
// The write lane: changes of many entities, committed in one transaction in the order they came.
// Nobody is answered, and nothing is published, before the commit (design.md, "The write path").

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "actors/activation.hpp"
#include "persistence/batch_store.hpp"
#include "protocol/answer.hpp"

namespace souk {

/// A change on its way to disk, and what is owed for it.
struct Submission {
    ChangeSet change;
    std::vector<ActivationPtr> participants;  // whose memory is already at the change
    Outcome outcome;                          // what they are told once it is durable
    Reply reply;
};

struct LaneSettings {
    std::size_t max_batch{512};
    std::size_t max_queue{8192};
    std::chrono::microseconds gather{200};
    std::chrono::milliseconds probe_interval{250};  // between attempts to reach the database
};

/// Running totals since the start.
struct LaneFigures {
    std::int64_t batches{};
    std::int64_t changes{};
    std::int64_t refused{};
    std::int64_t failed_batches{};
    std::int64_t commit_us{};
    std::int64_t queued{};
    bool accepting{};
};

class Lane {
public:
    /// `committed` runs after every commit, on the lane's thread, with the batch in order.
    using Committed = std::function<void(std::span<const ChangeSet* const>)>;

    Lane(BatchStore& store, const LaneSettings& settings, Committed committed = {});
    ~Lane();

    void start();
    /// Commits what is queued, then ends the thread. Later submissions are answered 503.
    void stop();

    /// May a new change be decided now? No while the database is away or the queue is full.
    /// Asked before an entity decides, because after that its memory is ahead.
    Result<void> admit() const;

    /// Takes a decided change. Always answers its reply in the end.
    void submit(Submission submission);

    /// The same for a change that must be decided in the lane's own order: `decide` runs under the
    /// lane's lock, sees what was submitted before it, and must be quick and not throw.
    void submit_in_order(const std::function<Submission()>& decide);

    /// One turn of the lane without its thread: for tests and for the simulation.
    /// Returns false when there was nothing to do.
    bool run_once();

    LaneFigures figures() const;
    /// True once another server has taken the lane: this one must stop.
    bool fenced() const { return fenced_; }

private:
    void run();
    std::vector<Submission> take_batch(std::unique_lock<std::mutex>& lock);
    void commit_all(std::vector<Submission>& batch);
    void commit(std::span<Submission* const> batch);
    void settle_committed(std::span<Submission* const> batch,
                          std::span<const ChangeSet* const> changes);
    void fail(std::span<Submission* const> batch, const CommitResult& result);
    void recover();
    void check_ownership();
    bool enqueue(Submission submission);
    int retry_after_s() const;

    BatchStore& store_;
    LaneSettings settings_;
    Committed committed_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Submission> queue_;
    bool waiting_{false};
    bool stopping_{false};
    std::size_t last_batch_{0};
    std::thread thread_;

    std::atomic<std::size_t> queued_{0};
    std::atomic<bool> accepting_{false};
    std::atomic<bool> fenced_{false};
    std::atomic<std::int64_t> batches_{0}, changes_{0}, refused_{0}, failed_{0}, commit_us_{0};
};

}  // namespace souk
