#pragma once
// The write lane: changes of many entities, committed in one transaction in the order they came.
// Nobody is answered, and nothing is published, before the commit (design.md, "The write path").

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "actors/activation.hpp"
#include "actors/message_watch.hpp"
#include "persistence/batch_store.hpp"
#include "protocol/answer.hpp"

namespace souk {

/// A change on its way to disk, and what is owed for it.
struct Submission {
    ChangeSet change;
    std::vector<ActivationPtr> participants;  // whose memory is already at the change
    Outcome outcome;                          // what they are told once it is durable
    Reply reply;
    MessageRecordPtr record{};  // of the message it came from, while somebody looks
};

struct LaneSettings {
    std::size_t max_batch{512};
    std::size_t max_queue{8192};
    std::chrono::microseconds gather{200};
    std::size_t max_in_flight{2};  // batches sent before the first of them is committed
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
    /// `committed` runs after every commit, on the lane's thread, with the batch in order; and,
    /// once the store is back, with what it may have committed when nobody could ask.
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

    /// One turn of the lane without its thread, for tests and for the simulation: sends what is
    /// queued while it may, or learns what became of the oldest batch. False when there was nothing
    /// to do.
    bool run_once();
    /// Without its thread: would run_once() have nothing to do, or have to wait for the store?
    bool idle() const;
    bool awaits_store() const;
    /// Asks the store whether the lane is still ours; its thread does so while it has no work.
    void check_ownership();

    LaneFigures figures() const;
    /// Of every batch; and how long changes waited to be sent, while somebody looks.
    const Histogram& commit_times() const { return commit_times_; }
    const Histogram& waits() const { return waits_; }
    /// True once another server has taken the lane: this one must stop.
    bool fenced() const { return fenced_; }

private:
    /// A batch on its way, or a part of a refused one.
    struct Flight {
        std::vector<Submission> submissions;    // empty in a part
        std::vector<Submission*> members;       // what is sent
        std::vector<Submission*> doomed;        // what is not, but is refused when its turn comes
        std::vector<const ChangeSet*> changes;  // of members that change anything
        std::chrono::steady_clock::time_point sent_at;
    };
    using Flights = std::deque<Flight>;

    void run();
    bool may_launch() const;
    std::size_t worth_sending_behind() const;
    void gather(std::unique_lock<std::mutex>& lock);
    void launch(std::unique_lock<std::mutex>& lock);
    void land();
    bool wait_for_answer();
    bool sleep(std::unique_lock<std::mutex>& lock, std::size_t wake_at,
               std::chrono::nanoseconds time);

    Flight flight_of(std::span<Submission* const> members);
    bool send(Flight& flight);
    void conclude(Flight flight, const CommitResult& result, Flights behind);
    void commit_alone(std::span<Submission* const> members);
    void resolve(Flights flights);
    void settle_committed(const Flight& flight);
    void note_times(const Flight& flight);
    void fail(const Flight& flight, const CommitResult& result);
    void fail(std::span<Submission* const> members, const CommitResult& result);
    void recover();
    void tell_of_doubtful();
    bool enqueue(Submission submission);
    void wake();
    void hush();
    int retry_after_s() const;

    BatchStore& store_;
    LaneSettings settings_;
    Committed committed_;
    Flights flights_;                  // of the lane's thread alone, oldest first
    std::vector<ChangeSet> doubtful_;  // committed or not, and nobody has been told
    std::string trouble_;              // why it could not begin, as it was last said

    mutable std::mutex mutex_;
    std::vector<Submission> queue_;
    std::size_t wake_at_{0};  // so many in the queue wake the lane's thread; 0: it is awake
    int wake_fd_{-1};         // an eventfd, so that it can wait for the store at the same time
    bool stopping_{false};
    std::size_t last_batch_{0};
    std::thread thread_;

    std::atomic<std::size_t> queued_{0};
    std::atomic<bool> accepting_{false};
    std::atomic<bool> fenced_{false};
    Histogram commit_times_;
    Histogram waits_;
    std::atomic<std::int64_t> batches_{0}, changes_{0}, refused_{0}, failed_{0}, commit_us_{0};
};

}  // namespace souk
