#pragma once
// The only place of this room that knows OpenSSL: digests in lower-case hex, and base64.

#include <string>
#include <string_view>

namespace souk {

std::string sha256_hex(std::string_view text);
/// HMAC-SHA256 (RFC 2104), 64 hex digits.
std::string hmac_sha256_hex(std::string_view secret, std::string_view text);
/// With padding (RFC 4648, section 4).
std::string to_base64(std::string_view bytes);
/// Takes as long for the first difference as for the last; the lengths are no secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace souk
