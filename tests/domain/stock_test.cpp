#include "domain/stock.hpp"

#include <random>

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
const StockKey key{VariantId{uuid_v7(now, 0, 1)}, VendorId{uuid_v7(now, 0, 2)}};
const CartId cart{uuid_v7(now, 0, 3)};
const OrderId order{uuid_v7(now, 0, 4)};

ReservationId reservation(std::uint64_t number) { return {uuid_v7(now, 9, number)}; }
Stock shelf(std::int64_t on_hand) { return {.key = key, .on_hand = on_hand, .version = 1}; }

ReserveStock reserve(std::uint64_t number, std::int64_t quantity) {
    return {.id = reservation(number), .quantity = quantity, .expires_at = now + 15min};
}

Result<StockChange> run(Stock& stock, const StockCommand& command, TimePoint at = now) {
    auto change = decide(stock, command, at);
    if (change) apply(stock, *change);
    return change;
}

}  // namespace

TEST_CASE("units can be reserved until none is left", "[domain][stock]") {
    auto stock = shelf(3);
    CHECK(run(stock, reserve(1, 2)).has_value());
    CHECK(stock.available() == 1);
    const auto refused = run(stock, reserve(2, 2));
    CHECK(refused.error().code == ErrorCode::insufficient_stock);
    CHECK(refused.error().message == "only 1 available");
    CHECK(run(stock, reserve(3, 1)).has_value());
    CHECK(run(stock, reserve(4, 1)).error().code == ErrorCode::insufficient_stock);
    CHECK(stock.available() == 0);
}

TEST_CASE("the same reservation again changes nothing", "[domain][stock]") {
    auto stock = shelf(3);
    REQUIRE(run(stock, reserve(1, 2)).has_value());
    const auto version = stock.version;
    CHECK(run(stock, reserve(1, 2))->empty());
    CHECK(stock.version == version);
}

TEST_CASE("a reservation of no units, of too many, or for the past is refused", "[domain][stock]") {
    auto stock = shelf(3);
    CHECK(run(stock, reserve(1, 0)).error().code == ErrorCode::unprocessable);
    CHECK(run(stock, reserve(1, -1)).error().code == ErrorCode::unprocessable);
    CHECK(run(stock, reserve(1, INT64_MAX)).error().code == ErrorCode::unprocessable);
    CHECK(run(stock, reserve(1, 1), now + 15min).error().code == ErrorCode::unprocessable);
}

TEST_CASE("confirming deducts and writes a movement, releasing gives back", "[domain][stock]") {
    auto stock = shelf(5);
    REQUIRE(run(stock, reserve(1, 2)).has_value());
    REQUIRE(run(stock, reserve(2, 1)).has_value());
    const auto sold = run(stock, CloseReservation{reservation(1), ReservationState::confirmed, {}});
    REQUIRE(sold.has_value());
    CHECK(sold->movements.front().quantity == -2);
    CHECK(sold->movements.front().kind == MovementKind::sold);
    REQUIRE(run(stock, CloseReservation{reservation(2), ReservationState::released, {}}));
    CHECK(stock.on_hand == 3);
    CHECK(stock.reserved == 0);
}

TEST_CASE("a reservation cannot be confirmed from its expiry on, nor expire before it",
          "[domain][stock]") {
    auto stock = shelf(5);
    REQUIRE(run(stock, reserve(1, 2)).has_value());
    const CloseReservation confirm{reservation(1), ReservationState::confirmed, {}};
    const CloseReservation expire{reservation(1), ReservationState::expired, {}};
    CHECK(run(stock, expire, now + 15min - 1us).error().code == ErrorCode::conflict);
    CHECK(run(stock, confirm, now + 15min).error().code == ErrorCode::gone);
    CHECK(decide(stock, confirm, now + 15min - 1us).has_value());
    CHECK(run(stock, expire, now + 15min).has_value());
    CHECK(stock.available() == 5);
}

TEST_CASE("only its order may close an order's reservation", "[domain][stock]") {
    auto stock = shelf(5);
    auto wish = reserve(1, 2);
    wish.order_id = order;
    REQUIRE(run(stock, wish).has_value());
    const CloseReservation stranger{reservation(1), ReservationState::released, {}};
    CHECK(run(stock, stranger).error().code == ErrorCode::forbidden);
    CHECK(run(stock, CloseReservation{reservation(1), ReservationState::released, order}));
}

TEST_CASE("a checkout takes over what its cart had reserved", "[domain][stock]") {
    auto stock = shelf(2);
    auto held = reserve(1, 2);
    held.cart_id = cart;
    REQUIRE(run(stock, held).has_value());
    auto checkout = reserve(2, 2);
    checkout.order_id = order;
    CHECK(decide(stock, checkout, now).error().code == ErrorCode::insufficient_stock);
    checkout.cart_id = cart;
    checkout.takes_over_cart = true;
    const auto change = run(stock, checkout);
    REQUIRE(change.has_value());
    CHECK(change->reserved_delta == 0);
    CHECK(change->closed.front().outcome == ReservationState::transferred);
    CHECK(stock.open.size() == 1);
}

