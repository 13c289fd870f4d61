#pragma once
// Times the messages of entities while somebody looks, and keeps the last of them. When nobody
// does, a message costs one look at a flag.

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/histogram.hpp"
#include "domain/time.hpp"
#include "protocol/console.hpp"

namespace souk {

inline std::int64_t nanoseconds_between(std::chrono::steady_clock::time_point from,
                                        std::chrono::steady_clock::time_point to) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(to - from).count();
}

/// One message's way through its entity and the lane. The lane adds its part when it is there.
struct MessageRecord {
    TimePoint at;
    EntityKind kind{EntityKind::stock};
    std::string id;
    std::string request_id;
    std::string_view what;
    std::int64_t queue_ns{};
    std::int64_t handler_ns{};
    bool crashed{false};

    std::chrono::steady_clock::time_point submitted_at;
    void committed(std::chrono::steady_clock::time_point sent_at,
                   std::chrono::steady_clock::time_point landed_at) {
        lane_ns = nanoseconds_between(submitted_at, sent_at);
        commit_ns = nanoseconds_between(sent_at, landed_at);
    }
    std::atomic<std::int64_t> lane_ns{-1};    // from the entity to the database; -1: not yet
    std::atomic<std::int64_t> commit_ns{-1};  // from there to the commit
};
using MessageRecordPtr = std::shared_ptr<MessageRecord>;

MessageLine line_of(const MessageRecord& record);

class MessageWatch;
/// Where the time of a request went; nothing when nothing is known of it.
std::optional<TracePage> trace_of(const MessageWatch& watch, const std::string& request_id);

class MessageWatch {
public:
    bool on() const { return on_.load(std::memory_order_relaxed); }

    /// Somebody looks: on for the next ten seconds.
    void look(TimePoint now);
    /// Every second: goes off by itself, and forgets.
    void tick(TimePoint now);

    /// Keeps the last messages of this entity apart from the crowd; the longest watched one makes
    /// room.
    void follow(EntityKind kind, const std::string& id);

    /// A message that has been handled.
    void note(const MessageRecordPtr& record);
    /// A request that has been answered.
    void note(RequestLine request);

    std::vector<MessageLine> last_of(EntityKind kind, const std::string& id) const;  // newest first
    std::vector<MessageLine> messages_of(const std::string& request_id) const;       // oldest first
    std::optional<RequestLine> request(const std::string& request_id) const;
    /// Is every message kept that was handled from then on?
    bool has_all_since(TimePoint time) const;

    const Histogram& mailbox_waits() const { return mailbox_waits_; }
    const Histogram& handling() const { return handling_; }

private:
    using EntityName = std::pair<EntityKind, std::string>;
    using Records = std::deque<MessageRecordPtr>;
    struct Followed {
        TimePoint since;
        Records records;
    };

    std::atomic<bool> on_{false};
    Histogram mailbox_waits_;
    Histogram handling_;

    mutable std::mutex mutex_;
    TimePoint until_{};
    TimePoint complete_from_{};  // what was handled earlier may be missing
    Records records_;
    std::deque<RequestLine> requests_;
    std::map<EntityName, Followed> followed_;
};

}  // namespace souk
