#include "persistence/seeder.hpp"

#include <algorithm>

#include "persistence/api_key_repository.hpp"
#include "persistence/demo_data.hpp"
#include "persistence/discount_repository.hpp"
#include "persistence/table_repository.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/here.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;

namespace {

const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00Z");

/// Not a hash, but as long as one and different for every secret.
Digest first_bytes(std::string_view secret) {
    Digest digest{};
    for (std::size_t i = 0; i < digest.size() && i < secret.size(); ++i)
        digest[i] = static_cast<unsigned char>(secret[i]);
    return digest;
}

SeedOptions options(std::int64_t products) {
    return {.products = products, .hash_secret = first_bytes};
}

std::int64_t number(Connection& db, const char* sql) {
    const auto rows = query(db, sql);
    REQUIRE(rows);
    return rows->front().get<std::int64_t>(0);
}

}  // namespace

TEST_CASE("the demo has vendors, categories, products, stock and prices", "[persistence][seeder]") {
    TestDatabase database;
    auto db = database.connect();
    const auto report = seed(db, options(200), now);
    REQUIRE(report);
    CHECK(report->products_added == 200);
    CHECK(number(db, "SELECT count(*) FROM vendors") == 3);
    CHECK(number(db, "SELECT count(*) FROM categories") == 5);
    CHECK(number(db, "SELECT count(DISTINCT category_id) FROM products") == 5);
    CHECK(number(db, "SELECT count(DISTINCT vendor_id) FROM products") == 3);
    CHECK(number(db, "SELECT count(*) FROM product_variants") == 600);
    CHECK(number(db, "SELECT count(DISTINCT currency) FROM products") == 2);
    CHECK(number(db, "SELECT min(on_hand) FROM stock") == 3);
    CHECK(number(db, "SELECT max(on_hand) FROM stock") == 10'000);
    CHECK(number(db, "SELECT count(*) FROM product_images") >= 200);
    CHECK(number(db,
                 "SELECT count(*) FROM product_variants v JOIN products p ON p.id = product_id "
                 "LEFT JOIN stock s ON s.variant_id = v.id AND s.seller_id = p.vendor_id "
                 "WHERE s.variant_id IS NULL") == 0);
    CHECK(number(db,
                 "SELECT count(*) FROM stock s WHERE on_hand <> (SELECT sum(quantity) FROM "
                 "movements m WHERE m.variant_id = s.variant_id AND m.seller_id = s.seller_id)") ==
          0);
}

TEST_CASE("seeding again adds nothing, and no keys unless asked for", "[persistence][seeder]") {
    TestDatabase database;
    auto db = database.connect();
    const auto first = seed(db, options(20), now);
    REQUIRE(first);
    CHECK(first->keys.size() == 8);

    std::string said;
    const auto second = seed(db, options(20), now, [&](const std::string& words) { said = words; });
    REQUIRE(second);
    CHECK(second->products_added == 0);
    CHECK(second->products == 20);
    CHECK(second->keys.empty());
    CHECK(said == "already seeded");
    CHECK(number(db, "SELECT count(*) FROM shipping_zones") == 3);
    CHECK(number(db, "SELECT count(*) FROM movements") == 60);
    CHECK(number(db, "SELECT count(*) FROM discount_codes") == 4);

    auto again = options(20);
    again.new_keys = true;
    const auto third = seed(db, again, now);
    REQUIRE(third);
    CHECK(third->keys.size() == 8);
    CHECK(number(db, "SELECT count(*) FROM api_keys") == 16);
}

TEST_CASE("a larger demo continues a smaller one", "[persistence][seeder]") {
    TestDatabase database;
    auto db = database.connect();
    REQUIRE(seed(db, options(20), now));
    const auto more = seed(db, options(2'500), now);
    REQUIRE(more);
    CHECK(more->products_added == 2'480);
    CHECK(number(db, "SELECT count(*) FROM products") == 2'500);
}

TEST_CASE("the demo is the same everywhere", "[persistence][seeder]") {
    const auto one = demo_product(41);
    const auto other = demo_product(41);
    CHECK(one.product.id == other.product.id);
    CHECK(one.product.variants[2].sku == other.product.variants[2].sku);
    CHECK(one.product.price == other.product.price);
    CHECK(to_hex(demo_product(0).product.id.uuid) == "01946967-d500-7139-b479-227562d2ed40");
}

TEST_CASE("keys are kept as hashes with their scopes", "[persistence][seeder]") {
    TestDatabase database;
    auto db = database.connect();
    const auto report = seed(db, options(1), now);
    REQUIRE(report);
    for (const auto& key : report->keys) {
        const auto stored = find_api_key(db, {default_tenant, key.id});
        REQUIRE(stored);
        REQUIRE(*stored);
        CHECK((*stored)->secret_hash == first_bytes(key.secret));
        CHECK((*stored)->scopes == key.scopes);
        CHECK((*stored)->vendor_id == key.vendor);
        CHECK(key.secret.size() == 48);
    }
    CHECK_FALSE(*find_api_key(db, {default_tenant, ApiKeyId{}}));
}

TEST_CASE("the operator's key may read and write payments", "[persistence][seeder]") {
    TestDatabase database;
    auto db = database.connect();
    const auto report = seed(db, options(1), now);
    REQUIRE(report);
    for (const auto& key : report->keys)
        for (const auto* scope : {"payments:read", "payments:write"})
            CHECK(std::ranges::count(key.scopes, scope) == (key.name == "Operator" ? 1 : 0));
}

TEST_CASE("there is a discount code for every kind of answer", "[persistence][seeder]") {
    TestDatabase database;
    auto db = database.connect();
    REQUIRE(seed(db, options(1), now));
    const auto quote = [&](const std::string& code, Amount subtotal, Currency currency = {}) {
        auto found = find_discounts(db, here<std::string>({code}));
        REQUIRE(found);
        REQUIRE(found->size() == 1);
        return quote_discount(found->front().second, {{}, "a@example.com"}, subtotal, currency,
                              now);
    };
    const Currency dinars{{'J', 'O', 'D'}};
    CHECK(discount_on(quote("SAVE20", 100, dinars)->terms, 100) == 20);
    CHECK(discount_on(quote("WELCOME10", 5'000)->terms, 5'000) == 1'000);
    CHECK(quote("WELCOME10", 4'999).error().code == ErrorCode::unprocessable);
    CHECK(quote("WELCOME10", 5'000, dinars).error().code == ErrorCode::invalid_input);
    CHECK(quote("EXPIRED", 100).error().code == ErrorCode::gone);
    CHECK(quote("ONCE", 100));
    CHECK(find_discounts(db, here<std::string>({"ONCE"}))->front().second.usage_limit == 1);
    CHECK(find_discounts(db, here<std::string>({"WELCOME10"}))
              ->front()
              .second.usage_limit_per_customer == 1);
    CHECK(find_discounts(db, here<std::string>({"SAVE20"}))->front().second.id ==
          demo_discounts()[0].id);
}

TEST_CASE("Jordan ships as in the sample and only Amman on the same day", "[persistence][tables]") {
    TestDatabase database;
    auto db = database.connect();
    REQUIRE(seed(db, options(1), now));
    const auto found = find_price_tables(db);
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    const auto* const tables = &found->at(default_tenant);
    CHECK(tax_rate_for(tables->tax_rules, {"JO", "", "", ""}) == TaxRate{800, false});
    CHECK(tax_rate_for(tables->tax_rules, {"DE", "", "", ""}) == TaxRate{1'900, true});
    CHECK(tax_rate_for(tables->tax_rules, {"US", "", "", ""}) == TaxRate{0, false});
    for (const auto* currency : {"USD", "JOD"}) {
        const auto amman =
            quote_shipping(tables->zones, {"JO", "", "Amman", ""}, *parse_currency(currency), 1);
        REQUIRE(amman);
        REQUIRE(amman->size() == 3);
        CHECK(amman->at(0).method.id == "standard");
        CHECK(amman->at(0).method.is_default);
        CHECK(amman->at(0).price == 500);
        CHECK(amman->at(1).price == 1'000);
        CHECK(amman->at(2).method.id == "same_day");
        CHECK(amman->at(2).price == 1'500);
        CHECK(quote_shipping(tables->zones, {"JO", "", "Aqaba", ""}, *parse_currency(currency), 1)
                  ->size() == 2);
        CHECK(quote_shipping(tables->zones, {"US", "", "", ""}, *parse_currency(currency), 1));
    }
    CHECK_FALSE(quote_shipping(tables->zones, {"FR", "", "", ""}, Currency{}, 1));
}
