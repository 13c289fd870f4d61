#pragma once
// Money is a whole number of minor units (cents, fils) of one ISO 4217 currency. No floating point,
// percentages are basis points, rounding is half to even, and parts always add up to the whole.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace souk {

using Amount = std::int64_t;  // minor units

/// No amount in the system may exceed this, so that sums of a whole order cannot overflow.
inline constexpr Amount max_amount = 1'000'000'000'000'000;  // 10^15 minor units

struct Currency {
    std::array<char, 3> code{'U', 'S', 'D'};
    auto operator<=>(const Currency&) const = default;
    std::string_view text() const { return {code.data(), code.size()}; }
};

/// Three upper-case letters of a currency this server trades in; nothing otherwise.
std::optional<Currency> parse_currency(std::string_view text);
/// Digits after the point: USD 2, JOD 3, JPY 0.
int minor_unit_digits(Currency currency);

/// `amount` × `basis_points` / 10,000, rounded half to even. Both must not be negative.
Amount share_of(Amount amount, std::int64_t basis_points);
/// The tax contained in a price that already includes it: amount − amount / (1 + rate).
Amount included_share_of(Amount amount, std::int64_t basis_points);

/// Splits `whole` in proportion to `weights` by the largest remainder; the parts add up exactly.
/// With no weight at all the first part takes everything. An empty list gives an empty list.
std::vector<Amount> allot(Amount whole, const std::vector<Amount>& weights);

/// `unit_price` × `quantity`, or `unprocessable` when it exceeds `max_amount`.
Result<Amount> line_total(Amount unit_price, std::int64_t quantity);

}  // namespace souk
