#pragma once
// Everything that must hold, checked one after the other within a bounded time.

#include <string>
#include <vector>

#include "persistence/connection.hpp"
#include "protocol/console.hpp"

namespace souk {

/// Who passes the outbox's events on here, and what time it is.
struct RelayWatch {
    std::vector<std::string> names;
    TimePoint now;
};

/// A check that fails to answer in time is `unknown`; the others are made all the same.
std::vector<InvariantLine> check_invariants(Connection& db, const RelayWatch& relays);

}  // namespace souk
