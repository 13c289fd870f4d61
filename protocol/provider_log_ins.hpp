#pragma once
// How the HTTP side asks for logging in with an OpenID provider. `app` implements it; every call
// answers through its promise, on any thread and in bounded time.

#include <string>

#include "protocol/accounts.hpp"
#include "protocol/answer.hpp"

namespace souk {

/// Where a browser goes next.
struct BrowserStep {
    std::string location;
    std::string cookie;  // sealed; the browser that shows it has begun this log-in
};

/// What a browser brings back from a provider.
struct ProviderReturn {
    std::string provider;  // as the address names it
    std::string cookie;
    std::string state;
    std::string code;
    std::string issuer;  // RFC 9207; empty: not given
};

struct IdTokenLogIn {
    TenantId tenant{default_tenant};
    std::string provider;
    std::string id_token;
};

class ProviderLogIns {
public:
    virtual ~ProviderLogIns() = default;

    /// Every call: `unavailable` while the provider does not answer, `not_found` for one that is
    /// not configured.
    virtual void begin(TenantId tenant, std::string provider,
                       Promise<Result<BrowserStep>> step) = 0;

    /// Leads to the site, with a code for `redeem`. `unauthenticated` for a return that nobody
    /// waits for or that proves nothing, `forbidden` for who may not log in, `conflict` for an
    /// address whose account is not verified.
    virtual void come_back(ProviderReturn back, Device device,
                           Promise<Result<BrowserStep>> step) = 0;

    /// Exchanges the code from the address of the site, once and in the same browser.
    virtual void redeem(std::string code, std::string cookie, Device device,
                        Promise<Result<LoggedIn>> tokens) = 0;

    /// With an id token that the provider gave to the caller. Refusals as of `come_back`.
    virtual void log_in(IdTokenLogIn wish, Device device, Promise<Result<LoggedIn>> tokens) = 0;
};

}  // namespace souk
