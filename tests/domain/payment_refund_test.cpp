// Money on its way back.

#include "tests/domain/paid_order.hpp"

using namespace souk;
using namespace std::chrono_literals;

TEST_CASE("refunds add up, those under way included", "[domain][payment]") {
    CHECK(refusal(begun(), refund(1, 1)) == ErrorCode::conflict);
    CHECK(refusal(placed(), refund(1, 1)) == ErrorCode::conflict);
    CHECK(refusal(paid(), refund(1, 6'373)) == ErrorCode::unprocessable);
    CHECK(refusal(paid(), refund(1, 0)) == ErrorCode::unprocessable);
    CHECK(refusal(paid(), refund(1, -1)) == ErrorCode::unprocessable);
    const auto first = after(paid(), refund(1, 6'000));
    CHECK(only_call(first).amount == 6'000);
    CHECK(refusal(first.next, refund(2, 373)) == ErrorCode::unprocessable);
    const auto second = after(first.next, refund(2, {}));
    CHECK(second.calls.empty());
    CHECK(refusal(second.next, refund(3, {})) == ErrorCode::conflict);
    CHECK(after(second.next, refund(1, 6'000)).next.version == second.next.version);
    CHECK(refusal(second.next, refund(1, 5'000)) == ErrorCode::conflict);
    const auto next = after(second.next, answer(3, GatewayStep::refund, Status::refunded));
    CHECK(only_call(next).amount == 372);
    CHECK(next.next.payment_status == PaymentStatus::partially_refunded);
    const auto all = after(next.next, answer(4, GatewayStep::refund, Status::refunded)).next;
    CHECK(all.payment_status == PaymentStatus::refunded);
    CHECK(all.payment->refunded == 6'372);
}

TEST_CASE("the gateway's total tells whether a refund stands", "[domain][payment]") {
    auto order = after(paid(), refund(1, 1'000)).next;
    order = after(order, answer(3, GatewayStep::refund, Status::unknown)).next;
    order = after(order, AttemptDue{key(3, GatewayStep::refund)}, now + 1s).next;
    auto told = looked_up(3, GatewayStep::refund, Status::captured);
    CHECK(only_call(after(order, told)).step == GatewayStep::refund);
    told.answer.refunded = 1'000;
    CHECK(after(order, told).next.payment->refunded == 1'000);
    const auto hooked = after(order, webhook(Status::refunded, "pi_1", 6'372, 1'000)).next;
    CHECK(hooked.payment->refunded == 1'000);
    CHECK(after(hooked, webhook(Status::refunded, "pi_1", 6'372, 1'000)).next.version ==
          hooked.version);
}

TEST_CASE("a refund made at the gateway is put on record", "[domain][payment]") {
    const auto change = after(paid(), webhook(Status::refunded, "pi_1", 6'372, 500));
    CHECK(change.next.payment->refunded == 500);
    CHECK(change.next.payment->refunds.front().actor == "gateway");
    REQUIRE(change.entries.size() == 1);
    const auto unheard = after(capturing(), webhook(Status::refunded, "pi_1", 6'372, 6'372));
    CHECK(unheard.next.payment->refunded == 6'372);
    CHECK(unheard.next.payment_status == PaymentStatus::refunded);
}

TEST_CASE("a refund that was wished for may fail, one that is owed waits for operators",
          "[domain][payment]") {
    auto wished = after(paid(), refund(1, 1'000)).next;
    wished = after(wished, answer(3, GatewayStep::refund, Status::declined)).next;
    CHECK(wished.payment->refunds.front().state == RefundState::failed);
    CHECK(refundable(*wished.payment) == 6'372);
    auto owed = after(paid(), cancel).next;
    owed = after(owed, answer(3, GatewayStep::refund, Status::declined)).next;
    CHECK(owed.payment->refunds.front().state == RefundState::under_way);
    CHECK(needs_operator(*owed.payment));
    const auto again = after(owed, RetryNow{key(4, GatewayStep::refund), "key_1"});
    CHECK(only_call(again).idempotency_key == key(4, GatewayStep::refund));
    const auto given_up = after(owed, GiveUp{key(4, GatewayStep::refund), "key_1", "paid in cash"});
    CHECK(given_up.next.payment->refunds.front().state == RefundState::given_up);
    CHECK(refundable(*given_up.next.payment) == 6'372);
}

TEST_CASE("a refund restocks the lines it names, and no unit twice", "[domain][payment]") {
    auto command = refund(1, 1'000);
    command.restock = {{item_id(1), 2}};
    const auto change = after(paid(), command);
    CHECK(change.stock == StockEffect::restock);
    REQUIRE(change.restock.size() == 1);
    CHECK(change.restock.front().second == 2);
    auto more = refund(2, 1'000);
    more.restock = {{item_id(1), 2}};
    CHECK(refusal(change.next, more) == ErrorCode::unprocessable);
    more.restock = {{item_id(1), 1}, {item_id(1), 1}};
    CHECK(refusal(change.next, more) == ErrorCode::unprocessable);
    more.restock = {{item_id(2), 1}};
    CHECK(refusal(change.next, more) == ErrorCode::unprocessable);
    CHECK(after(change.next, cancel).restock.front().second == 1);
}

TEST_CASE("an order has so many refunds and no more", "[domain][payment]") {
    auto order = paid();
    for (std::uint64_t number = 1; number <= max_refunds; ++number) {
        CHECK(refusal(order, refund(number, 0)) == ErrorCode::unprocessable);
        order.payment->refunds.push_back({.id = refund(number, 1).id, .amount = 1});
        order.payment->refunds.back().state = RefundState::done;
    }
    const auto refused = decide(order, refund(max_refunds + 1, 1), now, policy);
    CHECK(refused.error().code == ErrorCode::unprocessable);
    CHECK(refused.error().message == "an order has no more than 100 refunds");
    order.payment->refunds.pop_back();
    CHECK(decide(order, refund(max_refunds + 1, 1), now, policy).has_value());
}
