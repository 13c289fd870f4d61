#include "domain/tax.hpp"

#include <algorithm>

namespace souk {

bool same_place(std::string_view one, std::string_view other) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(one, other, {}, lower, lower);
}

TaxRate tax_rate_for(const std::vector<TaxRule>& rules, const Destination& destination) {
    TaxRate country_wide;
    for (const auto& rule : rules) {
        if (!same_place(rule.country, destination.country)) continue;
        if (rule.region.empty())
            country_wide = rule.rate;
        else if (same_place(rule.region, destination.region))
            return rule.rate;
    }
    return country_wide;
}

Amount tax_on(Amount taxable, const TaxRate& rate) {
    return rate.inclusive ? included_share_of(taxable, rate.basis_points)
                          : share_of(taxable, rate.basis_points);
}

}  // namespace souk
