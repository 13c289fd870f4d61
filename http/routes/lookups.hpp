#pragma once
// What several routes look up before they ask an entity.

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/catalogue.hpp"
#include "http/call.hpp"
#include "protocol/cart_json.hpp"
#include "protocol/inventory_json.hpp"

namespace souk {

inline constexpr std::string_view api_base = "/api/v1";

using OfferFound = Result<std::shared_ptr<const Offer>>;
using StockFound = Result<std::shared_ptr<const StockView>>;

/// Committed units of the SKUs an answer shows.
using StockLevels = boost::unordered_flat_map<StockKey, std::int64_t, std::hash<StockKey>>;

/// Committed units of every SKU; one without a stock row has none.
Task<Result<std::shared_ptr<StockLevels>>> stock_levels(Call& call, std::vector<StockKey> keys);

/// A variant as it is sold; `not_found` when it is not for sale.
Task<Result<VariantStock>> variant_stock(Call& call, VariantId id);

std::vector<StockKey> skus_of(const Cart& cart);

/// Reads the levels, and for a SKU that is not among them what is known without waiting.
SkuUnits units_from(const Call& call, std::shared_ptr<const StockLevels> levels);

}  // namespace souk
