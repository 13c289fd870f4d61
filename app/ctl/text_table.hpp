#pragma once
// JSON as a table for people: columns by field, numbers to the right, long words as they are.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json.hpp"

namespace souk {

enum class Show { text, number, microseconds, bytes, time, yes };

struct Column {
    std::string_view title;
    std::string_view field;
    Show show{Show::text};
};

/// A member of an object; nothing when it is not there.
std::optional<JsonValue> member_of(JsonValue object, std::string_view name);
/// A value as it is shown; "-" for null and for nothing.
std::string shown(std::optional<JsonValue> value, Show show);
std::string duration_text(std::int64_t microseconds);

/// The rows of an array of objects, under their titles.
std::string text_table(const std::vector<Column>& columns, JsonValue rows);
/// The members of an object, one below the other.
std::string text_list(const std::vector<Column>& columns, JsonValue object);

}  // namespace souk
