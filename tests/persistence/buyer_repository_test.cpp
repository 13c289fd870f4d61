// What is a person's own: their carts, their orders, and what a merge writes.

#include "persistence/buyer_repository.hpp"

#include "persistence/batch_writer.hpp"
#include "persistence/cart_repository.hpp"
#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/here.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00Z");

template <class IdType>
IdType id(std::uint64_t number) {
    return {uuid_v7(now, 5, number)};
}

const OfTenant<UserId> somebody{default_tenant, id<UserId>(1)};

struct Shop {
    Shop() { REQUIRE(writer.recover().status == CommitStatus::committed); }

    CommitStatus commit(ChangeSet change) {
        change.at = now;
        const ChangeSet* batch[] = {&change};
        REQUIRE(writer.begin(batch).status == CommitStatus::committed);
        return writer.finish().status;
    }

    TestDatabase database;
    Connection db{database.connect()};
    BatchWriter writer{database.options(), "server one", 10s};
};

std::shared_ptr<Cart> cart_of(std::uint64_t number, std::optional<UserId> user,
                              TimePoint at = now) {
    auto cart = std::make_shared<Cart>();
    cart->id = id<CartId>(number);
    cart->user_id = user;
    cart->created_at = cart->updated_at = at;
    cart->expires_at = now + 24h;
    cart->version = 1;
    return cart;
}

ChangeSet order_of(std::uint64_t number, std::optional<UserId> user, TimePoint at) {
    auto order = std::make_shared<Order>();
    order->id = id<OrderId>(number);
    order->number = "SOUK-2026-00000" + std::to_string(number);
    order->cart_id = id<CartId>(100 + number);
    order->user_id = user;
    order->items.push_back({.id = id<OrderItemId>(number), .offer = {}, .quantity = 3});
    order->totals.total = 598;
    order->estimated_delivery = "2026-01-20";
    order->reservation_id = id<ReservationId>(number);
    order->created_at = order->updated_at = order->reserved_until = at;
    order->version = 1;
    ChangeSet change;
    change.order = {nullptr, order};
    return change;
}

Cart read(Connection& db, const CartId& cart) {
    const auto found = find_carts(db, here({cart}));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    return found->front().second;
}

}  // namespace

TEST_CASE("both carts of a merge are written, and what the guest had reserved changes its cart",
          "[persistence][cart]") {
    Shop shop;
    const StockKey key{id<VariantId>(1), id<VendorId>(1)};
    REQUIRE(query(shop.db, "INSERT INTO stock (variant_id, seller_id, on_hand) VALUES ($1, $2, 9)",
                  key.variant, key.seller));
    const auto own = cart_of(1, somebody.id);
    const auto guest = cart_of(2, std::nullopt);
    guest->items.push_back({.id = id<CartItemId>(9), .offer = {}, .quantity = 2});
    const ReservationLine line{id<ReservationId>(1), key, 2, now + 15min, guest->id, {}};
    StockChange held{.key = key, .reserved_delta = 2};
    held.opened = {line};
    REQUIRE(shop.commit({.cart = {nullptr, own}}) == CommitStatus::committed);
    REQUIRE(shop.commit({.stock = {held}, .cart = {nullptr, guest}}) == CommitStatus::committed);

    auto survivor = std::make_shared<Cart>(*own);
    survivor->items = guest->items;
    survivor->currency = *parse_currency("JOD");
    survivor->version = 2;
    auto rest = std::make_shared<Cart>(*guest);
    rest->items.clear();
    rest->status = CartStatus::merged;
    rest->merged_into = own->id;
    rest->version = 2;
    StockChange moved{.key = key};
    moved.moved = {{line, own->id}};
    ChangeSet change{.stock = {moved}, .cart = {own, survivor}};
    change.merged_cart = {guest, rest};
    REQUIRE(shop.commit(std::move(change)) == CommitStatus::committed);

    const auto merged = read(shop.db, own->id);
    CHECK(merged.user_id == somebody.id);
    CHECK(merged.currency == survivor->currency);
    REQUIRE(merged.items.size() == 1);
    CHECK(merged.items.front().id == id<CartItemId>(9));
    const auto tombstone = read(shop.db, guest->id);
    CHECK(tombstone.status == CartStatus::merged);
    CHECK(tombstone.merged_into == own->id);
    CHECK(tombstone.items.empty());
    CHECK_FALSE(tombstone.user_id);
    const auto holder = query(shop.db, "SELECT cart_id FROM reservations");
    REQUIRE(holder);
    CHECK(holder->front().get<CartId>(0) == own->id);
}

