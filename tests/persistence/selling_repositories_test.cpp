// Carts, orders, stock, reservations and movements as the batch writer leaves them: written through
// it, read back by the repositories.

#include "persistence/batch_writer.hpp"
#include "persistence/cart_repository.hpp"
#include "persistence/demo_data.hpp"
#include "persistence/movement_repository.hpp"
#include "persistence/order_repository.hpp"
#include "persistence/reservation_repository.hpp"
#include "persistence/seeder.hpp"
#include "persistence/stock_repository.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/here.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00.123456Z");
const std::string nasty = "O'Brien \"quoted\" \\ back\tslash\n{},; žluťoučký 🛒";

template <class IdType>
IdType id(std::uint64_t number) {
    return {uuid_v7(now, 7, number)};
}

Offer offer_of(const Variant& variant, const Product& product) {
    return {.product_id = product.id,
            .variant_id = variant.id,
            .seller_id = product.vendor_id,
            .unit_price = variant.price,
            .currency = product.currency,
            .product_name = product.name,
            .product_image = product.images[0].url,
            .product_slug = product.slug,
            .variant_name = variant.name,
            .sku = variant.sku};
}

ShippingMethod method() {
    return {"standard", nasty, "3-5 days", "3-5", 5, "USD", 500, true, {"Amman", nasty}};
}

Cart sample_cart() {
    const auto product = demo_product(0).product;
    Cart cart;
    cart.id = id<CartId>(1);
    cart.customer_id = id<CustomerId>(2);
    cart.currency = product.currency;
    for (std::size_t i = 0; i < 2; ++i) {
        const auto offer = offer_of(product.variants[i], product);
        cart.items.push_back({id<CartItemId>(10 + i), offer, 2, offer.unit_price * 2});
    }
    cart.destination = Destination{"JO", "Amman", nasty, "11118"};
    cart.tax_rate = {800, true};
    cart.shipping_method = method();
    cart.totals = {100, 10, 8, 500, 598};
    cart.created_at = now;
    cart.updated_at = now + 1s;
    cart.expires_at = now + 24h;
    cart.version = 1;
    return cart;
}

Order sample_order() {
    const auto cart = sample_cart();
    Order order;
    order.id = id<OrderId>(3);
    order.number = "SOUK-2026-000001";
    order.cart_id = cart.id;
    order.customer_id = cart.customer_id;
    order.status = OrderStatus::confirmed;
    order.payment_status = PaymentStatus::processing;
    for (const auto& item : cart.items)
        order.items.push_back({id<OrderItemId>(20 + order.items.size()), item.offer, item.quantity,
                               item.total_price, 5, 4});
    order.vendor_orders = {{id<VendorId>(30), OrderStatus::confirmed, {1, 2, 3, 4, 5}},
                           {id<VendorId>(31), OrderStatus::confirmed, {6, 7, 8, 9, 10}}};
    order.totals = {100, 10, 8, 500, 598};
    order.currency = cart.currency;
    order.tax_rate = {1'900, true};
    order.shipping_address = {nasty,         "Last",  "a@example.com", "+962791234567",
                              "JO",          "Amman", "Amman",         "11118",
                              "Queen Rania", "15",    "Apt 3A",        nasty};
    order.billing_address = {"Other", "Name",  "b@example.com", "", "DE", "Berlin",
                             "",      "10115", "Street",        "", "",   ""};
    order.shipping_method = method();
    order.payment_method = PaymentMethod::cash_on_delivery;
    order.estimated_delivery = "2026-01-20";
    order.notes = nasty;
    order.reservation_id = id<ReservationId>(40);
    order.reserved_until = now + 15min;
    order.stock_deducted = true;
    order.history = {{OrderStatus::pending, PaymentStatus::pending, "guest", "placed", now},
                     {OrderStatus::confirmed, PaymentStatus::processing, "key_1", nasty, now + 1s}};
    order.created_at = now;
    order.updated_at = now + 1s;
    order.version = 1;
    return order;
}

/// A seeded database and the writer of its lane.
struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    BatchWriter writer{database.options(), "test"};

    Fixture() {
        REQUIRE(seed(db, {.products = 4, .hash_secret = [](auto) { return Digest{}; }}, now));
        REQUIRE(writer.recover().status == CommitStatus::committed);
    }
    void commit(ChangeSet change) {
        change.at = now;
        const ChangeSet* batch[] = {&change};
        REQUIRE(writer.begin(batch).status == CommitStatus::committed);
        const auto result = writer.finish();
        INFO(result.detail);
        REQUIRE(result.status == CommitStatus::committed);
    }
};

