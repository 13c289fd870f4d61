// The end of an order against its payment: cancelled, expired, without its units.

#include "tests/domain/paid_order.hpp"

using namespace souk;
using namespace std::chrono_literals;

TEST_CASE("cancelling before the capture releases the authorisation", "[domain][payment]") {
    const auto waiting = after(waiting_for_buyer(), cancel);
    CHECK(waiting.stock == StockEffect::release);
    CHECK(only_call(waiting).step == GatewayStep::cancel);
    const auto voided = after(waiting.next, answer(2, GatewayStep::cancel, Status::cancelled)).next;
    CHECK(voided.payment->state == State::voided);
    CHECK_FALSE(next_due(*voided.payment).has_value());
}

TEST_CASE("cancelling during an authorisation waits for its end, then releases it",
          "[domain][payment]") {
    const auto cancelled = after(begun(), cancel);
    CHECK(cancelled.calls.empty());
    const auto late = after(cancelled.next, answer(1, GatewayStep::authorize, Status::authorized));
    CHECK(only_call(late).step == GatewayStep::cancel);
    CHECK(late.stock == StockEffect::none);
    const auto declined =
        after(cancelled.next, answer(1, GatewayStep::authorize, Status::declined)).next;
    CHECK(declined.payment->state == State::voided);
    const auto never =
        after(cancelled.next, answer(1, GatewayStep::authorize, Status::unavailable, "")).next;
    CHECK(never.payment->state == State::voided);
}

TEST_CASE("cancelling during a capture waits for its end, then refunds it in full",
          "[domain][payment]") {
    const auto cancelled = after(capturing(), cancel);
    CHECK(cancelled.next.status == OrderStatus::cancelled);
    CHECK(cancelled.calls.empty());
    const auto captured = after(cancelled.next, answer(2, GatewayStep::capture, Status::captured));
    CHECK(captured.next.status == OrderStatus::cancelled);
    CHECK(captured.stock == StockEffect::none);
    CHECK(only_call(captured).step == GatewayStep::refund);
    CHECK(only_call(captured).amount == 6'372);
    CHECK(captured.next.payment->refunds.front().owed);
    const auto refunded =
        after(captured.next, answer(3, GatewayStep::refund, Status::refunded)).next;
    CHECK(refunded.payment_status == PaymentStatus::refunded);
    const auto not_taken =
        after(cancelled.next, answer(2, GatewayStep::capture, Status::unavailable));
    CHECK(only_call(not_taken).step == GatewayStep::cancel);
}

TEST_CASE("cancelling a paid order puts its units back and refunds what is left",
          "[domain][payment]") {
    auto order = after(paid(), refund(1, 1'000)).next;
    order = after(order, answer(3, GatewayStep::refund, Status::refunded)).next;
    CHECK(order.payment_status == PaymentStatus::partially_refunded);
    const auto cancelled = after(order, cancel);
    CHECK(cancelled.stock == StockEffect::restock);
    CHECK(cancelled.restock.front().second == 3);
    CHECK(only_call(cancelled).amount == 5'372);
    CHECK(after(cancelled.next, cancel).calls.empty());
}

TEST_CASE("a refund that was wished for before the order ended is owed from then on",
          "[domain][payment]") {
    auto order = after(after(paid(), refund(1, 1'000)).next, cancel).next;
    order = after(order, answer(3, GatewayStep::refund, Status::declined)).next;
    CHECK(order.payment->refunds.front().state != RefundState::failed);
    CHECK(refundable(*order.payment) == 0);
}

TEST_CASE("expiry gives a payment that is under way a grace, once", "[domain][payment]") {
    for (const auto& order : {begun(), waiting_for_buyer()}) {
        const auto graced = after(order, ExpireOrder{}, now + 15min);
        CHECK(graced.next.status == OrderStatus::pending);
        CHECK(graced.extend_until == now + 25min);
        CHECK(graced.stock == StockEffect::none);
        CHECK(refusal(graced.next, ExpireOrder{}, now + 25min - 1us) == ErrorCode::conflict);
        const auto expired = after(graced.next, ExpireOrder{}, now + 25min);
        CHECK(expired.next.status == OrderStatus::cancelled);
        CHECK(expired.stock == StockEffect::expire);
    }
    const auto declined = after(begun(), answer(1, GatewayStep::authorize, Status::declined)).next;
    CHECK(after(declined, ExpireOrder{}, now + 15min).next.status == OrderStatus::cancelled);
}

TEST_CASE("a late success after expiry is released, or refunded", "[domain][payment]") {
    auto order = after(begun(), ExpireOrder{}, now + 15min).next;
    order = after(order, ExpireOrder{}, now + 25min).next;
    const auto held =
        after(order, answer(1, GatewayStep::authorize, Status::authorized), now + 26min);
    CHECK(only_call(held).step == GatewayStep::cancel);
    const auto taken = after(held.next, webhook(Status::captured), now + 27min);
    CHECK(only_call(taken).step == GatewayStep::refund);
    CHECK(taken.next.payment->state == State::paid);
    CHECK(taken.next.status == OrderStatus::cancelled);
    CHECK(taken.entries.front().postings.back().account.kind == AccountKind::customer_payable);
}

TEST_CASE("a capture that ends past the grace finds the order over, expired or not yet",
          "[domain][payment]") {
    const auto late = now + 15min;
    const auto change = after(capturing(), answer(2, GatewayStep::capture, Status::captured), late);
    CHECK(change.next.status == OrderStatus::cancelled);
    CHECK(change.stock == StockEffect::expire);
    CHECK(only_call(change).step == GatewayStep::refund);
}

TEST_CASE("when stock has lost the units, the payment is undone", "[domain][payment]") {
    auto held = answer(1, GatewayStep::authorize, Status::authorized);
    held.units_lost = true;
    const auto released = after(begun(), held);
    CHECK(released.next.status == OrderStatus::cancelled);
    CHECK(only_call(released).step == GatewayStep::cancel);
    auto taken = answer(2, GatewayStep::capture, Status::captured);
    taken.units_lost = true;
    const auto refunded = after(capturing(), taken);
    CHECK(refunded.stock == StockEffect::none);
    CHECK(only_call(refunded).step == GatewayStep::refund);
}

TEST_CASE("another amount than the order's does not pay it", "[domain][payment]") {
    const auto change = after(capturing(), webhook(Status::captured, "pi_1", 6'371));
    CHECK(change.next.status == OrderStatus::cancelled);
    CHECK(only_call(change).amount == 6'371);
}

TEST_CASE("an order that ends before it is paid gives its discount back", "[domain][payment]") {
    auto order = placed();
    order.discount = AppliedDiscount{DiscountId{}, "SAVE20", {}};
    CHECK(after(order, cancel).release_discount);
    CHECK(after(order, ExpireOrder{}, now + 15min).release_discount);
    auto sold = paid();
    sold.discount = order.discount;
    CHECK_FALSE(after(sold, cancel).release_discount);
    CHECK_FALSE(after(placed(), cancel).release_discount);
}
