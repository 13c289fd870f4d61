#pragma once
// One life of an entity in memory, as the registry, the write lane and other threads see it. The
// actor itself stays private to the registry; whatever is shared lives here.

#include <atomic>
#include <cstdint>
#include <memory>

#include "domain/change.hpp"
#include "domain/time.hpp"

namespace souk {

/// What a life counts as it goes. The actor alone writes what it handles; times are counted only
/// while somebody looks.
struct LifeFigures {
    std::atomic<std::int32_t> mailbox{0};  // letters that wait for the actor or inside it
    std::atomic<std::uint64_t> handled{0};
    std::atomic<std::uint64_t> timed{0};
    std::atomic<std::int64_t> timed_ns{0};
    std::atomic<std::int64_t> slowest_ns{0};
    TimePoint activated_at;

    void count_handled() { bump(handled, std::uint64_t{1}); }
    void count_time(std::int64_t nanoseconds) {
        bump(timed, std::uint64_t{1});
        bump(timed_ns, nanoseconds);
        if (nanoseconds > slowest_ns.load(std::memory_order_relaxed))
            slowest_ns.store(nanoseconds, std::memory_order_relaxed);
    }

private:
    /// Of one writer: without the lock prefix of a real addition.
    template <class Number>
    static void bump(std::atomic<Number>& counter, Number by) {
        counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
    }
};

class Activation {
public:
    Activation() = default;
    Activation(const Activation&) = delete;
    Activation& operator=(const Activation&) = delete;
    virtual ~Activation() = default;

    /// Notes a change that has just got its place in the lane's order; under the lane's lock.
    virtual void submitted(const ChangeSet& change) = 0;

    /// Makes the committed change visible to readers. Called by the lane, in commit order.
    virtual void publish(const ChangeSet& change) = 0;

    /// Ends this life: its memory may be ahead of the rows. From here on the lane refuses its
    /// changes, and the next message activates the entity afresh. Any thread; idempotent.
    void poison() {
        poisoned_ = true;
        leave_registry();
    }
    /// The same, but the life stays in the registry, and nobody reads its rows, until the lane has
    /// dealt with what it has of it: for a life that ends by itself with a change under way.
    void doom() { poisoned_ = true; }
    bool poisoned() const { return poisoned_; }

    /// Changes decided in this life whose fate is open: prepared, or on their way through the lane.
    void unsettle() { ++unsettled_; }
    void settle() {
        if (--unsettled_ == 0 && leaving_ && !poisoned_) settled_while_leaving();
    }
    bool settled() const { return unsettled_ == 0; }
    int unsettled() const { return unsettled_; }

    /// An operator wants this life to leave memory as soon as nothing is going on. Its actor must
    /// look afterwards whether that is so already.
    void ask_to_leave() { leaving_ = true; }
    bool asked_to_leave() const { return leaving_; }

    LifeFigures figures;

private:
    virtual void leave_registry() = 0;
    virtual void settled_while_leaving() = 0;

    std::atomic<bool> poisoned_{false};
    std::atomic<bool> leaving_{false};
    std::atomic<int> unsettled_{0};
};

using ActivationPtr = std::shared_ptr<Activation>;

}  // namespace souk
