#include "app/views/rate_limits_view.hpp"

#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/redis_client.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

RateDecision take(RateLimitsView& limits, const std::string& bucket, std::int64_t per_minute) {
    return awaited<Result<RateDecision>>([&](Promise<Result<RateDecision>> promise) {
               limits.take(bucket, per_minute, std::move(promise));
           })
        .value();
}

int allowed_of(RateLimitsView& limits, const std::string& bucket, std::int64_t per_minute,
               int attempts) {
    int allowed = 0;
    for (int i = 0; i < attempts; ++i) allowed += take(limits, bucket, per_minute).allowed ? 1 : 0;
    return allowed;
}

}  // namespace

TEST_CASE("without Redis a server counts for itself", "[app][rate_limits]") {
    SteppedClock clock;
    RateLimitsView limits(nullptr, clock);
    const auto first = take(limits, "a", 3);
    CHECK(first.allowed);
    CHECK(first.limit == 3);
    CHECK(first.remaining == 2);
    CHECK(first.reset_s == 20);
    CHECK(allowed_of(limits, "a", 3, 5) == 2);
    const auto refused = take(limits, "a", 3);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.remaining == 0);
    CHECK(refused.reset_s == 20);
    CHECK(take(limits, "b", 3).allowed);

    clock.advance(20s);
    CHECK(allowed_of(limits, "a", 3, 5) == 1);
    clock.advance(1h);
    CHECK(allowed_of(limits, "a", 3, 5) == 3);
}

TEST_CASE("a flood of addresses does not grow without bound or refuse newcomers",
          "[app][rate_limits]") {
    SteppedClock clock;
    RateLimitsView limits(nullptr, clock);
    bool all = true;
    for (int i = 0; i < 300'000; ++i) all = all && take(limits, std::to_string(i), 1).allowed;
    CHECK(all);
}

TEST_CASE("servers share a bucket through Redis", "[app][rate_limits]") {
    TestRedis server;
    Redis redis({.url = server.url()});
    REQUIRE(redis.start());
    wait_until(redis, true);
    SteppedClock clock;
    RateLimitsView one(&redis, clock);
    RateLimitsView other(&redis, clock);
    int allowed = 0;
    for (int i = 0; i < 200; ++i)
        allowed += take(i % 2 == 0 ? one : other, "a", 100).allowed ? 1 : 0;
    // A token comes back every 0.6 s of Redis' own clock.
    CHECK(allowed >= 100);
    CHECK(allowed < 120);
    const auto refused = take(one, "a", 100);
    if (!refused.allowed) CHECK(refused.reset_s >= 1);
}

TEST_CASE("many at once get no more than the bucket holds", "[app][rate_limits]") {
    TestRedis server;
    Redis redis({.url = server.url()});
    REQUIRE(redis.start());
    wait_until(redis, true);
    SteppedClock clock;
    RateLimitsView limits(&redis, clock);
    std::atomic<int> allowed{0};
    std::atomic<int> answered{0};
    std::promise<void> all;
    constexpr int attempts = 500;
    for (int i = 0; i < attempts; ++i)
        limits.take("a", 100, Promise<Result<RateDecision>>{[&](Result<RateDecision> decision) {
                        if (decision->allowed) ++allowed;
                        if (++answered == attempts) all.set_value();
                    }});
    all.get_future().wait();
    CHECK(allowed >= 100);
    CHECK(allowed < 120);
}

TEST_CASE("a Redis that goes away does not hold requests up", "[app][rate_limits]") {
    TestRedis server;
    Redis redis({.url = server.url()});
    REQUIRE(redis.start());
    wait_until(redis, true);
    SteppedClock clock;
    RateLimitsView limits(&redis, clock);
    CHECK(take(limits, "a", 100).allowed);
    server.stop();
    CHECK(allowed_of(limits, "a", 100, 90) == 90);
    server.start();
    wait_until(redis, true);
    CHECK(take(limits, "a", 100).allowed);
}
