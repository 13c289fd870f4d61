// Several marketplaces in one database: what keeps them apart.

#include <set>

#include "persistence/audit_chain_repository.hpp"
#include "persistence/cart_repository.hpp"
#include "persistence/catalogue_repository.hpp"
#include "persistence/discount_repository.hpp"
#include "persistence/order_repository.hpp"
#include "persistence/payment_repository.hpp"
#include "persistence/reservation_repository.hpp"
#include "persistence/seeder.hpp"
#include "persistence/stock_repository.hpp"
#include "persistence/tenant_repository.hpp"
#include "tests/persistence/paying_shop.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/here.hpp"

using namespace souk;

namespace {

const TenantId other{uuid_v7(paying_time, 99, 98)};

template <class IdType>
std::vector<OfTenant<IdType>> there(const IdType& id) {
    return {{other, id}};
}

Tenant second_tenant() { return {other, "other", "The other", {"other.example"}, paying_time}; }

std::set<std::string> tenants_of(Connection& db, const std::string& table) {
    const auto rows = query_once(db, "SELECT DISTINCT tenant_id::text FROM " + table, {});
    REQUIRE(rows);
    std::set<std::string> tenants;
    for (const auto row : *rows) tenants.insert(row.get<std::string>(0));
    return tenants;
}

std::vector<std::string> walled_tables(Connection& db) {
    return *map_rows(query(db, R"(
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND a.attname = 'tenant_id' AND NOT a.attisdropped)"),
                     [](Row row) { return row.get<std::string>(0); });
}

Result<SeedReport> seed_other(Connection& db) {
    return seed(db, {.tenant = other, .products = 3, .hash_secret = [](auto) { return Digest{}; }},
                paying_time);
}

ChangeSet a_bit_of_everything(const TenantId& tenant, std::uint64_t number) {
    const auto order = paid_order(number);
    auto change = new_order(order);
    change.tenant = tenant;
    change.entries = {capture_of(order)};
    change.events.push_back({"order.created", to_text(order.id), 1, "{}", "req"});
    change.idempotency =
        IdempotencyRecord{"guest", "key" + std::to_string(number), "hash", 201, "{}", "", ""};
    change.gateway_event = GatewayEventRecord{
        PaymentMethod::sandbox, "evt_" + std::to_string(number), "captured", order.id, paying_time};
    change.audit = AuditEntry{
        id<AuditId>(number), "key_1", "Operator", "retry", "payment", "why", "req", 1, "[]", "[]"};
    change.audit->tenant = tenant;
    return change;
}

}  // namespace

TEST_CASE("what a change writes is of its tenant, in every table", "[persistence][tenant]") {
    PayingShop shop;
    auto change = a_bit_of_everything(other, 1);
    Cart cart;
    cart.id = id<CartId>(1);
    cart.items.push_back({id<CartItemId>(1), {}, 1, 0});
    cart.version = 1;
    change.cart = {nullptr, std::make_shared<Cart>(cart)};
    shop.commit({change});
    for (const auto* table : {"orders", "carts", "cart_items", "payments", "payment_attempts",
                              "ledger", "gateway_events", "idempotency_keys", "outbox", "audit"}) {
        CAPTURE(table);
        CHECK(tenants_of(shop.db, table) == std::set{to_hex(other.uuid)});
    }
}

TEST_CASE("an id of one tenant names nothing in another", "[persistence][tenant]") {
    PayingShop shop;
    shop.commit({a_bit_of_everything(other, 1)});
    const auto order = id<OrderId>(1);
    CHECK(find_orders(shop.db, there(order))->size() == 1);
    CHECK(find_orders(shop.db, here({order}))->empty());
    CHECK(find_carts(shop.db, here({id<CartId>(1)}))->empty());
    CHECK(find_reservation_lines(shop.db, here({id<ReservationId>(1)}))->empty());
    CHECK(*find_tenant_of_order(shop.db, order) == other);
}

TEST_CASE("two tenants have the same demo, codes and slugs, and none of each other's ids",
          "[persistence][tenant]") {
    PayingShop shop;
    REQUIRE(insert_tenant(shop.db, second_tenant()));
    const auto mine =
        seed(shop.db, {.products = 3, .hash_secret = [](auto) { return Digest{}; }}, paying_time);
    const auto theirs = seed_other(shop.db);
    REQUIRE(mine);
    REQUIRE(theirs);
    CHECK(theirs->products_added == 3);
    CHECK_FALSE(theirs->keys.empty());
    const auto products = [&](const TenantId& tenant) {
        return *find_product_ids(shop.db, {.tenant = tenant}, {.limit = 10});
    };
    REQUIRE(products(other).size() == 3);
    for (const auto& product : products(other)) {
        CHECK(find_products(shop.db, other, {product})->size() == 1);
        CHECK(find_products(shop.db, default_tenant, {product})->empty());
    }
    CHECK(find_discounts(shop.db, there<std::string>("ONCE"))->front().second.id !=
          find_discounts(shop.db, here<std::string>({"ONCE"}))->front().second.id);
}

