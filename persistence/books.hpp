#pragma once
// Do the books agree with each other? Each check reads whole tables and gives the rows that differ:
// none at any moment, since what belongs together is committed together. For operators and tests.

#include <string>
#include <vector>

#include "domain/money.hpp"
#include "persistence/connection.hpp"

namespace souk {

struct Difference {
    std::string rule;     // that does not hold
    std::string subject;  // an order's number, an entry's reference, a code, a currency, a stock
    Amount expected{};
    Amount found{};
};

/// What is on hand against the movements, and what is reserved against the open reservations.
/// Of every check at most so many rows that differ.
inline constexpr std::int64_t max_stock_differences = 101;
Result<std::vector<Difference>> find_movement_differences(Connection& db);
Result<std::vector<Difference>> find_reservation_differences(Connection& db);
/// The outbox ends where its lane says, and its last ten thousand events have no gap.
Result<std::vector<Difference>> find_outbox_differences(Connection& db);
/// The sequence of the last event of the outbox.
Result<std::int64_t> last_event(Connection& db);

/// Money taken against the orders it pays, the refunds it owes and what was posted of it.
Result<std::vector<Difference>> find_capture_differences(Connection& db);
/// Every entry, and the whole ledger, sums to zero per currency.
Result<std::vector<Difference>> find_ledger_differences(Connection& db);
/// The counters of discount codes against their uses.
Result<std::vector<Difference>> find_discount_differences(Connection& db);

}  // namespace souk
