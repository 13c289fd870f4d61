#pragma once
// Values in PostgreSQL's text format, appended to a string: what a parameter, an array element and
// a COPY field have in common before each adds its own quoting.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/time.hpp"

namespace souk {

void append_text(std::string& out, std::int64_t value);
/// 32 hexadecimal digits; PostgreSQL does not need the dashes.
void append_text(std::string& out, const Uuid& value);
/// UTC with microseconds: what timestamptz keeps.
void append_text(std::string& out, TimePoint value);

inline void append_text(std::string& out, std::string_view value) { out.append(value); }
inline void append_text(std::string& out, Currency value) { out.append(value.text()); }
// Constrained, so that a pointer or a number never turns into a bool on the way.
template <std::same_as<bool> Bool>
void append_text(std::string& out, Bool value) {
    out.push_back(value ? 't' : 'f');
}
template <class Number>
requires(std::integral<Number> && !std::same_as<Number, bool> &&
         !std::same_as<Number, std::int64_t>) void append_text(std::string& out, Number value) {
    append_text(out, static_cast<std::int64_t>(value));
}
template <class Enum>
requires std::is_enum_v<Enum>
void append_text(std::string& out, Enum value) {
    append_text(out, static_cast<std::int64_t>(value));
}
template <class Tag>
void append_text(std::string& out, const Id<Tag>& value) {
    append_text(out, value.uuid);
}

/// Nothing when the text is not a timestamptz as a session in UTC prints it.
std::optional<TimePoint> parse_timestamp(std::string_view text);

}  // namespace souk
