#pragma once
// Base64 for tokens (RFC 4648, section 5), without padding.

#include <optional>
#include <string>
#include <string_view>

namespace souk {

std::string to_base64url(std::string_view bytes);
/// Strict: nothing for a foreign character, padding, or bits that no encoder would have set, so
/// that every text stands for its bytes alone.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace souk
