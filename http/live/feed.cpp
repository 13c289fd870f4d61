#include "http/live/feed.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "http/live/reader.hpp"
#include "protocol/live_json.hpp"

namespace souk {

Frame LiveTopic::frame_for(std::optional<Version> has, FrameStyle style) {
    const bool is_change = follows_on(has);
    auto& frame = (is_change ? changes_ : snapshots_)[static_cast<std::size_t>(style)];
    if (frame) return frame;
    auto message = is_change ? change_message(name_, *from_, state_.version, state_.data)
                             : snapshot_message(name_, state_.version, state_.data);
    if (style == FrameStyle::event_stream)
        message = "id: " + std::to_string(state_.version) +
                  (is_change ? "\nevent: change\n" : "\nevent: snapshot\n") + "data: " + message +
                  "\n\n";
    frame = std::make_shared<const std::string>(std::move(message));
    return frame;
}

Frame frame_of(std::string message, FrameStyle style) {
    if (style == FrameStyle::event_stream) message = "data: " + message + "\n\n";
    return std::make_shared<const std::string>(std::move(message));
}

TopicHold::TopicHold(LiveFeed& feed, std::shared_ptr<LiveTopic> topic)
    : feed_(&feed), topic_(std::move(topic)) {
    ++topic_->holds_;
}

TopicHold::~TopicHold() {
    if (!topic_) return;
    --topic_->holds_;
    feed_->forget_if_unused(topic_);
}

LiveFeed::LiveFeed(LiveHub& hub, TopicSource& source, LiveHost& host)
    : hub_(hub), source_(source), host_(host) {}

LiveFeed::~LiveFeed() {
    while (!topics_.empty()) forget(TopicPtr(topics_.begin()->second));
}

void LiveFeed::put(const Topic& topic) {
    bool first = false;
    {
        const std::lock_guard lock(inbox_mutex_);
        first = inbox_.empty();
        inbox_.insert(topic);
    }
    if (!first) return;
    host_.post([this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) take_news();
    });
}

void LiveFeed::take_news() {
    std::unordered_set<Topic> news;
    {
        const std::lock_guard lock(inbox_mutex_);
        news.swap(inbox_);
    }
    for (const auto& part : news) {
        const auto touched = by_part_.find(part);
        if (touched == by_part_.end()) continue;
        const auto topics = touched->second;  // a round may end a topic
        for (const auto& topic : topics) {
            topic->dirty_ = true;
            begin_round(topic);
        }
    }
}

void LiveFeed::look(const Topic& name, Looked looked) {
    auto found = topics_.find(name);
    if (found == topics_.end()) {
        auto topic = std::make_shared<LiveTopic>(name);
        if (!watch(*topic, name))
            return looked(Error{ErrorCode::unavailable, "too many topics are followed", {}, 5});
        by_part_[name].push_back(topic);
        topics_.emplace(name, topic);
        ++hub_.counters().topics;
        topic->lookers_.push_back(std::move(looked));
        unread_.push_back(topic);
        return begin_first_reads();
    }
    const auto topic = found->second;
    if (!topic->loaded_) return topic->lookers_.push_back(std::move(looked));
    looked(topic);
    forget_if_unused(topic);
}

bool LiveFeed::knows(const Topic& name) const {
    const auto found = topics_.find(name);
    return found != topics_.end() && found->second->loaded_;
}

/// So many at once and no more, however many connections ask; the others have their turn. A loop:
/// a read that is answered at once begins none itself.
void LiveFeed::begin_first_reads() {
    if (std::exchange(beginning_, true)) return;
    while (!unread_.empty() && first_reads_ < hub_.settings().lookups_per_thread) {
        const auto topic = std::move(unread_.front());
        unread_.pop_front();
        ++first_reads_;
        read(topic);
    }
    beginning_ = false;
}

bool LiveFeed::watch(LiveTopic& topic, const Topic& part) {
    if (!hub_.watch(part, *this)) return false;
    topic.watched_.push_back(part);
    return true;
}

