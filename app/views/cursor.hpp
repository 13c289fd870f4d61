#pragma once
// Cursors of lists whose rows have a sequence: the last row that was shown.

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace souk {

/// Nothing when it is no cursor of ours.
inline std::optional<std::int64_t> sequence_of(const std::string& cursor) {
    std::int64_t sequence = 0;
    const char* end = cursor.data() + cursor.size();
    const auto [stop, error] = std::from_chars(cursor.data(), end, sequence);
    if (error != std::errc{} || stop != end || sequence < 0) return std::nullopt;
    return sequence;
}

}  // namespace souk
