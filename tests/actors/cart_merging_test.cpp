// A guest's cart goes into a person's: both, and what the guest had reserved, in one commit.

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const UserId somebody{uuid_v7(TimePoint{}, 6, 1)};

CartId own_cart(World& world, UserId user = somebody) {
    const CartId id{user.uuid};
    REQUIRE(world.tell(id, CreateCart{id, {}, {}, world.clock.now() + 24h, user}).has_value());
    return id;
}

Ask<MergeCart, Cart> ask_to_merge(CartId guest, Outcome& told, std::int64_t available = 100) {
    Availability units;
    for (std::uint64_t number = 1; number <= 3; ++number) units[sku(number)] = available;
    return {MergeCart{guest, std::move(units)},
            {.request_id = "test", .actor = "somebody"},
            [](const Cart& cart) { return Answer{.body = std::to_string(unit_count(cart))}; },
            Reply{[&told](Outcome given) { told = std::move(given); }}};
}

Outcome merge(World& world, CartId into, CartId guest, std::int64_t available = 100) {
    Outcome told = Error{ErrorCode::internal, "never answered"};
    world.system.carts().merge(into, ask_to_merge(guest, told, available));
    world.settle();
    return told;
}

ReservationId hold(World& world, CartId cart, const StockKey& key, std::int64_t quantity) {
    ReserveMany wish{.id = ReservationId{world.ids.next()},
                     .units = {{key, quantity}},
                     .cart_id = cart,
                     .expires_at = world.clock.now() + 15min};
    const auto id = wish.id;
    world.system.stocks().reserve(
        {std::move(wish), {}, [](const Reservation&) { return Answer{}; }, Reply{}});
    world.settle();
    return id;
}

/// The smallest step that the system can take.
void take_a_turn(World& world) {
    auto& system = world.system;
    if (system.ready_actors() > 0) return system.run_actor(0);
    for (std::size_t queue = 0; queue < EntitySystem::load_queues; ++queue)
        if (system.load_waits(queue)) return system.run_load(queue);
    system.run_lane();
}

}  // namespace

TEST_CASE("both carts change in one commit", "[actors][cart]") {
    World world;
    world.store.put_stock(sku(1), 10);
    const auto own = own_cart(world);
    const auto guest = world.cart_with({{sku(1), 2}});
    world.store.batch_sizes.clear();
    REQUIRE(merge(world, own, guest).has_value());
    CHECK(world.store.batch_sizes == std::vector<std::size_t>{1});
    CHECK(unit_count(world.store.carts[own]) == 2);
    CHECK(world.store.carts[guest].status == CartStatus::merged);
    CHECK(world.store.carts[guest].merged_into == own);
    CHECK(unit_count(*world.cart(own)) == 2);
    CHECK(world.cart(guest)->status == CartStatus::merged);
}

TEST_CASE("a merge asked for again changes nothing and says the same", "[actors][cart]") {
    World world;
    world.store.put_stock(sku(1), 10);
    const auto own = own_cart(world);
    const auto guest = world.cart_with({{sku(1), 2}});
    std::vector<Outcome> told(20, Error{ErrorCode::internal, "never answered"});
    for (auto& one : told) world.system.carts().merge(own, ask_to_merge(guest, one));
    world.settle();
    for (const auto& one : told) CHECK(one.value().body == told.front().value().body);
    CHECK(unit_count(world.store.carts[own]) == 2);
    CHECK(world.store.carts[own].version == 2);
    CHECK(merge(world, own, guest).has_value());
    CHECK(world.store.carts[own].version == 2);
}

TEST_CASE("what the guest had reserved serves the person's order", "[actors][cart][stock]") {
    World world;
    world.store.put_stock(sku(1), 2);
    const auto own = own_cart(world);
    const auto guest = world.cart_with({{sku(1), 2}});
    const auto held = hold(world, guest, sku(1), 2);
    REQUIRE(world.store.stocks[sku(1)].reserved == 2);
    REQUIRE(merge(world, own, guest).has_value());
    CHECK(world.store.reservations[held].lines.front().line.cart_id == own);
    auto wish = world.wish("wish");
    wish.user_id = somebody;
    Outcome placed = Error{ErrorCode::internal, "never answered"};
    world.system.carts().place_order(
        own, {std::move(wish),
              {},
              [](const Order& order) { return Answer{.body = to_text(order.id)}; },
              Reply{[&](Outcome given) { placed = std::move(given); }}});
    world.settle();
    REQUIRE(placed.has_value());
    CHECK(world.store.orders.begin()->second.user_id == somebody);
    CHECK(world.store.reservations[held].lines.front().state == ReservationState::transferred);
    CHECK(world.store.stocks[sku(1)].reserved == 2);
}

TEST_CASE("an order of the guest's cart and a merge of it: one of them happens",
          "[actors][cart][order]") {
    for (const bool order_first : {true, false}) {
        World world;
        world.store.put_stock(sku(1), 10);
        const auto own = own_cart(world);
        const auto guest = world.cart_with({{sku(1), 2}});
        Outcome merged = Error{ErrorCode::internal, "never answered"};
        Outcome placed = merged;
        const auto place = [&] {
            world.system.carts().place_order(
                guest, {world.wish("wish"),
                        {},
                        [](const Order&) { return Answer{}; },
                        Reply{[&](Outcome given) { placed = std::move(given); }}});
        };
        if (order_first) place();
        world.system.carts().merge(own, ask_to_merge(guest, merged));
        if (!order_first) place();
        world.settle();
        CHECK(placed.has_value() != merged.has_value());
        const auto& refused = placed.has_value() ? merged : placed;
        CHECK(refused.error().code == ErrorCode::conflict);
        CHECK(world.store.orders.size() == (placed.has_value() ? 1 : 0));
        CHECK(unit_count(world.store.carts[own]) == (merged.has_value() ? 2 : 0));
    }
}

