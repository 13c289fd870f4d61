#include "tests/simulation/gateway.hpp"

#include <algorithm>

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Duration answer_time = 4s;  // after it, whoever asked gives up
constexpr std::int64_t max_deliveries = 40;

}  // namespace

Gateway::Gateway(Ground& ground, Weather& weather, const Books& books, Deliver deliver)
    : ground_(ground),
      weather_(weather),
      books_(books),
      deliver_(std::move(deliver)),
      dice_(ground.dice.next()) {
    record_.captures_again = true;
}

void Gateway::ask(const GatewayRequest& request, std::function<void(GatewayAnswer)> answered) {
    check(request);
    ground_.count("gateway calls");
    const auto answer_at = [this, answered](TimePoint when, GatewayAnswer answer) {
        ground_.agenda.at(when, [answered, answer = std::move(answer)] { answered(answer); });
    };
    const auto arrives = ground_.now() + dice_.between(Duration{1'000}, weather_.gateway_time);
    if (weather_.gateway_down) {
        ground_.disturb();
        return answer_at(arrives, {.status = GatewayStatus::unavailable, .reason = "refused"});
    }
    const auto gives_up = ground_.now() + answer_time;
    const GatewayAnswer nothing{.status = GatewayStatus::unknown, .reason = "time-out"};
    if (dice_.chance(weather_.calls_lost)) {
        ground_.disturb();
        return answer_at(gives_up, nothing);
    }
    const bool loses_answer = dice_.chance(weather_.results_lost);
    ground_.agenda.at(arrives, [=, this, alive = std::weak_ptr(alive_)] {
        if (alive.expired()) return;
        const auto answer = perform(request);
        const auto comes_back = arrives + dice_.between(Duration{1'000}, weather_.gateway_time);
        if (!loses_answer && comes_back < gives_up) return answer_at(comes_back, answer);
        ground_.disturb();
        answer_at(std::max(gives_up, arrives), nothing);
    });
}

// Before anything is asked of a gateway, the step is on disk.
void Gateway::check(const GatewayRequest& request) {
    if (!books_.has_attempt(request.idempotency_key))
        ground_.fail("a step is on disk before the gateway hears of it", request.idempotency_key);
}

GatewayAnswer Gateway::perform(const GatewayRequest& request) {
    const auto before = record_.captures_of(request.order_id);
    const auto taken_before = record_.captured_of(request.order_id);
    const auto answer = record_.perform(request);
    const auto taken = record_.captured_of(request.order_id);
    ground_.note("gateway: " + request.idempotency_key +
                 (request.step == GatewayStep::look_up ? " looked up" : " done"));
    if (taken > taken_before) {
        ground_.count("captures");
        if (before > 0)
            ground_.fail("an order is captured once",
                         to_text(request.order_id) + " under " + request.idempotency_key);
    }
    if (request.step != GatewayStep::look_up && !answer.intent.empty()) publish(answer.intent);
    return answer;
}

void Gateway::publish(const std::string& intent) {
    Webhook webhook{"evt_" + std::to_string(++webhooks_), record_.intents.at(intent).order_id, {}};
    webhook.report.facts = record_.facts(intent);
    webhook.report.gateway = PaymentMethod::sandbox;
    webhook.report.currency = Currency{};
    const auto id = webhook.id;
    waiting_.emplace(id, std::move(webhook));
    const auto copies = dice_.chance(weather_.webhooks_doubled) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
        const auto comes = ground_.now() + dice_.between(Duration{1'000}, weather_.webhook_time);
        ground_.agenda.at(comes, [this, id, alive = std::weak_ptr(alive_)] {
            if (!alive.expired()) deliver(id, 1);
        });
    }
}

// At least once: again and again until somebody says that it has been heard, and a little more.
void Gateway::deliver(const std::string& id, std::int64_t tries) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end() || tries > max_deliveries) return;
    ground_.count("webhooks");
    deliver_(found->second);
    ground_.agenda.at(ground_.now() + dice_.between(Duration{3s}, Duration{10s}),
                      [this, id, tries, alive = std::weak_ptr(alive_)] {
                          if (!alive.expired()) deliver(id, tries + 1);
                      });
}

void Gateway::check_order(const Order& order) const {
    const auto taken = record_.captured_of(order.id);
    const auto given_back = record_.refunded_of(order.id);
    const auto& payment = order.payment;
    const bool through_gateway = payment && payment->gateway != PaymentMethod::cash_on_delivery;
    Amount known = through_gateway ? payment->captured : 0;
    Amount known_back = through_gateway ? payment->refunded : 0;
    if (through_gateway) {
        for (const auto& stray : payment->strays) {
            known += stray.captured;
            known_back += stray.refunded;
        }
    }
    if (taken != known || given_back != known_back)
        ground_.fail("money at the gateway is money in the books",
                     to_text(order.id) + ": " + std::to_string(taken) + " taken and " +
                         std::to_string(given_back) + " given back, known are " +
                         std::to_string(known) + " and " + std::to_string(known_back));
    const bool paid =
        through_gateway && payment->pays_order && order.payment_status == PaymentStatus::paid;
    if (paid && (record_.captures_of(order.id) != 1 || taken != order.totals.total))
        ground_.fail("a paid order has one capture of its total", to_text(order.id));
    const bool kept =
        paid || (payment && payment->pays_order && order.status != OrderStatus::cancelled);
    if (!kept && taken != given_back)
        ground_.fail("money that pays no order is given back", to_text(order.id));
}

void Gateway::settle_accounts(const TableRows& rows) const {
    for (const auto& [id, order] : rows.orders) check_order(order);
    for (const auto& [id, intent] : record_.intents) {
        if (!rows.orders.contains(intent.order_id)) ground_.fail("every charge has its order", id);
        if (intent.captured == 0 && !intent.cancelled && !intent.needs_buyer)
            ground_.fail("no money stays held", id + " of " + to_text(intent.order_id));
    }
}

}  // namespace souk::simulation
