#include "persistence/text_format.hpp"

#include <array>
#include <charconv>

namespace souk {
namespace {

/// The last `digits` decimal digits of `value`, with leading zeros.
void append_digits(std::string& out, std::int64_t value, std::size_t digits) {
    std::array<char, 20> text{};
    for (std::size_t place = digits; place > 0; --place) {
        text[place - 1] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out.append(text.data(), digits);
}

}  // namespace

void append_text(std::string& out, std::int64_t value) {
    std::array<char, 24> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out.append(text.data(), end);
}

void append_text(std::string& out, const Uuid& value) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, 32> text{};
    std::size_t place = 0;
    for (const auto byte : value.bytes) {
        text[place++] = digits[byte >> 4];
        text[place++] = digits[byte & 0x0f];
    }
    out.append(text.data(), text.size());
}

void append_text(std::string& out, TimePoint value) {
    const auto midnight = std::chrono::floor<std::chrono::days>(value);
    const std::chrono::year_month_day date{midnight};
    const std::chrono::hh_mm_ss clock{value - midnight};
    append_digits(out, static_cast<int>(date.year()), 4);
    out.push_back('-');
    append_digits(out, static_cast<unsigned>(date.month()), 2);
    out.push_back('-');
    append_digits(out, static_cast<unsigned>(date.day()), 2);
    out.push_back(' ');
    append_digits(out, clock.hours().count(), 2);
    out.push_back(':');
    append_digits(out, clock.minutes().count(), 2);
    out.push_back(':');
    append_digits(out, clock.seconds().count(), 2);
    out.push_back('.');
    append_digits(out, clock.subseconds().count(), 6);
    out.append("+00");
}

std::optional<TimePoint> parse_timestamp(std::string_view text) {
    if (!text.ends_with("+00")) return std::nullopt;
    std::string zulu(text.substr(0, text.size() - 3));
    zulu.push_back('Z');
    return parse_rfc3339(zulu);
}

}  // namespace souk
