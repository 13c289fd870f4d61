#pragma once
// A key pair that signs by Ed25519 (RFC 8032).

#include <memory>
#include <string>
#include <string_view>

namespace souk {

inline constexpr std::size_t ed25519_seed_size = 32;
inline constexpr std::size_t ed25519_signature_size = 64;

class Ed25519Key {
public:
    /// From its seed, 32 bytes; throws for any other size.
    explicit Ed25519Key(std::string_view seed);

    /// 32 bytes.
    const std::string& public_bytes() const { return public_; }
    /// 64 bytes. Thread-safe, as is `verifies`.
    std::string sign(std::string_view text) const;
    bool verifies(std::string_view text, std::string_view signature) const;

private:
    std::shared_ptr<void> key_;  // OpenSSL's
    std::string public_;
};

/// The key's name by RFC 7638: SHA-256 over its public members in their order, as base64url.
std::string thumbprint(std::string_view public_bytes);

}  // namespace souk
