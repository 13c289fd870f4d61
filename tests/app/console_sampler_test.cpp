#include "app/views/console_sampler.hpp"

#include "tests/support/catch.hpp"

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
