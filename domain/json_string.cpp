#include "domain/json_string.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace souk {
namespace {

/// Which bytes of a string need an escape: 0 for none, 'u' for \u00xx, else the letter after '\'.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> table{};
    for (std::size_t i = 0; i < 0x20; ++i) table[i] = 'u';
    table['\b'] = 'b';
    table['\f'] = 'f';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    table['"'] = '"';
    table['\\'] = '\\';
    return table;
}();

/// The next character that must be escaped, eight at a time: a byte below 0x20, a quote or a
/// backslash (the "haszero" test of Anderson's Bit Twiddling Hacks). It may stop early, never late.
std::size_t next_escape(std::string_view text, std::size_t from) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    const auto zeros = [](std::uint64_t word) { return (word - ones) & ~word & highs; };
    for (; from + 8 <= text.size(); from += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + from, 8);
        const auto control = (word - ones * 0x20) & ~word & highs;
        if ((control | zeros(word ^ ones * '"') | zeros(word ^ ones * '\\')) != 0) break;
    }
    while (from < text.size() && escapes[static_cast<unsigned char>(text[from])] == 0) ++from;
    return from;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    std::size_t plain = 0;  // start of what needs no escape and is appended in one piece
    for (std::size_t i = next_escape(text, 0); i < text.size(); i = next_escape(text, i + 1)) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const char escape = escapes[byte];
        out.append(text, plain, i - plain);
        out += '\\';
        out += escape;
        if (escape == 'u') {
            out += "00";
            out += hex[byte >> 4U];
            out += hex[byte & 15U];
        }
        plain = i + 1;
    }
    out.append(text, plain, text.size() - plain);
    out += '"';
}

}  // namespace souk
