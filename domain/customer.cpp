#include "domain/customer.hpp"

#include <algorithm>

namespace souk {

bool is_birthday(std::string_view text, TimePoint now) {
    constexpr std::string_view shape = "0000-00-00";
    const auto fits = [](char c, char wanted) {
        return wanted == '-' ? c == '-' : c >= '0' && c <= '9';
    };
    if (!std::equal(text.begin(), text.end(), shape.begin(), shape.end(), fits)) return false;
    const auto day = parse_rfc3339(std::string{text} + "T00:00:00Z");
    return day && *day <= now && text >= "1900";
}

}  // namespace souk
