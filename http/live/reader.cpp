#include "http/live/reader.hpp"

#include <algorithm>
#include <utility>

namespace souk {

LiveReader::~LiveReader() {
    for (auto& subscription : subscriptions_) feed_.leave(*subscription);
}

Subscription* LiveReader::find(const Topic& topic) const {
    const auto found = std::ranges::find_if(
        subscriptions_, [&](const auto& one) { return one->topic->name() == topic; });
    return found == subscriptions_.end() ? nullptr : found->get();
}

std::vector<Topic> LiveReader::followed() const {
    std::vector<Topic> names;
    for (const auto& subscription : subscriptions_) names.push_back(subscription->topic->name());
    return names;
}

void LiveReader::follow(std::shared_ptr<LiveTopic> topic, std::optional<Version> has) {
    auto& subscription = *subscriptions_.emplace_back(std::make_unique<Subscription>());
    subscription.reader = this;
    subscription.topic = std::move(topic);
    subscription.version = has;
    feed_.join(subscription);
}

void LiveReader::unfollow(const Topic& topic) {
    if (auto* subscription = find(topic)) remove(*subscription);
}

void LiveReader::remove(Subscription& subscription) {
    if (subscription.due) std::erase(due_, &subscription);
    feed_.leave(subscription);
    std::erase_if(subscriptions_, [&](const auto& one) { return one.get() == &subscription; });
}

void LiveReader::lost(Subscription& subscription, const std::string& message) {
    remove(subscription);
    say(message);
}

void LiveReader::say(Frame frame) {
    said_.push_back(std::move(frame));
    if (!sending_) send_next();
}

void LiveReader::offer(Subscription& subscription) {
    if (subscription.due) return;
    if (!sending_ && said_.empty() && due_.empty()) {
        send_state(subscription);
        return;
    }
    subscription.due = true;
    due_.push_back(&subscription);
}

void LiveReader::sent() {
    sending_ = false;
    send_next();
}

void LiveReader::send_next() {
    if (!said_.empty()) {
        auto frame = std::move(said_.front());
        said_.pop_front();
        return send(std::move(frame));
    }
    while (!due_.empty()) {
        auto& subscription = *due_.front();
        due_.pop_front();
        subscription.due = false;
        if (send_state(subscription)) return;
    }
}

bool LiveReader::send_state(Subscription& subscription) {
    auto& topic = *subscription.topic;
    if (subscription.version == topic.state().version) return false;
    auto frame = topic.frame_for(subscription.version, style_);
    auto& counters = feed_.hub().counters();
    ++counters.frames;
    if (subscription.version && !topic.follows_on(subscription.version)) ++counters.fell_behind;
    subscription.version = topic.state().version;
    send(std::move(frame));
    return true;
}

void LiveReader::send(Frame frame) {
    sending_ = true;
    sink_.send(std::move(frame));
}

}  // namespace souk
