#include "domain/money.hpp"

#include <algorithm>
#include <numeric>

namespace souk {
namespace {

struct CurrencyDigits {
    std::string_view code;
    int digits;
};

// ISO 4217:2015 with minor units; the currencies a marketplace of this region trades in.
constexpr CurrencyDigits currencies[] = {
    {"AED", 2}, {"AUD", 2}, {"BHD", 3}, {"CAD", 2}, {"CHF", 2}, {"CNY", 2}, {"EGP", 2},
    {"EUR", 2}, {"GBP", 2}, {"INR", 2}, {"IQD", 3}, {"JOD", 3}, {"JPY", 0}, {"KRW", 0},
    {"KWD", 3}, {"LBP", 2}, {"MAD", 2}, {"OMR", 3}, {"PLN", 2}, {"QAR", 2}, {"SAR", 2},
    {"SEK", 2}, {"SGD", 2}, {"TND", 3}, {"TRY", 2}, {"USD", 2},
};

__extension__ using Wide = __int128;

Amount divide_half_even(Wide dividend, Wide divisor) {
    const Wide quotient = dividend / divisor;
    const Wide twice_rest = (dividend % divisor) * 2;
    const bool up = twice_rest > divisor || (twice_rest == divisor && quotient % 2 != 0);
    return static_cast<Amount>(quotient + (up ? 1 : 0));
}

const CurrencyDigits* find_currency(std::string_view code) {
    const auto found = std::ranges::find(currencies, code, &CurrencyDigits::code);
    return found == std::end(currencies) ? nullptr : found;
}

}  // namespace

std::optional<Currency> parse_currency(std::string_view text) {
    if (find_currency(text) == nullptr) return std::nullopt;
    return Currency{{text[0], text[1], text[2]}};
}

int minor_unit_digits(Currency currency) {
    const auto* found = find_currency(currency.text());
    return found == nullptr ? 2 : found->digits;
}

Amount share_of(Amount amount, std::int64_t basis_points) {
    return divide_half_even(Wide{amount} * basis_points, 10'000);
}

Amount included_share_of(Amount amount, std::int64_t basis_points) {
    return divide_half_even(Wide{amount} * basis_points, Wide{10'000} + basis_points);
}

std::vector<Amount> allot(Amount whole, const std::vector<Amount>& weights) {
    std::vector<Amount> parts(weights.size(), 0);
    if (parts.empty()) return parts;
    const Wide total = std::accumulate(weights.begin(), weights.end(), Wide{0});
    if (total == 0) {
        parts.front() = whole;
        return parts;
    }
    std::vector<std::pair<Wide, std::size_t>> rests(weights.size());
    Amount given = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Wide exact = Wide{whole} * weights[i];
        parts[i] = static_cast<Amount>(exact / total);
        given += parts[i];
        rests[i] = {exact % total, i};
    }
    std::ranges::stable_sort(rests, [](const auto& a, const auto& b) { return a.first > b.first; });
    for (std::size_t i = 0; given < whole; ++i, ++given) ++parts[rests[i % rests.size()].second];
    return parts;
}

Result<Amount> line_total(Amount unit_price, std::int64_t quantity) {
    const Wide total = Wide{unit_price} * quantity;
    if (total > max_amount || total < 0)
        return refuse(ErrorCode::unprocessable, "quantity", "makes an amount that is too large");
    return static_cast<Amount>(total);
}

}  // namespace souk
