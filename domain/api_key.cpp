#include "domain/api_key.hpp"

#include <algorithm>

namespace souk {
namespace {

bool has(const std::vector<std::string>& scopes, std::string_view wanted) {
    return std::ranges::any_of(
        scopes, [&](const std::string& held) { return held == "admin" || held == wanted; });
}

}  // namespace

std::vector<std::string> vendor_scopes() {
    return {"inventory:read", "inventory:write", "orders:read", "keys:manage"};
}

bool covers(const KeyRights& rights, const KeySettings& key) {
    if (rights.vendor && key.vendor != rights.vendor) return false;
    return std::ranges::all_of(key.scopes,
                               [&](const auto& scope) { return has(rights.scopes, scope); });
}

Result<KeySettings> may_make_key(const KeyRights& rights, KeySettings wanted, TimePoint now) {
    if (!wanted.vendor) wanted.vendor = rights.vendor;
    if (rights.vendor && wanted.vendor != rights.vendor)
        return refuse(ErrorCode::forbidden, "vendorId", "is not your vendor");
    for (const auto& scope : wanted.scopes)
        if (!has(rights.scopes, scope))
            return refuse(ErrorCode::forbidden, "scopes", "you may not give away " + scope);
    // Everything, of one vendor: "admin" would say more than it means.
    if (wanted.vendor)
        for (const auto& scope : wanted.scopes)
            if (!std::ranges::count(vendor_scopes(), scope))
                return refuse(ErrorCode::unprocessable, "scopes",
                              scope + " is not for a vendor's keys");
    if (rights.requests_per_minute > 0)
        wanted.requests_per_minute =
            wanted.requests_per_minute == 0
                ? rights.requests_per_minute
                : std::min(wanted.requests_per_minute, rights.requests_per_minute);
    if (wanted.expires_at && *wanted.expires_at <= now)
        return refuse(ErrorCode::unprocessable, "expiresAt", "is over already");
    std::ranges::sort(wanted.scopes);
    wanted.scopes.erase(std::ranges::unique(wanted.scopes).begin(), wanted.scopes.end());
    return wanted;
}

}  // namespace souk
