#include "app/views/catalogue_view.hpp"

#include <algorithm>

#include "persistence/demo_data.hpp"
#include "persistence/seeder.hpp"
#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/redis_client.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;

namespace {

using Found = Result<std::shared_ptr<const ProductJson>>;

/// Stock of which nothing is live but what a test puts there.
class PeekedStocks final : public Stocks {
public:
    void adjust(const StockKey&, Ask<AdjustStock, StockView>) override {}
    void reserve(Ask<ReserveMany, Reservation>) override {}
    void close(Ask<CloseMany, Reservation>) override {}
    void read(const OfTenant<StockKey>&, Read<StockView>) override {}
    std::shared_ptr<const StockView> peek(const OfTenant<StockKey>& key) override {
        return live && live->key == key.id ? live : nullptr;
    }
    std::shared_ptr<const StockView> live;
};

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    SteppedClock clock;
    PeekedStocks stocks;
    ReadPool reads{{.connection = database.options(), .threads = 2}};
    TestRedis server;
    Redis redis{{.url = server.url()}};
    ProductCache cache{redis, std::chrono::hours{24}};
    CatalogueView view{reads, &cache, stocks, clock};

    Fixture() {
        REQUIRE(seed(db, {.products = 30, .hash_secret = [](auto) { return Digest{}; }}, {}));
        reads.start();
        REQUIRE(redis.start());
        wait_until(redis, true);
    }
    ~Fixture() {
        reads.stop();
        redis.stop();
    }

    Found product(ProductId id) {
        return awaited<Found>([&](Promise<Found> promise) {
            view.product({default_tenant, id}, promise);
        });
    }
    std::string detail(ProductId id) { return product(id).value()->detail; }
    ProductPage list(ProductQuery query) {
        query.tenant = default_tenant;
        return awaited<Result<ProductPage>>([&](Promise<Result<ProductPage>> promise) {
                   view.list(std::move(query), promise);
               })
            .value();
    }
    void set_stock(const Variant& variant, std::int64_t on_hand) {
        REQUIRE(
            query(db, "UPDATE stock SET on_hand = $2 WHERE variant_id = $1", variant.id, on_hand));
    }
};

bool shows(const std::string& json, std::int64_t units) {
    return json.find("\"inventoryCount\":" + std::to_string(units)) != std::string::npos;
}

}  // namespace

TEST_CASE("a product shows the units of its row, or those of its live stock", "[app][catalogue]") {
    Fixture fixture;
    const auto product = demo_product(0).product;
    fixture.set_stock(product.variants[0], 4'321);
    SECTION("of its row") { CHECK(shows(fixture.detail(product.id), 4'321)); }
    SECTION("of its live stock") {
        fixture.stocks.live = std::make_shared<StockView>(
            StockView{{product.variants[0].id, product.vendor_id}, 1'000, 1});
        CHECK(shows(fixture.detail(product.id), 999));
    }
}

TEST_CASE("a product comes from the cache until its stock is dropped", "[app][catalogue]") {
    Fixture fixture;
    const auto product = demo_product(0).product;
    fixture.set_stock(product.variants[0], 1'111);
    CHECK(shows(fixture.detail(product.id), 1'111));
    fixture.set_stock(product.variants[0], 2'222);
    CHECK(shows(fixture.detail(product.id), 1'111));
    CHECK(shows(fixture.list({.limit = 30}).products.back()->summary, 1'111));
    fixture.cache.drop_variants({product.variants[0].id});
    CHECK(shows(fixture.detail(product.id), 2'222));
}

TEST_CASE("a product's version goes up with its own and with its stock's", "[app][catalogue]") {
    Fixture fixture;
    const auto product = demo_product(0).product;
    const auto& variant = product.variants[0];
    const auto version = [&] { return fixture.product(product.id).value()->version; };
    const auto first = version();
    REQUIRE(query(fixture.db, "UPDATE stock SET version = version + 3 WHERE variant_id = $1",
                  variant.id));
    CHECK(version() == first);  // as the cache has it
    fixture.cache.drop_variants({variant.id});
    CHECK(version() == first + 3);
    CHECK(version() == first + 3);  // from the cache again
    REQUIRE(
        query(fixture.db, "UPDATE products SET version = version + 1 WHERE id = $1", product.id));
    fixture.cache.drop_product(product.id);
    CHECK(version() == first + 4);
}

TEST_CASE("a product as it is now passes the cache by", "[app][catalogue]") {
    Fixture fixture;
    const auto product = demo_product(0).product;
    const auto now = [&] {
        return awaited<Found>([&](Promise<Found> promise) {
                   fixture.view.product_now({default_tenant, product.id}, promise);
               })
            .value();
    };
    fixture.set_stock(product.variants[0], 1'111);
    CHECK(shows(fixture.detail(product.id), 1'111));
    fixture.set_stock(product.variants[0], 2'222);
    CHECK(shows(now()->detail, 2'222));
    CHECK(now()->variants.size() == product.variants.size());
}

TEST_CASE("without Redis products are read afresh", "[app][catalogue]") {
    Fixture fixture;
    const auto product = demo_product(0).product;
    CHECK(fixture.product(product.id));
    fixture.server.stop();
    fixture.set_stock(product.variants[0], 3'333);
    CHECK(shows(fixture.detail(product.id), 3'333));
}

TEST_CASE("a list has its page, its order and its total", "[app][catalogue]") {
    Fixture fixture;
    const auto page = fixture.list({.page = 2, .limit = 20});
    CHECK(page.total == 30);
    REQUIRE(page.products.size() == 10);
    CHECK(page.products.back()->summary.find(to_text(demo_product(0).product.id)) !=
          std::string::npos);
    CHECK(fixture.list({.page = 5, .limit = 20}).products.empty());
    CHECK(fixture.list({.category = "nothing"}).total == 0);
}

TEST_CASE("what is not on the shelf is not found", "[app][catalogue]") {
    Fixture fixture;
    const auto hidden = demo_product(1).product;
    REQUIRE(query(fixture.db, "UPDATE products SET status = 'archived' WHERE id = $1", hidden.id));
    CHECK(fixture.product(hidden.id).error().code == ErrorCode::not_found);
    CHECK(fixture.product(ProductId{}).error().code == ErrorCode::not_found);
    const auto by_slug = [&](const std::string& slug) {
        return awaited<Found>([&](Promise<Found> promise) {
            fixture.view.product_by_slug({default_tenant, slug}, promise);
        });
    };
    CHECK(by_slug(hidden.slug).error().code == ErrorCode::not_found);
    CHECK(by_slug(demo_product(2).product.slug));
    const auto offer = [&](VariantId id) {
        using Offered = Result<std::shared_ptr<const Offer>>;
        return awaited<Offered>([&](Promise<Offered> promise) {
            fixture.view.offer({default_tenant, id}, promise);
        });
    };
    CHECK(offer(hidden.variants[0].id).error().code == ErrorCode::not_found);
    const auto sold = demo_product(2).product.variants[0];
    CHECK((*offer(sold.id))->unit_price == sold.price);
    CHECK((*offer(sold.id))->unit_price == sold.price);
}

TEST_CASE("without a database readers are told to come back", "[app][catalogue]") {
    SteppedClock clock;
    PeekedStocks stocks;
    ReadPool reads({.connection = {.url = "host=/nonexistent"}, .threads = 1});
    reads.start();
    CatalogueView view(reads, nullptr, stocks, clock);
    const auto found = awaited<Found>([&](Promise<Found> promise) {
        view.product({default_tenant, demo_product(0).product.id}, promise);
    });
    CHECK(found.error().code == ErrorCode::unavailable);
}
