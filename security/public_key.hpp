#pragma once
// Others' public keys, and whether a signature is theirs. A key knows its one algorithm: what a
// signed text says of it changes nothing.

#include <memory>
#include <optional>
#include <string_view>

namespace souk {

/// As RFC 7518 and RFC 8037 name them; no others are believed.
enum class SignatureAlgorithm { rs256, es256, eddsa };

std::string_view to_text(SignatureAlgorithm algorithm);

class PublicKey {
public:
    /// From numbers in network order. Nothing for what is no key, or one that is too weak: RSA
    /// wants 2048 bits at least.
    static std::optional<PublicKey> rsa(std::string_view modulus, std::string_view exponent);
    static std::optional<PublicKey> p256(std::string_view x, std::string_view y);
    static std::optional<PublicKey> ed25519(std::string_view x);

    SignatureAlgorithm algorithm() const { return algorithm_; }
    /// A signature as in a JSON Web Token, decoded. Thread-safe.
    bool verifies(std::string_view text, std::string_view signature) const;

private:
    PublicKey(std::shared_ptr<void> key, SignatureAlgorithm algorithm)
        : key_(std::move(key)), algorithm_(algorithm) {}

    std::shared_ptr<void> key_;  // OpenSSL's
    SignatureAlgorithm algorithm_;
};

}  // namespace souk
