#include "protocol/checkout_json.hpp"

#include "protocol/write_json.hpp"

namespace souk {

std::string shipping_quotes_json(const std::vector<ShippingQuote>& quotes) {
    return write_json(ShippingQuotes{quotes});
}

std::string discounted_cart_json(const Cart& cart, const SkuUnits& available) {
    const auto json = cart_json(cart, available);
    return write_json(DiscountedCart{*cart.discount, cart.totals.discount, {json}},
                      json.size() + 128);
}

std::string canonical_json(const PlaceOrderBody& body) { return write_json(body, 1024); }

}  // namespace souk