StockKey key_of(std::int64_t product, std::size_t variant) {
    const auto demo = demo_product(product).product;
    return {demo.variants[variant].id, demo.vendor_id};
}

StockChange reserve(const StockKey& key, std::int64_t quantity, ReservationId reservation,
                    TimePoint expires_at, std::optional<OrderId> order = {}) {
    StockChange change;
    change.key = key;
    change.reserved_delta = quantity;
    change.opened = {{reservation, key, quantity, expires_at, id<CartId>(1), order}};
    return change;
}

void check_same(const Offer& read, const Offer& written) {
    CHECK(read.product_id == written.product_id);
    CHECK(read.variant_id == written.variant_id);
    CHECK(read.seller_id == written.seller_id);
    CHECK(read.unit_price == written.unit_price);
    CHECK(read.currency == written.currency);
    CHECK(read.product_name == written.product_name);
    CHECK(read.product_image == written.product_image);
    CHECK(read.product_slug == written.product_slug);
    CHECK(read.variant_name == written.variant_name);
    CHECK(read.sku == written.sku);
}

}  // namespace

TEST_CASE("a cart reads as it was written", "[persistence][cart]") {
    Fixture fixture;
    const auto written = sample_cart();
    auto bare = written;
    bare.id = id<CartId>(9);
    bare.customer_id.reset();
    bare.destination.reset();
    bare.shipping_method.reset();
    bare.items.clear();
    fixture.commit({.cart = {nullptr, std::make_shared<Cart>(written)}});
    fixture.commit({.cart = {nullptr, std::make_shared<Cart>(bare)}});

    const auto carts = find_carts(fixture.db, here({written.id, CartId{}, bare.id}));
    REQUIRE(carts);
    REQUIRE(carts->size() == 2);
    const auto& read = (carts->at(0).second.id == written.id ? carts->at(0) : carts->at(1)).second;
    const auto& empty = (carts->at(0).second.id == bare.id ? carts->at(0) : carts->at(1)).second;
    CHECK(read.customer_id == written.customer_id);
    CHECK(read.currency == written.currency);
    CHECK(read.status == CartStatus::open);
    CHECK_FALSE(read.order_id);
    CHECK(read.destination == written.destination);
    CHECK(read.tax_rate == written.tax_rate);
    CHECK(read.shipping_method == written.shipping_method);
    CHECK(read.totals == written.totals);
    CHECK(read.created_at == written.created_at);
    CHECK(read.updated_at == written.updated_at);
    CHECK(read.expires_at == written.expires_at);
    CHECK(read.version == 1);
    REQUIRE(read.items.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(read.items[i].id == written.items[i].id);
        CHECK(read.items[i].quantity == 2);
        CHECK(read.items[i].total_price == written.items[i].total_price);
        check_same(read.items[i].offer, written.items[i].offer);
    }
    CHECK(empty.items.empty());
    CHECK_FALSE(empty.customer_id);
    CHECK_FALSE(empty.destination);
    CHECK_FALSE(empty.shipping_method);
}

