#include "domain/money_text.hpp"

#include <cstdlib>

namespace souk {

std::string money_text(Amount amount, Currency currency) {
    const auto digits = static_cast<std::size_t>(minor_unit_digits(currency));
    auto number = std::to_string(std::abs(amount));
    if (number.size() <= digits) number.insert(0, digits + 1 - number.size(), '0');
    if (digits > 0) number.insert(number.size() - digits, ".");
    return std::string(currency.text()) + " " + (amount < 0 ? "-" : "") + number;
}

}  // namespace souk
