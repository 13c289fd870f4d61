#pragma once
// Who administers people, for every route that does.

#include "http/authorization.hpp"
#include "http/call.hpp"

namespace souk {

inline const Access administrators =
    Access::key({"admin"}).but_no_vendors("other people are not a vendor's to see");

/// An API key that may do everything ranks as an administrator.
inline ManagedBy managed_by(const Call& call) {
    const auto& principal = call.principal();
    Manager manager;
    if (principal.is_user()) manager = {principal.user_id, principal.role};
    return {manager, call.doer()};
}

}  // namespace souk