TEST_CASE("behind its wall a tenant sees no other's rows, and can touch none",
          "[persistence][tenant]") {
    PayingShop shop;
    REQUIRE(insert_tenant(shop.db, second_tenant()));
    REQUIRE(
        seed(shop.db, {.products = 3, .hash_secret = [](auto) { return Digest{}; }}, paying_time));
    REQUIRE(seed_other(shop.db));
    shop.commit({a_bit_of_everything(other, 1), a_bit_of_everything(default_tenant, 2)});
    const auto tables = walled_tables(shop.db);
    CHECK(tables.size() > 30);
    auto walled = shop.database.connect();
    REQUIRE(walled.see(other));
    for (const auto& table : tables) {
        CAPTURE(table);
        if (table == "tenant_hosts") continue;
        const auto seen = tenants_of(walled, table);
        CHECK((seen.empty() || seen == std::set{to_hex(other.uuid)}));
    }
    const auto changed = query_once(walled, "UPDATE products SET name = 'mine'", {});
    REQUIRE(changed);
    CHECK(changed->affected() == 3);
    CHECK_FALSE(query_once(walled,
                           "INSERT INTO vendors (id, name, slug, created_at, tenant_id) SELECT "
                           "gen_random_uuid(), 'x', 'x', now(), '" +
                               to_hex(default_tenant.uuid) + "'",
                           {}));
    CHECK_FALSE(query_once(walled, "SELECT * FROM signing_keys", {}));
    REQUIRE(walled.see(std::nullopt));
    CHECK(tenants_of(walled, "products").size() == 2);
}

TEST_CASE("rows of the audit are added behind the wall, and wait for their seals there too",
          "[persistence][tenant]") {
    PayingShop shop;
    REQUIRE(insert_tenant(shop.db, second_tenant()));
    auto walled = shop.database.connect();
    REQUIRE(walled.see(other));
    AuditEntry entry{id<AuditId>(1), "user_1", "customer", "auth.login", "user user_1", "",
                     "req",          1,        "[]",       "[]"};
    entry.kind = AuditKind::security;
    entry.tenant = other;
    REQUIRE(insert_audit(walled, entry, paying_time));
    CHECK(find_audit(walled, {}, 10)->rows.size() == 1);
    // Forgotten on purpose: whose the row is, and whose rows are asked for.
    entry.id = id<AuditId>(2);
    entry.tenant = default_tenant;
    CHECK_FALSE(insert_audit(walled, entry, paying_time));
    CHECK_FALSE(query_once(walled, "SELECT * FROM audit_unsealed", {}));
    REQUIRE(walled.see(default_tenant));
    CHECK(find_audit(walled, {}, 10)->rows.empty());
    CHECK(*count_unsealed(shop.db) == 1);
}

TEST_CASE("a marketplace is called and reached otherwise", "[persistence][tenant]") {
    PayingShop shop;
    const auto before = second_tenant();
    REQUIRE(insert_tenant(shop.db, before));
    auto after = before;
    after.name = "Another name";
    after.site_url = "https://other.example";
    after.hosts = {"shop.other.example", "other.example"};
    REQUIRE(save_tenant(shop.db, before, after));
    const auto found = find_tenant(shop.db, other);
    REQUIRE((found && *found));
    CHECK((*found)->name == "Another name");
    CHECK((*found)->site_url == "https://other.example");
    CHECK((*found)->hosts == std::vector<std::string>{"other.example", "shop.other.example"});
    auto third = before;
    third.id = id<TenantId>(3);
    third.slug = "third";
    third.hosts = {};
    REQUIRE(insert_tenant(shop.db, third));
    auto greedy = third;
    greedy.hosts = {"other.example"};
    CHECK(save_tenant(shop.db, third, greedy).error().code == ErrorCode::conflict);
}

TEST_CASE("a row that names no tenant is refused, unless its session has one",
          "[persistence][tenant]") {
    PayingShop shop;
    constexpr auto add =
        "INSERT INTO vendors (id, name, slug, created_at) VALUES (gen_random_uuid(), 'x', 'x', "
        "now())";
    REQUIRE(shop.db.run_script("RESET souk.tenant"));
    CHECK_FALSE(query_once(shop.db, add, {}));
    REQUIRE(shop.db.run_script("SET souk.tenant = '" + to_hex(other.uuid) + "'"));
    CHECK(query_once(shop.db, add, {}));
    CHECK(tenants_of(shop.db, "vendors") == std::set{to_hex(other.uuid)});
}

TEST_CASE("a marketplace is made with the default one's taxes and shipping, and its names are its",
          "[persistence][tenant]") {
    PayingShop shop;
    REQUIRE(
        seed(shop.db, {.products = 1, .hash_secret = [](auto) { return Digest{}; }}, paying_time));
    REQUIRE(insert_tenant(shop.db, second_tenant()));
    CHECK(find_tenants(shop.db)->size() == 2);
    CHECK((*find_tenant(shop.db, "other"))->hosts == std::vector<std::string>{"other.example"});
    CHECK_FALSE(find_tenant(shop.db, "nobody")->has_value());
    const auto rows = query_once(
        shop.db,
        "SELECT count(*) FROM shipping_methods WHERE tenant_id = '" + to_hex(other.uuid) + "'", {});
    CHECK(rows->front().get<std::int64_t>(0) > 0);
    auto again = second_tenant();
    again.id = TenantId{uuid_v7(paying_time, 1, 1)};
    CHECK(insert_tenant(shop.db, again).error().code == ErrorCode::conflict);
    again.slug = "another";
    CHECK(insert_tenant(shop.db, again).error().details.front().field == "hosts");
}
