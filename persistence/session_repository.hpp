#pragma once
// Sessions and their refresh tokens, which are known by their hash (SHA-256) alone.

#include <optional>
#include <string>
#include <vector>

#include "domain/session.hpp"
#include "persistence/query.hpp"
#include "persistence/user_repository.hpp"

namespace souk {

/// A session with whose it is.
struct StoredSession {
    Session session;
    User user;
};

Result<void> insert_session(Connection& db, const Session& session);
Result<std::optional<StoredSession>> find_session(Connection& db, SessionId id);
/// Open ones, the last used first.
Result<std::vector<Session>> find_sessions(Connection& db, UserId user, TimePoint now,
                                           std::int64_t limit);
Result<std::vector<SessionId>> find_open_sessions(Connection& db, UserId user);
/// Notes where and when a session was last seen.
Result<void> touch_session(Connection& db, const Session& session);

/// Each tells which were ended by it.
Result<std::vector<SessionId>> end_session(Connection& db, UserId user, SessionId id,
                                           TimePoint now);
Result<std::vector<SessionId>> end_sessions(Connection& db, UserId user, TimePoint now);
/// All but the last used ones.
Result<std::vector<SessionId>> end_surplus_sessions(Connection& db, UserId user, std::int64_t keep,
                                                    TimePoint now);

struct StoredRefreshToken {
    RefreshToken token;
    StoredSession owner;
};

Result<void> insert_refresh_token(Connection& db, const Digest& hash, const Session& session,
                                  TimePoint expires_at);
/// Kept from others until the transaction ends, so that a token is exchanged once. Another tenant's
/// is as unknown as one that never was.
Result<std::optional<StoredRefreshToken>> lock_refresh_token(Connection& db, const TenantId& tenant,
                                                             const Digest& hash);
Result<void> mark_rotated(Connection& db, const Digest& hash, TimePoint now);

/// Deletes up to `limit` of those that ended before; tells how many.
Result<std::int64_t> purge_sessions(Connection& db, TimePoint oldest, std::int64_t limit);
Result<std::int64_t> purge_refresh_tokens(Connection& db, TimePoint oldest, std::int64_t limit);

}  // namespace souk
