#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

TEST_CASE("an idle entity leaves memory and comes back from its rows", "[actors][registry]") {
    World world({.idle_s = 30});
    world.store.put_stock(sku(1), 5);
    REQUIRE(world.reserve(sku(1), 2, 15min).has_value());
    CHECK(world.system.figures().stocks.live == 1);
    for (int i = 0; i < 60; ++i) world.advance(1s);
    CHECK(world.system.figures().stocks.live == 0);
    CHECK(world.system.figures().stocks.passivated == 1);
    CHECK(world.stock(sku(1))->available() == 3);
}

TEST_CASE("the bound on live entities refuses new ones and lets the others go on",
          "[actors][registry]") {
    World world({.max_live = 3});
    for (std::uint64_t i = 1; i <= 4; ++i) world.store.put_stock(sku(i), 5);
    for (std::uint64_t i = 1; i <= 3; ++i) REQUIRE(world.reserve(sku(i), 1, 15min).has_value());
    CHECK(world.reserve(sku(4), 1, 15min).error().code == ErrorCode::unavailable);
    CHECK(world.reserve(sku(1), 1, 15min).has_value());
    for (int i = 0; i < 3; ++i) world.advance(1s);
    CHECK(world.reserve(sku(4), 1, 15min).has_value());
}

TEST_CASE("an entity without rows is not found and does not stay in memory", "[actors][registry]") {
    World world;
    CHECK(world.reserve(sku(9), 1, 15min).error().code == ErrorCode::not_found);
    CHECK(world.cart(CartId{world.ids.next()}) == nullptr);
    CHECK(world.system.figures().stocks.live == 0);
    CHECK(world.system.figures().carts.live == 0);
}

TEST_CASE(
    "a handler that throws answers its caller, and the third time within ten seconds "
    "quarantines that entity alone",
    "[actors][registry]") {
    World world;
    world.store.put_stock(sku(1), 5);
    world.store.put_stock(sku(2), 5);
    const auto crash = [&](const StockKey& key) {
        Outcome told = Error{ErrorCode::not_found, "never answered"};
        world.system.stocks().adjust(
            key, {AdjustStock{.quantity = 1, .reason = "count"},
                  {},
                  [](const StockView&) -> Answer { throw std::runtime_error("a mistake"); },
                  Reply{[&](Outcome given) { told = std::move(given); }}});
        world.settle();
        return told.error().code;
    };
    CHECK(crash(sku(1)) == ErrorCode::internal);
    CHECK(world.stock(sku(1))->on_hand == 5);  // nothing of it was kept
    CHECK(crash(sku(1)) == ErrorCode::internal);
    CHECK(crash(sku(1)) == ErrorCode::internal);
    CHECK(world.reserve(sku(1), 1, 15min).error().code == ErrorCode::unavailable);
    CHECK(world.reserve(sku(2), 1, 15min).has_value());
    CHECK(world.system.figures().stocks.quarantined == 1);
}

TEST_CASE("stopping answers everyone who still waits", "[actors][registry]") {
    World world;
    world.store.put_stock(sku(1), 5);
    Outcome told = Error{ErrorCode::internal, "never answered"};
    world.system.stocks().reserve(
        {ReserveMany{ReservationId{world.ids.next()}, {{sku(1), 1}}, {}, world.clock.now() + 1min},
         {},
         [](const Reservation&) { return Answer{}; },
         Reply{[&](Outcome given) { told = std::move(given); }}});
    world.system.stop();
    CHECK(told.error().code == ErrorCode::unavailable);
}
