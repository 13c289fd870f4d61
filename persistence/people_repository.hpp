#pragma once
// People as those see them who administer: lists, and who is left of the super admins.

#include <optional>
#include <string>
#include <vector>

#include "domain/people.hpp"
#include "persistence/query.hpp"

namespace souk {

/// Closed accounts are listed when they are asked for.
struct PeopleFilter {
    TenantId tenant{default_tenant};
    std::string email;  // or its beginning, in lower case
    std::optional<Role> role;
    std::optional<AccountState> state;
};

struct PeopleList {
    std::vector<User> rows;  // newest first
    bool more{false};
};

/// With `before` the page starts behind that user.
Result<PeopleList> find_people(Connection& db, const PeopleFilter& filter, std::int64_t limit,
                               std::int64_t offset, std::optional<UserId> before);
/// Up to `most`, beyond which nobody counts.
Result<std::int64_t> count_people(Connection& db, const PeopleFilter& filter, std::int64_t most);

/// How many active super admins there are beside somebody. They are kept from others until the
/// transaction ends, so that the last two cannot go at once.
Result<std::int64_t> lock_other_super_admins(Connection& db, TenantId tenant, UserId but);

Result<bool> vendor_exists(Connection& db, TenantId tenant, VendorId id);

}  // namespace souk
