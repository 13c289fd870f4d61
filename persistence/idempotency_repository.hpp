#pragma once
// Reads earlier answers under idempotency keys, and forgets old ones. They are written by the batch
// writer together with what they answered.

#include <optional>
#include <string>

#include "domain/change.hpp"
#include "persistence/connection.hpp"

namespace souk {

/// The answer given under a caller's key at or after `oldest`; nothing when the key is new.
Result<std::optional<IdempotencyRecord>> find_idempotency_record(Connection& db,
                                                                 const TenantId& tenant,
                                                                 const std::string& caller,
                                                                 const std::string& key,
                                                                 TimePoint oldest);

/// Deletes up to `limit` answers older than that; returns how many went.
Result<std::int64_t> purge_idempotency_records(Connection& db, TimePoint oldest,
                                               std::int64_t limit);

}  // namespace souk
