#pragma once
// What becomes of a guest's cart when the guest turns out to be a person who has one already.

#include <cstdint>
#include <unordered_map>

#include "domain/cart.hpp"

namespace souk {

/// Units of SKUs that can be bought, from committed numbers.
using Availability = std::unordered_map<StockKey, std::int64_t>;

/// To a person's cart: take in what is in a guest's.
struct MergeCart {
    CartId guest;
    Availability available;  // of what both may have
};

struct MergedCarts {
    Cart survivor;
    Cart guest;  // its lines are the units that the survivor could not take
};

/// Units of the same SKU add up, as far as there are units and a line may hold them, but never to
/// less than the larger of the two lines; what is over stays with the guest's cart. Discount and
/// destination are the survivor's, or else the guest's. Refusals: `conflict` for a cart that has
/// its order, `gone` for a guest's that has expired, `not_found` for one that is somebody's or was
/// merged, `unprocessable` for two currencies, too many lines and too large an amount.
Result<MergedCarts> merge_carts(const Cart& survivor, const Cart& guest,
                                const Availability& available, TimePoint now);

}  // namespace souk
