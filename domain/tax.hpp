#pragma once
// Tax by a table of rules: the most specific rule for the ship-to place wins.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/money.hpp"

namespace souk {

/// Where a parcel goes, as far as rates and rules care.
struct Destination {
    std::string country;  // ISO 3166-1 alpha-2
    std::string region;   // governorate, state, province; may be empty
    std::string city;
    std::string postal_code;
    bool operator==(const Destination&) const = default;
};

struct TaxRate {
    std::int64_t basis_points{};
    bool inclusive{false};  // prices already contain it
    bool operator==(const TaxRate&) const = default;
};

struct TaxRule {
    std::string country;
    std::string region;  // empty: the whole country
    std::string name;
    TaxRate rate;
};

/// The rule of the region, else of the country, else no tax. Regions compare without case.
TaxRate tax_rate_for(const std::vector<TaxRule>& rules, const Destination& destination);

/// Tax on a taxable amount; for an inclusive rate, the tax contained in it.
Amount tax_on(Amount taxable, const TaxRate& rate);

/// ASCII case-insensitive equality, for names of places typed by people.
bool same_place(std::string_view one, std::string_view other);

}  // namespace souk
