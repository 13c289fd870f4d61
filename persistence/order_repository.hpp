#pragma once
// Reads orders with their lines and history. They are written by the batch writer.

#include <vector>

#include "domain/order.hpp"
#include "persistence/connection.hpp"
#include "persistence/found.hpp"

namespace souk {

/// The orders that exist, in any order, each as of one moment.
Result<Found<OrderId, Order>> find_orders(Connection& db,
                                          const std::vector<OfTenant<OrderId>>& keys);

}  // namespace souk
