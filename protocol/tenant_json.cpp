#include "protocol/tenant_json.hpp"

#include <algorithm>

namespace souk {
namespace {

bool is_plain(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
}

}  // namespace

bool is_tenant_slug(std::string_view text) {
    if (text.empty() || text.size() > 63 || !is_plain(text.front()) || !is_plain(text.back()))
        return false;
    return std::ranges::all_of(text, [](char letter) { return is_plain(letter) || letter == '-'; });
}

bool is_host_name(std::string_view text) {
    if (text.size() > 253) return false;
    for (;;) {
        const auto dot = text.find('.');
        if (!is_tenant_slug(text.substr(0, dot))) return false;
        if (dot == text.npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_site_url(std::string_view text) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!text.starts_with(scheme)) continue;
        const auto rest = text.substr(scheme.size());
        const auto host = rest.substr(0, rest.find_first_of(":/"));
        return is_host_name(host) && std::ranges::all_of(rest, [](char letter) {
                   return is_plain(letter) || (letter >= 'A' && letter <= 'Z') ||
                          std::string_view{".-_~:/"}.find(letter) != std::string_view::npos;
               });
    }
    return false;
}

namespace {

void check_hosts(const std::optional<std::vector<std::string>>& hosts, Error& bad) {
    for (std::size_t i = 0; hosts && i < hosts->size(); ++i)
        if (!is_host_name((*hosts)[i]))
            bad.details.push_back({"hosts[" + std::to_string(i) + "]",
                                   "must be a host name in lower case, without a port"});
}

void check_site_url(const std::optional<std::string>& site_url, Error& bad) {
    if (site_url && !site_url->empty() && !is_site_url(*site_url))
        bad.details.push_back({"siteUrl", "must be as https://shop.example.com"});
}

Error bad_input() { return {ErrorCode::invalid_input, "Invalid input data", {}}; }

}  // namespace

Result<Tenant> tenant_of(const CreateTenantBody& body, TenantId id, TimePoint now) {
    auto bad = bad_input();
    if (!is_tenant_slug(body.slug))
        bad.details.push_back({"slug", "must be lower-case letters, digits and hyphens"});
    check_hosts(body.hosts, bad);
    check_site_url(body.site_url, bad);
    if (!bad.details.empty()) return bad;
    return Tenant{id,        body.slug,
                  body.name, body.hosts.value_or(std::vector<std::string>{}),
                  now,       body.site_url.value_or("")};
}

Result<TenantChange> change_of(const ChangeTenantBody& body) {
    auto bad = bad_input();
    check_hosts(body.hosts, bad);
    check_site_url(body.site_url, bad);
    if (!bad.details.empty()) return bad;
    return TenantChange{body.name, body.hosts, body.site_url};
}

}  // namespace souk
