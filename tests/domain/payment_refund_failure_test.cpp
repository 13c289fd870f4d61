// Refunds that fail, are given up, or wait for operators.

#include "tests/domain/paid_order.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

RefundPayment with_units(std::uint64_t number, std::int64_t units) {
    auto command = refund(number, 1'000);
    command.restock = {{item_id(1), units}};
    return command;
}

}  // namespace

TEST_CASE("a refund that the gateway declines leaves its units on the shelf for the next one",
          "[domain][payment]") {
    auto order = after(paid(), with_units(1, 2)).next;
    order = after(order, answer(3, Step::refund, Status::declined)).next;
    CHECK(order.payment->refunds.front().state == RefundState::failed);
    CHECK(refundable(*order.payment) == 6'372);
    SECTION("which may name them again, and puts back what is new") {
        const auto again = after(order, with_units(2, 3));
        CHECK(only_call(again).step == Step::refund);
        REQUIRE(again.restock.size() == 1);
        CHECK(again.restock.front().second == 1);
        CHECK(again.stock == StockEffect::restock);
        CHECK(again.next.payment->refunds.front().restock.empty());
        CHECK(again.next.payment->refunds.back().restock ==
              std::vector{RestockLine{item_id(1), 3}});
        CHECK(refusal(again.next, with_units(3, 1)) == ErrorCode::unprocessable);
        CHECK(after(again.next, cancel).restock.empty());
    }
    SECTION("which may name some of them") {
        const auto again = after(order, with_units(2, 1));
        CHECK(again.stock == StockEffect::none);
        CHECK(again.next.payment->refunds.front().restock ==
              std::vector{RestockLine{item_id(1), 1}});
        CHECK(after(again.next, cancel).restock.front().second == 1);
    }
    SECTION("which may name none") {
        CHECK(after(order, refund(2, 1'000)).stock == StockEffect::none);
        CHECK(after(order, cancel).restock.front().second == 1);
    }
    CHECK(refusal(order, with_units(2, 4)) == ErrorCode::unprocessable);
}

TEST_CASE("a refund that is owed and was declined tells operators why, and since when",
          "[domain][payment]") {
    auto order = after(paid(), cancel).next;
    auto declined = answer(3, Step::refund, Status::declined);
    declined.answer.reason = "insufficient_balance";
    order = after(order, declined, now + 1min).next;
    const auto& waiting = order.payment->attempts.back();
    CHECK(waiting.stuck);
    CHECK(waiting.tries == 0);
    CHECK(waiting.reason == "insufficient_balance");
    CHECK(waiting.due_at == now + 1min);
}
