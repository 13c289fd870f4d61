#pragma once
// Reads discount codes with their uses, and adds new codes. Uses are written by the batch writer.

#include <string>
#include <vector>

#include "domain/discount.hpp"
#include "persistence/connection.hpp"

namespace souk {

/// The codes that exist, given in upper case, with every use that was not given back, each as of
/// one moment.
Result<std::vector<Discount>> find_discounts(Connection& db, const std::vector<std::string>& codes);

/// False, and nothing is written, when there is such a code.
Result<bool> insert_discount(Connection& db, const Discount& discount, TimePoint now);

}  // namespace souk
