#pragma once
// When requests are due. In a closed loop: whenever a client is free. In an open loop: at a given
// rate, whether the server keeps up or not; what waits for a free client is late from the moment it
// was due, so that a slow server cannot hide what it makes others wait (G. Tene on coordinated
// omission).

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>

namespace souk::load {

class Schedule {
public:
    using Clock = std::chrono::steady_clock;
    /// Sends a request that was due at the given time.
    using Send = std::function<void(Clock::time_point)>;

    /// `per_s` 0: a closed loop.
    Schedule(boost::asio::io_context& context, double per_s) : timer_(context), per_s_(per_s) {}

    /// Calls `send` once, now or when the next request is due. Whoever was free first is called
    /// first.
    void next(Send send);
    void stop();

    /// Requests that are due and wait for a free client.
    std::uint64_t behind() const;

private:
    Clock::time_point due_at(std::uint64_t number) const;
    void await();
    void dispatch();

    boost::asio::steady_timer timer_;
    const double per_s_;
    Clock::time_point began_at_{};
    std::uint64_t sent_{0};
    std::deque<Send> free_;
    bool stopped_{false};
};

}  // namespace souk::load
