// Buyers who wait for their gateway.

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

TEST_CASE("an order whose buyer waits for the gateway stays in memory", "[actors][payment]") {
    World world({.idle_s = 5});
    world.store.put_stock(sku(1), 10);
    const auto id = world.order_to_pay(sku(1));
    world.gateway.silent = true;
    Outcome outcome = Error{ErrorCode::internal, "never answered"};
    world.system.orders().tell(
        id, {Pay{PaymentMethod::sandbox, "good", PaymentId{world.ids.next()}, "guest"},
             {.request_id = "test", .actor = "guest"},
             [](const Order& order) {
                 return Answer{.body = order.payment_status == PaymentStatus::paid ? "paid" : "?"};
             },
             Reply{[&](Outcome given) { outcome = std::move(given); }}});
    world.settle();
    for (int i = 0; i < 20; ++i) world.advance(1s);
    CHECK(world.system.figures().orders.live == 1);
    world.gateway.silent = false;
    world.settle();
    REQUIRE(outcome);
    CHECK(outcome->body == "paid");
    for (int i = 0; i < 20; ++i) world.advance(1s);
    CHECK(world.system.figures().orders.live == 0);
}

TEST_CASE("an answer that finds the database away is looked up when it is back",
          "[actors][payment]") {
    World world;
    world.store.put_stock(sku(1), 10);
    const auto id = world.order_to_pay(sku(1));
    world.gateway.silent = true;
    bool told = false;
    world.system.orders().tell(
        id, {Pay{PaymentMethod::sandbox, "good", PaymentId{world.ids.next()}, "guest"},
             {.request_id = "test", .actor = "guest"},
             [](const Order&) { return Answer{}; },
             Reply{[&](const Outcome& outcome) {
                 told = true;
                 CHECK(outcome.error().code == ErrorCode::unavailable);
             }}});
    world.settle();
    world.store.down = true;
    world.gateway.silent = false;
    world.settle();
    for (int i = 0; i < 5; ++i) world.advance(1s);
    CHECK(told);
    CHECK(world.store.orders.at(id).payment_status == PaymentStatus::processing);
    world.store.down = false;
    for (int i = 0; i < 120; ++i) world.advance(1s);
    CHECK(world.store.orders.at(id).payment_status == PaymentStatus::paid);
    CHECK(world.gateway.captures_of(id) == 1);
}

TEST_CASE("a payment step that was taken up is counted once", "[actors][payment][console]") {
    World world;
    world.store.put_stock(sku(1), 10);
    const auto id = world.order_to_pay(sku(1));
    world.gateway.lines = {FakeGateway::Line::request_lost};
    world.tell(id, Pay{PaymentMethod::sandbox, "good", PaymentId{world.ids.next()}, "guest"});
    world.store.fates = {FakeStore::Fate::unavailable};  // of the commit that takes it up
    for (int i = 0; i < 60; ++i) world.advance(1s);
    REQUIRE(world.store.orders.at(id).payment_status == PaymentStatus::paid);
    CHECK(world.store.fates.empty());
    CHECK(world.system.figures().payments_taken_up == 1);
}

TEST_CASE("a payment that has begun ends although work is paused or drained", "[actors][payment]") {
    World world;
    world.store.put_stock(sku(1), 10);
    const auto id = world.order_to_pay(sku(1));
    // Nobody hears of the authorisation, nor of the capture: both are looked up when they are due.
    world.gateway.lines = {FakeGateway::Line::answer_lost, FakeGateway::Line::good,
                           FakeGateway::Line::answer_lost};
    world.tell(id, Pay{PaymentMethod::sandbox, "good", PaymentId{world.ids.next()}, "guest"});
    SECTION("a drained server") { world.system.drain(true); }
    SECTION("paused kinds") {
        for (const auto kind : {EntityKind::stock, EntityKind::order})
            world.system.desk_of(kind).pause(true);
    }
    for (int i = 0; i < 120; ++i) world.advance(1s);
    CHECK(world.store.orders.at(id).payment_status == PaymentStatus::paid);
    CHECK(world.gateway.captures_of(id) == 1);
}
