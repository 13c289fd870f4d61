#include "protocol/checkout_json.hpp"

#include "protocol/write_json.hpp"

namespace souk {

std::string shipping_quotes_json(const std::vector<ShippingQuote>& quotes) {
    return write_json(ShippingQuotes{quotes});
}

std::string canonical_json(const PlaceOrderBody& body) { return write_json(body, 1024); }

}  // namespace souk
