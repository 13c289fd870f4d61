#pragma once
// The server's last minutes, second by second: what the console plots. It runs whether somebody
// looks or not, at the cost of reading a few counters a second.

#include <array>
#include <deque>
#include <functional>
#include <mutex>
#include <string_view>

#include "actors/entity_system.hpp"
#include "app/views/periodic.hpp"
#include "http/metrics.hpp"
#include "protocol/console.hpp"

namespace souk {

/// A histogram's growth in each of the last seconds.
class LatencyWindow {
public:
    /// A second has passed; `now` is everything since the start.
    void tick(const HistogramCounts& now);
    HistogramCounts whole() const;
    const HistogramCounts& last_second() const { return last_second_; }

private:
    HistogramCounts before_;
    HistogramCounts last_second_;
    std::deque<HistogramCounts> seconds_;
};

class ConsoleSampler {
public:
    ConsoleSampler(EntitySystem& entities, const HttpMetrics& metrics, const Clock& clock)
        : entities_(entities), metrics_(metrics), clock_(clock) {}

    /// `every_second` runs after each sample, on the sampler's thread.
    void start(std::function<void()> every_second);
    void stop() { ticking_.stop(); }

    /// Takes one sample; a second after the last one.
    void sample();

    /// Rates and latencies of the last ten seconds, and the points after `since`.
    void fill(Overview& overview, TimePoint since) const;

private:
    enum Window { reads, writes, console, system, mailbox, handling, lane_wait, commit, windows };
    static constexpr std::array<std::string_view, windows> names{
        HttpMetrics::class_names[0], HttpMetrics::class_names[1],
        HttpMetrics::class_names[2], HttpMetrics::class_names[3],
        "waiting in a mailbox",      "being handled by an actor",
        "waiting for a commit",      "commits"};
    struct Totals {
        std::int64_t messages{};
        std::int64_t changes{};
        std::int64_t commits{};
    };

    HistogramCounts counts_of(std::size_t window) const;
    Totals totals() const;
    TimePoint time_of_sample() const;

    EntitySystem& entities_;
    const HttpMetrics& metrics_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::array<LatencyWindow, windows> windows_;
    Totals before_;
    std::deque<SeriesPoint> series_;
    Periodic ticking_;
};

}  // namespace souk
