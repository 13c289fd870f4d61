#include "app/views/invariant_checks.hpp"

#include <chrono>
#include <functional>
#include <utility>

#include "persistence/books.hpp"
#include "persistence/transaction.hpp"

namespace souk {
namespace {

using Check = std::function<Result<std::vector<Difference>>(Connection&)>;
using SimpleCheck = Result<std::vector<Difference>> (*)(Connection&);

constexpr std::size_t shown = 50;

constexpr std::pair<const char*, SimpleCheck> checks[] = {
    {"movements add up to what is on hand", find_movement_differences},
    {"open reservations add up to what is reserved", find_reservation_differences},
    {"orders are paid by what was captured", find_capture_differences},
    {"the ledger sums to zero", find_ledger_differences},
    {"discount codes count their uses", find_discount_differences},
    {"the outbox has no gap", find_outbox_differences},
};

// Two seconds each, so that all of them end before the request does.
Result<std::vector<Difference>> ask_briefly(Connection& db, const Check& check) {
    const auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (const auto set = db.run_script("SET LOCAL statement_timeout = 2000"); !set)
        return set.error();
    return check(db);
}

InvariantLine run(Connection& db, const char* name, const Check& check) {
    InvariantLine line{.name = name};
    const auto started = std::chrono::steady_clock::now();
    const auto differences = ask_briefly(db, check);
    line.took_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::steady_clock::now() - started)
                       .count();
    if (!differences) {
        line.detail = differences.error().message;
        return line;
    }
    line.state = differences->empty() ? InvariantState::holds : InvariantState::broken;
    line.more = differences->size() > shown;
    for (const auto& one : *differences) {
        if (line.differences.size() == shown) break;
        line.differences.push_back({one.rule, one.subject, one.expected, one.found});
    }
    return line;
}

}  // namespace

std::vector<InvariantLine> check_invariants(Connection& db, const RelayWatch& relays) {
    std::vector<InvariantLine> lines;
    for (const auto& [name, check] : checks) lines.push_back(run(db, name, check));
    lines.push_back(run(db, "every relay keeps up with the outbox", [&](Connection& inner) {
        return find_relay_differences(inner, relays.names, relays.now);
    }));
    return lines;
}

}  // namespace souk
