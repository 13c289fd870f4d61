#pragma once
// The messages of live updates: what a reader says, and what it is told. docs/live.md shows them.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/fields.hpp"
#include "protocol/json.hpp"
#include "protocol/problems.hpp"
#include "protocol/topic.hpp"

namespace souk {

enum class LiveVerb { subscribe, unsubscribe, ping };

template <>
struct EnumNames<LiveVerb> {
    static constexpr std::array<std::pair<LiveVerb, std::string_view>, 3> names{{
        {LiveVerb::subscribe, "subscribe"},
        {LiveVerb::unsubscribe, "unsubscribe"},
        {LiveVerb::ping, "ping"},
    }};
};

inline constexpr std::size_t max_topics_per_message = 256;
inline constexpr Rule message_id_rule{.min_length = 1, .max_length = 64, .optional = true};
inline constexpr Rule topics_rule{.min_items = 1, .max_items = max_topics_per_message};

/// What a reader has already: an object of topics and their versions.
struct KnownVersions {
    std::vector<std::pair<Topic, Version>> entries;

    std::optional<Version> find(const Topic& topic) const;
};

template <>
struct Codec<KnownVersions> {
    static void read(JsonValue value, KnownVersions& out, Problems& problems);
};

struct SubscribeMessage {
    LiveVerb type{LiveVerb::subscribe};
    std::string id;
    std::vector<Topic> topics;
    std::optional<KnownVersions> versions;
    std::optional<CartId> cart_id;
};

template <>
struct Schema<SubscribeMessage> {
    using Message = SubscribeMessage;
    static constexpr std::string_view name = "Subscribe";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("type", &Message::type, "subscribe."),
        field("id", &Message::id, "Comes back with the answer.", message_id_rule),
        field("topics", &Message::topics, "What to follow.", topics_rule),
        field("versions", &Message::versions,
              "Versions the reader has: a topic still at its version begins without a snapshot."),
        field("cartId", &Message::cart_id,
              "The cart that became the order, which shows that the order is the reader's."));
};

struct UnsubscribeMessage {
    LiveVerb type{LiveVerb::unsubscribe};
    std::string id;
    std::vector<Topic> topics;
};

template <>
struct Schema<UnsubscribeMessage> {
    using Message = UnsubscribeMessage;
    static constexpr std::string_view name = "Unsubscribe";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("type", &Message::type, "unsubscribe."),
                        field("id", &Message::id, "Comes back with the answer.", message_id_rule),
                        field("topics", &Message::topics, "What to follow no more.", topics_rule));
};

struct PingMessage {
    LiveVerb type{LiveVerb::ping};
    std::string id;
};

template <>
struct Schema<PingMessage> {
    using Message = PingMessage;
    static constexpr std::string_view name = "Ping";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("type", &Message::type, "ping."),
                        field("id", &Message::id, "Comes back with the answer.", message_id_rule));
};

using LiveMessage = std::variant<SubscribeMessage, UnsubscribeMessage, PingMessage>;

/// A reader's message, or what is wrong with it; and its id as far as it could be read.
struct LiveMessageRead {
    Result<LiveMessage> message;
    std::string id;
};
LiveMessageRead read_live_message(std::string_view text);

// What a reader is told. An empty id is left out.
std::string subscribed_message(std::string_view id, std::span<const Topic> topics);
std::string unsubscribed_message(std::string_view id, std::span<const Topic> topics);
std::string snapshot_message(const Topic& topic, Version version, std::string_view data);
/// `from` is the version that came before: every version after it up to `version` is in `data`.
std::string change_message(const Topic& topic, Version from, Version version,
                           std::string_view data);
std::string gone_message(const Topic& topic);
std::string pong_message(std::string_view id);
std::string error_message(std::string_view id, const Error& error, std::string_view request_id);

}  // namespace souk
