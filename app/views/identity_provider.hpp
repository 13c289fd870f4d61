#pragma once
// An OpenID provider, as logging in sees it: where to send a browser, and whom it vouches for.

#include <string>

#include "protocol/answer.hpp"
#include "protocol/provider_json.hpp"
#include "security/id_token.hpp"

namespace souk {

/// What a browser brings back for the provider's tokens.
struct ReturnedCode {
    std::string code;
    std::string issuer;  // RFC 9207; empty: not given
};

class IdentityProvider {
public:
    virtual ~IdentityProvider() = default;

    /// As its tokens say.
    virtual const std::string& issuer() const = 0;

    /// Every call answers once and in bounded time, on any thread, and with `unavailable` while
    /// the provider cannot be reached.
    virtual void address_for(const Handshake& handshake, Promise<Result<std::string>> address) = 0;
    /// `unauthenticated` for a code or a token that proves nothing, without saying why.
    virtual void redeem(ReturnedCode returned, Handshake handshake,
                        Promise<Result<IdToken>> token) = 0;
    virtual void verify(std::string id_token, Promise<Result<IdToken>> token) = 0;
};

}  // namespace souk
