#include "app/views/timed_cache.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

TEST_CASE("a value is remembered for its time", "[app][timed_cache]") {
    SteppedClock clock;
    TimedCache<int, int> cache(clock, 30s, 10);
    cache.put(1, 11);
    clock.advance(29s);
    CHECK(cache.find(1) == 11);
    clock.advance(1s);
    CHECK_FALSE(cache.find(1));
}

TEST_CASE("a flood of others does not wash away what is asked for", "[app][timed_cache]") {
    SteppedClock clock;
    TimedCache<int, int> cache(clock, 30s, 10);
    cache.put(0, 7);
    for (int i = 1; i <= 1'000; ++i) {
        cache.put(i, i);
        CHECK(cache.find(0) == 7);
    }
    CHECK_FALSE(cache.find(1));
    CHECK(cache.find(1'000) == 1'000);
}

TEST_CASE("what is dropped is gone from both halves", "[app][timed_cache]") {
    SteppedClock clock;
    TimedCache<int, int> cache(clock, 30s, 4);
    cache.put(1, 11);
    cache.put(2, 22);
    cache.put(3, 33);  // the first two are the old half now
    cache.drop(1);
    cache.drop(3);
    CHECK_FALSE(cache.find(1));
    CHECK_FALSE(cache.find(3));
    CHECK(cache.find(2) == 22);
}
