#pragma once
// Picks single facts out of others' JSON, which holds far more than we ask for and may change.
// What is missing, of another type or oversized reads as nothing; no call throws.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "domain/money.hpp"
#include "protocol/json.hpp"

namespace souk {

using JsonPath = std::initializer_list<std::string_view>;

/// The member at the end of a path of names; the first one, should a name be given twice.
std::optional<JsonValue> find_at(JsonValue value, JsonPath path);

inline constexpr std::size_t max_text_at = 500;

/// Empty when there is no string of at most so many bytes, or one with a NUL, which no row can
/// hold.
std::string text_at(JsonValue value, JsonPath path, std::size_t max_bytes = max_text_at);
/// For what may be an id or, expanded, the object of that id.
std::string id_at(JsonValue value, JsonPath path);
std::optional<std::int64_t> integer_at(JsonValue value, JsonPath path);
/// Nothing when it is negative or more than `max_amount`.
std::optional<Amount> amount_at(JsonValue value, JsonPath path);

}  // namespace souk
