#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

std::int64_t open_units(const FakeStore& store, const StockKey& key) {
    std::int64_t units = 0;
    for (const auto& [id, rows] : store.reservations)
        for (const auto& [line, state] : rows.lines)
            if (line.key == key && state == ReservationState::open) units += line.quantity;
    return units;
}

/// The invariants of design.md that speak of rows.
void check_books(const FakeStore& store) {
    for (const auto& [key, stock] : store.stocks) {
        CHECK(open_units(store, key) == stock.reserved);
        std::int64_t moved = 0;
        for (const auto& movement : store.movements)
            if (movement.key == key) moved += movement.quantity;
        CHECK(moved == stock.on_hand);
        CHECK(stock.reserved <= stock.on_hand);
    }
}

}  // namespace

TEST_CASE("a checkout commits order, reservation and closed cart as one change",
          "[actors][cart][order]") {
    World world;
    world.store.put_stock(sku(1), 10);
    world.store.put_stock(sku(2), 10);
    const auto cart = world.cart_with({{sku(1), 2}, {sku(2), 3}});
    world.store.batch_sizes.clear();
    const auto outcome = world.place(cart);
    REQUIRE(outcome.has_value());
    CHECK(outcome->status == 201);
    CHECK(world.store.batch_sizes == std::vector<std::size_t>{1});
    CHECK(world.store.orders.size() == 1);
    CHECK(world.store.carts[cart].status == CartStatus::ordered);
    CHECK(world.store.stocks[sku(1)].reserved == 2);
    CHECK(world.store.stocks[sku(2)].reserved == 3);
    CHECK(world.store.events.front().type == "order.created");
    check_books(world.store);
}

TEST_CASE("a checkout that is short of one SKU holds none of the others", "[actors][cart]") {
    World world;
    world.store.put_stock(sku(1), 10);
    world.store.put_stock(sku(2), 2);
    world.store.put_stock(sku(3), 0);
    const auto cart = world.cart_with({{sku(1), 2}, {sku(2), 3}, {sku(3), 1}});
    const auto outcome = world.place(cart);
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code == ErrorCode::insufficient_stock);
    CHECK(outcome.error().details.size() == 2);
    CHECK(outcome.error().details.front().field == "items[1].quantity");
    CHECK(world.reserve(sku(1), 10, 15min).has_value());
    CHECK(world.store.orders.empty());
    check_books(world.store);
}

TEST_CASE("a cart has one order however often it is asked for", "[actors][cart][order]") {
    World world;
    world.store.put_stock(sku(1), 100);
    const auto cart = world.cart_with({{sku(1), 1}});
    std::vector<std::string> told;
    for (int i = 0; i < 50; ++i)
        world.system.carts().place_order(
            cart, {world.wish("wish"),
                   {},
                   [](const Order& order) { return Answer{.body = to_text(order.id)}; },
                   Reply{[&](Outcome outcome) { told.push_back(outcome.value().body); }}});
    world.settle();
    REQUIRE(told.size() == 50);
    CHECK(std::ranges::count(told, told.front()) == 50);
    CHECK(world.place(cart).value().body == told.front());
    CHECK(world.store.orders.size() == 1);
    CHECK(world.store.stocks[sku(1)].reserved == 1);
}

TEST_CASE("another wish for an ordered cart learns of its order", "[actors][cart]") {
    World world;
    world.store.put_stock(sku(1), 100);
    const auto cart = world.cart_with({{sku(1), 1}});
    const auto first = world.place(cart, "one").value().body;
    const auto second = world.place(cart, "another");
    CHECK(second.error().code == ErrorCode::conflict);
    CHECK(second.error().message.find(first) != std::string::npos);
}

TEST_CASE("carts that share SKUs in opposite orders never oversell and never wait for ever",
          "[actors][cart]") {
    World world;
    world.store.put_stock(sku(1), 30);
    world.store.put_stock(sku(2), 30);
    std::vector<CartId> carts;
    for (int i = 0; i < 100; ++i)
        carts.push_back(i % 2 == 0 ? world.cart_with({{sku(1), 1}, {sku(2), 1}})
                                   : world.cart_with({{sku(2), 1}, {sku(1), 1}}));
    int placed = 0;
    int short_of_stock = 0;
    for (const auto& cart : carts)
        world.system.carts().place_order(
            cart, {world.wish("wish"),
                   {},
                   [](const Order&) { return Answer{}; },
                   Reply{[&](Outcome outcome) {
                       if (outcome)
                           ++placed;
                       else if (outcome.error().code == ErrorCode::insufficient_stock)
                           ++short_of_stock;
                   }}});
    world.settle();
    CHECK(placed + short_of_stock == 100);
    CHECK(placed <= 30);
    CHECK(world.store.stocks[sku(1)].reserved == placed);
    CHECK(world.store.stocks[sku(2)].reserved == placed);
    check_books(world.store);
}

