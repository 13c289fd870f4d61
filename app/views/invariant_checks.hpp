#pragma once
// Everything that must hold, checked one after the other within a bounded time.

#include <vector>

#include "persistence/connection.hpp"
#include "protocol/console.hpp"

namespace souk {

/// A check that fails to answer in time is `unknown`; the others are made all the same.
std::vector<InvariantLine> check_invariants(Connection& db);

}  // namespace souk