TEST_CASE("a person has one open cart, and as many that are ordered as they like",
          "[persistence][cart]") {
    Shop shop;
    const auto first = cart_of(1, somebody.id);
    REQUIRE(shop.commit({.cart = {nullptr, first}}) == CommitStatus::committed);
    CHECK(shop.commit({.cart = {nullptr, cart_of(2, somebody.id)}}) == CommitStatus::refused);
    CHECK(shop.commit({.cart = {nullptr, cart_of(3, id<UserId>(2))}}) == CommitStatus::committed);
    auto closed = std::make_shared<Cart>(*first);
    closed->status = CartStatus::ordered;
    closed->order_id = id<OrderId>(1);
    closed->version = 2;
    REQUIRE(shop.commit({.cart = {first, closed}}) == CommitStatus::committed);
    CHECK(*find_last_cart(shop.db, somebody) == first->id);
    const auto next = cart_of(4, somebody.id, now + 1s);
    REQUIRE(shop.commit({.cart = {nullptr, next}}) == CommitStatus::committed);
    CHECK(*find_last_cart(shop.db, somebody) == next->id);
    CHECK(*find_last_cart(shop.db, {default_tenant, id<UserId>(7)}) == std::nullopt);
    CHECK(*find_last_cart(shop.db, {id<TenantId>(1), somebody.id}) == std::nullopt);
}

TEST_CASE("no index of carts looks at what a guest's order changes", "[persistence][cart]") {
    Shop shop;
    const auto rows = query(shop.db, R"(
        SELECT count(*) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
        WHERE i.indrelid = 'carts'::regclass AND a.attname IN ('status', 'order_id', 'version')
          AND (a.attnum = ANY(i.indkey) OR
               pg_get_expr(i.indpred, i.indrelid) LIKE '%' || a.attname || '%'))");
    REQUIRE(rows);
    CHECK(rows->front().get<std::int64_t>(0) == 0);
}

TEST_CASE("a person's orders are listed newest first, in pages that do not overlap",
          "[persistence][order]") {
    Shop shop;
    for (std::uint64_t number = 1; number <= 5; ++number)
        REQUIRE(shop.commit(order_of(number, somebody.id, now + std::chrono::seconds(number))) ==
                CommitStatus::committed);
    REQUIRE(shop.commit(order_of(6, id<UserId>(2), now)) == CommitStatus::committed);
    REQUIRE(shop.commit(order_of(7, std::nullopt, now)) == CommitStatus::committed);
    const auto first = find_orders_of_user(shop.db, somebody, 2, 0, {});
    REQUIRE(first);
    CHECK(first->total == 5);
    CHECK(first->more);
    REQUIRE(first->rows.size() == 2);
    CHECK(first->rows[0].id == id<OrderId>(5));
    CHECK(first->rows[0].units == 3);
    CHECK(first->rows[0].total == 598);
    const auto next = find_orders_of_user(shop.db, somebody, 2, 0, first->rows[1].id);
    REQUIRE(next->rows.size() == 2);
    CHECK(next->rows[0].id == id<OrderId>(3));
    const auto last = find_orders_of_user(shop.db, somebody, 2, 4, {});
    REQUIRE(last->rows.size() == 1);
    CHECK(last->rows[0].id == id<OrderId>(1));
    CHECK_FALSE(last->more);
    CHECK(find_orders_of_user(shop.db, somebody, 2, 0, id<OrderId>(6))->rows.empty());
}
