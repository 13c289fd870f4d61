#pragma once
// OpenID providers as they are configured: lists of "name=value", so that there may be any number.

#include <string>
#include <vector>

#include "config/config.hpp"

namespace souk {

struct OidcProviderConfig {
    std::string name;  // in addresses: "google"
    std::string issuer;
    std::vector<std::string> client_ids;  // ours first; id tokens for the others are taken too
    std::string client_secret;
    std::string scopes{"openid email profile"};
};

/// One for each issuer, in their order. Of a configuration that `oidc_problems` finds none in.
std::vector<OidcProviderConfig> oidc_providers(const OidcConfig& config);

/// Where the setting is at fault, and how; a secret is not repeated.
std::vector<FieldError> oidc_problems(const OidcConfig& config);

/// Does an address with a scheme lead to this very machine?
bool is_on_this_machine(std::string_view url);
/// Is it https, or http on this machine?
bool is_safe_url(std::string_view url);

}  // namespace souk
