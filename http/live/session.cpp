#include "http/live/session.hpp"

#include <algorithm>
#include <utility>

namespace souk {
namespace {

/// One error for all topics that were refused, each by its place. Who asked too much may ask again,
/// so that is what the error is of when any topic was refused for it.
Error refusal_of(const std::vector<std::optional<Error>>& refusals) {
    Error error;
    for (std::size_t i = 0; i < refusals.size(); ++i) {
        if (!refusals[i]) continue;
        const bool may_ask_again =
            refusals[i]->code == ErrorCode::rate_limited && error.code != ErrorCode::rate_limited;
        if (error.details.empty() || may_ask_again) {
            error.code = refusals[i]->code;
            error.message = refusals[i]->message;
        }
        error.details.push_back({"topics[" + std::to_string(i) + "]", refusals[i]->message});
    }
    return error;
}

}  // namespace

LiveSession::LiveSession(LiveFeed& feed, LiveReader& reader, std::shared_ptr<KeyWatch> key,
                         std::string request_id, TopicCharge charge)
    : feed_(feed),
      reader_(reader),
      key_(std::move(key)),
      request_id_(std::move(request_id)),
      charge_(std::move(charge)),
      tokens_(feed.hub().settings().messages_per_second),
      refilled_at_(feed.now()) {}

void LiveSession::receive(std::string_view text, Done done) {
    if (!take_token()) {
        const auto refusal = refuse(ErrorCode::rate_limited, "too many messages");
        refuse_message({}, refusal);
        return done(refusal);
    }
    auto [message, id] = read_live_message(text);
    if (!message) {
        refuse_message(id, message.error());
    } else if (auto* wish = std::get_if<SubscribeMessage>(&*message)) {
        return subscribe(std::move(*wish), std::move(done));
    } else if (const auto* end = std::get_if<UnsubscribeMessage>(&*message)) {
        unsubscribe(*end);
    } else {
        reader_.say(pong_message(id));
    }
    done(std::nullopt);
}

bool LiveSession::take_token() {
    const auto now = feed_.now();
    const auto rate = feed_.hub().settings().messages_per_second;
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now - refilled_at_).count();
    if (seconds > 0) {
        tokens_ = rate;
        refilled_at_ = now;
    }
    return tokens_-- > 0;
}

void LiveSession::refuse_message(std::string_view id, const Error& error) {
    reader_.say(error_message(id, error, request_id_));
}

void LiveSession::subscribe(SubscribeMessage message, Done done) {
    const auto fresh = std::ranges::count_if(
        message.topics, [&](const Topic& topic) { return !reader_.follows(topic); });
    const auto most = feed_.hub().settings().topics_per_connection;
    if (reader_.topics() + static_cast<std::size_t>(fresh) > most) {
        refuse_message(message.id, refuse(ErrorCode::unprocessable, "topics",
                                          "a connection may follow " + std::to_string(most)));
        return done(std::nullopt);
    }
    key_->ask([self = weak_from_this(), message = std::move(message),
               done = std::move(done)](const std::optional<Error>& refusal) mutable {
        const auto session = self.lock();
        if (!session) return;
        if (!refusal) return session->look_up_all(std::move(message), std::move(done));
        session->refuse_message(message.id, *refusal);
        done(KeyWatch::must_end(*refusal) ? refusal : std::nullopt);
    });
}

void LiveSession::look_up_all(SubscribeMessage message, Done done) {
    auto& pending = pending_.emplace(Pending{});
    pending.caller = key_->caller();
    for (auto& topic : message.topics) topic = in_tenant(topic, pending.caller.principal.tenant);
    if (message.cart_id) pending.caller.cart = message.cart_id;
    pending.refusals.resize(message.topics.size());
    pending.message = std::move(message);
    pending.done = std::move(done);
    look_up_more();
}

// A loop: what is answered at once begins no other.
void LiveSession::look_up_more() {
    if (std::exchange(looking_up_, true)) return;
    auto& pending = *pending_;
    while (pending.next < pending.refusals.size() &&
           pending.under_way < feed_.hub().settings().lookups_per_connection)
        look_up(pending.next++);
    looking_up_ = false;
    if (pending.next == pending.refusals.size() && pending.under_way == 0) finish_subscribe();
}

// What is in memory costs nothing; what must be read is charged, topic by topic.
void LiveSession::look_up(std::size_t index) {
    auto& pending = *pending_;
    const auto& topic = pending.message.topics[index];
    if (auto refused = refuse_topic(topic, pending.caller)) {
        pending.refusals[index] = std::move(refused);
        return;
    }
    ++pending.under_way;
    if (!charge_ || feed_.knows(topic)) return charged(index, std::nullopt);
    charge_([self = weak_from_this(), index](std::optional<Error> refusal) {
        if (const auto session = self.lock()) session->charged(index, std::move(refusal));
    });
}

void LiveSession::charged(std::size_t index, std::optional<Error> refusal) {
    if (refusal) return looked(index, std::move(*refusal));
    feed_.look(pending_->message.topics[index], [self = weak_from_this(), index](auto found) {
        if (const auto session = self.lock()) session->looked(index, std::move(found));
    });
}

void LiveSession::looked(std::size_t index, Result<std::shared_ptr<LiveTopic>> found) {
    auto& pending = *pending_;
    const auto& topic = pending.message.topics[index];
    auto& refusal = pending.refusals[index];
    if (found)
        refusal = refuse_state(topic, (*found)->state(), pending.caller);
    else
        refusal = found.error().code == ErrorCode::not_found ? no_such_topic(topic) : found.error();
    if (!refusal) pending.holds.emplace_back(feed_, std::move(*found));
    --pending.under_way;
    look_up_more();
}

void LiveSession::finish_subscribe() {
    auto pending = std::move(*pending_);
    pending_.reset();
    std::vector<Topic> accepted;
    for (std::size_t i = 0; i < pending.refusals.size(); ++i)
        if (!pending.refusals[i]) accepted.push_back(pending.message.topics[i]);
    const auto& id = pending.message.id;
    if (accepted.size() < pending.refusals.size()) refuse_message(id, refusal_of(pending.refusals));
    if (!accepted.empty()) reader_.say(subscribed_message(id, accepted));
    for (const auto& hold : pending.holds) {
        const auto& topic = hold.topic();
        if (topic->ended()) {
            reader_.say(gone_message(topic->name()));
        } else if (!reader_.follows(topic->name())) {
            const auto& versions = pending.message.versions;
            reader_.follow(topic, versions ? versions->find(topic->name()) : std::nullopt);
        }
    }
    pending.done(std::nullopt);
}

void LiveSession::unsubscribe(const UnsubscribeMessage& message) {
    const auto& tenant = key_->caller().principal.tenant;
    for (const auto& topic : message.topics) reader_.unfollow(in_tenant(topic, tenant));
    reader_.say(unsubscribed_message(message.id, message.topics));
}

}  // namespace souk
