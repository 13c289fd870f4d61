#include "security/base64url.hpp"

#include <array>
#include <cstdint>

namespace souk {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t foreign = 64;

constexpr auto values = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(foreign);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return table;
}();

}  // namespace

std::string to_base64url(std::string_view bytes) {
    const auto at = [&](std::size_t i) -> std::uint32_t {
        return static_cast<unsigned char>(bytes[i]);
    };
    std::string text((bytes.size() * 4 + 2) / 3, '\0');
    auto* out = text.data();
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const auto bits = at(i) << 16U | at(i + 1) << 8U | at(i + 2);
        for (const unsigned shift : {18U, 12U, 6U, 0U}) *out++ = alphabet[(bits >> shift) & 63U];
    }
    const auto left = bytes.size() - i;
    if (left == 0) return text;
    const auto bits = at(i) << 16U | (left == 2 ? at(i + 1) << 8U : 0U);
    for (const unsigned shift : {18U, 12U, 6U}) {
        if (out == text.data() + text.size()) break;
        *out++ = alphabet[(bits >> shift) & 63U];
    }
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    const auto at = [&](std::size_t i) -> std::uint32_t {
        return values[static_cast<unsigned char>(text[i])];
    };
    std::string bytes(text.size() * 3 / 4, '\0');
    auto* out = bytes.data();
    std::uint32_t seen = 0;
    std::size_t i = 0;
    for (; i + 4 <= text.size(); i += 4) {
        const std::uint32_t four[] = {at(i), at(i + 1), at(i + 2), at(i + 3)};
        seen |= four[0] | four[1] | four[2] | four[3];
        const auto bits = four[0] << 18U | four[1] << 12U | four[2] << 6U | four[3];
        for (const unsigned shift : {16U, 8U, 0U}) *out++ = static_cast<char>(bits >> shift);
    }
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (; i < text.size(); ++i) {
        seen |= at(i);
        bits = bits << 6U | at(i);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        *out++ = static_cast<char>((bits >> count) & 255U);
    }
    const bool left_over = (bits & ((1U << count) - 1U)) != 0;
    if ((seen & foreign) != 0 || left_over) return std::nullopt;
    return bytes;
}

}  // namespace souk
