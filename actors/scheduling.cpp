#include "actors/scheduling.hpp"

#include <caf/policy/unprofiled.hpp>
#include <caf/scheduler/coordinator.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

namespace souk {
namespace {

// One queue for all workers. At most one worker at a time is on its way up; it is signalled outside
// the lock, and it wakes the next one if work is left for it.
class WorkQueue : public caf::policy::unprofiled {
public:
    struct coordinator_data {
        explicit coordinator_data(caf::scheduler::abstract_coordinator*) {}

        /// Under the lock: must a worker be signalled for what is queued?
        bool claim_wake() {
            if (jobs.empty() || asleep == 0 || waking) return false;
            waking = true;
            return true;
        }

        std::mutex lock;
        std::condition_variable wake;
        std::deque<caf::resumable*> jobs;
        std::size_t asleep{0};
        bool waking{false};  // somebody was signalled and has not come for a job yet
    };

    struct worker_data {
        explicit worker_data(caf::scheduler::abstract_coordinator*) {}
    };

    template <class Coordinator>
    void central_enqueue(Coordinator* coordinator, caf::resumable* job) {
        auto& shared = d(coordinator);
        std::unique_lock lock(shared.lock);
        shared.jobs.push_back(job);
        const bool wake = shared.claim_wake();
        lock.unlock();
        if (wake) shared.wake.notify_one();
    }

    template <class Worker>
    void external_enqueue(Worker* worker, caf::resumable* job) {
        central_enqueue(worker->parent(), job);
    }
    template <class Worker>
    void internal_enqueue(Worker* worker, caf::resumable* job) {
        central_enqueue(worker->parent(), job);
    }
    template <class Worker>
    void resume_job_later(Worker* worker, caf::resumable* job) {
        central_enqueue(worker->parent(), job);
    }

    template <class Worker>
    caf::resumable* dequeue(Worker* worker) {
        auto& shared = d(worker->parent());
        std::unique_lock lock(shared.lock);
        while (shared.jobs.empty()) {
            ++shared.asleep;
            shared.wake.wait(lock);
            --shared.asleep;
            shared.waking = false;
        }
        auto* job = shared.jobs.front();
        shared.jobs.pop_front();
        const bool wake = shared.claim_wake();
        lock.unlock();
        if (wake) shared.wake.notify_one();
        return job;
    }

    template <class Worker, class Function>
    void foreach_resumable(Worker*, Function) {}

    template <class Coordinator, class Function>
    void foreach_central_resumable(Coordinator* coordinator, Function function) {
        auto& shared = d(coordinator);
        const std::lock_guard lock(shared.lock);
        while (!shared.jobs.empty()) {
            auto* job = shared.jobs.front();
            shared.jobs.pop_front();
            function(job);
        }
    }
};

// Passes everything on to CAF's clock but what would only wake it for nothing.
class QuietClock final : public caf::detail::thread_safe_actor_clock {
public:
    using Clock = caf::detail::thread_safe_actor_clock;

    explicit QuietClock(Clock& clock) : clock_(clock) {}

    void set_ordinary_timeout(time_point when, caf::abstract_actor* self, caf::atom_value type,
                              std::uint64_t id) override {
        timeouts_ = true;
        clock_.set_ordinary_timeout(when, self, type, id);
    }
    void set_request_timeout(time_point when, caf::abstract_actor* self,
                             caf::message_id id) override {
        timeouts_ = true;
        clock_.set_request_timeout(when, self, id);
    }
    void set_multi_timeout(time_point when, caf::abstract_actor* self, caf::atom_value type,
                           std::uint64_t id) override {
        timeouts_ = true;
        clock_.set_multi_timeout(when, self, type, id);
    }
    void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override {
        if (timeouts_) clock_.cancel_ordinary_timeout(self, type);
    }
    void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override {
        if (timeouts_) clock_.cancel_request_timeout(self, id);
    }
    void cancel_timeouts(caf::abstract_actor* self) override {
        if (timeouts_) clock_.cancel_timeouts(self);
    }
    void schedule_message(time_point when, caf::strong_actor_ptr receiver,
                          caf::mailbox_element_ptr content) override {
        clock_.schedule_message(when, std::move(receiver), std::move(content));
    }
    void schedule_message(time_point when, caf::group target, caf::strong_actor_ptr sender,
                          caf::message content) override {
        clock_.schedule_message(when, std::move(target), std::move(sender), std::move(content));
    }
    void cancel_all() override { clock_.cancel_all(); }

private:
    Clock& clock_;
    std::atomic<bool> timeouts_{false};  // none was ever set: there is none to cancel
};

class Scheduler final : public caf::scheduler::coordinator<WorkQueue> {
public:
    explicit Scheduler(caf::actor_system& system)
        : coordinator(system), quiet_(coordinator::clock()) {}

    QuietClock& clock() noexcept override { return quiet_; }

private:
    QuietClock quiet_;
};

}  // namespace

caf::actor_system::module* make_scheduler(caf::actor_system& system) {
    return new Scheduler(system);
}

}  // namespace souk
