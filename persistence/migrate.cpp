#include "persistence/migrate.hpp"

#include <algorithm>
#include <map>

#include "persistence/query.hpp"
#include "persistence/transaction.hpp"

namespace souk {
namespace {

using Applied = std::map<std::string, std::string>;  // name to checksum

// Held by the session, so that it also covers the gaps between migrations. The number is ours
// alone.
constexpr auto lock = "SELECT pg_advisory_lock(7308620310437388147)";
constexpr auto unlock = "SELECT pg_advisory_unlock(7308620310437388147)";

constexpr auto create_table = R"(
    CREATE TABLE IF NOT EXISTS schema_migrations (
        name       text PRIMARY KEY,
        checksum   text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    ))";
constexpr auto table_exists = "SELECT to_regclass('schema_migrations') IS NOT NULL";
constexpr auto select_applied = "SELECT name, checksum FROM schema_migrations";
constexpr auto checksum_of = "SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')";
constexpr auto insert_applied = "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)";

Result<Applied> applied_migrations(Connection& db) {
    const auto exists = query(db, table_exists);
    if (!exists) return exists.error();
    Applied applied;
    if (!exists->front().get<bool>(0)) return applied;
    const auto rows = query(db, select_applied);
    if (!rows) return rows.error();
    for (const auto row : *rows) applied.emplace(row.text(0), row.text(1));
    return applied;
}

Result<std::string> checksum(Connection& db, const Migration& migration) {
    const auto rows = query(db, checksum_of, migration.sql);
    if (!rows) return rows.error();
    return rows->front().get<std::string>(0);
}

/// The migrations still to run, after checking those that ran.
Result<std::vector<Migration>> missing(Connection& db, const std::vector<Migration>& migrations) {
    auto applied = applied_migrations(db);
    if (!applied) return applied.error();
    std::vector<Migration> rest;
    for (const auto& migration : migrations) {
        const auto found = applied->find(migration.name);
        if (found == applied->end()) {
            rest.push_back(migration);
            continue;
        }
        const auto sum = checksum(db, migration);
        if (!sum) return sum.error();
        if (*sum != found->second)
            return refuse(ErrorCode::conflict,
                          "migration " + migration.name + " has changed since it was applied");
        applied->erase(found);
    }
    if (!applied->empty())
        return refuse(ErrorCode::conflict, "the database has migration " + applied->begin()->first +
                                               ", which this version does not know");
    return rest;
}

Result<void> apply(Connection& db, const Migration& migration) {
    const auto sum = checksum(db, migration);
    if (!sum) return sum.error();
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (const auto done = db.run_script(migration.sql); !done)
        return Error{done.error().code,
                     "migration " + migration.name + ": " + done.error().message};
    if (const auto noted = query(db, insert_applied, migration.name, *sum); !noted)
        return noted.error();
    return transaction->commit();
}

Result<std::vector<std::string>> apply_missing(Connection& db,
                                               const std::vector<Migration>& migrations) {
    if (const auto created = db.run_script(create_table); !created) return created.error();
    const auto rest = missing(db, migrations);
    if (!rest) return rest.error();
    std::vector<std::string> names;
    for (const auto& migration : *rest) {
        if (const auto done = apply(db, migration); !done) return done.error();
        names.push_back(migration.name);
    }
    return names;
}

}  // namespace

Result<std::vector<std::string>> migrate(Connection& db, const std::vector<Migration>& migrations) {
    if (const auto locked = db.run_script(lock); !locked) return locked.error();
    auto names = apply_missing(db, migrations);
    // Were the connection gone, the lock would be gone with it.
    static_cast<void>(db.run_script(unlock));
    return names;
}

Result<bool> is_migrated(Connection& db, const std::vector<Migration>& migrations) {
    const auto rest = missing(db, migrations);
    if (!rest) return rest.error();
    return rest->empty();
}

}  // namespace souk
