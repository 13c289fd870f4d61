#pragma once
// Administration of people: who may change whom. An administrator acts on customers and vendors; on
// administrators, a super admin alone; on oneself, nobody; and one super admin always stays.

#include <optional>
#include <string>

#include "domain/account.hpp"

namespace souk {

/// Who administers: an administrator, or an API key that may do everything, which ranks as one.
struct Manager {
    std::optional<UserId> user;
    Role role{Role::admin};
};

/// What is to be different of somebody.
struct PersonChange {
    ProfileChange profile;
    std::optional<Role> role;
    std::optional<VendorId> vendor_id;  // what a vendor is tied to; as it is unless given
};

/// `forbidden` to who may not, `unprocessable` for a vendor without a vendor or a vendor of another
/// role, `conflict` for the last super admin, `precondition_failed` for a stale version.
/// `other_super_admins` are active.
Result<User> change_person(const Manager& manager, const User& user, const PersonChange& change,
                           std::int64_t other_super_admins, TimePoint now);

/// Suspends, bans, reinstates or closes an account. The same when it is so already.
Result<User> move_person(const Manager& manager, const User& user, AccountMove move,
                         std::int64_t other_super_admins, TimePoint now);

}  // namespace souk
