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
    std::int64_t total{};
    bool more{false};
};
/// With `before` the page starts below that sequence.
Result<AuditList> find_audit(Connection& db, std::int64_t limit,
                             std::optional<std::int64_t> before = {});

}  // namespace souk
