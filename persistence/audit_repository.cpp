#include "persistence/audit_repository.hpp"

namespace souk {
namespace {

const std::string select_columns =
    std::string{"SELECT "} + audit_columns + " FROM audit a" + join_audit_parts;
const std::string select_entry = select_columns + " WHERE a.id = $1";

constexpr auto insert = R"(
    WITH given AS MATERIALIZED (
        SELECT souk_salt() AS address_salt, $12::text AS address, souk_salt() AS reason_salt,
               $7::text AS reason),
    added AS (
        INSERT INTO audit (id, at, actor, actor_name, action, target, request_id, touched, before,
                           after, tenant_id, kind, address_digest, reason_digest)
        SELECT $1, $2, $3, $4, $5, $6, $8, $9, $10, $11, $13, $14,
               souk_digest(address_salt, address), souk_digest(reason_salt, reason)
        FROM given
        RETURNING sequence, tenant_id)
    INSERT INTO audit_personal (sequence, tenant_id, address_salt, address, reason_salt, reason)
    SELECT sequence, tenant_id, address_salt, address, reason_salt, reason FROM added, given)";

// Whoever failed to log in as somebody was mostly that person.
constexpr auto erase_of_user = R"(
    WITH theirs AS (
        SELECT sequence, actor = $2 OR actor = 'guest' AS address, target = $3 AS reason
        FROM audit
        WHERE tenant_id = $1 AND (actor = $2 OR target = $3)),
    chosen AS (
        SELECT p.sequence, t.address AND p.address_erased IS NULL AS address,
               t.reason AND p.reason_erased IS NULL AS reason
        FROM theirs t JOIN audit_personal p ON p.sequence = t.sequence
        WHERE (t.address AND p.address_erased IS NULL) OR (t.reason AND p.reason_erased IS NULL)
        LIMIT $5)
    UPDATE audit_personal p
    SET address = CASE WHEN s.address THEN '' ELSE p.address END,
        address_salt = CASE WHEN s.address THEN '' ELSE p.address_salt END,
        address_erased = CASE WHEN s.address THEN $4 ELSE p.address_erased END,
        reason = CASE WHEN s.reason THEN '' ELSE p.reason END,
        reason_salt = CASE WHEN s.reason THEN '' ELSE p.reason_salt END,
        reason_erased = CASE WHEN s.reason THEN $4 ELSE p.reason_erased END
    FROM chosen s
    WHERE p.sequence = s.sequence)";

constexpr auto erase_of_orders = R"(
    UPDATE audit_personal p
    SET reason = '', reason_salt = '', reason_erased = $2
    FROM audit a
    WHERE a.tenant_id = $1 AND a.target = ANY($3::text[]) AND p.sequence = a.sequence
      AND p.reason_erased IS NULL)";

/// A statement that asks for what the filter names and nothing else.
class Conditions {
public:
    explicit Conditions(const AuditFilter& filter) {
        if (filter.tenant) add("a.tenant_id = ", *filter.tenant);
        if (filter.kind) add("a.kind = ", *filter.kind);
        if (!filter.actor.empty()) add("a.actor = ", filter.actor);
        if (!filter.target.empty()) add("a.target = ", filter.target);
        if (!filter.request_id.empty()) add("a.request_id = ", filter.request_id);
        if (filter.from) add("a.at >= ", *filter.from);
        if (filter.to) add("a.at < ", *filter.to);
        if (!filter.action.empty()) {
            const auto name = next(filter.action);
            text_ += and_() + "(a.action = " + name + " OR a.action ^@ (" + name + " || '.'))";
        }
    }

    template <class T>
    void add(const char* condition, const T& value) {
        const auto name = next(value);
        text_ += and_() + condition + name;
    }
    /// The place of one more value in the statement.
    template <class T>
    std::string next(const T& value) {
        values_.add(value);
        return "$" + std::to_string(values_.size());
    }
    const std::string& text() const { return text_; }
    const Parameters& values() const { return values_; }

private:
    std::string and_() const { return text_.empty() ? " WHERE " : " AND "; }

    std::string text_;
    Parameters values_;
};

AuditPart part_from(Columns& columns) {
    AuditPart part;
    part.digest = columns.next<Digest>();
    part.found = columns.next<Digest>();
    part.erased_by = columns.next<std::optional<UserId>>();
    return part;
}

}  // namespace

StoredAuditEntry audit_entry_from(Columns& columns) {
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
    stored.entry.address = columns.next<std::string>();
    stored.entry.tenant = columns.next<TenantId>();
    stored.entry.kind = columns.next<AuditKind>();
    stored.address = part_from(columns);
    stored.reason = part_from(columns);
    return stored;
}

namespace {

StoredAuditEntry entry_from(Row row) {
    Columns columns(row);
    return audit_entry_from(columns);
}

}  // namespace

Result<AuditList> find_audit(Connection& db, const AuditFilter& filter, std::int64_t limit,
                             std::optional<std::int64_t> before) {
    Conditions conditions(filter);
    if (before) conditions.add("a.sequence < ", *before);
    // One row more than asked for tells whether there is a next page.
    const auto most = conditions.next(limit + 1);
    auto rows = map_rows(
        query_once(db,
                   select_columns + conditions.text() + " ORDER BY a.sequence DESC LIMIT " + most,
                   conditions.values()),
        entry_from);
    if (!rows) return rows.error();
    AuditList list{std::move(*rows)};
    list.more = static_cast<std::int64_t>(list.rows.size()) > limit;
    if (list.more) list.rows.pop_back();
    return list;
}

Result<std::int64_t> count_audit(Connection& db, const AuditFilter& filter, std::int64_t most) {
    Conditions conditions(filter);
    const auto limit = conditions.next(most);
    const auto rows = query_once(db,
                                 "SELECT count(*) FROM (SELECT FROM audit a" + conditions.text() +
                                     " LIMIT " + limit + ") found",
                                 conditions.values());
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

Result<std::optional<StoredAuditEntry>> find_audit_entry(Connection& db, AuditId id) {
    auto rows = map_rows(query(db, select_entry.c_str(), id), entry_from);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<StoredAuditEntry>{};
    return std::optional{std::move(rows->front())};
}

Result<void> insert_audit(Connection& db, const AuditEntry& entry, TimePoint at) {
    const auto rows = query(db, insert, entry.id, at, entry.actor, entry.actor_name, entry.action,
                            entry.target, entry.reason, entry.request_id, entry.touched,
                            entry.before, entry.after, entry.address, entry.tenant, entry.kind);
    if (!rows) return rows.error();
    return {};
}

Result<std::int64_t> erase_from_audit(Connection& db, TenantId tenant, UserId user,
                                      std::int64_t limit) {
    const auto name = to_text(user);
    const auto rows = query(db, erase_of_user, tenant, name, "user " + name, user, limit);
    if (!rows) return rows.error();
    return rows->affected();
}

Result<void> erase_from_audit(Connection& db, TenantId tenant, UserId user,
                              const std::vector<OrderId>& orders) {
    std::vector<std::string> targets;
    for (const auto& order : orders) targets.push_back("order " + to_text(order));
    const auto rows = query(db, erase_of_orders, tenant, user, targets);
    if (!rows) return rows.error();
    return {};
}

}  // namespace souk
