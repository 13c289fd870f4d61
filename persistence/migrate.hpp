#pragma once
// Brings the database to the schema this binary was built for. Each migration runs once, in its own
// transaction, and is remembered with a checksum: history is never edited, only continued.

#include <string>
#include <vector>

#include "persistence/connection.hpp"

namespace souk {

struct Migration {
    std::string name;  // "0001_catalogue"; they run in this order
    std::string sql;
};

/// The .sql files of persistence/migrations as they were when this was built.
const std::vector<Migration>& embedded_migrations();

/// Applies what is missing and returns the names applied. Several callers at once take turns.
/// `conflict` when an applied migration has changed since or is unknown to this binary.
Result<std::vector<std::string>> migrate(Connection& db, const std::vector<Migration>& migrations);

/// Whether nothing is missing; what the server asks before it starts.
Result<bool> is_migrated(Connection& db, const std::vector<Migration>& migrations);

}  // namespace souk
