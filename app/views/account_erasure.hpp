#pragma once
// The first part of erasing a person, in one transaction: the account is closed for good and all
// that is kept of it alone is gone; what is left elsewhere is put down for the eraser.

#include <functional>
#include <string>
#include <vector>

#include "domain/audit.hpp"
#include "domain/erasure.hpp"
#include "persistence/connection.hpp"

namespace souk {

struct AccountErasure {
    UserId user;
    Doer doer;
    std::function<Result<User>(const User&, std::int64_t other_super_admins)> rule;
    AuditId audit_id;
    TimePoint at;
    std::string reason{};
};

/// What servers are not to believe in any longer.
struct ErasedAccount {
    std::vector<SessionId> sessions;
    std::vector<ApiKeyId> keys;
};

/// `not_found` for nobody of the doer's tenant, the rule's refusals, `conflict` with the orders
/// that are still under way. A repeat changes nothing.
Result<ErasedAccount> erase_account(Connection& db, const AccountErasure& erasure);

}  // namespace souk
