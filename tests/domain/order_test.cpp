#include "domain/order.hpp"

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
using enum OrderStatus;

Order placed() {
    Order order;
    order.id = OrderId{uuid_v7(now, 0, 1)};
    order.reserved_until = now + 15min;
    order.history = {{pending, PaymentStatus::pending, "guest", "placed", now}};
    order.vendor_orders = {{VendorId{}, pending, {}}};
    order.version = 1;
    return order;
}

Order in(OrderStatus status) {
    auto order = placed();
    order.status = status;
    order.stock_deducted = status != pending && status != cancelled;
    return order;
}

const ConfirmOrder confirm{PaymentMethod::cash_on_delivery, "guest"};
const CancelOrder cancel{"guest", "changed my mind", {}};

}  // namespace

TEST_CASE("an order moves only along its life", "[domain][order]") {
    const std::vector<std::pair<OrderStatus, OrderStatus>> allowed{
        {pending, confirmed},   {pending, cancelled},  {confirmed, processing},
        {confirmed, cancelled}, {processing, shipped}, {processing, cancelled},
        {shipped, delivered},   {shipped, returned},   {delivered, returned}};
    for (const auto from :
         {pending, confirmed, processing, shipped, delivered, cancelled, returned})
        for (const auto to :
             {pending, confirmed, processing, shipped, delivered, cancelled, returned})
            CHECK(may_become(from, to) ==
                  (std::ranges::find(allowed, std::pair{from, to}) != allowed.end()));
}

TEST_CASE("confirming deducts, once", "[domain][order]") {
    const auto change = decide(placed(), confirm, now).value();
    CHECK(change.stock == StockEffect::confirm);
    CHECK(change.next.status == confirmed);
    CHECK(change.next.vendor_orders.front().status == confirmed);
    CHECK(change.next.payment_status == PaymentStatus::pending);
    CHECK(change.next.history.size() == 2);
    const auto again = decide(change.next, confirm, now).value();
    CHECK(again.stock == StockEffect::none);
    CHECK(again.next.version == change.next.version);
}

TEST_CASE("an order can be confirmed until its reservation runs out", "[domain][order]") {
    CHECK(decide(placed(), confirm, now + 15min - 1us).has_value());
    CHECK(decide(placed(), confirm, now + 15min).error().code == ErrorCode::gone);
}

TEST_CASE("a cancelled order cannot be confirmed, nor one be paid by another method",
          "[domain][order]") {
    CHECK(decide(in(cancelled), confirm, now).error().code == ErrorCode::conflict);
    CHECK(decide(in(shipped), confirm, now).error().code == ErrorCode::conflict);
    CHECK(decide(placed(), ConfirmOrder{PaymentMethod::stripe, "guest"}, now).error().code ==
          ErrorCode::invalid_input);
}

TEST_CASE("cancelling gives stock back the way it was taken", "[domain][order]") {
    CHECK(decide(placed(), cancel, now)->stock == StockEffect::release);
    CHECK(decide(in(confirmed), cancel, now)->stock == StockEffect::restock);
    CHECK(decide(in(cancelled), cancel, now)->stock == StockEffect::none);
    CHECK(decide(in(shipped), cancel, now).error().code == ErrorCode::conflict);
    CHECK(decide(in(delivered), cancel, now).error().code == ErrorCode::conflict);
    auto stale = cancel;
    stale.expected_version = 7;
    CHECK(decide(placed(), stale, now).error().code == ErrorCode::precondition_failed);
}

TEST_CASE("who cancelled and why stays in the history", "[domain][order]") {
    const auto entry = decide(placed(), cancel, now)->next.history.back();
    CHECK(entry.actor == "guest");
    CHECK(entry.reason == "changed my mind");
    CHECK(entry.status == cancelled);
}

TEST_CASE("only an order nobody confirmed expires, and not before its time", "[domain][order]") {
    CHECK(decide(placed(), ExpireOrder{}, now).error().code == ErrorCode::conflict);
    const auto change = decide(placed(), ExpireOrder{}, now + 15min).value();
    CHECK(change.stock == StockEffect::expire);
    CHECK(change.next.status == cancelled);
    CHECK(decide(in(confirmed), ExpireOrder{}, now + 15min)->stock == StockEffect::none);
    CHECK(decide(in(cancelled), ExpireOrder{}, now + 15min)->stock == StockEffect::none);
}

TEST_CASE("an order that was never placed is not found", "[domain][order]") {
    CHECK(decide(Order{}, confirm, now).error().code == ErrorCode::not_found);
}

TEST_CASE("two lines of one SKU are one demand", "[domain][order]") {
    OrderItem one{.quantity = 2};
    OrderItem other{.quantity = 3};
    const auto demand = demand_of({one, other});
    REQUIRE(demand.size() == 1);
    CHECK(demand.front().second == 5);
}

TEST_CASE("an operator lets a pending order hold its units longer, never shorter",
          "[domain][order]") {
    const auto change = decide(placed(), HoldLonger{now + 1h, "key_1", "they called"}, now).value();
    CHECK(change.next.reserved_until == now + 1h);
    CHECK(change.extend_until == now + 1h);
    CHECK(change.next.status == pending);
    CHECK(change.next.version == 2);
    CHECK(change.next.history.back().reason == "they called");
    CHECK(decide(placed(), HoldLonger{now + 15min, "key_1", "x"}, now).error().code ==
          ErrorCode::unprocessable);
    CHECK(decide(placed(), HoldLonger{now + 1h, "key_1", "x"}, now + 2h).error().code ==
          ErrorCode::unprocessable);
    for (const auto status : {confirmed, processing, shipped, delivered, cancelled, returned})
        CHECK(decide(in(status), HoldLonger{now + 1h, "key_1", "x"}, now).error().code ==
              ErrorCode::conflict);
}
