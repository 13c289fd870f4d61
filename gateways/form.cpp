#include "gateways/form.hpp"

#include <cctype>

namespace souk {

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "-_.~";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || plain.find(c) != plain.npos) {
            encoded += c;
        } else {
            encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
        }
    }
    return encoded;
}

std::string form_of(FormPairs pairs) {
    std::string form;
    for (const auto& [name, value] : pairs) {
        if (value.empty()) continue;
        if (!form.empty()) form += '&';
        form.append(name).append("=").append(percent_encoded(value));
    }
    return form;
}

}  // namespace souk
