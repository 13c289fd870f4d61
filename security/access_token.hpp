#pragma once
// Access tokens: JSON Web Tokens that our own keys signed, and no others.

#include <optional>
#include <string>
#include <string_view>

#include "domain/account.hpp"
#include "domain/ids.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"
#include "security/key_ring.hpp"

namespace souk {

/// Who makes tokens and for whom; both stand in them.
struct TokenNames {
    std::string issuer{"souk"};
    std::string audience{"souk"};
};

struct AccessToken {
    UserId user;
    TenantId tenant{default_tenant};
    Role role{Role::customer};
    SessionId session;
    Uuid id;
    TimePoint issued_at;
    TimePoint expires_at;
};

/// Longer ones are not looked at.
inline constexpr std::size_t max_token_bytes = 2'048;

std::string sign_token(const KeyRing& ring, const TokenNames& names, const AccessToken& token);

/// What a token says, once its signature, issuer and audience are found right. Whether its time has
/// come or is over is asked by `is_current`, since this may be remembered. Nothing for any other
/// text, without saying why.
std::optional<AccessToken> verify_token(const KeyRing& ring, const TokenNames& names,
                                        std::string_view text);

bool is_current(const AccessToken& token, TimePoint now);

}  // namespace souk
