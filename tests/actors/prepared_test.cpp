// What other entities have prepared at a SKU is neither counted, nor shown, nor sold.

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

/// Counts a SKU while its order waits for another SKU that is not in memory yet.
struct HalfPrepared {
    explicit HalfPrepared(std::int64_t on_hand) {
        world.store.put_stock(sku(1), on_hand);
        world.store.put_stock(sku(2), 5);
        cart = world.cart_with({{sku(1), 3}, {sku(2), 1}});
    }

    Outcome set_count(std::int64_t quantity, std::optional<Version> expected = {}) {
        Outcome told = Error{ErrorCode::internal, "never answered"};
        world.system.stocks().adjust(sku(1),
                                     {AdjustStock{.absolute = true,
                                                  .quantity = quantity,
                                                  .reason = "count",
                                                  .expected_version = expected},
                                      {},
                                      [](const StockView& view) {
                                          return Answer{.body = std::to_string(view.on_hand) + "/" +
                                                                std::to_string(view.reserved),
                                                        .etag = std::to_string(view.version)};
                                      },
                                      Reply{[&](Outcome given) { told = std::move(given); }}});
        world.settle();
        return told;
    }

    World world;
    CartId cart;
};

}  // namespace

TEST_CASE("a count set while a checkout is prepared is what the rows say afterwards",
          "[actors][stock]") {
    HalfPrepared half{10};
    auto& world = half.world;
    (void)world.stock(sku(1));
    world.store.stocks.erase(sku(2));  // the other SKU will not be found: the checkout is dropped
    Outcome placed = Error{ErrorCode::internal, "never answered"};
    world.system.carts().place_order(
        half.cart,
        {world.wish("wish"), {}, [](const Order&) { return Answer{}; }, Reply{[&](Outcome given) {
             placed = std::move(given);
         }}});
    const auto told = half.set_count(20);
    CHECK(placed.has_error());
    CHECK(told.value().body == "20/0");
    CHECK(world.store.stocks[sku(1)].on_hand == 20);
    CHECK(world.store.stocks[sku(1)].reserved == 0);
    CHECK(told->etag == std::to_string(world.store.stocks[sku(1)].version));
}

TEST_CASE("a stock's version never stands for two states", "[actors][stock]") {
    HalfPrepared half{10};
    auto& world = half.world;
    (void)world.stock(sku(1));
    world.store.stocks.erase(sku(2));
    world.system.carts().place_order(
        half.cart, {world.wish("wish"), {}, [](const Order&) { return Answer{}; }, Reply{}});
    const auto first = half.set_count(20).value().etag;
    const auto second = half.set_count(30).value().etag;
    CHECK(first != second);
    CHECK(half.set_count(5, std::stoll(first)).error().code == ErrorCode::precondition_failed);
}

TEST_CASE("units that a cancellation frees are sold only once it is on its way to disk",
          "[actors][stock]") {
    World world;
    world.store.put_stock(sku(1), 2);
    world.store.put_stock(sku(2), 2);
    const auto cart = world.cart_with({{sku(1), 2}, {sku(2), 2}});
    REQUIRE(world.place(cart).has_value());
    const auto order = world.order_of(cart);
    Outcome cancelled = Error{ErrorCode::internal, "never answered"};
    world.system.orders().tell(order,
                               {CancelOrder{"guest", "", {}},
                                {},
                                [](const Order&) { return Answer{}; },
                                Reply{[&](Outcome given) { cancelled = std::move(given); }}});
    const auto bought = world.reserve(sku(1), 1, 15min);
    CHECK(cancelled.has_value());
    if (bought.has_error()) CHECK(bought.error().code == ErrorCode::insufficient_stock);
    CHECK(world.system.figures().lane.refused == 0);
    CHECK(world.reserve(sku(1), 1, 15min).has_value());
}
