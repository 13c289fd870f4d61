#pragma once
// One thread's topics: who follows them there, the state that was last told, and the rounds in
// which a newer one goes out. A round reads the state once and renders it once, however many
// readers there are; what is committed meanwhile goes into the next round. It knows no sockets, and
// everything but the inbox runs on its thread.

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "http/live/hub.hpp"
#include "protocol/topic.hpp"

namespace souk {

/// What a topic shows: REST's `data`, and the version in REST's ETag.
struct TopicState {
    Version version{};
    std::string data;
    std::optional<CartId> secret{};  // whoever names it may follow the topic
    std::optional<UserId> owner{};   // the only one beside operators who may, when there is one
    std::vector<Topic> parts{};      // whose changes change this topic as well
};

class TopicSource {
public:
    using Done = std::function<void(Result<TopicState>)>;
    virtual ~TopicSource() = default;
    /// Reads the committed state; answers on the feed's thread, perhaps at once.
    virtual void read(const Topic& topic, Done done) = 0;
};

/// The thread that a feed lives on.
class LiveHost {
public:
    virtual ~LiveHost() = default;
    /// Any thread.
    virtual void post(std::function<void()> work) = 0;
    /// Calls the feed's `wake` after that time.
    virtual void wake_after(std::chrono::milliseconds time) = 0;
    virtual std::chrono::steady_clock::time_point live_now() const = 0;
};

/// A message as it goes out, shared by everybody who gets it.
using Frame = std::shared_ptr<const std::string>;
enum class FrameStyle { websocket, event_stream };
Frame frame_of(std::string message, FrameStyle style);

class LiveFeed;
class LiveReader;
struct Subscription;

/// A topic that somebody follows, or is about to.
class LiveTopic {
public:
    explicit LiveTopic(const Topic& named) : name_(named) {}

    const Topic& name() const { return name_; }
    const TopicState& state() const { return state_; }
    /// It is no more: there will be nothing to tell.
    bool ended() const { return ended_; }

    /// What takes a reader from the version it has to the present one.
    Frame frame_for(std::optional<Version> has, FrameStyle style);
    bool follows_on(std::optional<Version> has) const { return has && *has == from_; }

private:
    friend class LiveFeed;
    friend class TopicHold;
    using Looked = std::function<void(Result<std::shared_ptr<LiveTopic>>)>;

    const Topic name_;
    TopicState state_;
    std::optional<Version> from_;  // the version told before
    bool loaded_{false};
    bool ended_{false};
    bool dirty_{false};  // something was committed since the last read began
    bool reading_{false};
    bool resting_{false};
    bool doubted_{false};   // a reader claims a later version than the one told
    bool verified_{false};  // and the state was read after that claim
    std::size_t holds_{0};
    std::size_t untold_{0};  // readers of this round that were not offered it yet
    std::vector<Topic> watched_;
    std::vector<Subscription*> readers_;
    std::vector<Looked> lookers_;
    Frame changes_[2];
    Frame snapshots_[2];
};

/// Keeps a topic from being forgotten while somebody decides whether to follow it.
class TopicHold {
public:
    TopicHold(LiveFeed& feed, std::shared_ptr<LiveTopic> topic);
    TopicHold(TopicHold&& other) noexcept = default;
    TopicHold& operator=(TopicHold&&) = delete;
    ~TopicHold();

    const std::shared_ptr<LiveTopic>& topic() const { return topic_; }

private:
    LiveFeed* feed_;
    std::shared_ptr<LiveTopic> topic_;
};

/// One reader's place in one topic.
struct Subscription {
    LiveReader* reader{};
    std::shared_ptr<LiveTopic> topic;
    std::optional<Version> version{};  // that the reader was last sent
    bool due{false};                   // waits for the reader's socket
    std::size_t index{};               // among the topic's readers
};

class LiveFeed final : public LiveInbox {
public:
    LiveFeed(LiveHub& hub, TopicSource& source, LiveHost& host);
    ~LiveFeed() override;
    LiveFeed(const LiveFeed&) = delete;
    LiveFeed& operator=(const LiveFeed&) = delete;

    LiveHub& hub() { return hub_; }
    std::chrono::steady_clock::time_point now() const { return host_.live_now(); }

    /// The topic with its state, read if nobody follows it yet; perhaps at once. `not_found` when
    /// there is no such thing. It is forgotten after the callback unless it is held or followed.
    using Looked = LiveTopic::Looked;
    void look(const Topic& topic, Looked looked);
    /// Would `look` answer without reading?
    bool knows(const Topic& topic) const;

    void join(Subscription& subscription);
    void leave(Subscription& subscription);

    void put(const Topic& topic) override;
    /// What the host was asked to call.
    void wake();
    /// A while has passed: reads again what could not be read.
    void tick();
    /// Nothing is known that was not offered to its readers.
    bool settled() const;

private:
    friend class TopicHold;
    using TopicPtr = std::shared_ptr<LiveTopic>;
    static constexpr std::size_t offers_at_once = 64;  // then other work of the thread has its turn

    void take_news();
    bool watch(LiveTopic& topic, const Topic& part);
    void read(const TopicPtr& topic);
    void begin_first_reads();
    void first_state(const TopicPtr& topic, Result<TopicState> state);
    void next_state(const TopicPtr& topic, Result<TopicState> state);
    Result<bool> watch_parts(const TopicPtr& topic, const std::vector<Topic>& parts);
    void note_unwatched();
    void answer_lookers(const TopicPtr& topic, const Result<TopicPtr>& answer);
    void begin_round(const TopicPtr& topic);
    void offer_round(const TopicPtr& topic);
    void end_round(const TopicPtr& topic);
    void end_topic(const TopicPtr& topic);
    void forget_if_unused(const TopicPtr& topic);
    void forget(const TopicPtr& topic);

    LiveHub& hub_;
    TopicSource& source_;
    LiveHost& host_;
    std::unordered_map<Topic, TopicPtr> topics_;
    std::unordered_map<Topic, std::vector<TopicPtr>> by_part_;  // a topic is a part of itself
    std::deque<std::pair<std::chrono::steady_clock::time_point, TopicPtr>> resting_;
    std::vector<TopicPtr> failed_;  // could not be read
    std::deque<TopicPtr> unread_;   // looked up, and not being read yet
    std::size_t first_reads_{0};    // under way
    bool beginning_{false};
    std::size_t rounds_{0};  // under way

    mutable std::mutex inbox_mutex_;
    std::unordered_set<Topic> inbox_;
    std::shared_ptr<char> alive_{std::make_shared<char>()};  // what is posted may come too late
};

}  // namespace souk
