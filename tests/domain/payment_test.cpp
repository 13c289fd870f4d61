// How an order is paid: the steps, and what cannot be paid.

#include "domain/payment.hpp"

#include "tests/domain/paid_order.hpp"

using namespace souk;
using namespace std::chrono_literals;

TEST_CASE("paying commits an attempt and asks for its authorisation", "[domain][payment]") {
    const auto change = after(placed(), pay);
    const auto& call = only_call(change);
    CHECK(call.step == GatewayStep::authorize);
    CHECK(call.amount == 6'372);
    CHECK(call.method == "pm_card_visa");
    CHECK(call.idempotency_key == to_text(placed().id) + ":1:authorize");
    CHECK(change.next.payment->attempts.front().key == call.idempotency_key);
    CHECK(change.next.payment_status == PaymentStatus::processing);
    CHECK(change.next.status == OrderStatus::pending);
    CHECK(change.next.version == 2);
    CHECK(change.stock == StockEffect::none);
}

TEST_CASE("paying again with the same token, under way or done, is a harmless repeat",
          "[domain][payment]") {
    for (const auto& order : {begun(), waiting_for_buyer(), capturing(), paid()}) {
        const auto again = after(order, pay);
        CHECK(again.next.version == order.version);
        CHECK(again.calls.empty());
    }
}

TEST_CASE("what cannot be paid says why", "[domain][payment]") {
    auto other = pay;
    other.gateway = PaymentMethod::sandbox;
    CHECK(refusal(placed(), other) == ErrorCode::invalid_input);
    CHECK(refusal(placed(), pay_with("")) == ErrorCode::invalid_input);
    CHECK(refusal(placed(), pay_with("4242 4242 4242 4242")) == ErrorCode::invalid_input);
    CHECK(refusal(placed(), pay, now + 15min) == ErrorCode::gone);
    CHECK(refusal(after(placed(), cancel).next, pay) == ErrorCode::conflict);
    CHECK(refusal(paid(), pay_with("pm_other")) == ErrorCode::conflict);
    CHECK(refusal(begun(), pay_with("pm_other")) == ErrorCode::conflict);
    CHECK(refusal(capturing(), pay_with("pm_other")) == ErrorCode::conflict);
    CHECK(refusal(placed(), ConfirmOrder{PaymentMethod::stripe, "guest"}) == ErrorCode::conflict);
}

TEST_CASE("an authorised payment is captured while the reservation lasts longer",
          "[domain][payment]") {
    const auto change =
        after(begun(), answer(1, GatewayStep::authorize, Status::authorized), now + 14min);
    CHECK(only_call(change).step == GatewayStep::capture);
    CHECK(only_call(change).intent == "pi_1");
    CHECK(only_call(change).amount == 6'372);
    CHECK(change.extend_until == now + 24min);
    CHECK(change.next.reserved_until == now + 24min);
    CHECK(change.next.payment_status == PaymentStatus::processing);
}

TEST_CASE("a capture confirms the order, deducts its units and posts it, at once",
          "[domain][payment]") {
    const auto change = after(capturing(), answer(2, GatewayStep::capture, Status::captured));
    CHECK(change.next.status == OrderStatus::confirmed);
    CHECK(change.next.payment_status == PaymentStatus::paid);
    CHECK(change.next.stock_deducted);
    CHECK(change.stock == StockEffect::confirm);
    CHECK(change.next.payment->captured == 6'372);
    REQUIRE(change.entries.size() == 1);
    CHECK(sums_to_zero(change.entries.front()));
    CHECK(change.next.history.back().payment_status == PaymentStatus::paid);
}

TEST_CASE("what the buyer has to do is shown, and confirmed afterwards", "[domain][payment]") {
    auto report = answer(1, GatewayStep::authorize, Status::requires_action);
    report.answer.client_secret = "pi_1_secret";
    const auto waiting = after(begun(), report).next;
    CHECK(waiting.payment->state == State::requires_action);
    CHECK(waiting.payment->client_secret == "pi_1_secret");
    const auto confirming = after(waiting, ConfirmPayment{"guest"});
    CHECK(only_call(confirming).step == GatewayStep::confirm);
    CHECK(only_call(confirming).intent == "pi_1");
    const auto again = after(confirming.next, ConfirmPayment{"guest"});
    CHECK(again.next.version == confirming.next.version);
    CHECK(after(confirming.next, webhook(Status::requires_action)).next.version ==
          confirming.next.version);
    const auto authorized =
        after(confirming.next, answer(2, GatewayStep::confirm, Status::authorized));
    CHECK(only_call(authorized).step == GatewayStep::capture);
    CHECK(authorized.next.payment->client_secret.empty());
    CHECK(refusal(placed(), ConfirmPayment{"guest"}) == ErrorCode::conflict);
    CHECK(refusal(waiting, ConfirmPayment{"guest"}, now + 15min) == ErrorCode::gone);
}

TEST_CASE("a declined payment is a 402 and may be tried another way", "[domain][payment]") {
    auto report = answer(1, GatewayStep::authorize, Status::declined);
    report.answer.reason = "insufficient_funds";
    const auto declined = after(begun(), report).next;
    CHECK(declined.payment_status == PaymentStatus::failed);
    CHECK(declined.status == OrderStatus::pending);
    CHECK(payment_error(*declined.payment)->code == ErrorCode::payment_failed);
    CHECK(payment_error(*declined.payment)->message == "insufficient_funds");
    const auto again = after(declined, pay_with("pm_other"));
    CHECK(only_call(again).idempotency_key == key(2, GatewayStep::authorize));
    CHECK_FALSE(payment_error(*again.next.payment).has_value());
    CHECK(refusal(declined, ConfirmPayment{"guest"}) == ErrorCode::payment_failed);
}

TEST_CASE("an order may be paid in so many ways and no more", "[domain][payment]") {
    auto order = placed();
    for (std::int64_t way = 1; way <= policy.max_ways; ++way) {
        order = after(order, pay).next;
        order = after(order, answer(way, GatewayStep::authorize, Status::declined, "")).next;
    }
    CHECK(refusal(order, pay) == ErrorCode::conflict);
}

TEST_CASE("a buyer who turns to another way does not pay twice", "[domain][payment]") {
    const auto other = after(waiting_for_buyer(), pay_with("pm_other"));
    REQUIRE(other.calls.size() == 2);
    CHECK(other.calls[0].request.step == GatewayStep::cancel);
    CHECK(other.calls[1].request.step == GatewayStep::authorize);
    CHECK(after(other.next, webhook(Status::authorized, "pi_1")).calls.empty());
    const auto order =
        after(other.next, answer(3, GatewayStep::authorize, Status::authorized, "pi_2")).next;
    const auto both = after(order, webhook(Status::captured, "pi_1"));
    CHECK(both.next.status == OrderStatus::pending);
    CHECK(only_call(both).step == GatewayStep::refund);
    CHECK(only_call(both).intent == "pi_1");
    const auto settled =
        after(both.next, answer(4, GatewayStep::capture, Status::captured, "pi_2")).next;
    CHECK(settled.status == OrderStatus::confirmed);
    CHECK(settled.payment_status == PaymentStatus::paid);
    CHECK(refundable(*settled.payment) == 6'372);
}

TEST_CASE("a late success of a way that was declined is released", "[domain][payment]") {
    auto order = after(begun(), answer(1, GatewayStep::authorize, Status::declined)).next;
    const auto told = after(order, webhook(Status::authorized));
    CHECK(only_call(told).step == GatewayStep::cancel);
    CHECK(told.next.payment->state == State::failed);
    CHECK(payment_error(*told.next.payment).has_value());
    const auto released = after(told.next, answer(2, GatewayStep::cancel, Status::cancelled)).next;
    CHECK(released.payment->state == State::failed);
    CHECK(released.payment->last_error == order.payment->last_error);
    order = after(order, pay_with("pm_other")).next;
    const auto late = after(order, webhook(Status::authorized, "pi_1"));
    CHECK(only_call(late).step == GatewayStep::cancel);
    CHECK(late.next.payment->state == State::processing);
}

TEST_CASE("a declined capture is voided and may be paid another way", "[domain][payment]") {
    const auto declined = after(capturing(), answer(2, GatewayStep::capture, Status::declined));
    CHECK(declined.next.payment_status == PaymentStatus::failed);
    CHECK(only_call(declined).step == GatewayStep::cancel);
    const auto stale = after(declined.next, webhook(Status::authorized));
    CHECK(stale.next.version == declined.next.version);
    const auto again = after(declined.next, pay_with("pm_other")).next;
    const auto held = after(again, answer(4, GatewayStep::authorize, Status::authorized, "pi_2"));
    CHECK(only_call(held).step == GatewayStep::capture);
    CHECK(only_call(held).intent == "pi_2");
}

TEST_CASE("an order that costs nothing is paid without a gateway", "[domain][payment]") {
    auto command = pay;
    command.method.clear();
    const auto change = after(placed(0), command);
    CHECK(change.calls.empty());
    CHECK(change.next.status == OrderStatus::confirmed);
    CHECK(change.next.payment_status == PaymentStatus::paid);
    CHECK(change.stock == StockEffect::confirm);
}