// Watched first, then read: what is committed in between is told again, never missed.
void LiveFeed::read(const TopicPtr& topic) {
    topic->reading_ = true;
    topic->dirty_ = false;
    topic->verified_ = std::exchange(topic->doubted_, false);
    source_.read(topic->name_, [this, topic, alive = std::weak_ptr(alive_)](auto state) {
        if (alive.expired()) return;
        topic->reading_ = false;
        if (topic->ended_) {
            if (topic->loaded_) --rounds_;
            return;
        }
        topic->loaded_ ? next_state(topic, std::move(state)) : first_state(topic, std::move(state));
    });
}

void LiveFeed::first_state(const TopicPtr& topic, Result<TopicState> state) {
    const auto fail = [&](const Error& error) {
        topic->ended_ = true;
        const auto lookers = std::exchange(topic->lookers_, {});
        forget(topic);
        for (const auto& looker : lookers) looker(error);
    };
    const auto known = state ? watch_parts(topic, state->parts) : Result<bool>{true};
    if (known && !*known) return read(topic);  // its parts were not watched, and may have changed
    --first_reads_;
    begin_first_reads();
    if (!state) return fail(state.error());
    if (!known) return fail(known.error());
    topic->state_ = std::move(*state);
    topic->loaded_ = true;
    answer_lookers(topic, topic);
    forget_if_unused(topic);
    if (!topic->ended_ && topic->dirty_) begin_round(topic);
}

/// False when some were not watched before; `unavailable` when they cannot be.
Result<bool> LiveFeed::watch_parts(const TopicPtr& topic, const std::vector<Topic>& parts) {
    bool known = true;
    for (const auto& part : parts) {
        if (std::ranges::find(topic->watched_, part) != topic->watched_.end()) continue;
        known = false;
        if (!watch(*topic, part))
            return Error{ErrorCode::unavailable, "too many topics are followed", {}, 5};
        by_part_[part].push_back(topic);
    }
    return known;
}

void LiveFeed::answer_lookers(const TopicPtr& topic, const Result<TopicPtr>& answer) {
    const TopicHold hold(*this, topic);
    for (const auto& looker : std::exchange(topic->lookers_, {})) looker(answer);
}

void LiveFeed::join(Subscription& subscription) {
    auto& topic = subscription.topic;
    subscription.index = topic->readers_.size();
    topic->readers_.push_back(&subscription);
    if (!subscription.version || *subscription.version < topic->state_.version) {
        subscription.version.reset();
        return subscription.reader->offer(subscription);
    }
    if (*subscription.version == topic->state_.version) return;
    // It saw over REST what is not told here yet, or something that never was.
    topic->doubted_ = true;
    topic->dirty_ = true;
    begin_round(TopicPtr(topic));
}

// The last takes the place of the one that leaves. A round goes through them from the back, so that
// whoever moves was told already, or will be.
void LiveFeed::leave(Subscription& subscription) {
    const auto topic = std::exchange(subscription.topic, nullptr);
    if (!topic || topic->ended_) return;
    auto& readers = topic->readers_;
    readers[subscription.index] = readers.back();
    readers[subscription.index]->index = subscription.index;
    readers.pop_back();
    topic->untold_ = std::min(topic->untold_, readers.size());
    forget_if_unused(topic);
}

void LiveFeed::begin_round(const TopicPtr& topic) {
    if (topic->ended_ || !topic->loaded_ || !topic->dirty_) return;
    if (topic->reading_ || topic->resting_ || topic->untold_ > 0) return;
    ++rounds_;
    read(topic);
}

