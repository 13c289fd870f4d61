#pragma once
// The only place of this room that knows OpenSSL: digests in lower-case hex.

#include <string>
#include <string_view>

namespace souk {

std::string sha256_hex(std::string_view text);
/// HMAC-SHA256 (RFC 2104), 64 hex digits.
std::string hmac_sha256_hex(std::string_view secret, std::string_view text);
/// Takes as long for the first difference as for the last; the lengths are no secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace souk
