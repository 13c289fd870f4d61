#include "security/access_token.hpp"

#include "protocol/account_json.hpp"
#include "protocol/read_json.hpp"
#include "protocol/token_json.hpp"
#include "protocol/write_json.hpp"
#include "security/base64url.hpp"

namespace souk {
namespace {

using std::chrono::seconds;

constexpr seconds clock_skew{60};  // between servers
constexpr std::string_view token_prefix = "jti";

std::int64_t seconds_of(TimePoint time) {
    return std::chrono::floor<seconds>(time.time_since_epoch()).count();
}

AccessClaims claims_of(const TokenNames& names, const AccessToken& token) {
    return {.issuer = names.issuer,
            .audience = names.audience,
            .subject = to_text(token.user),
            .tenant = to_text(token.tenant),
            .role = std::string{to_text(token.role)},
            .session = to_text(token.session),
            .token_id = to_typeid(token_prefix, token.id),
            .issued_at = seconds_of(token.issued_at),
            .expires_at = seconds_of(token.expires_at)};
}

std::optional<AccessToken> token_of(const AccessClaims& claims) {
    const auto user = parse_id<UserId>(claims.subject);
    const auto tenant = parse_id<TenantId>(claims.tenant);
    const auto role = parse_enum<Role>(claims.role);
    const auto session = parse_id<SessionId>(claims.session);
    const auto id = parse_typeid(token_prefix, claims.token_id);
    if (!user || !tenant || !role || !session || !id) return std::nullopt;
    return AccessToken{*user,
                       *tenant,
                       *role,
                       *session,
                       *id,
                       TimePoint{seconds{claims.issued_at}},
                       TimePoint{seconds{claims.expires_at}}};
}

struct Parts {
    std::string_view header;
    std::string_view signed_text;  // header and payload, as they were signed
    std::string_view payload;
    std::string_view signature;
};

std::optional<Parts> split(std::string_view text) {
    const auto first = text.find('.');
    const auto last = text.rfind('.');
    if (first == std::string_view::npos || first == last || text.size() > max_token_bytes)
        return std::nullopt;
    return Parts{text.substr(0, first), text.substr(0, last),
                 text.substr(first + 1, last - first - 1), text.substr(last + 1)};
}

}  // namespace

std::string sign_token(const KeyRing& ring, const TokenNames& names, const AccessToken& token) {
    const auto& key = ring.signing(token.issued_at);
    auto text = key.header() + "." + to_base64url(write_json(claims_of(names, token)));
    const auto signature = key.pair().sign(text);
    return text + "." + to_base64url(signature);
}

std::optional<AccessToken> verify_token(const KeyRing& ring, const TokenNames& names,
                                        std::string_view text) {
    const auto parts = split(text);
    if (!parts) return std::nullopt;
    const auto* key = ring.find(parts->header);
    if (key == nullptr) return std::nullopt;
    const auto signature = from_base64url(parts->signature);
    if (!signature || !key->pair().verifies(parts->signed_text, *signature)) return std::nullopt;
    const auto payload = from_base64url(parts->payload);
    if (!payload) return std::nullopt;
    const auto claims = read_json<AccessClaims>(*payload);
    if (!claims || claims->issuer != names.issuer || claims->audience != names.audience)
        return std::nullopt;
    return token_of(*claims);
}

bool is_current(const AccessToken& token, TimePoint now) {
    return token.issued_at <= now + clock_skew && now < token.expires_at;
}

}  // namespace souk
