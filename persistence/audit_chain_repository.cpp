#include "persistence/audit_chain_repository.hpp"

namespace souk {
namespace {

constexpr auto select_end = "SELECT place, hash FROM audit_chain";
constexpr auto select_end_for_update = "SELECT place, hash FROM audit_chain FOR UPDATE";

const std::string select_unsealed = std::string{"SELECT "} + audit_columns + R"(
    FROM audit_unsealed w JOIN audit a ON a.sequence = w.sequence
    JOIN audit_personal p ON p.sequence = a.sequence
    ORDER BY w.sequence
    LIMIT $1)";

constexpr auto insert = R"(
    INSERT INTO audit_seals (place, sequence, hash)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]))";

constexpr auto count_waiting = "SELECT count(*) FROM audit_unsealed";

constexpr auto delete_waiting = "DELETE FROM audit_unsealed WHERE sequence = ANY($1::bigint[])";

constexpr auto update_end = "UPDATE audit_chain SET place = $1, hash = $2";

const std::string select_sealed =
    std::string{
        "SELECT s.place, s.sequence, s.hash, s.covers, a.id IS NULL OR p.sequence IS NULL, "} +
    audit_columns + R"(
    FROM audit_seals s
    LEFT JOIN audit a ON a.sequence = s.sequence
    LEFT JOIN audit_personal p ON p.sequence = s.sequence
    WHERE s.place > $1
    ORDER BY s.place
    LIMIT $2)";

constexpr auto select_smuggled = R"(
    SELECT a.sequence, a.id
    FROM audit a
    WHERE NOT EXISTS (SELECT FROM audit_seals s WHERE s.sequence = a.sequence AND s.covers = 1)
      AND NOT EXISTS (SELECT FROM audit_unsealed w WHERE w.sequence = a.sequence)
    ORDER BY a.sequence
    LIMIT 1)";

Result<ChainEnd> end_from(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    if (rows->size() != 1) return refuse(ErrorCode::internal, "the audit's chain has no end");
    Columns columns(rows->front());
    ChainEnd end;
    end.place = columns.next<std::int64_t>();
    end.hash = columns.next<Digest>();
    return end;
}

StoredAuditEntry entry_from(Row row) {
    Columns columns(row);
    return audit_entry_from(columns);
}

SealedEntry sealed_from(Row row) {
    Columns columns(row);
    SealedEntry sealed;
    sealed.seal.place = columns.next<std::int64_t>();
    sealed.seal.sequence = columns.next<std::int64_t>();
    sealed.seal.hash = columns.next<Digest>();
    sealed.seal.covers = columns.next<SealCovers>();
    if (!columns.next<bool>()) sealed.row = audit_entry_from(columns);
    return sealed;
}

}  // namespace

Result<ChainEnd> lock_chain_end(Connection& db) {
    return end_from(query(db, select_end_for_update));
}

Result<ChainEnd> find_chain_end(Connection& db) { return end_from(query(db, select_end)); }

Result<std::vector<StoredAuditEntry>> find_unsealed(Connection& db, std::int64_t limit) {
    return map_rows(query(db, select_unsealed.c_str(), limit), entry_from);
}

Result<std::int64_t> count_unsealed(Connection& db) {
    const auto rows = query(db, count_waiting);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

Result<void> insert_seals(Connection& db, const std::vector<Seal>& seals) {
    std::vector<std::int64_t> places;
    std::vector<std::int64_t> sequences;
    std::vector<std::string> hashes;
    for (const auto& seal : seals) {
        places.push_back(seal.place);
        sequences.push_back(seal.sequence);
        hashes.push_back(to_bytea(seal.hash));
    }
    if (const auto done = query(db, insert, places, sequences, hashes); !done) return done.error();
    if (const auto done = query(db, delete_waiting, sequences); !done) return done.error();
    const auto& last = seals.back();
    if (const auto done = query(db, update_end, last.place, last.hash); !done) return done.error();
    return {};
}

Result<std::vector<SealedEntry>> find_sealed(Connection& db, std::int64_t after,
                                             std::int64_t limit) {
    return map_rows(query(db, select_sealed.c_str(), after, limit), sealed_from);
}

Result<std::optional<SmuggledRow>> find_smuggled(Connection& db) {
    const auto rows = query(db, select_smuggled);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<SmuggledRow>{};
    Columns columns(rows->front());
    SmuggledRow row;
    row.sequence = columns.next<std::int64_t>();
    row.id = columns.next<AuditId>();
    return std::optional{row};
}

}  // namespace souk