TEST_CASE("a merge whose commit fails leaves both carts as they were", "[actors][cart]") {
    World world;
    world.store.put_stock(sku(1), 10);
    const auto own = own_cart(world);
    const auto guest = world.cart_with({{sku(1), 2}});
    const auto held = hold(world, guest, sku(1), 2);
    world.store.fates = {FakeStore::Fate::unknown_and_lost};
    CHECK(merge(world, own, guest).error().code == ErrorCode::unavailable);
    CHECK(unit_count(*world.cart(own)) == 0);
    CHECK(world.cart(guest)->status == CartStatus::open);
    CHECK(world.store.reservations[held].lines.front().line.cart_id == guest);
    REQUIRE(merge(world, own, guest).has_value());
    CHECK(unit_count(world.store.carts[own]) == 2);
}

TEST_CASE("a merge whose commit was unknown but happened is found done", "[actors][cart]") {
    World world;
    world.store.put_stock(sku(1), 10);
    const auto own = own_cart(world);
    const auto guest = world.cart_with({{sku(1), 2}});
    world.store.fates = {FakeStore::Fate::unknown_but_committed};
    CHECK(merge(world, own, guest).error().code == ErrorCode::unavailable);
    REQUIRE(merge(world, own, guest).has_value());
    CHECK(unit_count(world.store.carts[own]) == 2);
    CHECK(world.store.carts[own].version == 2);
}

TEST_CASE("a guest's cart that is not merged after all takes commands again", "[actors][cart]") {
    World world;
    world.store.put_stock(sku(1), 10);
    const auto own = own_cart(world);
    const auto guest = world.cart_with({{sku(1), 2}});
    REQUIRE(world.tell(own, AddCartItem{CartItemId{world.ids.next()}, offer_of(sku(2)), 1, 5, {}})
                .has_value());
    auto other = offer_of(sku(3));
    other.currency = parse_currency("JOD").value();
    const auto foreign = CartId{world.ids.next()};
    REQUIRE(world.tell(foreign, CreateCart{foreign, {}, other.currency, world.clock.now() + 24h})
                .has_value());
    REQUIRE(world.tell(foreign, AddCartItem{CartItemId{world.ids.next()}, other, 1, 5, {}})
                .has_value());
    CHECK(merge(world, own, foreign).error().code == ErrorCode::unprocessable);
    CHECK(world.tell(foreign, ClearCart{}).has_value());
    CHECK(merge(world, own, guest).has_value());
}

TEST_CASE("a person's cart, a cart of nobody and a cart into itself are not merged",
          "[actors][cart]") {
    World world;
    world.store.put_stock(sku(1), 10);
    const auto own = own_cart(world);
    const auto others = own_cart(world, UserId{uuid_v7(TimePoint{}, 6, 2)});
    const auto guest = world.cart_with({{sku(1), 2}});
    CHECK(merge(world, own, others).error().code == ErrorCode::not_found);
    CHECK(merge(world, own, own).error().code == ErrorCode::not_found);
    CHECK(merge(world, own, CartId{world.ids.next()}).error().code == ErrorCode::not_found);
    CHECK(merge(world, guest, others).error().code == ErrorCode::not_found);
    REQUIRE(merge(world, own, guest).has_value());
    CHECK(merge(world, others, guest).error().code == ErrorCode::not_found);
}

TEST_CASE("of many who make a person's cart at once one does, and all have it", "[actors][cart]") {
    World world;
    const CartId id{somebody.uuid};
    int made = 0;
    for (int i = 0; i < 20; ++i)
        world.system.carts().tell(
            id, {CreateCart{id, {}, {}, world.clock.now() + 24h, somebody},
                 {.request_id = "test", .actor = "somebody"},
                 [](const Cart&) { return Answer{}; },
                 Reply{[&](Outcome outcome) { made += outcome.has_value() ? 1 : 0; }}});
    world.settle();
    CHECK(made == 20);
    CHECK(world.store.carts.size() == 1);
    CHECK(world.store.carts[id].version == 1);
}

TEST_CASE("a cart that nobody made is not found, and does not stay in memory", "[actors][cart]") {
    World world;
    const CartId id{world.ids.next()};
    CHECK(world.tell(id, ClearCart{}).error().code == ErrorCode::not_found);
    CHECK(world.place(id).error().code == ErrorCode::not_found);
    CHECK(world.cart(id) == nullptr);
    CHECK(world.system.figures().carts.live == 0);
}

TEST_CASE("what is added to a guest's cart while it is merged is in one of the carts, or refused",
          "[actors][cart]") {
    int refused = 0;
    for (int turns = 0; turns < 40; ++turns) {
        World world;
        world.store.put_stock(sku(1), 10);
        const auto own = own_cart(world);
        const auto guest = world.cart_with({{sku(1), 2}});
        Outcome merged = Error{ErrorCode::internal, "never answered"};
        Outcome added = merged;
        world.system.carts().merge(own, ask_to_merge(guest, merged));
        for (int turn = 0; turn < turns; ++turn) take_a_turn(world);
        world.system.carts().tell(
            guest, {AddCartItem{CartItemId{world.ids.next()}, offer_of(sku(1)), 1, 10, {}},
                    {},
                    [](const Cart&) { return Answer{}; },
                    Reply{[&](Outcome given) { added = std::move(given); }}});
        world.settle();
        REQUIRE(merged.has_value());
        if (!added) REQUIRE(added.error().code == ErrorCode::conflict);
        refused += added ? 0 : 1;
        REQUIRE(unit_count(world.store.carts[own]) == (added ? 3 : 2));
    }
    CHECK(refused > 0);
}
