#include "persistence/rate_buckets.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/redis_client.hpp"

using namespace souk;

namespace {

BucketGrant take(Redis& redis, const std::string& bucket, std::int64_t per_minute,
                 std::int64_t wanted) {
    std::promise<BucketGrant> given;
    take_tokens(redis, bucket, per_minute, wanted,
                [&](Result<BucketGrant> grant) { given.set_value(grant.value()); });
    return given.get_future().get();
}

}  // namespace

TEST_CASE("a bucket gives what it holds and refills in a minute", "[persistence][rate_buckets]") {
    TestRedis server;
    Redis redis({.url = server.url()});
    REQUIRE(redis.start());
    wait_until(redis, true);

    CHECK(take(redis, "a", 3, 2).granted == 2);
    const auto rest = take(redis, "a", 3, 2);
    CHECK(rest.granted == 1);
    CHECK(rest.remaining == 0);
    CHECK(rest.next_ms > 15'000);
    CHECK(rest.next_ms <= 20'000);
    CHECK(rest.full_ms > 55'000);
    CHECK(rest.full_ms <= 60'000);
    CHECK(take(redis, "a", 3, 1).granted == 0);
    CHECK(take(redis, "b", 3, 1).granted == 1);

    // Twenty-one seconds ago: one more token by now.
    const auto at = ask_redis(redis, {"HGET", "souk:rate:a", "at"});
    REQUIRE(at);
    REQUIRE(ask_redis(
        redis, {"HSET", "souk:rate:a", "at", std::to_string(std::stoll(at->text) - 21'000'000)}));
    CHECK(take(redis, "a", 3, 3).granted == 1);
}

TEST_CASE("large limits do not overflow", "[persistence][rate_buckets]") {
    TestRedis server;
    Redis redis({.url = server.url()});
    REQUIRE(redis.start());
    wait_until(redis, true);
    const auto grant = take(redis, "big", 10'000'000, 200);
    CHECK(grant.granted == 200);
    CHECK(grant.remaining == 9'999'800);
}
