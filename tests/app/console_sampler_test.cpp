#include "app/views/console_sampler.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;

TEST_CASE("a window holds the last ten seconds of a histogram and no more", "[app][console]") {
    Histogram histogram;
    LatencyWindow window;
    histogram.record(1'000'000);
    window.tick(histogram.counts());
    CHECK(window.last_second().total() == 1);
    for (int second = 0; second < 9; ++second) {
        histogram.record(1'000);
        window.tick(histogram.counts());
    }
    CHECK(window.whole().total() == 10);
    CHECK(window.whole().max() > 900'000);
    CHECK(window.last_second().total() == 1);
    histogram.record(1'000);
    histogram.record(1'000);
    window.tick(histogram.counts());
    CHECK(window.last_second().total() == 2);
    CHECK(window.whole().total() == 11);
    CHECK(window.whole().max() < 2'000);  // the slow one is more than ten seconds ago
}

TEST_CASE("the series goes on when the clock is put back", "[app][console]") {
    World world;
    HttpMetrics metrics;
    ConsoleSampler sampler(world.system, metrics, world.clock);
    const auto last = [&] {
        Overview overview;
        sampler.fill(overview, TimePoint{});
        return overview.series.back().at;
    };
    sampler.sample();
    const auto before = last();
    CHECK(before == std::chrono::floor<std::chrono::milliseconds>(world.clock.now()));
    world.clock.advance(-std::chrono::hours{1});
    sampler.sample();
    const auto between = last();
    CHECK(between > before);
    sampler.sample();
    CHECK(last() > between);
    world.clock.advance(std::chrono::hours{2});
    sampler.sample();
    CHECK(last() == std::chrono::floor<std::chrono::milliseconds>(world.clock.now()));
}
