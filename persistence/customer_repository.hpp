#pragma once
// What customers told of themselves.

#include <optional>
#include <vector>

#include "domain/customer.hpp"
#include "persistence/query.hpp"

namespace souk {

/// Of somebody with an account there is one, which is written anew and keeps its id and its
/// beginning; of guests there is one each time.
Result<Customer> put_customer(Connection& db, const Customer& customer);
Result<std::optional<Customer>> find_customer(Connection& db, TenantId tenant, CustomerId id);

/// Orders that name this customer, the newest first.
Result<std::vector<PastOrder>> find_orders_of(Connection& db, TenantId tenant, CustomerId id,
                                              std::int64_t limit);

}  // namespace souk
