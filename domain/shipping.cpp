#include "domain/shipping.hpp"

#include <algorithm>

namespace souk {
namespace {

bool serves(const ShippingMethod& method, const Destination& destination) {
    return method.cities.empty() || std::ranges::any_of(method.cities, [&](const auto& city) {
               return same_place(city, destination.city);
           });
}

}  // namespace

Result<std::vector<ShippingQuote>> quote_shipping(const std::vector<ShippingZone>& zones,
                                                  const Destination& destination, Currency currency,
                                                  std::int64_t parcels) {
    std::vector<ShippingQuote> quotes;
    for (const auto& zone : zones) {
        if (!same_place(zone.country, destination.country)) continue;
        for (const auto& method : zone.methods) {
            if (method.currency != currency.text() || !serves(method, destination)) continue;
            quotes.push_back({method, parcels, method.rate * std::max<std::int64_t>(parcels, 1)});
        }
    }
    if (quotes.empty())
        return refuse(ErrorCode::unprocessable, "shippingAddress",
                      "the address is not serviceable");
    std::ranges::stable_sort(quotes, [](const auto& one, const auto& other) {
        return one.method.is_default > other.method.is_default;
    });
    return quotes;
}

}  // namespace souk