void LiveFeed::next_state(const TopicPtr& topic, Result<TopicState> state) {
    if (!state && state.error().code == ErrorCode::not_found) {
        --rounds_;
        return end_topic(topic);
    }
    if (!state) {
        --rounds_;
        topic->dirty_ = true;
        topic->resting_ = true;  // until the next tick
        failed_.push_back(topic);
        return;
    }
    if (state->version > topic->state_.version) {
        const auto known = watch_parts(topic, state->parts);
        if (known && !*known) topic->dirty_ = true;  // a new part may have changed meanwhile
        if (!known) note_unwatched();
        // The versions of operators' topics are times and positions, and no counts.
        const auto kind = topic->name_.kind;
        if (kind != TopicKind::actors && kind != TopicKind::events)
            hub_.counters().conflated += state->version - topic->state_.version - 1;
        topic->from_ = topic->state_.version;
        topic->state_ = std::move(*state);
        for (auto* frames : {topic->changes_, topic->snapshots_}) frames[0] = frames[1] = nullptr;
    } else if (!topic->verified_) {
        return end_round(topic);
    }
    topic->untold_ = topic->readers_.size();
    offer_round(topic);
}

// What changes in that part is told with the topic's next change, and no sooner. It is tried again
// then, so that one line stands for many.
void LiveFeed::note_unwatched() {
    constexpr std::int64_t per_line = 1'000;
    if (hub_.counters().unwatched++ % per_line == 0)
        spdlog::warn("live: a part of a topic cannot be followed: there are {} topics already",
                     hub_.settings().max_topics);
}

void LiveFeed::offer_round(const TopicPtr& topic) {
    const auto version = topic->state_.version;
    for (std::size_t offers = 0; topic->untold_ > 0 && offers < offers_at_once; ++offers) {
        auto& subscription = *topic->readers_[--topic->untold_];
        const auto& has = subscription.version;
        if (!has || *has < version || (*has > version && topic->verified_))
            subscription.reader->offer(subscription);
    }
    if (topic->untold_ == 0) return end_round(topic);
    host_.post([this, topic, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) offer_round(topic);
    });
}

void LiveFeed::end_round(const TopicPtr& topic) {
    --rounds_;
    if (topic->ended_) return;
    topic->resting_ = true;
    const auto interval = hub_.settings().interval;
    if (resting_.empty()) host_.wake_after(interval);
    resting_.emplace_back(host_.live_now() + interval, topic);
}

void LiveFeed::wake() {
    const auto now = host_.live_now();
    while (!resting_.empty() && resting_.front().first <= now) {
        const auto topic = std::move(resting_.front().second);
        resting_.pop_front();
        topic->resting_ = false;
        begin_round(topic);
    }
    if (resting_.empty()) return;
    const auto left = resting_.front().first - now;
    host_.wake_after(std::chrono::ceil<std::chrono::milliseconds>(left));
}

void LiveFeed::tick() {
    for (const auto& topic : std::exchange(failed_, {})) {
        topic->resting_ = false;
        begin_round(topic);
    }
}

bool LiveFeed::settled() const {
    {
        const std::lock_guard lock(inbox_mutex_);
        if (!inbox_.empty()) return false;
    }
    if (rounds_ > 0 || !failed_.empty()) return false;
    return std::ranges::none_of(resting_, [](const auto& one) { return one.second->dirty_; });
}

void LiveFeed::end_topic(const TopicPtr& topic) {
    topic->ended_ = true;
    const auto readers = std::exchange(topic->readers_, {});
    forget(topic);
    const auto message = gone_message(topic->name_);
    for (auto* subscription : readers) subscription->reader->lost(*subscription, message);
}

void LiveFeed::forget_if_unused(const TopicPtr& topic) {
    const bool used = !topic->loaded_ || topic->holds_ > 0 || !topic->readers_.empty();
    if (used || topic->ended_) return;
    topic->ended_ = true;
    forget(topic);
}

void LiveFeed::forget(const TopicPtr& topic) {
    for (const auto& part : topic->watched_) {
        hub_.unwatch(part, *this);
        const auto found = by_part_.find(part);
        if (found == by_part_.end()) continue;
        std::erase(found->second, topic);
        if (found->second.empty()) by_part_.erase(found);
    }
    topic->watched_.clear();
    if (topics_.erase(topic->name_) > 0) --hub_.counters().topics;
}

}  // namespace souk
