#pragma once
// Reads the tables that prices are made from, as one whole.

#include "domain/checkout.hpp"
#include "persistence/connection.hpp"

namespace souk {

Result<PriceTables> find_price_tables(Connection& db);

}  // namespace souk
