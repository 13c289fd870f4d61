#pragma once
// `soukd keys …`: the rotation of the keys that personal texts are sealed under.

#include <functional>
#include <string>

#include "persistence/connection.hpp"

namespace souk {

/// Seals everything under the connection's newest key, however often it is interrupted, and drops
/// the keys that seal nothing any more. `conflict` while the server seals under another key.
Result<void> rotate_keys(Connection& db, const std::function<void(const std::string&)>& say);

/// A line for each key, with the rows that it seals, and one for what is not sealed.
Result<std::string> key_status(Connection& db);

}  // namespace souk
