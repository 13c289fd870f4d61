#include "domain/ids.hpp"

namespace souk {
namespace {

constexpr std::string_view base32_alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::size_t base32_length = 26;
constexpr std::size_t hex_length = 36;

constexpr auto base32_values = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < base32_alphabet.size(); ++i)
        values[static_cast<unsigned char>(base32_alphabet[i])] = static_cast<std::int8_t>(i);
    return values;
}();

constexpr bool is_dash_place(std::size_t place) {
    return place == 8 || place == 13 || place == 18 || place == 23;
}

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

}  // namespace

Uuid uuid_v7(TimePoint now, std::uint64_t random_high, std::uint64_t random_low) {
    const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
    const auto ms = static_cast<std::uint64_t>(since_epoch.count());
    Uuid uuid;
    for (std::size_t i = 0; i < 6; ++i)
        uuid.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    uuid.bytes[6] = static_cast<std::uint8_t>(0x70 | ((random_high >> 8) & 0x0f));
    uuid.bytes[7] = static_cast<std::uint8_t>(random_high);
    for (std::size_t i = 0; i < 8; ++i)
        uuid.bytes[8 + i] = static_cast<std::uint8_t>(random_low >> (56 - 8 * i));
    uuid.bytes[8] = static_cast<std::uint8_t>(0x80 | (uuid.bytes[8] & 0x3f));
    return uuid;
}

std::string to_hex(const Uuid& uuid) {
    std::string text(hex_length, '-');
    std::size_t place = 0;
    for (const auto byte : uuid.bytes) {
        if (is_dash_place(place)) ++place;
        text[place++] = hex_digits[byte >> 4];
        text[place++] = hex_digits[byte & 0x0f];
    }
    return text;
}

std::optional<Uuid> parse_hex(std::string_view text) {
    if (text.size() != hex_length) return std::nullopt;
    Uuid uuid;
    std::size_t nibble = 0;
    for (std::size_t place = 0; place < hex_length; ++place) {
        if (is_dash_place(place)) {
            if (text[place] != '-') return std::nullopt;
            continue;
        }
        const int value = hex_value(text[place]);
        if (value < 0) return std::nullopt;
        auto& byte = uuid.bytes[nibble / 2];
        byte = static_cast<std::uint8_t>((byte << 4) | value);
        ++nibble;
    }
    return uuid;
}

// 26 characters carry 130 bits: the two highest are always zero, so the first is at most '7'.
void append_typeid(std::string& out, std::string_view prefix, const Uuid& uuid) {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        high = high << 8 | uuid.bytes[i];
        low = low << 8 | uuid.bytes[8 + i];
    }
    std::array<char, base32_length> digits;
    for (std::size_t i = base32_length; i-- > 0;) {
        digits[i] = base32_alphabet[low & 31u];
        low = low >> 5 | high << 59;
        high >>= 5;
    }
    out.append(prefix).push_back('_');
    out.append(digits.data(), digits.size());
}

std::string to_typeid(std::string_view prefix, const Uuid& uuid) {
    std::string text;
    text.reserve(prefix.size() + 1 + base32_length);
    append_typeid(text, prefix, uuid);
    return text;
}

std::optional<Uuid> parse_typeid(std::string_view prefix, std::string_view text) {
    if (text.size() != prefix.size() + 1 + base32_length) return std::nullopt;
    if (!text.starts_with(prefix) || text[prefix.size()] != '_') return std::nullopt;
    text.remove_prefix(prefix.size() + 1);
    if (text.front() > '7') return std::nullopt;
    Uuid uuid;
    unsigned buffer = 0;
    int bits = -2;
    std::size_t at = 0;
    for (const char character : text) {
        const int value = base32_values[static_cast<unsigned char>(character)];
        if (value < 0) return std::nullopt;
        buffer = (buffer << 5) | static_cast<unsigned>(value);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            uuid.bytes[at++] = static_cast<std::uint8_t>(buffer >> bits);
            buffer &= (1u << bits) - 1u;
        }
    }
    return uuid;
}

}  // namespace souk
