#pragma once
// Shipping by zones and methods from data. A zone is a country or some of its cities; a method has
// a rate per parcel, and every vendor in a cart sends a parcel of its own.

#include <optional>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "domain/tax.hpp"

namespace souk {

struct ShippingMethod {
    std::string id;  // "standard"
    std::string name;
    std::string description;
    std::string estimated_days;  // as shown: "3-5"
    std::int64_t max_days{};     // for the estimated date
    std::string currency;
    Amount rate{};  // per parcel
    bool is_default{false};
    std::vector<std::string> cities;  // empty: everywhere in the zone
    bool operator==(const ShippingMethod&) const = default;
};

struct ShippingZone {
    std::string country;
    std::string name;
    std::vector<ShippingMethod> methods;
};

/// A method as offered for one parcel count.
struct ShippingQuote {
    ShippingMethod method;
    std::int64_t parcels{1};
    Amount price{};
};

/// Every method of the destination's zone in that currency, default first.
/// `unprocessable` when no zone serves the destination.
Result<std::vector<ShippingQuote>> quote_shipping(const std::vector<ShippingZone>& zones,
                                                  const Destination& destination, Currency currency,
                                                  std::int64_t parcels);

}  // namespace souk
