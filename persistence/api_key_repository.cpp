#include "persistence/api_key_repository.hpp"

namespace souk {
namespace {

constexpr auto select_key = R"(
    SELECT tenant_id, id, name, secret_hash, scopes, vendor_id, requests_per_minute, created_at, expires_at,
           revoked_at
    FROM api_keys
    WHERE tenant_id = $1 AND id = $2)";

constexpr auto insert_key = R"(
    INSERT INTO api_keys (tenant_id, id, name, secret_hash, scopes, vendor_id, requests_per_minute,
                          created_at, expires_at, revoked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))";

constexpr auto update_used = R"(
    UPDATE api_keys SET last_used_at = greatest(last_used_at, $2) WHERE id = ANY($1::uuid[]))";

StoredApiKey key_from(Row row) {
    Columns columns(row);
    StoredApiKey key;
    key.tenant = columns.next<TenantId>();
    key.id = columns.next<ApiKeyId>();
    key.name = columns.next<std::string>();
    key.secret_hash = columns.next<Digest>();
    key.scopes = columns.next<std::vector<std::string>>();
    key.vendor_id = columns.next<std::optional<VendorId>>();
    key.requests_per_minute = columns.next<std::int64_t>();
    key.created_at = columns.next<TimePoint>();
    key.expires_at = columns.next<std::optional<TimePoint>>();
    key.revoked_at = columns.next<std::optional<TimePoint>>();
    return key;
}

Result<void> done(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return {};
}

}  // namespace

Result<std::optional<StoredApiKey>> find_api_key(Connection& db, const TenantId& tenant,
                                                 ApiKeyId id) {
    const auto rows = query(db, select_key, tenant, id);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<StoredApiKey>{};
    return std::optional{key_from(rows->front())};
}

Result<void> insert_api_key(Connection& db, const StoredApiKey& key) {
    return done(query(db, insert_key, key.tenant, key.id, key.name, key.secret_hash, key.scopes,
                      key.vendor_id, key.requests_per_minute, key.created_at, key.expires_at,
                      key.revoked_at));
}

Result<void> touch_api_keys(Connection& db, const std::vector<ApiKeyId>& ids, TimePoint now) {
    return done(query(db, update_used, ids, now));
}

}  // namespace souk
