// Steps of the failure matrix (docs/payments.md) that are declined, lost, or out of tries.

#include "tests/domain/paid_order.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

Order confirming() { return after(waiting_for_buyer(), ConfirmPayment{"guest"}).next; }

}  // namespace

TEST_CASE("a confirmation that is declined is a 402, and another way may pay",
          "[domain][payment]") {
    auto report = answer(2, Step::confirm, Status::declined);
    report.answer.reason = "authentication_failure";
    const auto order = after(confirming(), report).next;
    CHECK(payment_error(*order.payment)->code == ErrorCode::payment_failed);
    CHECK(order.status == OrderStatus::pending);
    CHECK(only_call(after(order, pay_with("pm_other"))).step == Step::authorize);
}

TEST_CASE("a confirmation whose answer is lost is looked up, then confirmed again or captured",
          "[domain][payment]") {
    const auto lost = after(confirming(), answer(2, Step::confirm, Status::unknown)).next;
    CHECK(lost.payment_status == PaymentStatus::processing);
    const auto asked = after(lost, AttemptDue{key(2, Step::confirm)}, now + 1s);
    CHECK(only_call(asked).step == Step::look_up);
    const auto held = after(asked.next, looked_up(2, Step::confirm, Status::authorized), now + 1s);
    CHECK(only_call(held).step == Step::capture);
    const auto still =
        after(asked.next, looked_up(2, Step::confirm, Status::requires_action), now + 1s);
    CHECK(still.next.payment->state == State::requires_action);
    CHECK(only_call(after(still.next, ConfirmPayment{"guest"}, now + 1s)).step == Step::confirm);
}

TEST_CASE("a confirmation that finds the gateway away is asked for again", "[domain][payment]") {
    const auto away = after(confirming(), answer(2, Step::confirm, Status::unavailable)).next;
    CHECK(away.payment_status == PaymentStatus::processing);
    CHECK(only_call(after(away, AttemptDue{key(2, Step::confirm)}, now + 1s)).step ==
          Step::confirm);
}

TEST_CASE("an authorisation out of tries waits for an operator, its order until it expires",
          "[domain][payment]") {
    auto order = stuck_on(begun(), 1, Step::authorize, Status::unknown);
    CHECK(order.status == OrderStatus::pending);
    CHECK(order.payment_status == PaymentStatus::processing);
    order = after(order, ExpireOrder{}, now + 1h).next;
    const auto over = after(order, ExpireOrder{}, now + 2h);
    CHECK(over.next.status == OrderStatus::cancelled);
    CHECK(over.stock == StockEffect::expire);
    CHECK(needs_operator(*over.next.payment));
    const auto again = after(over.next, RetryNow{key(1, Step::authorize), "key_1"}, now + 2h);
    CHECK(only_call(again).step == Step::look_up);
    const auto held =
        after(again.next, looked_up(1, Step::authorize, Status::authorized), now + 2h);
    CHECK(only_call(held).step == Step::cancel);
}

TEST_CASE("a capture out of tries waits for an operator, its order until it expires",
          "[domain][payment]") {
    auto order = stuck_on(capturing(), 2, Step::capture, Status::unknown);
    CHECK(order.payment_status == PaymentStatus::processing);
    order = after(order, ExpireOrder{}, now + 2h).next;
    CHECK(order.status == OrderStatus::cancelled);
    CHECK(needs_operator(*order.payment));
    const auto again = after(order, RetryNow{key(2, Step::capture), "key_1"}, now + 2h);
    CHECK(only_call(again).step == Step::look_up);
    const auto taken = after(again.next, looked_up(2, Step::capture, Status::captured), now + 2h);
    CHECK(only_call(taken).step == Step::refund);
    const auto not_taken =
        after(again.next, looked_up(2, Step::capture, Status::authorized), now + 2h);
    CHECK(only_call(not_taken).step == Step::cancel);
}

TEST_CASE("a void whose answer is lost is looked up, and asked for again if need be",
          "[domain][payment]") {
    auto order = after(waiting_for_buyer(), cancel).next;
    order = after(order, answer(2, Step::cancel, Status::unknown)).next;
    const auto asked = after(order, AttemptDue{key(2, Step::cancel)}, now + 1s);
    CHECK(only_call(asked).step == Step::look_up);
    const auto held = after(asked.next, looked_up(2, Step::cancel, Status::authorized), now + 1s);
    CHECK(only_call(held).step == Step::cancel);
    CHECK(only_call(held).idempotency_key == key(2, Step::cancel));
    const auto released =
        after(asked.next, looked_up(2, Step::cancel, Status::cancelled), now + 1s).next;
    CHECK(released.payment->state == State::voided);
    CHECK_FALSE(next_due(*released.payment).has_value());
}

TEST_CASE("a void out of tries waits for an operator, and nobody else for it",
          "[domain][payment]") {
    const auto order =
        stuck_on(after(waiting_for_buyer(), cancel).next, 2, Step::cancel, Status::unavailable);
    CHECK(order.status == OrderStatus::cancelled);
    CHECK(order.payment_status == PaymentStatus::processing);
    CHECK(only_call(after(order, RetryNow{key(2, Step::cancel), "key_1"})).step == Step::cancel);
    const auto given_up = after(order, GiveUp{key(2, Step::cancel), "key_1", "lapsed"}).next;
    CHECK(given_up.payment->state == State::voided);
    CHECK_FALSE(needs_operator(*given_up.payment));
}
