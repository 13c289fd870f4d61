#pragma once
// The payment gateway on the far side of a bad line. It keeps its own record of what it has done
// for which key, and tells of it by webhooks: late, repeated, in any order.

#include <functional>
#include <map>
#include <set>
#include <string>

#include "tests/simulation/books.hpp"
#include "tests/simulation/weather.hpp"
#include "tests/support/fake_gateway.hpp"

namespace souk::simulation {

struct Webhook {
    std::string id;
    OrderId order_id;
    WebhookReported report;
};

class Gateway {
public:
    /// Whoever gets webhooks says later, by their id, that they need not come again.
    using Deliver = std::function<void(const Webhook&)>;

    Gateway(Ground& ground, Weather& weather, const Books& books, Deliver deliver);

    /// Answers in its time; `answered` is not called when the line takes the answer away.
    void ask(const GatewayRequest& request, std::function<void(GatewayAnswer)> answered);
    void told(const std::string& webhook) { waiting_.erase(webhook); }

    /// Compares what was taken and given back with what the orders say, when all has settled.
    void settle_accounts(const TableRows& rows) const;

private:
    GatewayAnswer perform(const GatewayRequest& request);
    void check(const GatewayRequest& request);
    void publish(const std::string& intent);
    void deliver(const std::string& id, std::int64_t tries);
    void check_order(const Order& order) const;

    Ground& ground_;
    Weather& weather_;
    const Books& books_;
    Deliver deliver_;
    Dice dice_;
    FakeGateway record_;
    std::map<std::string, Webhook> waiting_;
    std::int64_t webhooks_{0};
    std::shared_ptr<char> alive_{std::make_shared<char>()};
};

}  // namespace souk::simulation
