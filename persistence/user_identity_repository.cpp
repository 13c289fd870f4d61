#include "persistence/user_identity_repository.hpp"

namespace souk {
namespace {

const std::string select_user = std::string{"SELECT "} + user_columns + R"(
    FROM user_identities i
    JOIN users u ON u.id = i.user_id
    WHERE i.tenant_id = $1 AND i.issuer = $2 AND i.subject = $3
    FOR UPDATE OF u)";

constexpr auto insert = R"(
    INSERT INTO user_identities (tenant_id, issuer, subject, user_id, created_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING)";

}  // namespace

Result<std::optional<StoredUser>> lock_user_of_identity(Connection& db, TenantId tenant,
                                                        const std::string& issuer,
                                                        const std::string& subject) {
    const auto rows = query(db, select_user.c_str(), tenant, issuer, subject);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<StoredUser>{};
    Columns columns(rows->front());
    return std::optional{user_from(columns)};
}

Result<void> insert_identity(Connection& db, const UserIdentity& identity, TimePoint now) {
    const auto rows =
        query(db, insert, identity.tenant, identity.issuer, identity.subject, identity.user, now);
    if (!rows) return rows.error();
    return {};
}

}  // namespace souk
