#pragma once
// Reads discount codes with their uses. They are written by the batch writer; the seeder adds its
// own before a server runs.

#include <string>
#include <vector>

#include "domain/discount.hpp"
#include "persistence/connection.hpp"
#include "persistence/found.hpp"

namespace souk {

/// The codes that exist, given in upper case, with every use that was not given back, each as of
/// one moment.
Result<Found<std::string, Discount>> find_discounts(
    Connection& db, const std::vector<OfTenant<std::string>>& codes);

struct DiscountList {
    std::vector<DiscountView> codes;
    std::int64_t total{};
};
/// Newest first.
Result<DiscountList> find_discount_list(Connection& db, const TenantId& tenant, std::int64_t limit,
                                        std::int64_t offset);

/// False, and nothing is written, when there is such a code.
Result<bool> insert_discount(Connection& db, const TenantId& tenant, const Discount& discount,
                             TimePoint now);

}  // namespace souk
