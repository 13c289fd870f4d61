#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

Outcome close(World& world, const ReservationId& id, ReservationState outcome) {
    Outcome told = Error{ErrorCode::internal, "never answered"};
    world.system.stocks().close({CloseMany{id, outcome},
                                 {},
                                 [](const Reservation&) { return Answer{}; },
                                 Reply{[&](Outcome given) { told = std::move(given); }}});
    world.settle();
    return told;
}

ReservationId reserved(World& world, const StockKey& key, std::int64_t quantity, Duration time) {
    const auto outcome = world.reserve(key, quantity, time);
    REQUIRE(outcome.has_value());
    return parse_id<ReservationId>(outcome->body).value();
}

}  // namespace

TEST_CASE("a reservation frees its units when it is due, not before", "[actors][expiry]") {
    World world;
    world.store.put_stock(sku(1), 5);
    (void)reserved(world, sku(1), 5, 60s);
    world.advance(59s);
    CHECK(world.stock(sku(1))->available() == 0);
    world.advance(1s);
    CHECK(world.stock(sku(1))->available() == 5);
}

TEST_CASE("what ran out is a deed of its supervisor, once it is committed", "[actors][expiry]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto id = reserved(world, sku(1), 5, 60s);
    world.advance(59s);
    CHECK(world.system.deeds().newest().empty());
    world.advance(1s);
    const auto deeds = world.system.deeds().newest();
    REQUIRE(deeds.size() == 1);
    CHECK(deeds.front().supervisor == SupervisorKind::reservations);
    CHECK(deeds.front().subject == to_text(id));
    CHECK(deeds.front().at == world.clock.now());
}

TEST_CASE("a reservation that falls due far ahead is found in the rows later", "[actors][expiry]") {
    World world;
    world.store.put_stock(sku(1), 5);
    (void)reserved(world, sku(1), 5, 10min);
    for (int i = 0; i < 119; ++i) world.advance(5s);
    CHECK(world.stock(sku(1))->available() == 0);
    world.advance(5s);
    CHECK(world.stock(sku(1))->available() == 5);
}

TEST_CASE("what fell due while the server was down is freed at its start", "[actors][expiry]") {
    World first;
    first.store.put_stock(sku(1), 5);
    (void)reserved(first, sku(1), 5, 60s);
    World second;
    second.store.stocks = first.store.stocks;
    second.store.reservations = first.store.reservations;
    second.advance(10min);
    CHECK(second.stock(sku(1))->available() == 5);
}

TEST_CASE("an expiry whose commit fails is tried again", "[actors][expiry]") {
    World world;
    world.store.put_stock(sku(1), 5);
    (void)reserved(world, sku(1), 5, 60s);
    world.store.fates = {FakeStore::Fate::unknown_and_lost};
    world.advance(60s);
    world.advance(30s);
    CHECK(world.stock(sku(1))->available() == 5);
}

TEST_CASE("an order nobody confirms cancels itself when its reservation is due",
          "[actors][expiry][order]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto cart = world.cart_with({{sku(1), 2}});
    REQUIRE(world.place(cart).has_value());
    const auto order = world.order_of(cart);
    for (int i = 0; i < 180; ++i) world.advance(5s);
    CHECK(world.order(order)->status == OrderStatus::cancelled);
    CHECK(world.stock(sku(1))->available() == 5);
    CHECK(world.tell(order, ConfirmOrder{PaymentMethod::cash_on_delivery, "guest"}).error().code ==
          ErrorCode::conflict);
}

TEST_CASE("what ran out is counted once it is committed, and what stays open is not",
          "[actors][expiry][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    (void)reserved(world, sku(1), 2, 60s);
    REQUIRE(world.place(world.cart_with({{sku(1), 1}})).has_value());
    world.store.fates = {FakeStore::Fate::unavailable};
    world.advance(60s);
    CHECK(world.system.figures().reservations_expired == 0);
    for (int i = 0; i < 3; ++i) world.advance(10s);
    CHECK(world.system.figures().reservations_expired == 1);
    for (int i = 0; i < 200; ++i) world.advance(5s);
    CHECK(world.system.figures().reservations_expired == 2);
}

TEST_CASE("confirming after expiry is gone, confirming in time deducts", "[actors][reservation]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto late = reserved(world, sku(1), 1, 60s);
    const auto in_time = reserved(world, sku(1), 2, 120s);
    world.advance(60s);
    CHECK(close(world, late, ReservationState::confirmed).error().code == ErrorCode::gone);
    CHECK(close(world, in_time, ReservationState::confirmed).has_value());
    CHECK(close(world, in_time, ReservationState::confirmed).has_value());
    CHECK(close(world, in_time, ReservationState::released).error().code == ErrorCode::conflict);
    CHECK(world.stock(sku(1))->on_hand == 3);
    CHECK(world.stock(sku(1))->reserved == 0);
}

TEST_CASE("releasing twice is harmless", "[actors][reservation]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto id = reserved(world, sku(1), 3, 60s);
    CHECK(close(world, id, ReservationState::released).has_value());
    CHECK(close(world, id, ReservationState::released).has_value());
    CHECK(world.stock(sku(1))->available() == 5);
    CHECK(close(world, ReservationId{world.ids.next()}, ReservationState::released).error().code ==
          ErrorCode::not_found);
}
