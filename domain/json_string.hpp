#pragma once
// A text as a JSON string, for every room that writes JSON: answers, events and json columns.

#include <string>
#include <string_view>

namespace souk {

/// Appends the text in quotes, escaped as RFC 8259, section 7 wants it. Bytes above 0x1f other than
/// quote and backslash go as they are: our texts are checked UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace souk
