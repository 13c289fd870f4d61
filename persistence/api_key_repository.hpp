#pragma once
// API keys as they are kept: never the secret, only its hash.

#include <optional>
#include <string>
#include <vector>

#include "domain/api_key.hpp"
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
    std::string made_by{};  // the id of a user or a key
    std::optional<TimePoint> last_used_at{};
    std::optional<Digest> old_secret_hash{};  // still good until old_expires_at
    std::optional<TimePoint> old_expires_at{};
    std::optional<TimePoint> suspended_at{};  // with whoever made it
};

/// Nothing when there is no such key.
Result<std::optional<StoredApiKey>> find_api_key(Connection& db, const OfTenant<ApiKeyId>& key);
/// The same, kept from others until the transaction ends.
Result<std::optional<StoredApiKey>> lock_api_key(Connection& db, const OfTenant<ApiKeyId>& key);
/// Keys within somebody's rights, the newest first.
Result<std::vector<StoredApiKey>> find_api_keys(Connection& db, const KeyRights& rights,
                                                std::int64_t limit, std::int64_t offset);
Result<std::int64_t> count_api_keys(Connection& db, const KeyRights& rights);
/// Those that hold, of one vendor or of the marketplace itself.
Result<std::int64_t> count_open_api_keys(Connection& db, const TenantId& tenant,
                                         const std::optional<VendorId>& vendor, TimePoint now);
Result<void> insert_api_key(Connection& db, const StoredApiKey& key);
Result<void> revoke_api_key(Connection& db, ApiKeyId id, TimePoint now);
/// The secret that was there until now is the old one, and holds until then.
Result<void> save_secret(Connection& db, ApiKeyId id, const Digest& secret_hash,
                         TimePoint old_expires_at);
/// Since when; nothing: it holds again.
Result<void> suspend_api_key(Connection& db, ApiKeyId id, std::optional<TimePoint> since);
/// Those that are not revoked, by the id of a user or a key, kept from others until the transaction
/// ends.
Result<std::vector<StoredApiKey>> lock_api_keys_made_by(Connection& db, const TenantId& tenant,
                                                        const std::string& maker);
/// Notes when keys were last used.
Result<void> touch_api_keys(Connection& db, const std::vector<ApiKeyId>& ids, TimePoint now);

}  // namespace souk
