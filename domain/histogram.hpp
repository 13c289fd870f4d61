#pragma once
// How long things take, counted so that percentiles keep their precision from nanoseconds to
// minutes: a log-linear histogram (G. Tene, HdrHistogram). Counting takes one relaxed addition.

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace souk {

/// Every power of two is divided into 16, so that a value is known to 6 %.
inline constexpr std::size_t histogram_steps = 16;
inline constexpr std::size_t histogram_octaves = 38;  // up to an hour; longer counts as an hour
inline constexpr std::size_t histogram_buckets = histogram_steps * (histogram_octaves + 1);

/// The bucket of a value, and the middle of a bucket. Negative values count as 0.
std::size_t histogram_bucket_of(std::int64_t nanoseconds);
std::int64_t histogram_value_of(std::size_t bucket);

struct HistogramCounts {
    std::array<std::uint64_t, histogram_buckets> counts{};

    std::uint64_t total() const;
    /// The value that so many of a thousand do not exceed; 0 without any.
    std::int64_t percentile(std::uint64_t per_mille) const;
    std::int64_t max() const { return percentile(1000); }

    HistogramCounts& operator+=(const HistogramCounts& other);
    HistogramCounts& operator-=(const HistogramCounts& earlier);
};

class Histogram {
public:
    void record(std::int64_t nanoseconds) {
        counts_[histogram_bucket_of(nanoseconds)].fetch_add(1, std::memory_order_relaxed);
    }
    /// Everything since the beginning; what is counted meanwhile may or may not be there.
    HistogramCounts counts() const;

private:
    std::array<std::atomic<std::uint64_t>, histogram_buckets> counts_{};
};

}  // namespace souk
