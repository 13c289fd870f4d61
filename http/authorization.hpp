#pragma once
// Who may call what: what a route asks of its caller, and why a caller is refused.

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"
#include "http/principal.hpp"

namespace souk {

/// Who may call a route. Whose a thing is, is for the handler to find out.
struct Access {
    enum class Kind {
        everyone,
        owner,  // whoever knows the id of the cart, order or reservation in the request
        key,    // an API key, or an administrator, with one of the scopes
        user,   // anybody who has logged in
    };
    Kind kind{Kind::everyone};
    std::vector<std::string_view> scopes;

    static Access everyone() { return {}; }
    static Access owner() { return {Kind::owner, {}}; }
    static Access key(std::vector<std::string_view> any_of) {
        return {Kind::key, std::move(any_of)};
    }
    static Access user() { return {Kind::user, {}}; }
};

/// Where a key or a person is asked for: `unauthenticated` without one, `forbidden` for a key that
/// has none of the scopes, or where only people are meant.
std::optional<Error> refuse_access(const Access& access, const Principal& principal);

}  // namespace souk
