#pragma once
// Reads the tables that prices are made from, as one whole per marketplace.

#include <unordered_map>

#include "domain/checkout.hpp"
#include "persistence/connection.hpp"

namespace souk {

/// Marketplaces without any are left out.
Result<std::unordered_map<TenantId, PriceTables>> find_price_tables(Connection& db);

}  // namespace souk
