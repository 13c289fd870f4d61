#pragma once
// From credentials to a principal. People show access tokens (protocol/accounts.hpp knows them),
// programs API keys, which look like "souk_<26 characters of the id>_<secret>";
// only the SHA-256 of the secret is kept.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.hpp"
#include "http/digest.hpp"
#include "http/principal.hpp"
#include "http/request.hpp"
#include "protocol/accounts.hpp"
#include "protocol/views.hpp"

namespace souk {

struct PresentedKey {
    ApiKeyId id;
    Digest secret_hash{};
};

/// True when the request claims to be somebody, rightly or not.
bool has_credentials(const Request& request);

/// The key in `X-API-Key` or `Authorization: Bearer`; nothing when it is malformed.
std::optional<PresentedKey> presented_key(const Request& request);

/// The access token in `Authorization: Bearer`; nothing for what is shaped as none.
std::optional<std::string> presented_token(const Request& request);

Principal principal_of(const SignedIn& signed_in, std::int64_t requests_per_minute);

/// `unauthenticated` without saying what was wrong.
Result<Principal> principal_of(const PresentedKey& presented, const ApiKey* known);

/// As it was looked up. Other errors than `unauthenticated` are of the look-up.
Result<Principal> principal_of(const PresentedKey& presented,
                               const Result<std::shared_ptr<const ApiKey>>& found);

Error bad_credentials();

/// The text a client sends; for whoever makes keys.
std::string api_key_text(const ApiKeyId& id, std::string_view secret);

}  // namespace souk
