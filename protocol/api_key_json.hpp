#pragma once
// API keys as they travel: their secret in one answer alone, when they are made.

#include <optional>
#include <string>
#include <vector>

#include "protocol/envelope.hpp"
#include "protocol/fields.hpp"
#include "protocol/people.hpp"
#include "protocol/text_values.hpp"

namespace souk {

/// One of domain/api_key's scopes.
struct ScopeName {
    std::string text;
};

template <>
struct TextValue<ScopeName> {
    static std::string_view write(const ScopeName& scope) { return scope.text; }
    static std::optional<ScopeName> read(std::string_view text) {
        for (const auto known : key_scopes)
            if (known == text) return ScopeName{std::string{text}};
        return std::nullopt;
    }
    static std::string expectation() {
        std::string choices;
        for (const auto known : key_scopes)
            choices.append(choices.empty() ? "" : ", ").append(known);
        return "must be one of " + choices;
    }
    static void describe(JsonWriter& out) {
        out.key("enum");
        out.begin_array();
        for (const auto known : key_scopes) out.string(known);
        out.end_array();
    }
};

struct NewKeyBody {
    std::string name;
    std::vector<ScopeName> scopes;
    std::optional<VendorId> vendor_id;
    std::int64_t requests_per_minute{};
    std::optional<TimePoint> expires_at;
};

template <>
struct Schema<NewKeyBody> {
    using Body = NewKeyBody;
    static constexpr std::string_view name = "MakeApiKey";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("name", &Body::name, "What it is for.", {.min_length = 1, .max_length = 100}),
        field("scopes", &Body::scopes, "What it may do: no more than you may.",
              {.min_items = 1, .max_items = key_scopes.size()}),
        field("vendorId", &Body::vendor_id,
              "It may touch only this vendor's things; yours, if you are a vendor's."),
        field("requestsPerMinute", &Body::requests_per_minute, "0: the server's default.",
              {.min = 0, .max = 1'000'000, .optional = true}),
        field("expiresAt", &Body::expires_at, "It holds until then; for ever unless given."));
};

struct RotateKeyBody {
    std::int64_t overlap_hours{24};
};

template <>
struct Schema<RotateKeyBody> {
    static constexpr std::string_view name = "RotateApiKey";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("overlapHours", &RotateKeyBody::overlap_hours,
              "How long the key before holds beside the new one; 0: no longer. 24 unless given.",
              {.min = 0, .max = 7 * 24, .optional = true}));
};

template <>
struct Schema<KeyLine> {
    using Line = KeyLine;
    static constexpr std::string_view name = "ApiKey";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &Line::id, "The key."),
        field(
            "name", [](const Line& line) -> const std::string& { return line.settings.name; },
            "What it is for."),
        field(
            "scopes", [](const Line& line) -> auto& { return line.settings.scopes; },
            "What it may do."),
        field(
            "vendorId", [](const Line& line) { return line.settings.vendor; },
            "It may touch only this vendor's things; null: the marketplace's."),
        field(
            "requestsPerMinute", [](const Line& line) { return line.settings.requests_per_minute; },
            "0: the server's default."),
        field("madeBy", &Line::made_by, "The user or key that made it; null when nobody did.",
              {.null_when_empty = true}),
        field("createdAt", &Line::created_at, "When it was made."),
        field(
            "expiresAt", [](const Line& line) { return line.settings.expires_at; },
            "It holds until then; null: for ever."),
        field("revokedAt", &Line::revoked_at, "Since when it holds no more."),
        field("suspendedAt", &Line::suspended_at,
              "Since when it rests, because whoever made it may not have it now."),
        field("lastUsedAt", &Line::last_used_at, "To about a minute; null: never."));
};

template <>
struct Schema<MadeKey> {
    static constexpr std::string_view name = "MadeApiKey";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("apiKey", &MadeKey::line, "The key."),
        field("key", &MadeKey::text,
              "What its holder sends as X-API-Key or Bearer. It is shown this once."),
        field("expiresOldAt", &MadeKey::old_expires_at,
              "Of a rotation: until then the key before holds too."));
};

}  // namespace souk
