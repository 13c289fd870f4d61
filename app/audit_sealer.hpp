#pragma once
// Seals the audit: every few seconds the rows that are new get their places in the chain, each with
// a hash over itself and the one before. Also checks the whole chain, for `soukd audit verify`.

#include <functional>
#include <optional>
#include <string>

#include "app/views/periodic.hpp"
#include "persistence/audit_chain_repository.hpp"
#include "persistence/read_pool.hpp"

namespace souk {

/// The hash of a row at its place, behind the hash before.
Digest seal_of(const Digest& before, const StoredAuditEntry& row,
               SealCovers covers = SealCovers::digests);

/// Seals up to `limit` rows within the caller's transaction; tells how many.
Result<std::int64_t> seal_piece(Connection& db, std::int64_t limit);
/// The same in a transaction of its own. Servers take turns.
Result<std::int64_t> seal_audit(Connection& db, std::int64_t limit);

struct ChainReport {
    ChainEnd end;              // as far as it is sound
    std::int64_t waiting{};    // rows that wait for a seal
    std::int64_t erased{};     // rows that lost personal parts when people were erased
    std::string broken;        // what is wrong, and where; empty: nothing
    bool has_expected{false};  // the hash that was asked for is in the chain
};

/// Walks the whole chain. The hash that somebody noted earlier must be in it, or the chain was
/// written anew since. A personal part may be gone when its person was erased, which the chain
/// tells of too.
Result<ChainReport> verify_audit(Connection& db, const std::optional<Digest>& expected);

class AuditSealer {
public:
    explicit AuditSealer(ReadPool& db) : db_(db) {}

    void start();
    void stop() { rounds_.stop(); }

private:
    void seal();

    ReadPool& db_;
    Periodic rounds_;
};

}  // namespace souk
