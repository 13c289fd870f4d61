#include "config/oidc_config.hpp"

#include <algorithm>
#include <set>

namespace souk {
namespace {

struct Named {
    std::string name;
    std::string value;
};

Named split(const std::string& entry) {
    const auto equals = entry.find('=');
    if (equals == std::string::npos) return {};
    return {entry.substr(0, equals), entry.substr(equals + 1)};
}

bool is_name(const std::string& name) {
    constexpr std::size_t max_name = 32;
    return !name.empty() && name.size() <= max_name && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::vector<std::string> values_of(const std::vector<std::string>& entries,
                                   const std::string& name) {
    std::vector<std::string> values;
    for (const auto& entry : entries)
        if (auto named = split(entry); named.name == name) values.push_back(std::move(named.value));
    return values;
}

using Problems = std::vector<FieldError>;

void check_entries(const std::string& setting, const std::vector<std::string>& entries,
                   const std::set<std::string>& names, bool several, Problems& problems) {
    std::set<std::string> seen;
    for (const auto& entry : entries) {
        const auto [name, value] = split(entry);
        if (!is_name(name) || value.empty())
            problems.push_back({setting, "must be name=value, with names like google"});
        else if (!names.contains(name))
            problems.push_back({setting, name + " has no issuer"});
        else if (!seen.insert(name).second && !several)
            problems.push_back({setting, name + " is given twice"});
    }
}

}  // namespace

bool is_on_this_machine(std::string_view url) {
    for (const std::string_view host : {"localhost", "127.0.0.1", "[::1]"}) {
        const auto scheme = url.find("://");
        const auto rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
        if (!rest.starts_with(host)) continue;
        const auto after = rest.substr(host.size());
        if (after.empty() || after.front() == ':' || after.front() == '/') return true;
    }
    return false;
}

bool is_safe_url(std::string_view url) {
    constexpr std::string_view https = "https://";
    if (url.find_first_of("@?# \t\r\n") != url.npos) return false;
    return (url.starts_with(https) && url.size() > https.size()) ||
           (url.starts_with("http://") && is_on_this_machine(url));
}

std::vector<OidcProviderConfig> oidc_providers(const OidcConfig& config) {
    std::vector<OidcProviderConfig> providers;
    for (const auto& entry : config.issuers) {
        auto [name, issuer] = split(entry);
        OidcProviderConfig provider;
        provider.client_ids = values_of(config.client_ids, name);
        const auto secrets = values_of(config.client_secrets, name);
        const auto scopes = values_of(config.scopes, name);
        if (!secrets.empty()) provider.client_secret = secrets.front();
        if (!scopes.empty()) provider.scopes = scopes.front();
        provider.name = std::move(name);
        provider.issuer = std::move(issuer);
        providers.push_back(std::move(provider));
    }
    return providers;
}

std::vector<FieldError> oidc_problems(const OidcConfig& config) {
    Problems problems;
    std::set<std::string> names;
    for (const auto& entry : config.issuers) names.insert(split(entry).name);
    check_entries("oidc.issuers", config.issuers, names, false, problems);
    check_entries("oidc.client_ids", config.client_ids, names, true, problems);
    check_entries("oidc.client_secrets", config.client_secrets, names, false, problems);
    check_entries("oidc.scopes", config.scopes, names, false, problems);
    if (!problems.empty()) return problems;
    for (const auto& provider : oidc_providers(config)) {
        if (!is_safe_url(provider.issuer))
            problems.push_back({"oidc.issuers", provider.name + " must begin with https://"});
        if (provider.client_ids.empty())
            problems.push_back({"oidc.client_ids", provider.name + " has none"});
        if ((" " + provider.scopes + " ").find(" openid ") == std::string::npos)
            problems.push_back({"oidc.scopes", provider.name + " must ask for openid"});
    }
    if (!config.public_url.empty() && !is_safe_url(config.public_url))
        problems.push_back({"oidc.public_url", "must begin with https://"});
    return problems;
}

}  // namespace souk
