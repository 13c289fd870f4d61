#pragma once
// Keys hold as long as who made them might make them: they are suspended with their maker, or with
// the role that allowed them, and come back with it. So are the keys that were made with those.

#include <vector>

#include "domain/account.hpp"
#include "persistence/connection.hpp"
#include "protocol/console.hpp"

namespace souk {

/// Within the transaction of what changed the maker. Each key that changes is in the audit; they
/// are given back, to be forgotten.
Result<std::vector<ApiKeyId>> settle_keys(Connection& db, const User& maker, const Doer& doer,
                                          TimePoint now, IdSource& ids);

}  // namespace souk
