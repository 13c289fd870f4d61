#pragma once
// Id tokens of OpenID Connect: what an issuer says about a person, once its signature, its audience
// and its time are found right. Pure: the keys and the time are handed in.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/provider_identity.hpp"
#include "domain/time.hpp"
#include "security/json_web_keys.hpp"

namespace souk {

inline constexpr std::size_t max_id_token_bytes = 8'192;

struct IdTokenRules {
    std::string issuer;
    std::vector<std::string> client_ids;  // any of them is us
    std::optional<std::string> nonce;     // must be this one, if there is one
};

struct IdToken {
    ProviderClaims claims;
    TimePoint expires_at;
    std::string signed_text;  // of which there is one for each token, unlike signatures
};

struct IdTokenVerdict {
    std::optional<IdToken> token;
    std::string_view problem;    // for our log, when there is no token
    bool key_is_unknown{false};  // the issuer may have published another since
};

/// By OpenID Connect Core 1.0, section 3.1.3.7. The key says which algorithm it is for; a token
/// that names another one, or none, is refused.
IdTokenVerdict verify_id_token(const std::vector<NamedKey>& keys, const IdTokenRules& rules,
                               std::string_view text, TimePoint now);

}  // namespace souk
