#include "http/authorization.hpp"

#include <algorithm>

namespace souk {

std::optional<Error> refuse_access(const Access& access, const Principal& principal) {
    if (access.kind != Access::Kind::key) return std::nullopt;
    if (principal.is_guest()) return refuse(ErrorCode::unauthenticated, "this needs an API key");
    const bool allowed =
        access.scopes.empty() || std::ranges::any_of(access.scopes, [&](std::string_view one) {
            return principal.has_scope(one);
        });
    if (allowed) return std::nullopt;
    return refuse(ErrorCode::forbidden, "the API key lacks the scope for this");
}

}  // namespace souk
