#include "persistence/audit_repository.hpp"

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_audit = R"(
    SELECT sequence, id, at, actor, actor_name, action, target, reason, request_id, touched,
           before, after
    FROM audit
    WHERE sequence < $1
    ORDER BY sequence DESC
    LIMIT $2)";

constexpr auto select_count = "SELECT count(*) FROM audit";

constexpr auto select_entry = R"(
    SELECT sequence, id, at, actor, actor_name, action, target, reason, request_id, touched,
           before, after
    FROM audit
    WHERE id = $1)";

constexpr auto insert_entry = R"(
    INSERT INTO audit (tenant_id, id, actor, actor_name, action, target, reason, request_id,
                       touched, before, after, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12))";

StoredAuditEntry entry_from(Row row) {
    Columns columns(row);
    StoredAuditEntry stored;
    stored.sequence = columns.next<std::int64_t>();
    stored.entry.id = columns.next<AuditId>();
    stored.at = columns.next<TimePoint>();
    stored.entry.actor = columns.next<std::string>();
    stored.entry.actor_name = columns.next<std::string>();
    stored.entry.action = columns.next<std::string>();
    stored.entry.target = columns.next<std::string>();
    stored.entry.reason = columns.next<std::string>();
    stored.entry.request_id = columns.next<std::string>();
    stored.entry.touched = columns.next<std::int64_t>();
    stored.entry.before = columns.next<std::string>();
    stored.entry.after = columns.next<std::string>();
    return stored;
}

}  // namespace

Result<AuditList> find_audit(Connection& db, std::int64_t limit,
                             std::optional<std::int64_t> before) {
    // One row more than asked for tells whether there is a next page.
    auto rows =
        map_rows(query(db, select_audit, before.value_or(INT64_MAX), limit + 1), entry_from);
    if (!rows) return rows.error();
    AuditList list{std::move(*rows)};
    list.more = static_cast<std::int64_t>(list.rows.size()) > limit;
    if (list.more) list.rows.pop_back();
    return list;
}

Result<std::int64_t> count_audit(Connection& db) {
    const auto rows = query(db, select_count);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

Result<std::optional<StoredAuditEntry>> find_audit_entry(Connection& db, AuditId id) {
    auto rows = map_rows(query(db, select_entry, id), entry_from);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<StoredAuditEntry>{};
    return std::optional{std::move(rows->front())};
}

Result<void> insert_audit_entry(Connection& db, const TenantId& tenant, const AuditEntry& entry,
                                TimePoint at) {
    const auto rows = query(db, insert_entry, tenant, entry.id, entry.actor, entry.actor_name,
                            entry.action, entry.target, entry.reason, entry.request_id,
                            entry.touched, entry.before, entry.after, at);
    if (!rows) return rows.error();
    return {};
}

}  // namespace souk
