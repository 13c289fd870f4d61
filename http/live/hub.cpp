#include "http/live/hub.hpp"

#include <algorithm>

#include "http/metrics.hpp"

namespace souk {

void LiveHub::touch(const Topic& topic) {
    auto& shard = shard_of(topic);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.inboxes.find(topic);
    if (found == shard.inboxes.end()) return;
    for (auto* inbox : found->second) inbox->put(topic);
}

bool LiveHub::watch(const Topic& topic, LiveInbox& inbox) {
    if (++watched_ > settings_.max_topics) {
        --watched_;
        return false;
    }
    auto& shard = shard_of(topic);
    const std::lock_guard lock(shard.mutex);
    shard.inboxes[topic].push_back(&inbox);
    return true;
}

void LiveHub::unwatch(const Topic& topic, LiveInbox& inbox) {
    auto& shard = shard_of(topic);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.inboxes.find(topic);
    if (found == shard.inboxes.end()) return;
    const auto place = std::ranges::find(found->second, &inbox);
    if (place == found->second.end()) return;
    found->second.erase(place);
    if (found->second.empty()) shard.inboxes.erase(found);
    --watched_;
}

Result<LiveHub::Ticket> LiveHub::admit(const std::string& address) {
    const std::lock_guard lock(admission_mutex_);
    if (admitted_ >= settings_.max_connections) {
        ++counters_.refused;
        return Error{ErrorCode::unavailable, "too many live connections", {}, 5};
    }
    auto& here = admitted_by_address_[address];
    if (here >= settings_.connections_per_address) {
        ++counters_.refused;
        return Error{ErrorCode::rate_limited, "too many live connections from this address", {}, 5};
    }
    ++here;
    ++admitted_;
    return Ticket(this, [this, address](const void*) { leave(address); });
}

void LiveHub::leave(const std::string& address) {
    const std::lock_guard lock(admission_mutex_);
    --admitted_;
    const auto found = admitted_by_address_.find(address);
    if (--found->second == 0) admitted_by_address_.erase(found);
}

void add_live_metrics(HttpMetrics& metrics, LiveHub& hub) {
    using Kind = HttpMetrics::Kind;
    const auto add = [&](const char* name, const char* help, Kind kind,
                         std::atomic<std::int64_t> LiveCounters::*counter,
                         const char* labels = "") {
        metrics.add(
            name, help, kind,
            [&hub, counter] { return static_cast<double>((hub.counters().*counter).load()); },
            labels);
    };
    add("souk_live_connections", "Readers of live updates.", Kind::gauge, &LiveCounters::websockets,
        "kind=\"websocket\"");
    add("souk_live_connections", "Readers of live updates.", Kind::gauge,
        &LiveCounters::event_streams, "kind=\"events\"");
    add("souk_live_topics", "Topics that somebody follows, per serving thread.", Kind::gauge,
        &LiveCounters::topics);
    add("souk_live_frames_total", "Snapshots and changes sent.", Kind::counter,
        &LiveCounters::frames);
    add("souk_live_conflated_total", "Versions that went out together with a later one.",
        Kind::counter, &LiveCounters::conflated);
    add("souk_live_fell_behind_total", "Snapshots that readers got because they were slow.",
        Kind::counter, &LiveCounters::fell_behind);
    add("souk_live_timed_out_total", "Readers closed because they took nothing.", Kind::counter,
        &LiveCounters::timed_out);
    add("souk_live_refused_total", "Connections over a limit.", Kind::counter,
        &LiveCounters::refused);
    add("souk_live_unwatched_total",
        "Parts of followed topics beyond live.max_topics, whose changes may be told late.",
        Kind::counter, &LiveCounters::unwatched);
}

}  // namespace souk
