#pragma once
// Log-ins with a provider on their way: what was used, and what a browser may exchange, by hashes
// (SHA-256) alone.

#include <optional>

#include "persistence/query.hpp"

namespace souk {

/// False when it was used before: of two at once, one is told so.
Result<bool> use_proof(Connection& db, const Digest& proof, TenantId tenant, TimePoint expires_at);

/// What was used may be exchanged, once, for a session of this user.
Result<void> give_code(Connection& db, const Digest& proof, const Digest& code, UserId user,
                       TimePoint expires_at);
/// Nothing when there is no such code, or no longer.
Result<std::optional<UserId>> redeem_code(Connection& db, const Digest& proof, const Digest& code,
                                          TimePoint now);

/// Deletes up to `limit` of those that ended before; tells how many.
Result<std::int64_t> purge_provider_log_ins(Connection& db, TimePoint oldest, std::int64_t limit);

}  // namespace souk
