#pragma once
// Reads the ledger of stock movements. It is written by the batch writer and never changed.

#include <optional>
#include <vector>

#include "domain/stock.hpp"
#include "persistence/connection.hpp"

namespace souk {

struct StoredMovement {
    Movement movement;
    std::int64_t balance{};   // on hand after it
    std::int64_t sequence{};  // grows in commit order; the cursor
    TimePoint at;
};
struct MovementList {
    std::vector<StoredMovement> rows;  // newest first
    std::int64_t total{};
    bool more{false};  // older ones follow
};
/// One SKU's movements. With `before` the page starts below that sequence and `offset` counts from
/// there.
Result<MovementList> find_movements(Connection& db, const OfTenant<StockKey>& key,
                                    std::int64_t limit, std::int64_t offset,
                                    std::optional<std::int64_t> before = {});

}  // namespace souk