TEST_CASE("a checkout whose commit fails gives nothing away", "[actors][cart][order]") {
    World world;
    world.store.put_stock(sku(1), 1);
    const auto cart = world.cart_with({{sku(1), 1}});
    world.store.fates = {FakeStore::Fate::unknown_and_lost};
    CHECK(world.place(cart).error().code == ErrorCode::unavailable);
    CHECK(world.store.orders.empty());
    const auto again = world.place(cart);
    REQUIRE(again.has_value());
    CHECK(world.store.orders.size() == 1);
    check_books(world.store);
}

TEST_CASE("a checkout whose commit was unknown but happened is not repeated",
          "[actors][cart][order]") {
    World world;
    world.store.put_stock(sku(1), 1);
    const auto cart = world.cart_with({{sku(1), 1}});
    world.store.fates = {FakeStore::Fate::unknown_but_committed};
    CHECK(world.place(cart).error().code == ErrorCode::unavailable);
    const auto again = world.place(cart);
    REQUIRE(again.has_value());
    CHECK(again->replayed);
    CHECK(world.store.orders.size() == 1);
    CHECK(world.store.stocks[sku(1)].reserved == 1);
}

TEST_CASE("a checkout uses what its own cart had reserved", "[actors][cart][stock]") {
    World world;
    world.store.put_stock(sku(1), 2);
    const auto cart = world.cart_with({{sku(1), 2}});
    ReserveMany wish{.id = ReservationId{world.ids.next()},
                     .units = {{sku(1), 2}},
                     .cart_id = cart,
                     .expires_at = world.clock.now() + 15min};
    const auto id = wish.id;
    world.system.stocks().reserve(
        {std::move(wish), {}, [](const Reservation&) { return Answer{}; }, Reply{}});
    world.settle();
    REQUIRE(world.store.stocks[sku(1)].reserved == 2);
    CHECK(world.place(cart).has_value());
    CHECK(world.store.reservations[id].lines.front().state == ReservationState::transferred);
    CHECK(world.store.stocks[sku(1)].reserved == 2);
    check_books(world.store);
}

TEST_CASE("confirming an order deducts its units, cancelling puts them back", "[actors][order]") {
    World world;
    world.store.put_stock(sku(1), 5);
    world.store.put_stock(sku(2), 5);
    const auto cart = world.cart_with({{sku(1), 2}, {sku(2), 1}});
    REQUIRE(world.place(cart).has_value());
    const auto order = world.order_of(cart);
    REQUIRE(world.tell(order, ConfirmOrder{PaymentMethod::cash_on_delivery, "guest"}).has_value());
    CHECK(world.store.stocks[sku(1)].on_hand == 3);
    CHECK(world.store.stocks[sku(1)].reserved == 0);
    CHECK(world.store.orders[order].status == OrderStatus::confirmed);
    check_books(world.store);

    SECTION("confirming again changes nothing") {
        const auto commits = world.store.batch_sizes.size();
        CHECK(
            world.tell(order, ConfirmOrder{PaymentMethod::cash_on_delivery, "guest"}).has_value());
        CHECK(world.store.batch_sizes.size() == commits);
    }
    SECTION("cancelling restocks") {
        REQUIRE(world.tell(order, CancelOrder{"guest", "changed my mind", {}}).has_value());
        CHECK(world.store.stocks[sku(1)].on_hand == 5);
        CHECK(world.store.stocks[sku(2)].on_hand == 5);
        check_books(world.store);
    }
}

TEST_CASE("cancelling an order that nobody confirmed releases its reservation", "[actors][order]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto cart = world.cart_with({{sku(1), 5}});
    REQUIRE(world.place(cart).has_value());
    REQUIRE(world.tell(world.order_of(cart), CancelOrder{"guest", "", {}}).has_value());
    CHECK(world.stock(sku(1))->available() == 5);
    CHECK(world.tell(world.order_of(cart), CancelOrder{"guest", "", {}}).has_value());
    check_books(world.store);
}
