#pragma once
// Logging in with OpenID providers: the way of a browser there and back, and id tokens that others
// were given. docs/decisions/0020-openid-connect.md says why it goes this way.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/views/accounts_view.hpp"
#include "app/views/identity_provider.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/provider_log_ins.hpp"
#include "security/cipher.hpp"

namespace souk {

struct ProviderLogInSettings {
    std::string secret;    // seals what browsers keep; empty: one of this process alone
    std::string site_url;  // where browsers are led to, and nowhere else
    Duration handshake_lifetime{std::chrono::minutes{10}};
    Duration code_lifetime{std::chrono::minutes{1}};
};

class ProviderLogInsView final : public ProviderLogIns {
public:
    using Providers = std::map<std::string, IdentityProvider*>;

    /// All must outlive it.
    ProviderLogInsView(Providers providers, AccountsView& accounts, ReadPool& db,
                       const Clock& clock, IdSource& ids, ProviderLogInSettings settings);

    void begin(TenantId tenant, std::string provider, Promise<Result<BrowserStep>> step) override;
    void come_back(ProviderReturn back, Device device, Promise<Result<BrowserStep>> step) override;
    void redeem(std::string code, std::string cookie, Device device,
                Promise<Result<LoggedIn>> tokens) override;
    void log_in(IdTokenLogIn wish, Device device, Promise<Result<LoggedIn>> tokens) override;

private:
    using Step = Promise<Result<BrowserStep>>;
    using Tokens = Promise<Result<LoggedIn>>;

    Result<IdentityProvider*> find(const std::string& name) const;
    std::optional<Handshake> unsealed(const std::string& cookie) const;
    Result<Handshake> checked(const ProviderReturn& back, const IdentityProvider& provider) const;
    Result<StoredUser> account_of(Connection& db, TenantId tenant,
                                  const ProviderClaims& claims) const;
    Result<std::string> code_for(Connection& db, const Handshake& handshake,
                                 const ProviderClaims& claims) const;
    void send_to_site(const Handshake& handshake, const ProviderClaims& claims, Step step);
    void log_in_once(TenantId tenant, const IdToken& token, Device device, Tokens tokens);

    const Providers providers_;
    AccountsView& accounts_;
    ReadPool& db_;
    const Clock& clock_;
    IdSource& ids_;
    const ProviderLogInSettings settings_;
    const SealingKey key_;
};

}  // namespace souk
