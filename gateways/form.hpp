#pragma once
// Forms as they travel in bodies and addresses.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace souk {

/// All but letters, digits and "-_.~" (RFC 3986).
std::string percent_encoded(std::string_view text);

using FormPairs = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// As application/x-www-form-urlencoded. Pairs without a value are left out, names are ours and not
/// encoded.
std::string form_of(FormPairs pairs);

}  // namespace souk
