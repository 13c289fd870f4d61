// Cash on delivery: its money is in the books from the moment that somebody says it was collected.

#include "tests/domain/paid_order.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

Order to_be_paid_in_cash(Amount total = 6'372) {
    auto order = placed(total);
    order.payment_method = PaymentMethod::cash_on_delivery;
    return order;
}
Order to_deliver(Amount total = 6'372) {
    return after(to_be_paid_in_cash(total), ConfirmOrder{PaymentMethod::cash_on_delivery, "guest"})
        .next;
}
const CollectPayment collect{PaymentId{uuid_v7(now, 1, 9)}, std::nullopt, "key_1"};
Order collected() { return after(to_deliver(), collect).next; }

}  // namespace

TEST_CASE("collecting the cash pays the order and posts it, at once", "[domain][payment]") {
    auto told = collect;
    told.amount = 6'372;
    const auto change = after(to_deliver(), told);
    CHECK(change.next.payment_status == PaymentStatus::paid);
    CHECK(change.next.status == OrderStatus::confirmed);
    CHECK(change.next.payment->captured == 6'372);
    CHECK(change.next.payment->pays_order);
    CHECK(change.next.history.back().actor == "key_1");
    CHECK(change.calls.empty());
    CHECK(change.stock == StockEffect::none);
    REQUIRE(change.entries.size() == 1);
    CHECK(sums_to_zero(change.entries[0]));
    CHECK(change.entries[0].reference == to_text(placed().id) + ":capture:cash");
    CHECK(change.entries[0].postings.front().account ==
          Account{AccountKind::gateway_clearing, {}, PaymentMethod::cash_on_delivery});
    CHECK(change.entries[0].postings.front().amount == 6'372);
}

TEST_CASE("cash that was collected is not collected again", "[domain][payment]") {
    auto again = collect;
    again.payment_id = PaymentId{uuid_v7(now, 1, 10)};
    for (const auto& order : {collected(), after(collected(), refund(1, 100)).next}) {
        const auto change = after(order, again);
        CHECK(change.next.version == order.version);
        CHECK(change.entries.empty());
    }
}

TEST_CASE("cash is collected from confirmed until delivered, and for the total alone",
          "[domain][payment]") {
    CHECK(refusal(placed(), collect) == ErrorCode::conflict);
    CHECK(refusal(paid(), collect) == ErrorCode::conflict);
    using enum OrderStatus;
    for (const auto status : {pending, cancelled, returned}) {
        auto order = to_deliver();
        order.status = status;
        CHECK(refusal(order, collect) == ErrorCode::conflict);
    }
    for (const auto status : {confirmed, processing, shipped, delivered}) {
        auto order = to_deliver();
        order.status = status;
        CHECK(after(order, collect).next.payment_status == PaymentStatus::paid);
    }
    auto less = collect;
    less.amount = 6'371;
    CHECK(refusal(to_deliver(), less) == ErrorCode::unprocessable);
}

TEST_CASE("a refund in cash is on record at once, and all of them add up", "[domain][payment]") {
    CHECK(refusal(to_deliver(), refund(1, 1)) == ErrorCode::conflict);
    const auto part = after(collected(), refund(1, 1'000));
    CHECK(part.calls.empty());
    CHECK(part.next.payment->refunds[0].state == RefundState::done);
    CHECK(part.next.payment_status == PaymentStatus::partially_refunded);
    REQUIRE(part.entries.size() == 1);
    CHECK(sums_to_zero(part.entries[0]));
    CHECK(refusal(part.next, refund(2, 5'373)) == ErrorCode::unprocessable);
    const auto rest = after(part.next, refund(2, std::nullopt));
    CHECK(rest.next.payment_status == PaymentStatus::refunded);
    CHECK(rest.next.payment->refunded == 6'372);
    CHECK_FALSE(next_due(*rest.next.payment));
}

TEST_CASE("cash of an order that is cancelled is owed until an operator has given it back",
          "[domain][payment]") {
    const auto ended = after(collected(), cancel);
    CHECK(ended.calls.empty());
    CHECK(ended.entries.empty());
    CHECK(needs_operator(*ended.next.payment));
    const auto key = ended.next.payment->attempts.back().key;
    const auto tried = after(ended.next, RetryNow{key, "key_1"});
    CHECK(only_call(tried).step == GatewayStep::refund);
    GatewayReported report{.key = key, .step = GatewayStep::refund};
    report.answer = {.status = Status::refunded, .refunded = 6'372};
    const auto back = after(tried.next, report);
    CHECK(back.next.payment_status == PaymentStatus::refunded);
    REQUIRE(back.entries.size() == 1);
    CHECK(sums_to_zero(back.entries[0]));
}

TEST_CASE("an order that costs nothing is collected without a posting", "[domain][payment]") {
    const auto change = after(to_deliver(0), collect);
    CHECK(change.next.payment_status == PaymentStatus::paid);
    CHECK(change.entries.empty());
    CHECK(after(change.next, collect).next.version == change.next.version);
}
