#pragma once
// Who asks: a guest, an API key, or a person who has logged in.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/account.hpp"
#include "domain/ids.hpp"

namespace souk {

struct Principal {
    enum class Kind { guest, api_key, user };

    Kind kind{Kind::guest};
    ApiKeyId key_id;                 // of an API key
    std::optional<VendorId> vendor;  // set: may touch only this vendor's things
    std::vector<std::string> scopes;
    std::int64_t requests_per_minute{};  // 0: no limit
    std::string name;                    // as the key is called, or the user's role
    UserId user_id;                      // of a user
    SessionId session_id;
    TenantId tenant{default_tenant};  // whose request it is, a guest's too
    Role role{Role::customer};        // of a user

    bool is_guest() const { return kind == Kind::guest; }
    bool is_user() const { return kind == Kind::user; }
    OfTenant<UserId> user() const { return {tenant, user_id}; }
    /// Buys and no more: guests, and people whose role gives them no scopes.
    bool is_buyer() const { return is_guest() || (is_user() && scopes.empty()); }
    /// Looks after all of the marketplace's things, other people's carts too.
    bool is_staff() const { return !vendor && has_scope("admin"); }
    /// "admin" holds every scope.
    bool has_scope(std::string_view scope) const;
    /// How histories and logs name the principal: "guest", or the id of the key or the user.
    std::string actor() const;
};

}  // namespace souk
