#pragma once
// An order that is paid through a gateway, at every stage, and the news that takes it on: what the
// tests of payments share.

#include <string>

#include "domain/order.hpp"
#include "tests/support/catch.hpp"

namespace souk {

inline const TimePoint now{std::chrono::hours{1'000}};
inline const PaymentPolicy policy{};
using Status = GatewayStatus;
using State = PaymentState;
using Step = GatewayStep;

inline OrderItemId item_id(std::uint64_t number) { return {uuid_v7(now, 5, number)}; }

inline Order placed(Amount total = 6'372) {
    Order order;
    order.currency = *parse_currency("USD");
    order.id = OrderId{uuid_v7(now, 0, 1)};
    order.payment_method = PaymentMethod::stripe;
    OrderItem item{.id = item_id(1), .quantity = 3};
    item.offer.variant_id = VariantId{uuid_v7(now, 6, 1)};
    order.items = {item};
    order.totals = {.subtotal = total, .total = total};
    order.vendor_orders = {{VendorId{uuid_v7(now, 2, 1)}, OrderStatus::pending, order.totals}};
    order.reserved_until = now + std::chrono::minutes{15};
    order.history = {{OrderStatus::pending, PaymentStatus::pending, "guest", "placed", now}};
    order.version = 1;
    return order;
}

inline const Pay pay{PaymentMethod::stripe, "pm_card_visa", PaymentId{uuid_v7(now, 1, 1)}, "guest"};
inline const CancelOrder cancel{"guest", "changed my mind", {}};

inline Pay pay_with(std::string method) {
    auto command = pay;
    command.method = std::move(method);
    return command;
}

inline OrderChange after(const Order& order, const OrderCommand& command, TimePoint at = now) {
    return decide(order, command, at, policy).value();
}

inline ErrorCode refusal(const Order& order, const OrderCommand& command, TimePoint at = now) {
    return decide(order, command, at, policy).error().code;
}

inline std::string key(std::int64_t number, GatewayStep step) {
    return attempt_key(placed().id, number, step);
}

inline GatewayReported answer(std::int64_t number, GatewayStep step, Status status,
                              const std::string& intent = "pi_1") {
    GatewayReported report{.key = key(number, step), .step = step};
    report.answer.status = status;
    report.answer.intent = intent;
    report.random = 0.5;
    return report;
}

inline GatewayReported looked_up(std::int64_t number, GatewayStep step, Status status,
                                 const std::string& intent = "pi_1") {
    auto report = answer(number, step, status, intent);
    report.step = GatewayStep::look_up;
    return report;
}

inline WebhookReported webhook(Status status, const std::string& intent = "pi_1",
                               Amount captured = 0, Amount refunded = 0) {
    WebhookReported report;
    report.facts.status = status;
    report.facts.intent = intent;
    report.facts.captured = captured;
    report.facts.refunded = refunded;
    return report;
}

inline Order begun() { return after(placed(), pay).next; }
inline Order waiting_for_buyer() {
    return after(begun(), answer(1, GatewayStep::authorize, Status::requires_action)).next;
}
inline Order capturing() {
    return after(begun(), answer(1, GatewayStep::authorize, Status::authorized)).next;
}
inline Order paid() {
    return after(capturing(), answer(2, GatewayStep::capture, Status::captured)).next;
}

inline RefundPayment refund(std::uint64_t number, std::optional<Amount> amount) {
    return {RefundId{uuid_v7(now, 7, number)}, amount, "damaged", {}, "key_1"};
}

inline const GatewayRequest& only_call(const OrderChange& change) {
    REQUIRE(change.calls.size() == 1);
    return change.calls.front().request;
}

/// An attempt that is out of tries because its gateway does not answer; at most an hour later.
inline Order stuck_on(Order order, std::int64_t number, Step step, Status status) {
    auto at = now;
    for (std::int64_t tries = 1; tries <= policy.retry.ceiling; ++tries) {
        order = after(order, answer(number, step, status, ""), at).next;
        at += std::chrono::minutes{5};
        if (!needs_operator(*order.payment))
            order = after(order, AttemptDue{key(number, step)}, at).next;
    }
    REQUIRE(needs_operator(*order.payment));
    return order;
}

}  // namespace souk
