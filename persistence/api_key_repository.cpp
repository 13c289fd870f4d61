#include "persistence/api_key_repository.hpp"

namespace souk {
namespace {

constexpr auto select_columns = R"(
    SELECT tenant_id, id, name, secret_hash, scopes, vendor_id, requests_per_minute, created_at,
           expires_at, revoked_at, made_by, last_used_at, old_secret_hash, old_expires_at,
           suspended_at
    FROM api_keys )";
const std::string select_key = std::string{select_columns} + "WHERE tenant_id = $1 AND id = $2";
const std::string select_for_update = select_key + " FOR UPDATE";

// "admin" covers every scope.
constexpr auto within_rights = R"(
    WHERE tenant_id = $1 AND ($2::uuid IS NULL OR vendor_id = $2)
      AND ('admin' = ANY($3::text[]) OR scopes <@ $3))";
const std::string select_list =
    std::string{select_columns} + within_rights + " ORDER BY id DESC LIMIT $4 OFFSET $5";
const std::string select_count = std::string{"SELECT count(*) FROM api_keys "} + within_rights;

constexpr auto select_open_count = R"(
    SELECT count(*) FROM api_keys
    WHERE tenant_id = $1 AND vendor_id IS NOT DISTINCT FROM $2::uuid AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > $3))";

constexpr auto insert_key = R"(
    INSERT INTO api_keys (tenant_id, id, name, secret_hash, scopes, vendor_id, requests_per_minute,
                          created_at, expires_at, revoked_at, made_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))";

constexpr auto update_revoked =
    "UPDATE api_keys SET revoked_at = $2, old_secret_hash = NULL, old_expires_at = NULL "
    "WHERE id = $1 AND revoked_at IS NULL";

constexpr auto update_secret = R"(
    UPDATE api_keys SET secret_hash = $2, old_secret_hash = secret_hash, old_expires_at = $3
    WHERE id = $1)";

constexpr auto update_suspended = "UPDATE api_keys SET suspended_at = $2 WHERE id = $1";

const std::string select_made_by = std::string{select_columns} + R"(
    WHERE tenant_id = $1 AND made_by = $2 AND revoked_at IS NULL
    ORDER BY id
    FOR UPDATE)";

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
    key.made_by = columns.next<std::string>();
    key.last_used_at = columns.next<std::optional<TimePoint>>();
    key.old_secret_hash = columns.next<std::optional<Digest>>();
    key.old_expires_at = columns.next<std::optional<TimePoint>>();
    key.suspended_at = columns.next<std::optional<TimePoint>>();
    return key;
}

Result<void> done(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return {};
}

Result<std::optional<StoredApiKey>> first(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<StoredApiKey>{};
    return std::optional{key_from(rows->front())};
}

Result<std::int64_t> number(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

}  // namespace

Result<std::optional<StoredApiKey>> find_api_key(Connection& db, const OfTenant<ApiKeyId>& key) {
    return first(query(db, select_key.c_str(), key.tenant, key.id));
}

Result<std::optional<StoredApiKey>> lock_api_key(Connection& db, const OfTenant<ApiKeyId>& key) {
    return first(query(db, select_for_update.c_str(), key.tenant, key.id));
}

Result<std::vector<StoredApiKey>> find_api_keys(Connection& db, const KeyRights& rights,
                                                std::int64_t limit, std::int64_t offset) {
    return map_rows(
        query(db, select_list.c_str(), rights.tenant, rights.vendor, rights.scopes, limit, offset),
        key_from);
}

Result<std::int64_t> count_api_keys(Connection& db, const KeyRights& rights) {
    return number(query(db, select_count.c_str(), rights.tenant, rights.vendor, rights.scopes));
}

Result<std::int64_t> count_open_api_keys(Connection& db, const TenantId& tenant,
                                         const std::optional<VendorId>& vendor, TimePoint now) {
    return number(query(db, select_open_count, tenant, vendor, now));
}

Result<void> revoke_api_key(Connection& db, ApiKeyId id, TimePoint now) {
    return done(query(db, update_revoked, id, now));
}

Result<void> save_secret(Connection& db, ApiKeyId id, const Digest& secret_hash,
                         TimePoint old_expires_at) {
    return done(query(db, update_secret, id, secret_hash, old_expires_at));
}

Result<void> suspend_api_key(Connection& db, ApiKeyId id, std::optional<TimePoint> since) {
    return done(query(db, update_suspended, id, since));
}

Result<std::vector<StoredApiKey>> lock_api_keys_made_by(Connection& db, const TenantId& tenant,
                                                        const std::string& maker) {
    return map_rows(query(db, select_made_by.c_str(), tenant, maker), key_from);
}

Result<void> insert_api_key(Connection& db, const StoredApiKey& key) {
    return done(query(db, insert_key, key.tenant, key.id, key.name, key.secret_hash, key.scopes,
                      key.vendor_id, key.requests_per_minute, key.created_at, key.expires_at,
                      key.revoked_at, key.made_by));
}

Result<void> touch_api_keys(Connection& db, const std::vector<ApiKeyId>& ids, TimePoint now) {
    return done(query(db, update_used, ids, now));
}

}  // namespace souk
