#include "domain/histogram.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("a histogram knows every value to six percent, from nanoseconds to an hour",
          "[domain][histogram]") {
    for (std::int64_t value = 1; value < 3'600'000'000'000; value += 1 + value / 7) {
        const auto read = histogram_value_of(histogram_bucket_of(value));
        CAPTURE(value, read);
        CHECK(std::max(read - value, value - read) * 100 <= value * 6);
    }
}

TEST_CASE("buckets of a histogram follow each other without a hole", "[domain][histogram]") {
    for (std::size_t bucket = 0; bucket < histogram_buckets; ++bucket)
        CHECK(histogram_bucket_of(histogram_value_of(bucket)) == bucket);
}

TEST_CASE("what is out of a histogram's range counts at its ends", "[domain][histogram]") {
    CHECK(histogram_bucket_of(-5) == 0);
    CHECK(histogram_bucket_of(INT64_MAX) == histogram_buckets - 1);
}

TEST_CASE("percentiles are those of what was recorded", "[domain][histogram]") {
    Histogram histogram;
    for (std::int64_t value = 1; value <= 1000; ++value) histogram.record(value * 1000);
    const auto counts = histogram.counts();
    CHECK(counts.total() == 1000);
    const auto is_about = [](std::int64_t found, std::int64_t expected) {
        return found > expected * 94 / 100 && found < expected * 106 / 100;
    };
    CHECK(is_about(counts.percentile(500), 500'000));
    CHECK(is_about(counts.percentile(990), 990'000));
    CHECK(is_about(counts.max(), 1'000'000));
}

TEST_CASE("a histogram without values has no percentiles", "[domain][histogram]") {
    CHECK(Histogram{}.counts().percentile(990) == 0);
}

TEST_CASE("what was counted between two moments is their difference", "[domain][histogram]") {
    Histogram histogram;
    histogram.record(1'000'000);
    const auto earlier = histogram.counts();
    histogram.record(10);
    auto since = histogram.counts();
    since -= earlier;
    CHECK(since.total() == 1);
    CHECK(since.max() == 10);
    since += earlier;
    CHECK(since.total() == 2);
}
