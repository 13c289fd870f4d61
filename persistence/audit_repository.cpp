#include "persistence/audit_repository.hpp"

namespace souk {
namespace {

const std::string select_columns = std::string{"SELECT "} + audit_columns + " FROM audit a";
const std::string select_entry = select_columns + " WHERE a.id = $1";

constexpr auto insert = R"(
    INSERT INTO audit (id, at, actor, actor_name, action, target, reason, request_id, touched,
                       before, after, address, tenant_id, kind)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14))";

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

}  // namespace souk
