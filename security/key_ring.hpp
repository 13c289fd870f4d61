#pragma once
// The keys that sign access tokens: one that signs now, and others that are believed.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/signing_key.hpp"
#include "protocol/token_json.hpp"
#include "security/ed25519.hpp"

namespace souk {

class SigningKey {
public:
    SigningKey(std::string_view seed, SigningKeyTimes times);
    /// A new one from random numbers.
    static SigningKey make(SigningKeyTimes times);

    const std::string& id() const { return id_; }
    const std::string& seed() const { return seed_; }
    const SigningKeyTimes& times() const { return times_; }
    /// The header of every token it signs, encoded; no other header is believed.
    const std::string& header() const { return header_; }
    const Ed25519Key& pair() const { return pair_; }

private:
    std::string seed_;
    SigningKeyTimes times_;
    Ed25519Key pair_;
    std::string id_;
    std::string header_;
};

/// Does not change: a new one takes its place.
class KeyRing {
public:
    /// In any order; must not be empty to sign.
    explicit KeyRing(std::vector<SigningKey> keys);

    const SigningKey& signing(TimePoint now) const;
    /// Null for a header that none of the keys writes.
    const SigningKey* find(std::string_view header) const;
    JsonWebKeySet public_keys() const;

    const std::vector<SigningKey>& keys() const { return keys_; }
    std::vector<SigningKeyTimes> times() const;

private:
    std::vector<SigningKey> keys_;  // by `signs_from`
};

}  // namespace souk
