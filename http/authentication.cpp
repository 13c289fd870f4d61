#include "http/authentication.hpp"

#include <algorithm>

#include "protocol/account_json.hpp"

namespace souk {
namespace {

constexpr std::string_view key_prefix = "souk_";
constexpr std::size_t id_length = 26;
constexpr std::size_t min_secret_length = 16;
constexpr std::size_t max_secret_length = 128;

bool starts_with_bearer(std::string_view header) {
    constexpr std::string_view bearer = "bearer ";
    return header.size() > bearer.size() &&
           std::equal(bearer.begin(), bearer.end(), header.begin(),
                      [](char expected, char c) { return expected == c || expected == (c | 32); });
}

std::string_view bearer_of(const Request& request) {
    const auto header = request.header("authorization");
    return starts_with_bearer(header) ? header.substr(7) : std::string_view{};
}

std::string_view credentials_of(const Request& request) {
    if (request.has_header("x-api-key")) return request.header("x-api-key");
    return bearer_of(request);
}

/// By its secret, or by the one before while that is still good.
bool holds(const PresentedKey& presented, const ApiKey& known) {
    return same_secret(presented.secret_hash, known.secret_hash) ||
           (known.old_secret_hash && same_secret(presented.secret_hash, *known.old_secret_hash));
}

}  // namespace

bool has_credentials(const Request& request) {
    return request.has_header("authorization") || request.has_header("x-api-key");
}

std::optional<PresentedKey> presented_key(const Request& request) {
    auto text = credentials_of(request);
    if (!text.starts_with(key_prefix)) return std::nullopt;
    text.remove_prefix(key_prefix.size());
    if (text.size() <= id_length || text[id_length] != '_') return std::nullopt;
    const auto secret = text.substr(id_length + 1);
    if (secret.size() < min_secret_length || secret.size() > max_secret_length) {
        return std::nullopt;
    }
    const std::string id_text =
        std::string(ApiKeyId::prefix) + "_" + std::string(text.substr(0, id_length));
    const auto id = parse_id<ApiKeyId>(id_text);
    if (!id) return std::nullopt;
    return PresentedKey{*id, sha256({secret})};
}

std::optional<std::string> presented_token(const Request& request) {
    const auto text = bearer_of(request);
    const bool is_shaped = std::count(text.begin(), text.end(), '.') == 2;
    if (request.has_header("x-api-key") || !is_shaped) return std::nullopt;
    return std::string(text);
}

Principal principal_of(const SignedIn& signed_in, std::int64_t requests_per_minute) {
    Principal principal;
    principal.kind = Principal::Kind::user;
    principal.scopes = scopes_of(signed_in.role, signed_in.vendor);
    principal.vendor = signed_in.vendor;
    principal.requests_per_minute = requests_per_minute;
    principal.name = to_text(signed_in.role);
    principal.user_id = signed_in.user;
    principal.session_id = signed_in.session;
    principal.role = signed_in.role;
    principal.tenant = signed_in.tenant;
    return principal;
}

Result<Principal> principal_of(const PresentedKey& presented, const ApiKey* known) {
    if (!known || known->revoked || !holds(presented, *known)) return bad_credentials();
    Principal principal{Principal::Kind::api_key,   known->id,  known->vendor, known->scopes,
                        known->requests_per_minute, known->name};
    principal.tenant = known->tenant;
    return principal;
}

Result<Principal> principal_of(const PresentedKey& presented,
                               const Result<std::shared_ptr<const ApiKey>>& found) {
    if (found) return principal_of(presented, found->get());
    if (found.error().code == ErrorCode::not_found) return bad_credentials();
    return found.error();
}

Error bad_credentials() {
    return refuse(ErrorCode::unauthenticated, "the credentials are not valid");
}

std::string api_key_text(const ApiKeyId& id, std::string_view secret) {
    const auto id_text = to_text(id).substr(ApiKeyId::prefix.size() + 1);
    return std::string(key_prefix) + id_text + "_" + std::string(secret);
}

}  // namespace souk
