#pragma once
// Do the books agree with each other? Each check reads whole tables and gives the rows that differ:
// none at any moment, since what belongs together is committed together. For operators and tests.

#include <string>
#include <vector>

#include "domain/money.hpp"
#include "domain/time.hpp"
#include "persistence/connection.hpp"

namespace souk {

struct Difference {
    std::string rule;     // that does not hold
    std::string subject;  // an order's number, an entry's reference, a code, a currency, a stock
    Amount expected{};
    Amount found{};
};

/// Of every check at most so many rows that differ: one more than anybody is shown.
inline constexpr std::int64_t max_differences = 101;
/// What is on hand against the movements, and what is reserved against the open reservations.
Result<std::vector<Difference>> find_movement_differences(Connection& db);
Result<std::vector<Difference>> find_reservation_differences(Connection& db);
/// The outbox ends where its lane says, and its last ten thousand events have no gap.
Result<std::vector<Difference>> find_outbox_differences(Connection& db);
/// Those of the relays for which an event has waited for longer than this.
inline constexpr std::chrono::seconds max_relay_lag{60};
Result<std::vector<Difference>> find_relay_differences(Connection& db,
                                                       const std::vector<std::string>& names,
                                                       TimePoint now);
/// The sequence of the last event of the outbox.
Result<std::int64_t> last_event(Connection& db);

/// Money taken against the orders it pays, the refunds it owes and what was posted of it.
Result<std::vector<Difference>> find_capture_differences(Connection& db);
/// Every entry, and the whole ledger, sums to zero per currency.
Result<std::vector<Difference>> find_ledger_differences(Connection& db);
/// The counters of discount codes against their uses.
Result<std::vector<Difference>> find_discount_differences(Connection& db);

}  // namespace souk
