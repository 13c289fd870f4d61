#include "http/authorization.hpp"

#include <algorithm>

namespace souk {
namespace {

std::optional<Error> refuse_strangers(const Principal& principal) {
    if (principal.is_user()) return std::nullopt;
    if (principal.is_guest()) return refuse(ErrorCode::unauthenticated, "log in first");
    return refuse(ErrorCode::forbidden, "this is for people, not for API keys");
}

std::optional<Error> refuse_without_scope(const Access& access, const Principal& principal) {
    if (principal.is_guest()) return refuse(ErrorCode::unauthenticated, "this needs an API key");
    const bool allowed =
        access.scopes.empty() || std::ranges::any_of(access.scopes, [&](std::string_view one) {
            return principal.has_scope(one);
        });
    if (!allowed)
        return refuse(ErrorCode::forbidden, principal.is_user()
                                                ? "your account may not do this"
                                                : "the API key lacks the scope for this");
    if (principal.vendor && !access.no_vendors.empty())
        return refuse(ErrorCode::forbidden, std::string{access.no_vendors});
    return std::nullopt;
}

std::optional<Error> refuse_without_cart(const Access& access, const Principal& principal,
                                         bool shows_proof) {
    if (principal.is_user()) return std::nullopt;  // whose the order is, its handler sees
    if (!principal.is_guest()) return refuse_without_scope(access, principal);
    if (shows_proof) return std::nullopt;
    return refuse(ErrorCode::unauthenticated,
                  "name the order's cart in the header X-Cart-Id, log in, or use an API key");
}

std::optional<Error> refuse_without_cart_in_body(const Access& access, const Principal& principal,
                                                 bool shows_proof) {
    if (shows_proof) return std::nullopt;
    if (principal.is_guest())
        return refuse(ErrorCode::unauthenticated, "cartId",
                      "is required unless an API key is used");
    return refuse_without_scope(access, principal);
}

}  // namespace

bool may_by_scope(const Access& access, const Principal& principal) {
    return !access.scopes.empty() && !refuse_without_scope(access, principal);
}

std::optional<Error> refuse_access(const Access& access, const Principal& principal,
                                   bool shows_proof) {
    if (access.deployments && !principal.is_guest() && principal.tenant != default_tenant)
        return refuse(ErrorCode::not_found, "there is nothing at this address");
    switch (access.kind) {
        case Access::Kind::everyone:
            return std::nullopt;
        case Access::Kind::user:
            return refuse_strangers(principal);
        case Access::Kind::key:
            return refuse_without_scope(access, principal);
        case Access::Kind::owner:
            break;
    }
    switch (access.proof) {
        case Access::Proof::id:
            break;
        case Access::Proof::cart:
            return refuse_without_cart(access, principal, shows_proof);
        case Access::Proof::cart_in_body:
            return refuse_without_cart_in_body(access, principal, shows_proof);
    }
    return std::nullopt;
}

}  // namespace souk
