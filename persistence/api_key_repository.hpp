#pragma once
// API keys as they are kept: never the secret, only its hash.

#include <optional>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "persistence/query.hpp"

namespace souk {

struct StoredApiKey {
    TenantId tenant;
    ApiKeyId id;
    std::string name;
    Digest secret_hash{};  // SHA-256
    std::vector<std::string> scopes;
    std::optional<VendorId> vendor_id;
    std::int64_t requests_per_minute{};  // 0: the server's default
    TimePoint created_at;
    std::optional<TimePoint> expires_at;
    std::optional<TimePoint> revoked_at;
};

/// Nothing when there is no such key.
Result<std::optional<StoredApiKey>> find_api_key(Connection& db, const TenantId& tenant,
                                                 ApiKeyId id);
Result<void> insert_api_key(Connection& db, const StoredApiKey& key);
/// Notes when keys were last used.
Result<void> touch_api_keys(Connection& db, const std::vector<ApiKeyId>& ids, TimePoint now);

}  // namespace souk
