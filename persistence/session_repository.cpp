#include "persistence/session_repository.hpp"

#include "persistence/sealed_columns.hpp"

namespace souk {

using namespace sealed_column;

namespace {

constexpr auto session_columns =
    "s.id, s.user_id, s.tenant_id, s.device, s.address, s.created_at, s.last_used_at, "
    "s.expires_at, s.ended_at";

constexpr auto insert = R"(
    INSERT INTO sessions (id, user_id, tenant_id, device, address, created_at, last_used_at,
                          expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8))";

const std::string select_with_user = std::string{"SELECT "} + session_columns + ", " +
                                     user_columns +
                                     " FROM sessions s JOIN users u ON u.id = s.user_id";
const std::string select_by_id = select_with_user + " WHERE s.id = $1";

const std::string select_open = std::string{"SELECT "} + session_columns + R"( FROM sessions s
    WHERE s.user_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2
    ORDER BY s.last_used_at DESC, s.id DESC
    LIMIT $3)";

constexpr auto select_open_ids = "SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL";

constexpr auto update_seen = R"(
    UPDATE sessions SET device = $2, address = $3, last_used_at = $4 WHERE id = $1)";

constexpr auto end_one = R"(
    UPDATE sessions SET ended_at = $3
    WHERE id = $2 AND user_id = $1 AND ended_at IS NULL AND expires_at > $3
    RETURNING id)";

constexpr auto end_all = R"(
    UPDATE sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL RETURNING id)";

constexpr auto end_surplus = R"(
    UPDATE sessions SET ended_at = $3
    WHERE id IN (
        SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL
        ORDER BY last_used_at DESC, id DESC OFFSET $2)
    RETURNING id)";

constexpr auto insert_token = R"(
    INSERT INTO refresh_tokens (token_hash, tenant_id, session_id, expires_at)
    VALUES ($1, $2, $3, $4))";

const std::string select_token =
    std::string{"SELECT t.expires_at, t.rotated_at, "} + session_columns + ", " + user_columns + R"(
    FROM refresh_tokens t
    JOIN sessions s ON s.id = t.session_id
    JOIN users u ON u.id = s.user_id
    WHERE t.tenant_id = $1 AND t.token_hash = $2
    FOR UPDATE OF t, s)";

constexpr auto update_rotated = "UPDATE refresh_tokens SET rotated_at = $2 WHERE token_hash = $1";

constexpr auto delete_sessions = R"(
    DELETE FROM sessions
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM sessions WHERE expires_at < $1 LIMIT $2)))";

constexpr auto delete_tokens = R"(
    DELETE FROM refresh_tokens
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM refresh_tokens WHERE expires_at < $1 LIMIT $2)))";

Session session_from(Columns& columns) {
    Session session;
    session.id = columns.next<SessionId>();
    session.user_id = columns.next<UserId>();
    session.tenant = columns.next<TenantId>();
    const PersonalRow personal(columns.personal(), session.tenant, session.id);
    session.device = personal.open(session_device, columns.next<std::string>());
    session.address = personal.open(session_address, columns.next<std::string>());
    session.created_at = columns.next<TimePoint>();
    session.last_used_at = columns.next<TimePoint>();
    session.expires_at = columns.next<TimePoint>();
    session.ended_at = columns.next<std::optional<TimePoint>>();
    return session;
}

StoredSession owner_from(Columns& columns) {
    StoredSession stored;
    stored.session = session_from(columns);
    stored.user = user_from(columns).user;
    return stored;
}

Result<std::vector<SessionId>> ids_of(const Result<Rows>& rows) {
    return map_rows(rows, [](Row row) { return row.get<SessionId>(0); });
}

Result<void> done(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return {};
}

Result<std::int64_t> affected(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return rows->affected();
}

}  // namespace

Result<void> insert_session(Connection& db, const Session& session) {
    const PersonalRow personal(db.personal(), session.tenant, session.id);
    return done(query(db, insert, session.id, session.user_id, session.tenant,
                      personal.seal(session_device, session.device),
                      personal.seal(session_address, session.address), session.created_at,
                      session.last_used_at, session.expires_at));
}

Result<std::optional<StoredSession>> find_session(Connection& db, SessionId id) {
    const auto rows = query(db, select_by_id.c_str(), id);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<StoredSession>{};
    Columns columns(rows->front());
    return std::optional{owner_from(columns)};
}

Result<std::vector<Session>> find_sessions(Connection& db, UserId user, TimePoint now,
                                           std::int64_t limit) {
    return map_rows(query(db, select_open.c_str(), user, now, limit), [](Row row) {
        Columns columns(row);
        return session_from(columns);
    });
}

Result<std::vector<SessionId>> find_open_sessions(Connection& db, UserId user) {
    return ids_of(query(db, select_open_ids, user));
}

Result<void> touch_session(Connection& db, const Session& session) {
    const PersonalRow personal(db.personal(), session.tenant, session.id);
    return done(query(db, update_seen, session.id, personal.seal(session_device, session.device),
                      personal.seal(session_address, session.address), session.last_used_at));
}

Result<std::vector<SessionId>> end_session(Connection& db, UserId user, SessionId id,
                                           TimePoint now) {
    return ids_of(query(db, end_one, user, id, now));
}

Result<std::vector<SessionId>> end_sessions(Connection& db, UserId user, TimePoint now) {
    return ids_of(query(db, end_all, user, now));
}

Result<std::vector<SessionId>> end_surplus_sessions(Connection& db, UserId user, std::int64_t keep,
                                                    TimePoint now) {
    return ids_of(query(db, end_surplus, user, keep, now));
}

Result<void> insert_refresh_token(Connection& db, const Digest& hash, const Session& session,
                                  TimePoint expires_at) {
    return done(query(db, insert_token, hash, session.tenant, session.id, expires_at));
}

Result<std::optional<StoredRefreshToken>> lock_refresh_token(Connection& db, const TenantId& tenant,
                                                             const Digest& hash) {
    const auto rows = query(db, select_token.c_str(), tenant, hash);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<StoredRefreshToken>{};
    Columns columns(rows->front());
    StoredRefreshToken stored;
    stored.token.expires_at = columns.next<TimePoint>();
    stored.token.rotated_at = columns.next<std::optional<TimePoint>>();
    stored.owner = owner_from(columns);
    return std::optional{std::move(stored)};
}

Result<void> mark_rotated(Connection& db, const Digest& hash, TimePoint now) {
    return done(query(db, update_rotated, hash, now));
}

Result<std::int64_t> purge_sessions(Connection& db, TimePoint oldest, std::int64_t limit) {
    return affected(query(db, delete_sessions, oldest, limit));
}

Result<std::int64_t> purge_refresh_tokens(Connection& db, TimePoint oldest, std::int64_t limit) {
    return affected(query(db, delete_tokens, oldest, limit));
}

}  // namespace souk