TEST_CASE("a count below what is reserved is refused", "[domain][stock]") {
    auto stock = shelf(5);
    REQUIRE(run(stock, reserve(1, 3)).has_value());
    const auto set = [](std::int64_t units) {
        return AdjustStock{.absolute = true, .quantity = units, .reason = "count"};
    };
    const auto move = [](std::int64_t units) {
        return AdjustStock{.quantity = units, .reason = "damaged"};
    };
    CHECK(run(stock, set(2)).error().code == ErrorCode::conflict);
    CHECK(run(stock, move(-3)).error().code == ErrorCode::conflict);
    CHECK(run(stock, move(-6)).error().code == ErrorCode::unprocessable);
    CHECK(run(stock, set(max_stock_units + 1)).error().code == ErrorCode::unprocessable);
    CHECK(run(stock, set(3)).has_value());
    CHECK(run(stock, set(3))->empty());
    CHECK(stock.available() == 0);
    auto stale = set(9);
    stale.expected_version = stock.version - 1;
    CHECK(run(stock, stale).error().code == ErrorCode::precondition_failed);
}

TEST_CASE("a reverted change leaves no trace, whatever happened in between", "[domain][stock]") {
    auto stock = shelf(10);
    REQUIRE(run(stock, reserve(1, 2)).has_value());
    const auto held = run(stock, reserve(2, 3));
    REQUIRE(run(stock, reserve(3, 1)).has_value());
    revert(stock, *held);
    CHECK(stock.reserved == 3);
    CHECK(stock.open.size() == 2);
    CHECK_FALSE(stock.open.contains(reservation(2)));
}

TEST_CASE("whatever is asked, counts stay sane and movements add up to what is on hand",
          "[domain][stock]") {
    std::mt19937_64 random{7};
    for (int round = 0; round < 200; ++round) {
        auto stock = shelf(static_cast<std::int64_t>(random() % 20));
        std::int64_t moved = stock.on_hand;
        for (int step = 0; step < 100; ++step) {
            const auto number = random() % 10;
            const auto quantity = static_cast<std::int64_t>(random() % 8) - 2;
            StockCommand command;
            switch (random() % 4) {
                case 0:
                    command = reserve(number, quantity);
                    break;
                case 1:
                    command = CloseReservation{reservation(number),
                                               random() % 2 == 0 ? ReservationState::confirmed
                                                                 : ReservationState::released,
                                               {}};
                    break;
                case 2:
                    command = AdjustStock{.quantity = quantity, .reason = "count"};
                    break;
                default:
                    command = RestockUnits{order, quantity};
            }
            if (const auto change = run(stock, command))
                for (const auto& movement : change->movements) moved += movement.quantity;
            std::int64_t open = 0;
            for (const auto& [id, line] : stock.open) open += line.quantity;
            REQUIRE(stock.reserved == open);
            REQUIRE(stock.reserved >= 0);
            REQUIRE(stock.reserved <= stock.on_hand);
            REQUIRE(moved == stock.on_hand);
        }
    }
}

TEST_CASE("an order's reservation may be made to last longer, never shorter", "[domain][stock]") {
    auto stock = shelf(10);
    auto wish = reserve(1, 2);
    wish.order_id = order;
    REQUIRE(run(stock, wish).has_value());
    const auto id = reservation(1);
    const auto before = stock.version;
    const auto longer =
        decide(stock, ExtendReservation{id, now + 25min, order}, now + 15min).value();
    REQUIRE(longer.extended.size() == 1);
    CHECK(units_freed_by(longer) == 0);
    apply(stock, longer);
    CHECK(stock.open.at(id).expires_at == now + 25min);
    CHECK(stock.version == before + 1);
    CHECK(decide(stock, ExtendReservation{id, now + 25min, order}, now)->empty());
    CHECK(decide(stock, ExtendReservation{id, now + 20min, order}, now)->empty());
    const CloseReservation confirm{id, ReservationState::confirmed, order};
    CHECK(decide(stock, confirm, now + 20min).has_value());
    revert(stock, longer);
    CHECK(stock.open.at(id).expires_at == now + 15min);
    CHECK(decide(stock, ExtendReservation{id, now + 25min, {}}, now).error().code ==
          ErrorCode::forbidden);
    CHECK(decide(stock, ExtendReservation{reservation(2), now + 25min, order}, now).error().code ==
          ErrorCode::not_found);
}

TEST_CASE("what a cart has reserved may become another cart's", "[domain][stock]") {
    const CartId guest{uuid_v7(now, 8, 1)};
    const CartId other{uuid_v7(now, 8, 2)};
    auto stock = shelf(10);
    auto held = reserve(1, 4);
    held.cart_id = guest;
    REQUIRE(run(stock, held).has_value());
    const auto moved = decide(stock, MoveReservations{guest, other}, now).value();
    REQUIRE(moved.moved.size() == 1);
    CHECK(units_freed_by(moved) == 0);
    apply(stock, moved);
    CHECK(stock.open.at(reservation(1)).cart_id == other);
    auto checkout = reserve(2, 10);
    checkout.cart_id = guest;
    checkout.takes_over_cart = true;
    CHECK(decide(stock, checkout, now).error().code == ErrorCode::insufficient_stock);
    checkout.cart_id = other;
    CHECK(decide(stock, checkout, now)->closed.size() == 1);
    CHECK(decide(stock, MoveReservations{guest, other}, now)->empty());
    revert(stock, moved);
    CHECK(stock.open.at(reservation(1)).cart_id == guest);
    CHECK(decide(stock, MoveReservations{guest, other}, now)->moved.size() == 1);
}
