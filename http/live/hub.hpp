#pragma once
// Which topics are followed, and by which threads: where the committing thread learns whom to tell.
// Shared by all threads of the server; what a thread does with the news is in feed.hpp.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/result.hpp"
#include "protocol/topic.hpp"

namespace souk {

class HttpMetrics;

struct LiveSettings {
    std::size_t max_connections{8'000};
    std::size_t connections_per_address{256};
    std::size_t topics_per_connection{256};
    std::size_t max_topics{100'000};  // followed at once, over all threads
    std::size_t max_message_bytes{64 * 1024};
    std::int64_t messages_per_second{20};             // of one connection, and as many in a burst
    std::size_t lookups_per_connection{16};           // topics looked up at once
    std::size_t lookups_per_thread{64};               // of them, read at once; others wait
    std::chrono::milliseconds interval{25};           // between two updates of one topic
    std::chrono::milliseconds ping_interval{20'000};  // and of heartbeats
    std::chrono::milliseconds silence_timeout{60'000};
    std::chrono::milliseconds send_timeout{10'000};
    int send_buffer_bytes{16 * 1024};  // of the kernel, per connection; 0: its own choice
};

/// Running totals and present numbers, for the metrics.
struct LiveCounters {
    std::atomic<std::int64_t> websockets{0};
    std::atomic<std::int64_t> event_streams{0};
    std::atomic<std::int64_t> topics{0};
    std::atomic<std::int64_t> frames{0};       // sent, over all connections
    std::atomic<std::int64_t> conflated{0};    // versions that went out together with a later one
    std::atomic<std::int64_t> fell_behind{0};  // readers that got a snapshot instead of a change
    std::atomic<std::int64_t> timed_out{0};    // readers closed because they took nothing
    std::atomic<std::int64_t> refused{0};      // connections over a limit
    std::atomic<std::int64_t> unwatched{0};    // parts of topics that could not be followed
};

/// What a thread has for the hub to put news into.
class LiveInbox {
public:
    virtual ~LiveInbox() = default;
    /// Any thread; must be quick and must not call the hub.
    virtual void put(const Topic& topic) = 0;
};

class LiveHub {
public:
    explicit LiveHub(const LiveSettings& settings = {}) : settings_(settings) {}

    const LiveSettings& settings() const { return settings_; }
    LiveCounters& counters() { return counters_; }

    /// Nobody follows anything. Asked after what is committed was published: whoever follows from
    /// then on reads it.
    bool idle() const {
        std::atomic_thread_fence(std::memory_order_seq_cst);
        return watched_ == 0;
    }
    /// Something of the topic has been committed and published.
    void touch(const Topic& topic);

    /// Tells the inbox of every later touch. False when too many topics are followed.
    bool watch(const Topic& topic, LiveInbox& inbox);
    void unwatch(const Topic& topic, LiveInbox& inbox);

    /// A connection's place; it is given back with the last copy. `unavailable` when there are too
    /// many in all, `rate_limited` when there are too many from this address.
    using Ticket = std::shared_ptr<const void>;
    Result<Ticket> admit(const std::string& address);

private:
    struct Shard {
        std::mutex mutex;
        std::unordered_map<Topic, std::vector<LiveInbox*>> inboxes;
    };
    static constexpr std::size_t shard_count = 64;
    Shard& shard_of(const Topic& topic) {
        return shards_[(std::hash<Topic>{}(topic) >> 7) % shard_count];
    }
    void leave(const std::string& address);

    const LiveSettings settings_;
    LiveCounters counters_;
    std::array<Shard, shard_count> shards_;
    std::atomic<std::size_t> watched_{0};

    std::mutex admission_mutex_;
    std::size_t admitted_{0};
    std::unordered_map<std::string, std::size_t> admitted_by_address_;
};

/// The hub must outlive the metrics' last text.
void add_live_metrics(HttpMetrics& metrics, LiveHub& hub);

}  // namespace souk
