#pragma once
// Who may call what: what a route asks of its caller, and why a caller is refused.

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"
#include "http/principal.hpp"

namespace souk {

/// Who may call a route, as data: the stages enforce it, docs/access.md shows it. Whose a thing is
/// that the route finds, is for the handler to see: what is not the caller's is not found.
struct Access {
    enum class Kind {
        everyone,
        owner,  // whoever proves it; others by a scope
        key,    // an API key, or an administrator, with one of the scopes
        user,   // anybody who has logged in
    };
    /// How an owner proves it.
    enum class Proof {
        id,            // by knowing the id in the path or the body, whoever it is
        cart,          // guests by the id of the order's cart, in X-Cart-Id; people by who they are
        cart_in_body,  // anybody by a cartId; found out once the body is read
    };
    Kind kind{Kind::everyone};
    std::vector<std::string_view> scopes{};  // any of them
    Proof proof{Proof::id};
    std::string_view no_vendors{};  // why it is not for vendors; empty: it is
    bool deployments{false};  // only for the default marketplace, whose operators look after all

    static Access everyone() { return {}; }
    static Access owner() { return {.kind = Kind::owner}; }
    static Access owner(Proof proof, std::string_view scope) {
        return {.kind = Kind::owner, .scopes = {scope}, .proof = proof};
    }
    static Access key(std::vector<std::string_view> any_of) {
        return {.kind = Kind::key, .scopes = std::move(any_of)};
    }
    static Access user() { return {.kind = Kind::user}; }

    Access but_no_vendors(std::string_view why) const {
        auto access = *this;
        access.no_vendors = why;
        return access;
    }
    Access of_deployment() const {
        auto access = *this;
        access.deployments = true;
        return access;
    }
};

/// Do the caller's scopes let them in, whoever owns what is asked for?
bool may_by_scope(const Access& access, const Principal& principal);

/// Where a key, a person or a proof is asked for: `unauthenticated` without one, `forbidden` for a
/// key that has none of the scopes, a vendor's where it is not for vendors, or where only people
/// are meant; `not_found` for another marketplace's where it is the deployment's. `shows_proof`:
/// does the request carry one, right or wrong?
std::optional<Error> refuse_access(const Access& access, const Principal& principal,
                                   bool shows_proof = false);

}  // namespace souk