TEST_CASE("an order reads as it was written", "[persistence][order]") {
    Fixture fixture;
    const auto written = sample_order();
    fixture.commit({.order = {nullptr, std::make_shared<Order>(written)}});

    const auto orders = find_orders(fixture.db, here({OrderId{}, written.id}));
    REQUIRE(orders);
    REQUIRE(orders->size() == 1);
    const auto& read = orders->front().second;
    CHECK(read.number == written.number);
    CHECK(read.cart_id == written.cart_id);
    CHECK(read.customer_id == written.customer_id);
    CHECK(read.status == written.status);
    CHECK(read.payment_status == written.payment_status);
    CHECK(read.payment_method == written.payment_method);
    CHECK(read.currency == written.currency);
    CHECK(read.totals == written.totals);
    CHECK(read.tax_rate == written.tax_rate);
    CHECK(read.shipping_address == written.shipping_address);
    CHECK(read.billing_address == written.billing_address);
    CHECK(read.shipping_method == written.shipping_method);
    CHECK(read.estimated_delivery == written.estimated_delivery);
    CHECK(read.tracking_number.empty());
    CHECK(read.notes == written.notes);
    CHECK(read.reservation_id == written.reservation_id);
    CHECK(read.reserved_until == written.reserved_until);
    CHECK(read.stock_deducted);
    CHECK(read.created_at == written.created_at);
    CHECK(read.updated_at == written.updated_at);
    CHECK(read.version == 1);
    REQUIRE(read.items.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(read.items[i].id == written.items[i].id);
        CHECK(read.items[i].quantity == written.items[i].quantity);
        CHECK(read.items[i].total_price == written.items[i].total_price);
        CHECK(read.items[i].discount == 5);
        CHECK(read.items[i].tax == 4);
        check_same(read.items[i].offer, written.items[i].offer);
    }
    REQUIRE(read.vendor_orders.size() == 2);
    CHECK(read.vendor_orders[1].vendor_id == written.vendor_orders[1].vendor_id);
    CHECK(read.vendor_orders[1].status == OrderStatus::confirmed);
    CHECK(read.vendor_orders[1].totals == written.vendor_orders[1].totals);
    REQUIRE(read.history.size() == 2);
    CHECK(read.history[1].status == OrderStatus::confirmed);
    CHECK(read.history[1].payment_status == PaymentStatus::processing);
    CHECK(read.history[1].actor == "key_1");
    CHECK(read.history[1].reason == nasty);
    CHECK(read.history[1].at == now + 1s);
}

TEST_CASE("stock comes with what is open on it", "[persistence][stock]") {
    Fixture fixture;
    const auto key = key_of(0, 0);
    const auto other = key_of(1, 1);
    const auto reservation = id<ReservationId>(40);
    fixture.commit({.stock = {reserve(key, 2, reservation, now + 15min, id<OrderId>(3)),
                              reserve(other, 1, reservation, now + 15min)}});

    const auto stocks =
        find_stocks(fixture.db, here({key, other, StockKey{VariantId{}, VendorId{}}}));
    REQUIRE(stocks);
    REQUIRE(stocks->size() == 2);
    const auto& stock = (stocks->at(0).second.key == key ? stocks->at(0) : stocks->at(1)).second;
    CHECK(stock.on_hand == demo_product(0).on_hand[0]);
    CHECK(stock.reserved == 2);
    CHECK(stock.low_stock_threshold == 10);
    REQUIRE(stock.open.size() == 1);
    const auto& line = stock.open.at(reservation);
    CHECK(line.quantity == 2);
    CHECK(line.key == key);
    CHECK(line.expires_at == now + 15min);
    CHECK(line.cart_id == id<CartId>(1));
    CHECK(line.order_id == id<OrderId>(3));

    const auto views = find_stock_views(fixture.db, default_tenant, {key});
    REQUIRE(views);
    CHECK(views->front().available() == stock.available());

    StockChange release{.key = key, .reserved_delta = -2};
    release.closed = {{line, ReservationState::released}};
    fixture.commit({.stock = {release}});
    CHECK(find_stocks(fixture.db, here({key}))->front().second.open.empty());
}

TEST_CASE("reservations are found whole, and those due in their order",
          "[persistence][reservation]") {
    Fixture fixture;
    CHECK_FALSE(*find_earliest_due(fixture.db));
    const auto later = id<ReservationId>(41);
    const auto sooner = id<ReservationId>(42);
    fixture.commit({.stock = {reserve(key_of(0, 0), 1, later, now + 2min, id<OrderId>(3)),
                              reserve(key_of(0, 1), 1, later, now + 2min, id<OrderId>(3))}});
    fixture.commit({.stock = {reserve(key_of(0, 0), 2, sooner, now + 1min)}});

    const auto lines = find_reservation_lines(fixture.db, here({later}));
    REQUIRE(lines);
    REQUIRE(lines->size() == 2);
    CHECK(lines->front().state == ReservationState::open);
    CHECK(lines->front().line.order_id == id<OrderId>(3));

    CHECK(*find_earliest_due(fixture.db) == now + 1min);
    const auto all = find_due_reservations(fixture.db, {}, now + 5min, 10);
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK(all->at(0).id == sooner);
    CHECK_FALSE(all->at(0).order_id);
    CHECK(all->at(1).id == later);
    CHECK(all->at(1).order_id == id<OrderId>(3));
    CHECK(find_due_reservations(fixture.db, {}, now + 5min, 1)->size() == 1);
    CHECK(find_due_reservations(fixture.db, {}, now + 1min, 10)->empty());

    StockChange release{.key = key_of(0, 0), .reserved_delta = -2};
    release.closed = {{find_reservation_lines(fixture.db, here({sooner}))->front().line,
                       ReservationState::expired}};
    fixture.commit({.stock = {release}});
    CHECK(find_due_reservations(fixture.db, {}, now + 5min, 10)->size() == 1);
    CHECK(find_reservation_lines(fixture.db, here({sooner}))->front().state ==
          ReservationState::expired);
}

