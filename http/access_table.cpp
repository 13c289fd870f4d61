#include "http/access_table.hpp"

#include <array>
#include <vector>

#include "domain/account.hpp"
#include "protocol/errors.hpp"

namespace souk {
namespace {

struct Caller {
    std::string_view name;
    Principal principal;
};

Principal key(std::vector<std::string> scopes, std::optional<VendorId> vendor = std::nullopt) {
    Principal principal;
    principal.kind = Principal::Kind::api_key;
    principal.vendor = vendor;
    principal.scopes = std::move(scopes);
    return principal;
}

Principal person(Role role) {
    Principal principal;
    principal.kind = Principal::Kind::user;
    principal.role = role;
    if (role == Role::vendor) principal.vendor = VendorId{};
    principal.scopes = scopes_of(role, principal.vendor);
    return principal;
}

/// Keys as `soukd seed` makes them, people by their roles.
std::vector<Caller> callers() {
    return {
        {"guest", {}},
        {"customer", person(Role::customer)},
        {"vendor", person(Role::vendor)},
        {"vendor key", key({"inventory:read", "inventory:write", "orders:read"}, VendorId{})},
        {"vendor key, all scopes", key({"admin"}, VendorId{})},
        {"partner key", key({"inventory:reserve"})},
        {"console viewer", key({"console:view"})},
        {"console operator", key({"console:view", "console:operate"})},
        {"console admin", key({"console:view", "console:operate", "console:admin"})},
        {"operator key", key({"admin"})},
        {"admin", person(Role::admin)},
        {"super admin", person(Role::super_admin)},
    };
}

std::string status_of(const Error& error) { return std::to_string(facts_of(error.code).status); }

/// "yes", the status of a refusal, or with what it would be allowed.
std::string verdict(const Access& access, const Principal& principal) {
    const auto without = refuse_access(access, principal, false);
    const auto with = refuse_access(access, principal, true);
    if (with) return status_of(*with);
    if (access.kind == Access::Kind::owner && access.proof == Access::Proof::id) return "id";
    const bool by_who_they_are = access.proof == Access::Proof::cart && principal.is_user();
    if (by_who_they_are && !may_by_scope(access, principal)) return "own";
    return without ? "cart" : "yes";
}

std::string asked_for(const Access& access) {
    std::string scopes;
    for (const auto scope : access.scopes)
        scopes.append(scopes.empty() ? "`" : " or `").append(scope).append("`");
    switch (access.kind) {
        case Access::Kind::everyone:
            return "nothing";
        case Access::Kind::user:
            return "a person";
        case Access::Kind::key:
            return scopes;
        case Access::Kind::owner:
            break;
    }
    return access.proof == Access::Proof::id ? "the id" : "the cart, or " + scopes;
}

void add_row(std::string& page, const Route& route, const std::vector<Caller>& all) {
    page.append("| `").append(to_text(route.method)).append(" ").append(route.pattern);
    page.append("` | ").append(asked_for(route.access));
    for (const auto& caller : all)
        page.append(" | ").append(verdict(route.access, caller.principal));
    page.append(" |\n");
}

}  // namespace

std::string access_table(const Router& router) {
    const auto all = callers();
    std::string page =
        "# Who may call what\n\n"
        "Written from the routes' declarations; a test keeps it current, and another one tries "
        "every cell on a running\nserver. `yes`: allowed. `id`: whoever knows the id in the path "
        "or the body; a wrong one is 404 (400 in a body).\n`cart`: whoever shows the id of the "
        "cart, as `X-Cart-Id` or, to reserve, as `cartId`; else 401, or 403 for an\naccount that "
        "is no guest's. `own`: of who has logged in what is theirs, and a guest's as `cart`; else "
        "404. `401`, `403`:\nrefused. What is another's is 404 for all, so a vendor's `yes` is for "
        "its own things, and the id of a person's cart is\ngood for that person and for "
        "administrators alone.\n\n| route | asks for";
    for (const auto& caller : all) page.append(" | ").append(caller.name);
    page.append(" |\n|---|---");
    for (std::size_t i = 0; i < all.size(); ++i) page.append("|---");
    page.append("|\n");
    for (const auto& route : router.routes()) add_row(page, *route, all);
    return page;
}

}  // namespace souk
