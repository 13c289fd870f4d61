#pragma once
// What an access token says, and the public keys that it is checked with.

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/fields.hpp"

namespace souk {

/// The claims of an access token (RFC 7519, RFC 9068): ids as texts, times in seconds since 1970.
struct AccessClaims {
    std::string issuer;
    std::string audience;
    std::string subject;  // a user's id
    std::string tenant;
    std::string role;
    std::string session;
    std::string token_id;
    std::int64_t issued_at{};
    std::int64_t expires_at{};
    bool operator==(const AccessClaims&) const = default;
};

template <>
struct Schema<AccessClaims> {
    using Claims = AccessClaims;
    static constexpr std::string_view name = "AccessClaims";
    static constexpr auto use = Use::both;
    static constexpr Rule text{.max_length = 255};
    static constexpr auto fields =
        std::make_tuple(field("iss", &Claims::issuer, "Who made the token.", text),
                        field("aud", &Claims::audience, "For whom.", text),
                        field("sub", &Claims::subject, "The user.", text),
                        field("tenant", &Claims::tenant, "The marketplace.", text),
                        field("role", &Claims::role, "The user's role when it was made.", text),
                        field("sid", &Claims::session, "The session.", text),
                        field("jti", &Claims::token_id, "The token itself.", text),
                        field("iat", &Claims::issued_at, "When it was made."),
                        field("exp", &Claims::expires_at, "When it ends."));
};

/// A public key (RFC 7517, RFC 8037).
struct JsonWebKey {
    std::string key_id;
    std::string x;
};

template <>
struct Schema<JsonWebKey> {
    static constexpr std::string_view name = "JsonWebKey";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("kid", &JsonWebKey::key_id, "Named so in a token's header."),
        field(
            "kty", [](const JsonWebKey&) { return std::string_view{"OKP"}; }, "Always OKP."),
        field(
            "crv", [](const JsonWebKey&) { return std::string_view{"Ed25519"}; },
            "Always Ed25519."),
        field(
            "alg", [](const JsonWebKey&) { return std::string_view{"EdDSA"}; }, "Always EdDSA."),
        field(
            "use", [](const JsonWebKey&) { return std::string_view{"sig"}; }, "Always sig."),
        field("x", &JsonWebKey::x, "The public key in base64url."));
};

struct JsonWebKeySet {
    std::vector<JsonWebKey> keys;
};

template <>
struct Schema<JsonWebKeySet> {
    static constexpr std::string_view name = "JsonWebKeySet";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("keys", &JsonWebKeySet::keys, "The one that signs and its neighbours."));
};

}  // namespace souk
