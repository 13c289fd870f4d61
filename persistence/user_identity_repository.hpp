#pragma once
// Which accounts belong to whom providers vouch for.

#include <optional>
#include <string>

#include "persistence/query.hpp"
#include "persistence/user_repository.hpp"

namespace souk {

struct UserIdentity {
    TenantId tenant{default_tenant};
    std::string issuer;
    std::string subject;
    UserId user;
};

/// Whose it is, kept from others until the transaction ends.
Result<std::optional<StoredUser>> lock_user_of_identity(Connection& db, TenantId tenant,
                                                        const std::string& issuer,
                                                        const std::string& subject);

/// Nothing happens when it is somebody's already.
Result<void> insert_identity(Connection& db, const UserIdentity& identity, TimePoint now);

}  // namespace souk
