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

Result<Tenant> tenant_of(const CreateTenantBody& body, TenantId id, TimePoint now) {
    Error bad{ErrorCode::invalid_input, "Invalid input data", {}};
    if (!is_tenant_slug(body.slug))
        bad.details.push_back({"slug", "must be lower-case letters, digits and hyphens"});
    const auto hosts = body.hosts.value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i < hosts.size(); ++i)
        if (!is_host_name(hosts[i]))
            bad.details.push_back({"hosts[" + std::to_string(i) + "]",
                                   "must be a host name in lower case, without a port"});
    if (!bad.details.empty()) return bad;
    return Tenant{id, body.slug, body.name, hosts, now};
}

}  // namespace souk
