#pragma once
// The chain over the audit: which row has which place in it, and the hash that is there. Hashes are
// made by the caller, from the one before and the row.

#include <optional>
#include <vector>

#include "persistence/audit_repository.hpp"

namespace souk {

struct ChainEnd {
    std::int64_t place{};
    Digest hash{};
};
/// What of a row a seal is made of: at first its personal parts, since then their digests.
enum class SealCovers { parts, digests };
struct Seal {
    std::int64_t place{};
    std::int64_t sequence{};  // of the row
    Digest hash{};
    SealCovers covers{SealCovers::digests};
};
struct SmuggledRow {
    std::int64_t sequence{};
    AuditId id;
};
struct SealedEntry {
    Seal seal;
    std::optional<StoredAuditEntry> row;  // nothing: it is gone
};

/// Kept from others until the transaction ends.
Result<ChainEnd> lock_chain_end(Connection& db);
Result<ChainEnd> find_chain_end(Connection& db);
/// Up to `limit` rows that wait for a seal, the oldest first.
Result<std::vector<StoredAuditEntry>> find_unsealed(Connection& db, std::int64_t limit);
Result<std::int64_t> count_unsealed(Connection& db);
/// Adds to the chain, whose new end the last of them is.
Result<void> insert_seals(Connection& db, const std::vector<Seal>& seals);

/// Up to `limit` seals with their rows, behind a place, in the chain's order.
Result<std::vector<SealedEntry>> find_sealed(Connection& db, std::int64_t after,
                                             std::int64_t limit);
/// The first row that neither has a seal over its digests nor waits for one: somebody else put it
/// there.
Result<std::optional<SmuggledRow>> find_smuggled(Connection& db);

}  // namespace souk
