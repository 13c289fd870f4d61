#include "domain/provider_identity.hpp"

namespace souk {
namespace {

constexpr std::size_t max_name_bytes = 100;

std::string cut(std::string text) {
    if (text.size() <= max_name_bytes) return text;
    auto end = max_name_bytes;
    const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    };
    while (end > 0 && continues(end)) --end;
    text.resize(end);
    return text;
}

}  // namespace

Result<std::string> vouched_email(const ProviderClaims& claims) {
    const auto email = normalised_email(claims.email);
    if (!email || !claims.email_is_verified)
        return refuse(ErrorCode::forbidden,
                      "the provider has not verified an e-mail address of yours");
    return *email;
}

Result<void> may_link(const User& account) {
    if (account.state != AccountState::unverified) return {};
    return refuse(ErrorCode::conflict,
                  "your address is registered here and not verified yet: follow the link in the "
                  "mail, or ask for another, and log in again");
}

User person_of(const ProviderClaims& claims, std::string email, UserId id, TenantId tenant,
               TimePoint now) {
    User user;
    user.id = id;
    user.tenant = tenant;
    user.first_name = !claims.given_name.empty() ? claims.given_name
                      : !claims.name.empty()     ? claims.name
                                                 : email.substr(0, email.find('@'));
    user.first_name = cut(std::move(user.first_name));
    user.last_name = cut(claims.family_name);
    user.email = std::move(email);
    user.state = AccountState::active;
    user.created_at = now;
    user.updated_at = now;
    return user;
}

}  // namespace souk
