#pragma once
// Who did what: read, and added to within the transaction of what it tells of. What entities do is
// written by the batch writer. Nothing is ever changed.

#include <optional>
#include <string>
#include <vector>

#include "domain/audit.hpp"
#include "domain/time.hpp"
#include "persistence/query.hpp"

namespace souk {

struct StoredAuditEntry {
    AuditEntry entry;
    std::int64_t sequence{};  // the cursor
    TimePoint at;
};
struct AuditList {
    std::vector<StoredAuditEntry> rows;  // newest first
    bool more{false};
};

/// Empty parts ask for nothing.
struct AuditFilter {
    std::optional<TenantId> tenant;
    std::optional<AuditKind> kind;
    std::string actor;
    std::string action;  // or its beginning up to a dot: "users"
    std::string target;
    std::string request_id;
    std::optional<TimePoint> from;
    std::optional<TimePoint> to;  // not included
};

/// With `before` the page starts below that sequence.
Result<AuditList> find_audit(Connection& db, const AuditFilter& filter, std::int64_t limit,
                             std::optional<std::int64_t> before = {});
/// Up to `most`, beyond which nobody counts.
Result<std::int64_t> count_audit(Connection& db, const AuditFilter& filter, std::int64_t most);
/// Nothing when there is no such row.
Result<std::optional<StoredAuditEntry>> find_audit_entry(Connection& db, AuditId id);

/// Within the transaction of what it tells of.
Result<void> insert_audit(Connection& db, const AuditEntry& entry, TimePoint at);

/// The columns of an entry in the order that `audit_entry_from` reads them, for statements that
/// join.
inline constexpr auto audit_columns =
    "a.sequence, a.id, a.at, a.actor, a.actor_name, a.action, a.target, a.reason, a.request_id, "
    "a.touched, a.before, a.after, a.address, a.tenant_id, a.kind";
StoredAuditEntry audit_entry_from(Columns& columns);

}  // namespace souk
