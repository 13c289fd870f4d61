#include "domain/histogram.hpp"

#include <algorithm>
#include <numeric>

namespace souk {
namespace {

constexpr int step_bits = std::countr_zero(histogram_steps);

}  // namespace

// Below 16 each value has a bucket; above, the four bits behind the leading one choose the step.
std::size_t histogram_bucket_of(std::int64_t nanoseconds) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(nanoseconds, 0));
    if (value < histogram_steps) return static_cast<std::size_t>(value);
    const auto octave = std::bit_width(value) - 1 - step_bits;
    const auto step = static_cast<std::size_t>(value >> octave) - histogram_steps;
    const auto bucket = (static_cast<std::size_t>(octave) + 1) * histogram_steps + step;
    return std::min(bucket, histogram_buckets - 1);
}

std::int64_t histogram_value_of(std::size_t bucket) {
    if (bucket < histogram_steps) return static_cast<std::int64_t>(bucket);
    const auto octave = bucket / histogram_steps - 1;
    const auto lowest = (bucket % histogram_steps + histogram_steps) << octave;
    return static_cast<std::int64_t>(lowest + (std::size_t{1} << octave) / 2);
}

std::uint64_t HistogramCounts::total() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::int64_t HistogramCounts::percentile(std::uint64_t per_mille) const {
    const auto all = total();
    const auto wanted = std::max<std::uint64_t>((all * per_mille + 999) / 1000, 1);
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
        seen += counts[bucket];
        if (seen >= wanted) return histogram_value_of(bucket);
    }
    return 0;
}

HistogramCounts& HistogramCounts::operator+=(const HistogramCounts& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
    return *this;
}

HistogramCounts& HistogramCounts::operator-=(const HistogramCounts& earlier) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] -= earlier.counts[i];
    return *this;
}

HistogramCounts Histogram::counts() const {
    HistogramCounts copy;
    for (std::size_t i = 0; i < counts_.size(); ++i)
        copy.counts[i] = counts_[i].load(std::memory_order_relaxed);
    return copy;
}

}  // namespace souk
