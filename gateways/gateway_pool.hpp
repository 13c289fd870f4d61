#pragma once
// Threads that wait for a gateway, so that nobody else does. One pool per gateway: one that hangs
// takes its own threads and no others'. What ends payments that were begun goes before what begins
// new ones.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "gateways/gateway.hpp"

namespace souk {

using Stopwatch = std::function<Deadline()>;

struct GatewayPoolSettings {
    std::size_t threads{4};
    std::size_t queue{256};  // authorisations that may wait, and as many calls of other steps
    Stopwatch now{std::chrono::steady_clock::now};
};

class GatewayPool {
public:
    /// Called once, on a thread of the pool or of who stops it; must not throw, must not stop it.
    using Answered = std::function<void(GatewayAnswer)>;

    /// `gateway` must outlive the pool.
    GatewayPool(PaymentGateway& gateway, GatewayPoolSettings settings);
    GatewayPool(const GatewayPool&) = delete;
    GatewayPool& operator=(const GatewayPool&) = delete;
    ~GatewayPool();

    /// False when too many wait or the pool is stopping: nothing was asked, `answered` is not
    /// called. A call that still waits when it was to begin is answered `not_asked`: what is begun
    /// with little time left would fail, and look like the gateway's failure.
    [[nodiscard]] bool submit(GatewayRequest request, Deadline begin_by, Deadline deadline,
                              Answered answered);

    /// Takes no more calls, answers those that wait without asking, and returns when the calls
    /// under way have ended, each at its deadline at the latest.
    void stop();

    std::size_t waiting() const;

    /// What one more authorisation would find, after `promised` others that are not here yet. Each
    /// authorisation is followed by a capture, which goes first.
    struct Outlook {
        Duration wait{};  // for its turn, at the pace of late; zero while a thread is free
        bool full{false};
    };
    Outlook outlook(std::size_t promised) const;

private:
    struct Call {
        GatewayRequest request;
        Deadline begin_by;
        Deadline deadline;
        Answered answered;
    };

    void work();
    bool take(Call& call);
    GatewayAnswer answer(const Call& call);
    std::deque<Call>& queue_of(GatewayStep step);

    PaymentGateway& gateway_;
    const GatewayPoolSettings settings_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Call> authorizations_;
    std::deque<Call> others_;
    std::size_t busy_{0};
    Duration mean_call_{};  // moving, of calls that were answered
    bool stopping_{false};
    std::vector<std::thread> threads_;
};

}  // namespace souk
