#pragma once
// Whom an OpenID provider vouches for, and which account that is: a provider's word is enough for
// an address only when it says that it has verified it.

#include <string>

#include "domain/account.hpp"
#include "domain/ids.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"

namespace souk {

/// What an issuer says about a person.
struct ProviderClaims {
    std::string issuer;
    std::string subject;  // the person at the issuer, for ever
    std::string email;
    bool email_is_verified{false};
    std::string given_name;
    std::string family_name;
    std::string name;  // the whole, where it is not taken apart
};

/// The address as accounts are compared; `forbidden` when the provider does not vouch for one.
/// Asked before any account is looked up, so that it tells nothing of any.
Result<std::string> vouched_email(const ProviderClaims& claims);

/// May the person with this verified address be given the account of that address? `conflict` for
/// one that somebody has registered and nobody has verified.
Result<void> may_link(const User& account);

/// A new account of somebody whose address the provider has verified.
User person_of(const ProviderClaims& claims, std::string email, UserId id, TenantId tenant,
               TimePoint now);

}  // namespace souk
