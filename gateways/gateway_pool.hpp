#pragma once
// Threads that wait for a gateway, so that nobody else does. One pool per gateway: one that hangs
// takes its own threads and no others'.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "gateways/gateway.hpp"

namespace souk {

class GatewayPool {
public:
    /// Called once, on a thread of the pool or of who stops it; must not throw, must not stop it.
    using Answered = std::function<void(GatewayAnswer)>;

    /// `gateway` must outlive the pool. At most `queue` calls wait for one of the `threads`.
    GatewayPool(PaymentGateway& gateway, std::size_t threads, std::size_t queue);
    GatewayPool(const GatewayPool&) = delete;
    GatewayPool& operator=(const GatewayPool&) = delete;
    ~GatewayPool();

    /// False when too many wait or the pool is stopping: nothing was asked, `answered` is not
    /// called. A call that is still waiting at its deadline is answered `unavailable`, unasked
    /// (a look-up `unknown`).
    [[nodiscard]] bool submit(GatewayRequest request, Deadline deadline, Answered answered);

    /// Takes no more calls, answers those that wait without asking, and returns when the calls
    /// under way have ended, each at its deadline at the latest.
    void stop();

    std::size_t waiting() const;

private:
    struct Call {
        GatewayRequest request;
        Deadline deadline;
        Answered answered;
    };

    void work();
    GatewayAnswer answer(const Call& call) const;

    PaymentGateway& gateway_;
    const std::size_t queue_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Call> calls_;
    bool stopping_{false};
    std::vector<std::thread> threads_;
};

}  // namespace souk
