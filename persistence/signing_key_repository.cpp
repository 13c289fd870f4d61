#include "persistence/signing_key_repository.hpp"

namespace souk {
namespace {

constexpr auto select_keys =
    "SELECT id, sealed_seed, created_at, signs_from FROM signing_keys ORDER BY signs_from";
constexpr auto insert =
    "INSERT INTO signing_keys (id, sealed_seed, created_at, signs_from) VALUES ($1, $2, $3, $4)";
constexpr auto delete_key = "DELETE FROM signing_keys WHERE id = $1";

SealedSigningKey key_from(Row row) {
    Columns columns(row);
    SealedSigningKey key;
    key.id = columns.next<std::string>();
    key.sealed_seed = columns.next<std::string>();
    key.times.created_at = columns.next<TimePoint>();
    key.times.signs_from = columns.next<TimePoint>();
    return key;
}

Result<void> done(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return {};
}

}  // namespace

Result<void> lock_signing_keys(Connection& db) {
    const auto locked = db.run_script("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE");
    if (!locked) return locked.error();
    return {};
}

Result<std::vector<SealedSigningKey>> find_signing_keys(Connection& db) {
    return map_rows(query(db, select_keys), key_from);
}

Result<void> insert_signing_key(Connection& db, const SealedSigningKey& key) {
    return done(
        query(db, insert, key.id, key.sealed_seed, key.times.created_at, key.times.signs_from));
}

Result<void> delete_signing_key(Connection& db, const std::string& id) {
    return done(query(db, delete_key, id));
}

}  // namespace souk
