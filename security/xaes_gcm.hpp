#pragma once
// XAES-256-GCM (C2SP): AES-256-GCM under a key derived from the first half of a 192-bit nonce,
// which may therefore be random for as many messages as one key will ever see.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "security/cipher.hpp"

namespace souk {

inline constexpr std::size_t xaes_nonce_size = 24;
inline constexpr std::size_t xaes_tag_size = 16;

/// Ciphertext and tag. `nonce` has xaes_nonce_size bytes; `context` is authenticated, not hidden.
std::string xaes_seal(const SealingKey& key, std::string_view nonce, std::string_view context,
                      std::string_view text);
/// Nothing when any of it is not what it was.
std::optional<std::string> xaes_open(const SealingKey& key, std::string_view nonce,
                                     std::string_view context, std::string_view sealed);

/// xaes_nonce_size random bytes, out of a supply that each thread fills now and then.
std::string xaes_nonce();

}  // namespace souk
