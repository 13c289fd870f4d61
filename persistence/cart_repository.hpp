#pragma once
// Reads carts with their lines. They are written by the batch writer.

#include <vector>

#include "domain/cart.hpp"
#include "persistence/connection.hpp"
#include "persistence/found.hpp"

namespace souk {

/// The carts that exist, in any order, each as of one moment. Names and images of lines are the
/// catalogue's of today.
Result<Found<CartId, Cart>> find_carts(Connection& db, const std::vector<OfTenant<CartId>>& keys);

}  // namespace souk
