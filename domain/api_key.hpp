#pragma once
// API keys: what they may be given, by whom, and when they hold. Their secrets are known to nobody
// but their holders.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"

namespace souk {

/// All there are; "admin" stands for every one of them.
inline constexpr std::array<std::string_view, 15> key_scopes{
    "admin",           "console:admin",  "console:operate",   "console:view",    "discounts:read",
    "discounts:write", "inventory:read", "inventory:reserve", "inventory:write", "keys:manage",
    "metrics:read",    "orders:read",    "orders:write",      "payments:read",   "payments:write"};

/// What belongs to a vendor's business, for its people and its keys.
std::vector<std::string> vendor_scopes();

struct KeySettings {
    std::string name;
    std::vector<std::string> scopes;
    std::optional<VendorId> vendor;      // set: may touch only this vendor's things
    std::int64_t requests_per_minute{};  // 0: the server's default
    std::optional<TimePoint> expires_at;
};

/// What somebody may give away: no more than they have.
struct KeyRights {
    std::vector<std::string> scopes;
    std::optional<VendorId> vendor;
    std::int64_t requests_per_minute{};  // of the maker's own key; 0: no limit
    TenantId tenant{default_tenant};
};

/// Is all that a key may do within these rights?
bool covers(const KeyRights& rights, const KeySettings& key);

/// The settings that a key is made with: a vendor's keys are its own. `forbidden` for more than the
/// maker has, `unprocessable` for a time to end that is over.
Result<KeySettings> may_make_key(const KeyRights& rights, KeySettings wanted, TimePoint now);

/// So many keys that hold may one vendor have, or the marketplace itself.
inline constexpr std::int64_t max_keys = 100;

}  // namespace souk
