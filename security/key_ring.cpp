#include "security/key_ring.hpp"

#include <algorithm>

#include "security/base64url.hpp"
#include "security/cipher.hpp"

namespace souk {
namespace {

// RFC 9068's type tells it from tokens of any other kind that our keys may sign.
std::string header_of(const std::string& key_id) {
    return to_base64url(R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + key_id + R"("})");
}

}  // namespace

SigningKey::SigningKey(std::string_view seed, SigningKeyTimes times)
    : seed_(seed),
      times_(times),
      pair_(seed_),
      id_(thumbprint(pair_.public_bytes())),
      header_(header_of(id_)) {}

SigningKey SigningKey::make(SigningKeyTimes times) {
    return {random_bytes(ed25519_seed_size), times};
}

KeyRing::KeyRing(std::vector<SigningKey> keys) : keys_(std::move(keys)) {
    std::ranges::sort(keys_, [](const SigningKey& a, const SigningKey& b) {
        return a.times().signs_from < b.times().signs_from;
    });
}

const SigningKey& KeyRing::signing(TimePoint now) const {
    return keys_.at(signing_key(times(), now).value_or(0));
}

const SigningKey* KeyRing::find(std::string_view header) const {
    const auto found = std::ranges::find(keys_, header, &SigningKey::header);
    return found == keys_.end() ? nullptr : &*found;
}

JsonWebKeySet KeyRing::public_keys() const {
    JsonWebKeySet set;
    for (const auto& key : keys_)
        set.keys.push_back({key.id(), to_base64url(key.pair().public_bytes())});
    return set;
}

std::vector<SigningKeyTimes> KeyRing::times() const {
    std::vector<SigningKeyTimes> times;
    times.reserve(keys_.size());
    for (const auto& key : keys_) times.push_back(key.times());
    return times;
}

}  // namespace souk
