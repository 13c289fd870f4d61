#include "protocol/live_json.hpp"

#include <algorithm>

#include "protocol/error_json.hpp"
#include "protocol/read_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

std::optional<JsonValue> member_of(JsonValue object, std::string_view name) {
    for (std::size_t i = 0; i < object.size(); ++i)
        if (object.member_name(i) == name) return object.member(i);
    return std::nullopt;
}

template <Dto T>
Result<LiveMessage> read_message(JsonValue root) {
    T message;
    Problems problems;
    read_object(root, message, problems);
    if (!problems.none()) return std::move(problems).error();
    return LiveMessage{std::move(message)};
}

/// Which message it is decides which fields it has.
Result<LiveMessage> read_message(JsonValue root) {
    Problems problems;
    LiveVerb verb{};
    {
        const Problems::Inside inside(problems, "type");
        if (const auto type = member_of(root, "type"))
            read_value(*type, Rule{}, verb, problems);
        else
            problems.add("is required");
    }
    if (!problems.none()) return std::move(problems).error();
    switch (verb) {
        case LiveVerb::subscribe:
            return read_message<SubscribeMessage>(root);
        case LiveVerb::unsubscribe:
            return read_message<UnsubscribeMessage>(root);
        case LiveVerb::ping:
            break;
    }
    return read_message<PingMessage>(root);
}

std::string id_in(JsonValue root) {
    const auto id = member_of(root, "id");
    if (!id || !id->is_string()) return {};
    Problems problems;
    std::string text;
    read_string(*id, message_id_rule, text, problems);
    return problems.none() ? text : std::string{};
}

/// An object that begins with its type, and is filled by `write`.
template <class Write>
std::string message(std::string_view type, std::size_t size_hint, const Write& write) {
    std::string text;
    text.reserve(size_hint);
    JsonWriter out{text};
    out.begin_object();
    out.key("type");
    out.string(type);
    write(out);
    out.end_object();
    return text;
}

void write_id(JsonWriter& out, std::string_view id) {
    if (id.empty()) return;
    out.key("id");
    out.string(id);
}

void write_topic(JsonWriter& out, const Topic& topic) {
    out.key("topic");
    write_value(out, topic);
}

std::string list_message(std::string_view type, std::string_view id,
                         std::span<const Topic> topics) {
    return message(type, 64 + topics.size() * 48, [&](JsonWriter& out) {
        write_id(out, id);
        out.key("topics");
        out.begin_array();
        for (const auto& topic : topics) write_value(out, topic);
        out.end_array();
    });
}

void write_state(JsonWriter& out, Version version, std::string_view data) {
    out.key("version");
    out.integer(version);
    out.key("data");
    out.raw(data);
}

}  // namespace

std::optional<Version> KnownVersions::find(const Topic& topic) const {
    const auto found = std::ranges::find(entries, topic, &std::pair<Topic, Version>::first);
    if (found == entries.end()) return std::nullopt;
    return found->second;
}

void Codec<KnownVersions>::read(JsonValue value, KnownVersions& out, Problems& problems) {
    if (!value.is_object()) return problems.add("must be an object of topics and versions");
    check_count(value.size(), {.max_items = max_topics_per_message}, problems);
    if (value.size() > max_topics_per_message) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const Problems::Inside inside(problems, value.member_name(i));
        const auto topic = parse_topic(value.member_name(i));
        if (!topic) problems.add("is not a topic");
        Version version{};
        read_integer(value.member(i), {.min = 0}, version, problems);
        if (topic) out.entries.emplace_back(*topic, version);
    }
}

LiveMessageRead read_live_message(std::string_view text) {
    const auto document = JsonDocument::parse(text);
    if (!document) return {document.error(), {}};
    const auto root = document->root();
    if (!root.is_object())
        return {refuse(ErrorCode::invalid_input, "a message must be a JSON object"), {}};
    return {read_message(root), id_in(root)};
}

std::string subscribed_message(std::string_view id, std::span<const Topic> topics) {
    return list_message("subscribed", id, topics);
}

std::string unsubscribed_message(std::string_view id, std::span<const Topic> topics) {
    return list_message("unsubscribed", id, topics);
}

std::string snapshot_message(const Topic& topic, Version version, std::string_view data) {
    return message("snapshot", 128 + data.size(), [&](JsonWriter& out) {
        write_topic(out, topic);
        write_state(out, version, data);
    });
}

std::string change_message(const Topic& topic, Version from, Version version,
                           std::string_view data) {
    return message("change", 128 + data.size(), [&](JsonWriter& out) {
        write_topic(out, topic);
        out.key("from");
        out.integer(from);
        write_state(out, version, data);
    });
}

std::string gone_message(const Topic& topic) {
    return message("gone", 96, [&](JsonWriter& out) { write_topic(out, topic); });
}

std::string pong_message(std::string_view id) {
    return message("pong", 96, [&](JsonWriter& out) { write_id(out, id); });
}

std::string error_message(std::string_view id, const Error& error, std::string_view request_id) {
    return message("error", 256, [&](JsonWriter& out) {
        write_id(out, id);
        out.key("error");
        write_value(out, ErrorFactsView{error, facts_of(error.code), request_id});
    });
}

}  // namespace souk
