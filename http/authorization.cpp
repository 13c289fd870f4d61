#include "http/authorization.hpp"

#include <algorithm>

namespace souk {
namespace {

std::optional<Error> refuse_strangers(const Principal& principal) {
    if (principal.is_user()) return std::nullopt;
    if (principal.is_guest()) return refuse(ErrorCode::unauthenticated, "log in first");
    return refuse(ErrorCode::forbidden, "this is for people, not for API keys");
}

}  // namespace

std::optional<Error> refuse_access(const Access& access, const Principal& principal) {
    if (access.kind == Access::Kind::user) return refuse_strangers(principal);
    if (access.kind != Access::Kind::key) return std::nullopt;
    if (principal.is_guest()) return refuse(ErrorCode::unauthenticated, "this needs an API key");
    const bool allowed =
        access.scopes.empty() || std::ranges::any_of(access.scopes, [&](std::string_view one) {
            return principal.has_scope(one);
        });
    if (allowed) return std::nullopt;
    return refuse(ErrorCode::forbidden, principal.is_user()
                                            ? "your account may not do this"
                                            : "the API key lacks the scope for this");
}

}  // namespace souk
