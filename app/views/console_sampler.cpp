#include "app/views/console_sampler.hpp"

#include <algorithm>

#include "app/system_health.hpp"

namespace souk {
namespace {

constexpr std::size_t window_seconds = 10;
constexpr std::size_t max_points = 600;

}  // namespace

void LatencyWindow::tick(const HistogramCounts& now) {
    last_second_ = now;
    last_second_ -= before_;
    before_ = now;
    if (seconds_.size() >= window_seconds) seconds_.pop_front();
    seconds_.push_back(last_second_);
}

HistogramCounts LatencyWindow::whole() const {
    HistogramCounts sum;
    for (const auto& second : seconds_) sum += second;
    return sum;
}

void ConsoleSampler::start(std::function<void()> every_second) {
    ticking_.start(std::chrono::seconds{1}, [this, every_second = std::move(every_second)] {
        sample();
        every_second();
    });
}

HistogramCounts ConsoleSampler::counts_of(std::size_t window) const {
    switch (window) {
        case mailbox:
            return entities_.watch().mailbox_waits().counts();
        case handling:
            return entities_.watch().handling().counts();
        case lane_wait:
            return entities_.lane().waits().counts();
        case commit:
            return entities_.lane().commit_times().counts();
        default:
            return metrics_.latencies(static_cast<HttpMetrics::Class>(window));
    }
}

ConsoleSampler::Totals ConsoleSampler::totals() const {
    const auto figures = entities_.figures();
    return {figures.stocks.messages + figures.carts.messages + figures.orders.messages +
                figures.discounts.messages,
            figures.lane.changes, figures.lane.batches};
}

// As clients write it, so that what they have seen is not sent again; and later than the last one,
// also when the clock has been put back, or they would wait for it to catch up.
TimePoint ConsoleSampler::time_of_sample() const {
    const TimePoint now = std::chrono::floor<std::chrono::milliseconds>(clock_.now());
    if (series_.empty()) return now;
    return std::max(now, series_.back().at + std::chrono::milliseconds{1});
}

void ConsoleSampler::sample() {
    const auto figures = entities_.figures();
    const auto now = totals();
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < windows; ++i) windows_[i].tick(counts_of(i));
    auto http = windows_[reads].last_second();
    http += windows_[writes].last_second();
    SeriesPoint point{.at = time_of_sample()};
    point.requests = static_cast<std::int64_t>(http.total());
    point.messages = now.messages - before_.messages;
    point.changes = now.changes - before_.changes;
    point.commits = now.commits - before_.commits;
    point.live = figures.live;
    point.lane_queue = figures.lane.queued;
    point.resident_bytes = resident_bytes();
    point.http_p50_ns = http.percentile(500);
    point.http_p99_ns = http.percentile(990);
    point.mailbox_p99_ns = windows_[mailbox].last_second().percentile(990);
    point.handler_p99_ns = windows_[handling].last_second().percentile(990);
    point.commit_p99_ns = windows_[commit].last_second().percentile(990);
    before_ = now;
    if (series_.size() >= max_points) series_.pop_front();
    series_.push_back(point);
}

void ConsoleSampler::fill(Overview& overview, TimePoint since) const {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < windows; ++i) {
        const auto counts = windows_[i].whole();
        overview.latencies.push_back(
            {std::string{names[i]}, static_cast<std::int64_t>(counts.total()),
             counts.percentile(500), counts.percentile(950), counts.percentile(990), counts.max()});
    }
    const auto seconds = std::min(series_.size(), window_seconds);
    for (std::size_t i = series_.size() - seconds; i < series_.size(); ++i) {
        overview.requests_per_s += series_[i].requests;
        overview.messages_per_s += series_[i].messages;
    }
    if (seconds > 0) {
        overview.requests_per_s /= static_cast<std::int64_t>(seconds);
        overview.messages_per_s /= static_cast<std::int64_t>(seconds);
    }
    for (const auto& point : series_)
        if (point.at > since) overview.series.push_back(point);
}

}  // namespace souk
