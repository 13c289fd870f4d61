#include "persistence/product_cache.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/redis_client.hpp"

using namespace souk;

namespace {

ProductId product_of(std::uint64_t number) { return {uuid_v7({}, 1, number)}; }
VariantId variant_of(std::uint64_t number) { return {uuid_v7({}, 2, number)}; }

/// A reader of one product with two variants, step by step.
class Reader {
public:
    Reader(ProductCache& cache, std::uint64_t number)
        : cache_(cache),
          id_(product_of(number)),
          variants_{variant_of(number), variant_of(number + 1)} {}

    std::optional<std::string> look() {
        std::promise<CachedProducts> given;
        cache_.find(default_tenant, {id_},
                    [&](Result<CachedProducts> found) { given.set_value(found.value()); });
        auto found = given.get_future().get();
        moment_ = {found.epoch, found.generations};
        return found.values[0];
    }
    void read_generations() {
        std::promise<std::vector<std::string>> given;
        cache_.generations(variants_, [&](Result<std::vector<std::string>> read) {
            given.set_value(read.value());
        });
        for (auto& generation : given.get_future().get()) moment_.generations.push_back(generation);
    }
    void store(const std::string& value) {
        cache_.store(default_tenant, id_, variants_, moment_, value);
    }
    void read_all_and_store(const std::string& value) {
        look();
        read_generations();
        store(value);
    }

private:
    ProductCache& cache_;
    ProductId id_;
    std::vector<VariantId> variants_;
    CacheMoment moment_;
};

struct Fixture {
    TestRedis server;
    Redis redis{{.url = server.url()}};
    ProductCache cache{redis, std::chrono::hours{24}};
    Fixture() {
        REQUIRE(redis.start());
        wait_until(redis, true);
    }
};

}  // namespace

TEST_CASE("a product is kept until it or its stock changes", "[persistence][product_cache]") {
    Fixture fixture;
    Reader reader(fixture.cache, 1);
    CHECK_FALSE(reader.look());
    reader.read_all_and_store("one");
    CHECK(reader.look() == "one");

    SECTION("another's stock does not matter") {
        fixture.cache.drop_variants({variant_of(99)});
        CHECK(reader.look() == "one");
    }
    SECTION("one variant's stock") {
        fixture.cache.drop_variants({variant_of(2)});
        CHECK_FALSE(reader.look());
    }
    SECTION("the product") {
        fixture.cache.drop_product(product_of(1));
        CHECK_FALSE(reader.look());
    }
    reader.read_all_and_store("two");
    CHECK(reader.look() == "two");
}

TEST_CASE("what was read before a drop is not put back after it", "[persistence][product_cache]") {
    Fixture fixture;
    Reader reader(fixture.cache, 1);
    SECTION("of stock") {
        reader.look();
        reader.read_generations();
        fixture.cache.drop_variants({variant_of(1)});
        reader.store("old");
        CHECK_FALSE(reader.look());
    }
    SECTION("of the product") {
        reader.look();
        fixture.cache.drop_product(product_of(1));
        reader.read_generations();
        reader.store("old");
        CHECK_FALSE(reader.look());
    }
    SECTION("over a reconnection, during which drops may have been lost") {
        reader.look();
        reader.read_generations();
        REQUIRE(ask_redis(fixture.redis, {"SET", "souk:epoch", "another"}));
        reader.store("old");
        CHECK_FALSE(reader.look());
    }
}

TEST_CASE("a new connection makes everything older count for nothing",
          "[persistence][product_cache]") {
    Fixture fixture;
    Reader(fixture.cache, 1).read_all_and_store("old");
    CHECK(Reader(fixture.cache, 1).look() == "old");
    Redis other({.url = fixture.server.url()});
    ProductCache others(other, std::chrono::hours{24});
    REQUIRE(other.start());
    wait_until(other, true);
    CHECK_FALSE(Reader(others, 1).look());
    CHECK_FALSE(Reader(fixture.cache, 1).look());
}

TEST_CASE("a Redis that was emptied is used again", "[persistence][product_cache]") {
    Fixture fixture;
    REQUIRE(ask_redis(fixture.redis, {"FLUSHALL"}));
    Reader reader(fixture.cache, 1);
    reader.look();
    reader.read_all_and_store("again");
    CHECK(reader.look() == "again");
}
