#pragma once
// Reads what operators did. It is written by the batch writer and never changed.

#include <optional>
#include <vector>

#include "domain/audit.hpp"
#include "domain/time.hpp"
#include "persistence/connection.hpp"

namespace souk {

struct StoredAuditEntry {
    AuditEntry entry;
    std::int64_t sequence{};  // grows in commit order; the cursor
    TimePoint at;
};
struct AuditList {
    std::vector<StoredAuditEntry> rows;  // newest first
    bool more{false};
};
/// With `before` the page starts below that sequence.
Result<AuditList> find_audit(Connection& db, std::int64_t limit,
                             std::optional<std::int64_t> before = {});
/// Reads the whole audit.
Result<std::int64_t> count_audit(Connection& db);
/// Nothing when there is no such row.
Result<std::optional<StoredAuditEntry>> find_audit_entry(Connection& db, AuditId id);

/// Within the caller's transaction.
Result<void> insert_audit_entry(Connection& db, const TenantId& tenant, const AuditEntry& entry,
                                TimePoint at);

}  // namespace souk
