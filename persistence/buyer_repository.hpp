#pragma once
// What is a person's own, found by whose it is.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/order.hpp"
#include "persistence/connection.hpp"

namespace souk {

/// Their open cart, or else the newest of those they ordered.
Result<std::optional<CartId>> find_last_cart(Connection& db, const OfTenant<UserId>& user);

/// Nothing for a guest's; `not_found` when there is no such customer.
Result<std::optional<UserId>> find_customer_owner(Connection& db,
                                                  const OfTenant<CustomerId>& customer);

struct OrderList {
    std::vector<ListedOrder> rows;  // newest first
    std::int64_t total{};           // no more than 10,000 are counted
    bool more{false};
};

/// Their orders, those behind `after` when it is given.
Result<OrderList> find_orders_of_user(Connection& db, const OfTenant<UserId>& user,
                                      std::int64_t limit, std::int64_t offset,
                                      std::optional<OrderId> after);

}  // namespace souk