TEST_CASE("the next reservations to run out are found without reading all that are open",
          "[persistence][reservation]") {
    Fixture fixture;
    REQUIRE(fixture.db.run_script(R"(
        INSERT INTO reservations (id, variant_id, seller_id, quantity, expires_at, created_at)
        SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1,
               now() + i * interval '1 second', now()
        FROM generate_series(1, 20000) i;
        ANALYZE reservations; BEGIN)"));
    const auto far = *parse_rfc3339("2100-01-01T00:00:00Z");
    REQUIRE(find_due_reservations(fixture.db, {}, far, 10)->size() == 10);
    const auto read = query(fixture.db,
                            "SELECT seq_tup_read + idx_tup_fetch "
                            "FROM pg_stat_xact_user_tables "
                            "WHERE relname = 'reservations'");
    REQUIRE(read);
    CHECK(read->front().get<std::int64_t>(0) < 1'000);
}

TEST_CASE("movements come newest first, by page and by cursor", "[persistence][movement]") {
    Fixture fixture;
    const auto key = key_of(0, 0);
    for (std::uint64_t i = 1; i <= 5; ++i) {
        StockChange change{.key = key, .on_hand_delta = 1};
        change.movements = {{.id = id<MovementId>(i),
                             .key = key,
                             .kind = MovementKind::adjusted,
                             .quantity = 1,
                             .reason = nasty}};
        fixture.commit({.stock = {change}});
    }
    const auto first = find_movements(fixture.db, {default_tenant, key}, 2, 0);
    REQUIRE(first);
    CHECK(first->total == 6);  // with the opening one
    CHECK(first->more);
    REQUIRE(first->rows.size() == 2);
    CHECK(first->rows[0].movement.id == id<MovementId>(5));
    CHECK(first->rows[0].movement.reason == nasty);
    CHECK(first->rows[0].balance == demo_product(0).on_hand[0] + 5);
    const auto next =
        find_movements(fixture.db, {default_tenant, key}, 4, 0, first->rows.back().sequence);
    REQUIRE(next);
    CHECK_FALSE(next->more);
    REQUIRE(next->rows.size() == 4);
    CHECK(next->rows[0].movement.id == id<MovementId>(3));
    CHECK(next->rows[3].movement.kind == MovementKind::received);
    CHECK(find_movements(fixture.db, {default_tenant, key}, 2, 4)->rows.size() == 2);
    CHECK(find_movements(fixture.db, {default_tenant, key_of(0, 1)}, 2, 0)->total == 1);
}

TEST_CASE("what runs low is listed, fewest first, by vendor", "[persistence][stock]") {
    Fixture fixture;
    const auto all = find_low_stock(fixture.db, default_tenant, std::nullopt, 100, 0);
    REQUIRE(all);
    CHECK(all->total == static_cast<std::int64_t>(all->lines.size()));
    REQUIRE_FALSE(all->lines.empty());
    for (const auto& line : all->lines) {
        CHECK(line.stock.low());
        CHECK_FALSE(line.sku.empty());
    }
    const auto vendor = all->lines.front().stock.key.seller;
    const auto own = find_low_stock(fixture.db, default_tenant, vendor, 100, 0);
    REQUIRE(own);
    for (const auto& line : own->lines) CHECK(line.stock.key.seller == vendor);
    CHECK(find_low_stock(fixture.db, default_tenant, std::nullopt, 1, 1000)->lines.empty());
}
