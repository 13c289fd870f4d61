#include "persistence/lockout_repository.hpp"

namespace souk {
namespace {

// The update changes nothing: it locks a row that is there already, and gives it back.
constexpr auto upsert = R"(
    INSERT INTO lockouts (tenant_id, subject, failures, last_at, locked_until)
    VALUES ($1, $2, 0, $3, $3)
    ON CONFLICT (tenant_id, subject) DO UPDATE SET failures = lockouts.failures
    RETURNING failures, last_at, locked_until)";

constexpr auto update = R"(
    UPDATE lockouts SET failures = $3, last_at = $4, locked_until = $5
    WHERE tenant_id = $1 AND subject = $2)";

constexpr auto delete_old = R"(
    DELETE FROM lockouts
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM lockouts WHERE last_at < $1 LIMIT $2)))";

}  // namespace

Result<Lockout> lock_lockout(Connection& db, TenantId tenant, const Digest& subject) {
    const auto rows = query(db, upsert, tenant, subject, TimePoint{});
    if (!rows) return rows.error();
    Columns columns(rows->front());
    Lockout lockout;
    lockout.failures = columns.next<std::int64_t>();
    lockout.last_at = columns.next<TimePoint>();
    lockout.locked_until = columns.next<TimePoint>();
    return lockout;
}

Result<void> save_lockout(Connection& db, TenantId tenant, const Digest& subject,
                          const Lockout& lockout) {
    const auto rows =
        query(db, update, tenant, subject, lockout.failures, lockout.last_at, lockout.locked_until);
    if (!rows) return rows.error();
    return {};
}

Result<std::int64_t> purge_lockouts(Connection& db, TimePoint oldest, std::int64_t limit) {
    const auto rows = query(db, delete_old, oldest, limit);
    if (!rows) return rows.error();
    return rows->affected();
}

}  // namespace souk
