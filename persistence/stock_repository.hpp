#pragma once
// Reads stock: whole SKUs with what is open on them, bare numbers, and what runs low. Stock is
// written by the batch writer.

#include <optional>
#include <string>
#include <vector>

#include "domain/stock.hpp"
#include "persistence/connection.hpp"
#include "persistence/found.hpp"

namespace souk {

/// The SKUs that exist, with their open reservations, each as of one moment.
Result<Found<StockKey, Stock>> find_stocks(Connection& db,
                                           const std::vector<OfTenant<StockKey>>& keys);

/// The numbers alone.
Result<std::vector<StockView>> find_stock_views(Connection& db, const TenantId& tenant,
                                                const std::vector<StockKey>& keys);

struct LowStockLine {
    StockView stock;
    ProductId product_id;
    std::string sku;
    std::string name;  // of the product and the variant
};
struct LowStockList {
    std::vector<LowStockLine> lines;
    std::int64_t total{};
};
/// SKUs at or below their threshold, fewest available first; of one vendor, or of all.
Result<LowStockList> find_low_stock(Connection& db, const TenantId& tenant,
                                    std::optional<VendorId> vendor, std::int64_t limit,
                                    std::int64_t offset);

}  // namespace souk
