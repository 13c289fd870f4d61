#pragma once
// The gateways of this server, each with threads and a circuit breaker of its own: one that hangs
// or fails takes its own payments and no others'.

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "actors/gateway_desk.hpp"
#include "domain/retry.hpp"
#include "gateways/gateway_pool.hpp"

namespace souk {

struct PaymentDeskSettings {
    std::size_t threads{4};                        // of each gateway
    std::size_t queue{256};                        // see GatewayPoolSettings
    std::chrono::milliseconds answer_time{9'000};  // after it, a call is given up; half to begin
    BreakerPolicy breaker;
    Stopwatch now{std::chrono::steady_clock::now};
};

class PaymentDesk final : public GatewayDesk {
public:
    PaymentDesk(const Clock& clock, const PaymentDeskSettings& settings);
    ~PaymentDesk() override;

    /// Before anything is asked; `gateway` must outlive the desk.
    void add(PaymentMethod method, PaymentGateway& gateway);
    /// Answers what waits, asks nothing more, and returns when the calls under way have ended.
    void stop();

    Result<void> admits(PaymentMethod method, Amount amount, Currency currency) override;
    void ask(PaymentMethod method, GatewayRequest request,
             std::function<void(GatewayAnswer)> answered) override;

    /// Nothing for a gateway that is not there.
    std::optional<BreakerState> breaker_of(PaymentMethod method) const;

private:
    struct Counter {
        Counter(PaymentGateway& the_gateway, const PaymentDeskSettings& settings)
            : gateway(the_gateway),
              pool(the_gateway, {settings.threads, settings.queue, settings.now}) {}
        PaymentGateway& gateway;
        mutable std::mutex mutex;
        Breaker breaker;
        std::deque<TimePoint> promised;  // admitted, and not asked for yet
        GatewayPool pool;                // last: its threads use the others
    };
    static constexpr std::size_t methods = 3;

    Counter* counter_of(PaymentMethod method) const;
    Result<void> room_at(Counter& counter);
    std::optional<Duration> held_back(Counter& counter, GatewayStep step);
    void count(Counter& counter, GatewayAnswer& answer);
    Duration wait_of(const Breaker& breaker) const;

    const Clock& clock_;
    const PaymentDeskSettings settings_;
    std::array<std::unique_ptr<Counter>, methods> counters_;
};

}  // namespace souk
