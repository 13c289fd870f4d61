#include "domain/people.hpp"

#include "domain/erasure.hpp"

namespace souk {
namespace {

constexpr auto only_super_admins = "only a super admin may do this to administrators";

Result<void> may_act_on(const Manager& manager, const User& user) {
    if (manager.user == user.id) return refuse(ErrorCode::forbidden, "not to your own account");
    if (is_administrator(user.role) && manager.role != Role::super_admin)
        return refuse(ErrorCode::forbidden, only_super_admins);
    return {};
}

/// One must be able to log in as a super admin tomorrow.
Result<void> must_not_be_the_last(const User& before, const User& after,
                                  std::int64_t other_super_admins) {
    const auto counts = [](const User& user) {
        return user.role == Role::super_admin && user.state == AccountState::active;
    };
    if (!counts(before) || counts(after) || other_super_admins > 0) return {};
    return refuse(ErrorCode::conflict, "the last super admin stays");
}

Result<void> may_give_role(const Manager& manager, const User& user, Role role) {
    if (manager.user == user.id) return refuse(ErrorCode::forbidden, "role", "not of your own");
    const bool about_administrators = is_administrator(role) || is_administrator(user.role);
    if (about_administrators && manager.role != Role::super_admin)
        return refuse(ErrorCode::forbidden, "role", "only a super admin makes or unmakes these");
    return {};
}

}  // namespace

Result<User> change_person(const Manager& manager, const User& user, const PersonChange& change,
                           std::int64_t other_super_admins, TimePoint now) {
    if (manager.user != user.id)
        if (auto allowed = may_act_on(manager, user); !allowed) return allowed.error();
    auto changed = change_profile(user, change.profile, now);
    if (!changed) return changed;
    User next = std::move(*changed);
    next.role = change.role.value_or(user.role);
    if (next.role != user.role)
        if (auto allowed = may_give_role(manager, user, next.role); !allowed)
            return allowed.error();
    if (next.role != Role::vendor && change.vendor_id)
        return refuse(ErrorCode::unprocessable, "vendorId", "only vendors are tied to one");
    next.vendor_id = next.role != Role::vendor ? std::nullopt
                     : change.vendor_id        ? change.vendor_id
                                               : user.vendor_id;
    if (next.role == Role::vendor && !next.vendor_id)
        return refuse(ErrorCode::unprocessable, "vendorId", "a vendor must be tied to one");
    if (auto stays = must_not_be_the_last(user, next, other_super_admins); !stays)
        return stays.error();
    const bool is_different = next.role != user.role || next.vendor_id != user.vendor_id;
    next.version = is_different ? user.version + 1 : next.version;
    next.updated_at = is_different ? now : next.updated_at;
    return next;
}

Result<User> move_person(const Manager& manager, const User& user, AccountMove move,
                         std::int64_t other_super_admins, TimePoint now) {
    if (auto allowed = may_act_on(manager, user); !allowed) return allowed.error();
    const auto state = after(user.state, move);
    if (!state) return state.error();
    if (*state == user.state) return user;
    User next = user;
    next.state = *state;
    if (auto stays = must_not_be_the_last(user, next, other_super_admins); !stays)
        return stays.error();
    ++next.version;
    next.updated_at = now;
    return next;
}

Result<User> erase_account(const User& user, std::int64_t other_super_admins, TimePoint now) {
    if (user.state == AccountState::erased) return user;
    User next;
    next.id = user.id;
    next.tenant = user.tenant;
    next.email = to_text(user.id) + "@erased.invalid";
    next.state = AccountState::erased;
    next.version = user.version + 1;
    next.created_at = user.created_at;
    next.updated_at = now;
    if (auto stays = must_not_be_the_last(user, next, other_super_admins); !stays)
        return stays.error();
    return next;
}

Result<User> erase_person(const Manager& manager, const User& user, std::int64_t other_super_admins,
                          TimePoint now) {
    if (auto allowed = may_act_on(manager, user); !allowed) return allowed.error();
    return erase_account(user, other_super_admins, now);
}

}  // namespace souk
