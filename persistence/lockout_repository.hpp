#pragma once
// Counters of log-in attempts, by a hash of what was tried and from where.

#include "domain/lockout.hpp"
#include "persistence/query.hpp"

namespace souk {

/// A counter at zero when there is none; kept from others until the transaction ends. Whoever locks
/// two takes them in one order.
Result<Lockout> lock_lockout(Connection& db, TenantId tenant, const Digest& subject);
Result<void> save_lockout(Connection& db, TenantId tenant, const Digest& subject,
                          const Lockout& lockout);
/// Deletes up to `limit` whose last attempt was before; tells how many.
Result<std::int64_t> purge_lockouts(Connection& db, TimePoint oldest, std::int64_t limit);

}  // namespace souk
