#pragma once
// An honest payment gateway in memory, on a line that can be bad: every request is done at most
// once per idempotency key, whatever becomes of its answer.

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "actors/gateway_desk.hpp"

namespace souk {

class FakeGateway final : public GatewayDesk {
public:
    enum class Line {
        good,
        answer_lost,   // it is done, and nobody hears of it
        request_lost,  // it is not done, and nobody knows
        closed,        // it is surely not done
    };
    struct Intent {
        std::string id;
        OrderId order_id;
        Amount authorized{};
        Amount captured{};
        Amount refunded{};
        bool cancelled{false};
        bool needs_buyer{false};
    };

    Result<void> admits(PaymentMethod gateway, Amount amount, Currency currency) override;
    void ask(PaymentMethod gateway, GatewayRequest request,
             std::function<void(GatewayAnswer)> answered) override;

    /// Does what is asked, at most once per key, and says what came of it.
    GatewayAnswer perform(const GatewayRequest& request);
    /// Answers one request that waits. False when none does, or while it is silent.
    bool step();
    /// What a webhook about an intent would say now.
    GatewayAnswer facts(const std::string& intent) const;
    Amount captured_of(const OrderId& order) const;
    Amount refunded_of(const OrderId& order) const;
    std::size_t captures_of(const OrderId& order) const;

    std::deque<Line> lines;  // of the next requests; then all are good
    bool open{true};         // false: the breaker is
    bool silent{false};      // true: what is asked waits
    std::vector<GatewayRequest> asked;
    std::map<std::string, Intent> intents;
    /// Takes the money of an intent once more for every other key it is asked under.
    bool captures_again{false};

private:
    GatewayAnswer do_it(const GatewayRequest& request);
    GatewayAnswer look_up(const GatewayRequest& request) const;
    GatewayAnswer answer_of(const Intent& intent, GatewayStatus status) const;

    std::deque<std::pair<GatewayRequest, std::function<void(GatewayAnswer)>>> waiting_;
    std::map<std::string, GatewayAnswer> answers_;  // by key
};

}  // namespace souk
