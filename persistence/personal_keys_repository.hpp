#pragma once
// Which keys have sealed what is kept here: as ids and check values, never the keys.

#include <cstdint>
#include <string>
#include <vector>

#include "persistence/query.hpp"

namespace souk {

/// `conflict` when the connection's cipher lacks a key that this database needs: what was sealed
/// under it could not be read. Else its newest key is noted, before anything is sealed under it.
Result<void> adopt_personal_keys(Connection& db);
/// From now on a server seals with the connection's newest key.
Result<void> note_serving_key(Connection& db);

struct PersonalKeyUse {
    std::string id;  // empty: not sealed
    std::int64_t rows{};
};
/// How many rows have texts under each key that is noted, and how many have plain ones. Reads
/// every row.
Result<std::vector<PersonalKeyUse>> count_personal_rows(Connection& db);

/// The key that the last server to start seals with; empty when none did.
Result<std::string> find_serving_key(Connection& db);
/// It is needed no longer.
Result<void> drop_personal_key(Connection& db, const std::string& id);

}  // namespace souk
