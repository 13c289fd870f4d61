#pragma once
// The keys that an issuer publishes (RFC 7517), as far as signatures can be checked with them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "security/public_key.hpp"

namespace souk {

struct NamedKey {
    std::string id;  // "kid"; empty: it has none
    PublicKey key;
};

/// What is no key for signatures, of an unknown kind or too weak is left out, as RFC 7517 asks;
/// nothing for what is no key set at all.
std::optional<std::vector<NamedKey>> read_json_web_keys(std::string_view text);

}  // namespace souk
