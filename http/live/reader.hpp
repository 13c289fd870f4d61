#pragma once
// One connection's place in the feed: what it follows, and what waits for its socket. At most one
// message of a topic waits, and it is made when the socket takes it, from the newest state.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/live/feed.hpp"

namespace souk {

/// Where a reader's messages go.
class LiveSink {
public:
    virtual ~LiveSink() = default;
    /// Begins to send; the reader's `sent` is called when it is done. Never two at once.
    virtual void send(Frame frame) = 0;
};

class LiveReader {
public:
    LiveReader(LiveFeed& feed, LiveSink& sink, FrameStyle style)
        : feed_(feed), sink_(sink), style_(style) {}
    /// Leaves every topic.
    ~LiveReader();
    LiveReader(const LiveReader&) = delete;
    LiveReader& operator=(const LiveReader&) = delete;

    std::size_t topics() const { return subscriptions_.size(); }
    bool follows(const Topic& topic) const { return find(topic) != nullptr; }
    std::vector<Topic> followed() const;

    /// Begins with a snapshot, unless `has` is the version that is current.
    void follow(std::shared_ptr<LiveTopic> topic, std::optional<Version> has);
    void unfollow(const Topic& topic);

    /// A message about no topic's state; it goes before those that are.
    void say(Frame frame);
    void say(std::string message) { say(frame_of(std::move(message), style_)); }
    /// Whoever asks so much that the answers pile up is not heard for a while.
    bool may_hear() const { return said_.size() < max_said; }
    /// The sink is done with the last message.
    void sent();
    /// Nothing is under way and nothing waits.
    bool idle() const { return !sending_ && said_.empty() && due_.empty(); }

    /// For the feed: there is something newer than the reader has.
    void offer(Subscription& subscription);
    /// For the feed: the topic is no more.
    void lost(Subscription& subscription, const std::string& message);

private:
    static constexpr std::size_t max_said = 8;

    Subscription* find(const Topic& topic) const;
    void remove(Subscription& subscription);
    void send_next();
    void send(Frame frame);
    bool send_state(Subscription& subscription);

    LiveFeed& feed_;
    LiveSink& sink_;
    const FrameStyle style_;
    std::vector<std::unique_ptr<Subscription>> subscriptions_;
    std::deque<Frame> said_;
    std::deque<Subscription*> due_;
    bool sending_{false};
};

}  // namespace souk
