#pragma once
// Reads orders with their lines and history. They are written by the batch writer.

#include <vector>

#include "domain/order.hpp"
#include "persistence/connection.hpp"

namespace souk {

/// The orders that exist, in any order, each as of one moment.
Result<std::vector<Order>> find_orders(Connection& db, const std::vector<OrderId>& ids);

}  // namespace souk
