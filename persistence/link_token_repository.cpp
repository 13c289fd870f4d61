#include "persistence/link_token_repository.hpp"

namespace souk {
namespace {

constexpr auto insert = R"(
    INSERT INTO link_tokens (token_hash, tenant_id, user_id, purpose, password_hash, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6))";

constexpr auto select_link = R"(
    SELECT user_id, purpose, expires_at, used_at, tenant_id, password_hash
    FROM link_tokens WHERE tenant_id = $1 AND token_hash = $2)";

constexpr auto select_for_update = R"(
    SELECT user_id, purpose, expires_at, used_at, tenant_id, password_hash
    FROM link_tokens WHERE tenant_id = $1 AND token_hash = $2 FOR UPDATE)";

constexpr auto update_used = R"(
    UPDATE link_tokens SET used_at = $3, password_hash = NULL
    WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL)";

constexpr auto delete_old = R"(
    DELETE FROM link_tokens
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM link_tokens WHERE expires_at < $1 LIMIT $2)))";

Result<std::optional<StoredLink>> first(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<StoredLink>{};
    Columns columns(rows->front());
    StoredLink stored;
    stored.link.user_id = columns.next<UserId>();
    stored.link.purpose = columns.next<LinkPurpose>();
    stored.link.expires_at = columns.next<TimePoint>();
    stored.link.used_at = columns.next<std::optional<TimePoint>>();
    stored.tenant = columns.next<TenantId>();
    stored.password_hash = columns.next<std::optional<std::string>>();
    return std::optional{std::move(stored)};
}

}  // namespace

Result<void> insert_link(Connection& db, const Digest& hash, const StoredLink& stored) {
    const auto rows = query(db, insert, hash, stored.tenant, stored.link.user_id,
                            stored.link.purpose, stored.password_hash, stored.link.expires_at);
    if (!rows) return rows.error();
    return {};
}

Result<std::optional<StoredLink>> find_link(Connection& db, const TenantId& tenant,
                                            const Digest& hash) {
    return first(query(db, select_link, tenant, hash));
}

Result<std::optional<StoredLink>> lock_link(Connection& db, const TenantId& tenant,
                                            const Digest& hash) {
    return first(query(db, select_for_update, tenant, hash));
}

Result<void> use_links(Connection& db, UserId user, LinkPurpose purpose, TimePoint now) {
    const auto rows = query(db, update_used, user, purpose, now);
    if (!rows) return rows.error();
    return {};
}

Result<std::int64_t> purge_links(Connection& db, TimePoint oldest, std::int64_t limit) {
    const auto rows = query(db, delete_old, oldest, limit);
    if (!rows) return rows.error();
    return rows->affected();
}

}  // namespace souk
