#pragma once
// Random secrets, and sealing: what is kept in the database but must not be read there.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace souk {

/// From the kernel, through OpenSSL's generator. Throws when there are none.
std::string random_bytes(std::size_t count);

/// 256 random bits as 43 characters: what nobody guesses.
std::string new_secret();

using SealingKey = std::array<unsigned char, 32>;

/// A key for one purpose out of the operator's secret (HKDF-SHA-256).
SealingKey sealing_key(std::string_view secret, std::string_view purpose);

/// HMAC-SHA-256: equal texts give equal bytes, which tell nothing to who has no key.
std::string keyed_hash(const SealingKey& key, std::string_view text);

/// AES-256-GCM under a random nonce, as base64url. `place` says where the sealed text belongs: it
/// opens nowhere else.
std::string seal(const SealingKey& key, std::string_view place, std::string_view text);
/// Nothing when it was sealed under another key, for another place, or was touched.
std::optional<std::string> unseal(const SealingKey& key, std::string_view place,
                                  std::string_view sealed);

}  // namespace souk
