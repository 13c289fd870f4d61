#pragma once
// bcrypt by the system's libcrypt. One call takes tens of milliseconds by design: it belongs into
// the hash pool.

#include <optional>
#include <string>
#include <string_view>

namespace souk {

/// "$2b$…" with a salt of its own. Throws for a password above 72 bytes, which bcrypt would cut,
/// with a NUL, at which it would end, and when the library fails.
std::string bcrypt(const std::string& password, int cost);

/// False for a hash that is none.
bool bcrypt_matches(const std::string& password, const std::string& hash);

/// The cost that a hash was made with; nothing when it is none.
std::optional<int> bcrypt_cost(std::string_view hash);

}  // namespace souk
