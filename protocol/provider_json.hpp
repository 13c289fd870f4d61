#pragma once
// Logging in with an OpenID provider, as it travels.

#include <cstdint>
#include <string>

#include "protocol/account_json.hpp"
#include "protocol/fields.hpp"

namespace souk {

struct IdTokenBody {
    std::string id_token;
    std::optional<CartId> cart_id;
};

template <>
struct Schema<IdTokenBody> {
    static constexpr std::string_view name = "IdToken";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("idToken", &IdTokenBody::id_token,
                              "The provider's id token (OpenID Connect Core 1.0, section 2).",
                              {.min_length = 1, .max_length = 8'192}),
                        field("cartId", &IdTokenBody::cart_id, guest_cart_note));
};

struct RedeemBody {
    std::string code;
    std::optional<CartId> cart_id;
};

template <>
struct Schema<RedeemBody> {
    static constexpr std::string_view name = "RedeemLogIn";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("code", &RedeemBody::code, "From the address the browser came back to.", secret_rule),
        field("cartId", &RedeemBody::cart_id, guest_cart_note));
};

/// What a provider sends a browser back with; it may add more.
struct CallbackQuery {
    std::string state;
    std::string code;
    std::string issuer;
    std::string error;
};

template <>
struct Schema<CallbackQuery> {
    using Query = CallbackQuery;
    static constexpr std::string_view name = "ProviderCallback";
    static constexpr auto use = Use::request;
    static constexpr Rule text{.max_length = 2'048, .optional = true};
    static constexpr auto fields = std::make_tuple(
        field("state", &Query::state, "As it was sent to the provider.", text),
        field("code", &Query::code, "What the provider's tokens are had for.", text),
        field("iss", &Query::issuer, "Who answers (RFC 9207).", text),
        field("error", &Query::error, "Why there is no code.", text));
};

/// What a browser keeps, sealed, while it is at a provider.
struct Handshake {
    std::string provider;
    TenantId tenant{default_tenant};
    std::string state;
    std::string nonce;
    std::string verifier;      // of PKCE
    std::int64_t ends_at_s{};  // since 1970
};

template <>
struct Schema<Handshake> {
    static constexpr std::string_view name = "Handshake";
    static constexpr auto use = Use::both;
    static constexpr auto fields = std::make_tuple(
        field("provider", &Handshake::provider, "Where the browser was sent."),
        field("tenant", &Handshake::tenant, "The marketplace."),
        field("state", &Handshake::state, "Comes back with the browser.", secret_rule),
        field("nonce", &Handshake::nonce, "Comes back in the id token.", secret_rule),
        field("verifier", &Handshake::verifier, "Proves who began.", secret_rule),
        field("endsAt", &Handshake::ends_at_s, "How long it is good."));
};

}  // namespace souk
