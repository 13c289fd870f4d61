#pragma once
// Who did what: read, and added to within the transaction of what it tells of. What entities do is
// written by the batch writer. Nothing is ever changed, but personal parts are erased.

#include <optional>
#include <string>
#include <vector>

#include "domain/audit.hpp"
#include "domain/time.hpp"
#include "persistence/query.hpp"

namespace souk {

/// A personal part of an entry beside its text: what the chain knows of it, and what proves it.
struct AuditPart {
    Digest digest{};
    Digest found{};                   // of the salt and the text as they are now
    std::optional<UserId> erased_by;  // by whose erasure the text is gone
};
struct StoredAuditEntry {
    AuditEntry entry;
    std::int64_t sequence{};  // the cursor
    TimePoint at;
    AuditPart address{};
    AuditPart reason{};
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

/// Erases where somebody was when they did something, or when somebody failed to be them, and what
/// was said of them; of up to `limit` rows. Tells of how many.
Result<std::int64_t> erase_from_audit(Connection& db, TenantId tenant, UserId user,
                                      std::int64_t limit);
/// The same of what was said of their orders.
Result<void> erase_from_audit(Connection& db, TenantId tenant, UserId user,
                              const std::vector<OrderId>& orders);

/// The columns of an entry in the order that `audit_entry_from` reads them, for statements that
/// join `a` with its personal parts `p`.
inline constexpr auto audit_columns =
    "a.sequence, a.id, a.at, a.actor, a.actor_name, a.action, a.target, p.reason, a.request_id, "
    "a.touched, a.before, a.after, p.address, a.tenant_id, a.kind, "
    "a.address_digest, souk_digest(p.address_salt, p.address), p.address_erased, "
    "a.reason_digest, souk_digest(p.reason_salt, p.reason), p.reason_erased";
inline constexpr auto join_audit_parts = " JOIN audit_personal p ON p.sequence = a.sequence ";
StoredAuditEntry audit_entry_from(Columns& columns);

}  // namespace souk
