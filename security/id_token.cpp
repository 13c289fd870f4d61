#include "security/id_token.hpp"

#include <algorithm>

#include "protocol/json_path.hpp"
#include "security/base64url.hpp"

namespace souk {
namespace {

constexpr std::chrono::seconds leeway{60};  // for clocks that disagree
constexpr std::size_t max_subject = 255;    // section 2
constexpr std::size_t max_audiences = 10;
constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999

struct Parts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
    std::string_view signed_text;
};

std::optional<Parts> split(std::string_view text) {
    const auto first = text.find('.');
    const auto last = text.rfind('.');
    if (text.size() > max_id_token_bytes || first == text.npos || first == last)
        return std::nullopt;
    return Parts{text.substr(0, first), text.substr(first + 1, last - first - 1),
                 text.substr(last + 1), text.substr(0, last)};
}

std::optional<JsonDocument> object_in(std::string_view part) {
    const auto text = from_base64url(part);
    if (!text) return std::nullopt;
    auto document = JsonDocument::parse(*text);
    if (!document || !document->root().is_object()) return std::nullopt;
    return std::move(*document);
}

/// The wrong kinds of token say so here: "at+jwt" (RFC 9068), "logout+jwt".
bool is_of_this_kind(JsonValue header) {
    const auto type = text_at(header, {"typ"});
    return !find_at(header, {"crit"}) &&
           (!find_at(header, {"typ"}) || type == "JWT" || type == "jwt");
}

bool is_ours(JsonValue value, const std::vector<std::string>& client_ids) {
    return value.is_string() &&
           std::ranges::find(client_ids, value.as_string()) != client_ids.end();
}

bool is_for_us(JsonValue payload, const std::vector<std::string>& client_ids) {
    const auto audience = find_at(payload, {"aud"});
    const auto party = find_at(payload, {"azp"});
    if (!audience || (party && !is_ours(*party, client_ids))) return false;
    if (!audience->is_array()) return is_ours(*audience, client_ids);
    const auto count = audience->size();
    if (count == 0 || count > max_audiences || (count > 1 && !party)) return false;
    bool found = false;
    for (std::size_t i = 0; i < count; ++i) found = found || is_ours(audience->item(i), client_ids);
    return found;
}

std::optional<TimePoint> time_at(JsonValue payload, JsonPath path) {
    const auto seconds = integer_at(payload, path);
    if (!seconds || *seconds < 0 || *seconds > last_second) return std::nullopt;
    return TimePoint{std::chrono::seconds{*seconds}};
}

/// Some providers write the flag as a text.
bool is_true(std::optional<JsonValue> value) {
    if (!value) return false;
    return value->is_boolean() ? value->as_boolean()
                               : value->is_string() && value->as_string() == "true";
}

ProviderClaims claims_of(JsonValue payload) {
    return {.issuer = text_at(payload, {"iss"}),
            .subject = text_at(payload, {"sub"}, max_subject),
            .email = text_at(payload, {"email"}),
            .email_is_verified = is_true(find_at(payload, {"email_verified"})),
            .given_name = text_at(payload, {"given_name"}),
            .family_name = text_at(payload, {"family_name"}),
            .name = text_at(payload, {"name"})};
}

/// Empty when nothing is wrong with what a genuine token says.
std::string_view problem_of(JsonValue payload, const IdTokenRules& rules, TimePoint now) {
    const auto issued_at = time_at(payload, {"iat"});
    const auto expires_at = time_at(payload, {"exp"});
    const auto begins_at = time_at(payload, {"nbf"});
    if (text_at(payload, {"iss"}) != rules.issuer) return "it is of another issuer";
    if (text_at(payload, {"sub"}, max_subject).empty()) return "it is about nobody";
    if (!is_for_us(payload, rules.client_ids)) return "it is for another audience";
    if (find_at(payload, {"events"})) return "it is a token of another kind";
    if (!issued_at || !expires_at) return "it has no times";
    if (*issued_at > now + leeway || (begins_at && *begins_at > now + leeway))
        return "its time has not come";
    if (*expires_at <= now - leeway) return "it has expired";
    if (rules.nonce && text_at(payload, {"nonce"}) != *rules.nonce) return "its nonce is another";
    return {};
}

IdTokenVerdict refused(std::string_view problem) { return {.problem = problem}; }

enum class Signature { good, bad, of_unknown_key };

/// Without a name every key of the algorithm is tried; they are few.
Signature check_signature(const std::vector<NamedKey>& keys, const std::string& key_id,
                          std::string_view algorithm, const Parts& parts) {
    const auto signature = from_base64url(parts.signature);
    if (!signature) return Signature::bad;
    bool found = false;
    for (const auto& [id, key] : keys) {
        if (!key_id.empty() && id != key_id) continue;
        found = found || !key_id.empty();
        if (to_text(key.algorithm()) != algorithm) continue;
        if (key.verifies(parts.signed_text, *signature)) return Signature::good;
    }
    return found ? Signature::bad : Signature::of_unknown_key;
}

}  // namespace

IdTokenVerdict verify_id_token(const std::vector<NamedKey>& keys, const IdTokenRules& rules,
                               std::string_view text, TimePoint now) {
    const auto parts = split(text);
    if (!parts) return refused("it is no token");
    const auto header = object_in(parts->header);
    if (!header || !is_of_this_kind(header->root())) return refused("its header is none of ours");
    const auto algorithm = text_at(header->root(), {"alg"});
    using enum SignatureAlgorithm;
    const bool is_known =
        algorithm == to_text(rs256) || algorithm == to_text(es256) || algorithm == to_text(eddsa);
    if (!is_known) return refused("its algorithm is not believed");
    const auto key_id = text_at(header->root(), {"kid"});
    switch (check_signature(keys, key_id, algorithm, *parts)) {
        case Signature::good:
            break;
        case Signature::bad:
            return refused("its signature is wrong");
        case Signature::of_unknown_key:
            return {.problem = "its key is unknown", .key_is_unknown = true};
    }
    const auto payload = object_in(parts->payload);
    if (!payload) return refused("its payload is no object");
    if (const auto problem = problem_of(payload->root(), rules, now); !problem.empty())
        return refused(problem);
    return {.token = IdToken{claims_of(payload->root()), *time_at(payload->root(), {"exp"}),
                             std::string{parts->signed_text}}};
}

}  // namespace souk
