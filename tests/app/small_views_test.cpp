// The views that are little more than a repository behind the read pool.

#include "app/views/api_keys_view.hpp"
#include "app/views/discounts_view.hpp"
#include "app/views/inventory_view.hpp"
#include "app/views/payments_view.hpp"
#include "app/views/tables_view.hpp"
#include "persistence/demo_data.hpp"
#include "persistence/seeder.hpp"
#include "tests/app/written_payments.hpp"
#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    SteppedClock clock;
    ReadPool reads{{.connection = database.options(), .threads = 1}};
    SeedReport demo;

    Fixture() {
        auto report =
            seed(db, {.products = 10, .hash_secret = [](auto) { return Digest{7}; }}, clock.now());
        REQUIRE(report);
        demo = std::move(*report);
        reads.start();
    }
};

using Key = Result<std::shared_ptr<const ApiKey>>;

Key find(ApiKeysView& keys, ApiKeyId id) {
    return awaited<Key>([&](Promise<Key> promise) { keys.find({default_tenant, id}, promise); });
}

}  // namespace

TEST_CASE("a key is found with its scopes and the default limit", "[app][api_keys]") {
    Fixture fixture;
    ApiKeysView keys(fixture.reads, fixture.clock, 6'000);
    const auto& made = fixture.demo.keys.back();
    const auto found = find(keys, made.id);
    REQUIRE(found);
    CHECK((*found)->scopes == made.scopes);
    CHECK((*found)->vendor == made.vendor);
    CHECK((*found)->secret_hash == Digest{7});
    CHECK((*found)->requests_per_minute == 6'000);
    CHECK_FALSE((*found)->revoked);
    CHECK(find(keys, ApiKeyId{}).error().code == ErrorCode::not_found);
}

TEST_CASE("a revoked key is refused within half a minute, an expired one at once",
          "[app][api_keys]") {
    Fixture fixture;
    ApiKeysView keys(fixture.reads, fixture.clock, 6'000);
    const auto id = fixture.demo.keys.front().id;
    SECTION("revoked") {
        CHECK_FALSE((*find(keys, id))->revoked);
        REQUIRE(query(fixture.db, "UPDATE api_keys SET revoked_at = now() WHERE id = $1", id));
        fixture.clock.advance(31s);
        CHECK((*find(keys, id))->revoked);
    }
    SECTION("expired") {
        REQUIRE(query(fixture.db, "UPDATE api_keys SET expires_at = $2 WHERE id = $1", id,
                      fixture.clock.now() + 10s));
        CHECK_FALSE((*find(keys, id))->revoked);
        fixture.clock.advance(10s);
        CHECK((*find(keys, id))->revoked);
    }
}

TEST_CASE("the tables are there once started, and fresh after a refresh", "[app][tables]") {
    Fixture fixture;
    TablesView tables(fixture.reads);
    CHECK(tables.current(default_tenant)->zones.empty());
    REQUIRE(tables.start());
    const auto before = tables.current(default_tenant);
    CHECK(before->zones.size() == 3);
    REQUIRE(fixture.db.run_script("DELETE FROM tax_rules"));
    std::promise<void> refreshed;
    tables.refresh([&](Result<void>) { refreshed.set_value(); });
    refreshed.get_future().wait();
    CHECK(tables.current(default_tenant)->tax_rules.empty());
    CHECK(before->tax_rules.size() == 2);
}

TEST_CASE("tables that cannot be read stop the start", "[app][tables]") {
    ReadPool reads({.connection = {.url = "host=/nonexistent"}, .threads = 1});
    reads.start();
    TablesView tables(reads);
    CHECK(tables.start().error().code == ErrorCode::unavailable);
}

TEST_CASE("movements and low stock come by page", "[app][inventory]") {
    Fixture fixture;
    InventoryView inventory(fixture.reads);
    const auto product = demo_product(0).product;
    const auto movements = [&](PageQuery page) {
        return awaited<Result<MovementPage>>([&](Promise<Result<MovementPage>> promise) {
            inventory.movements({default_tenant, {product.variants[0].id, product.vendor_id}}, page,
                                promise);
        });
    };
    const auto first = movements({});
    REQUIRE(first);
    CHECK(first->total == 1);
    CHECK(first->next_cursor.empty());
    CHECK(first->rows.front().movement.kind == MovementKind::received);
    CHECK(movements({.cursor = "1"})->rows.empty());
    for (const auto* cursor : {"x", "-1", "1x", "99999999999999999999"})
        CHECK(movements({.cursor = cursor}).error().code == ErrorCode::invalid_input);

    const auto low = awaited<Result<LowStockPage>>([&](Promise<Result<LowStockPage>> promise) {
        inventory.low_stock(default_tenant, std::nullopt, {.limit = 2}, promise);
    });
    REQUIRE(low);
    CHECK(low->rows.size() == 2);
    CHECK(low->total > 2);
}

TEST_CASE("the order of a payment is found, and stuck attempts come by page", "[app][payments]") {
    Fixture fixture;
    PaymentsView payments(fixture.reads);
    const auto stuck = [&](PageQuery page) {
        return awaited<Result<StuckPage>>([&](Promise<Result<StuckPage>> promise) {
            payments.stuck(default_tenant, page, promise);
        });
    };
    const auto order_of = [&](PaymentId id) {
        return awaited<Result<OrderId>>([&](Promise<Result<OrderId>> promise) {
            payments.order_of({default_tenant, id}, promise);
        });
    };
    CHECK(stuck({})->total == 0);
    CHECK(order_of(PaymentId{}).error().code == ErrorCode::not_found);

    const auto orders = write_payments(fixture.database, 3, true);
    CHECK(*order_of(orders[1].payment->id) == orders[1].id);
    const auto page = stuck({.page = 2, .limit = 2});
    REQUIRE(page);
    CHECK(page->total == 3);
    REQUIRE(page->rows.size() == 1);
    CHECK(page->rows[0].order_id == orders[2].id);
    CHECK(page->rows[0].order_number == orders[2].number);
    CHECK(page->rows[0].payment_id == orders[2].payment->id);
    CHECK(page->rows[0].attempt == orders[2].payment->attempts[0]);
    CHECK(page->rows[0].total == 1'100);
    CHECK(page->rows[0].currency == Currency{});
}

TEST_CASE("discount codes are listed by pages", "[app][discount]") {
    Fixture fixture;
    DiscountsView discounts(fixture.reads);
    const auto page = [&](std::int64_t number) {
        return awaited<Result<DiscountPage>>([&](Promise<Result<DiscountPage>> promise) {
            discounts.list(default_tenant, {number, 3, {}}, promise);
        });
    };
    REQUIRE(page(1));
    CHECK(page(1)->total == static_cast<std::int64_t>(demo_discounts().size()));
    CHECK(page(1)->rows.size() == 3);
    CHECK(page(1)->rows[0].code != page(2)->rows[0].code);
}
