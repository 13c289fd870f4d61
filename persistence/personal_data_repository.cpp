#include "persistence/personal_data_repository.hpp"

#include "persistence/customer_repository.hpp"
#include "persistence/sealed_columns.hpp"

namespace souk {
namespace {

constexpr auto select_customer = "SELECT id FROM customers WHERE tenant_id = $1 AND user_id = $2";

constexpr auto select_identities = R"(
    SELECT issuer, subject, created_at FROM user_identities
    WHERE tenant_id = $1 AND user_id = $2
    ORDER BY created_at)";

constexpr auto select_mails = R"(
    SELECT id, tenant_id, kind, state, recipient, about, created_at, done_at FROM mail_jobs
    WHERE tenant_id = $1 AND recipient_index = ANY($2)
    ORDER BY created_at DESC
    LIMIT $3)";

constexpr auto select_keys = R"(
    SELECT id, name, scopes, created_at, expires_at, revoked_at FROM api_keys
    WHERE tenant_id = $1 AND made_by = $2
    ORDER BY id DESC
    LIMIT $3)";

const std::string select_audit =
    std::string{"SELECT "} + audit_columns + " FROM audit a" + join_audit_parts + R"(
    WHERE a.tenant_id = $1 AND (a.actor = $2 OR a.target = $3)
      AND ($4::bigint IS NULL OR a.sequence < $4)
    ORDER BY a.sequence DESC
    LIMIT $5)";

constexpr auto select_open_carts = R"(
    SELECT id FROM carts
    WHERE user_id = $2 AND tenant_id = $1 AND status = 0 AND ($3::uuid IS NULL OR id > $3)
    ORDER BY id LIMIT $4)";

constexpr auto count_orders = R"(
    SELECT count(*) FROM (
        SELECT FROM orders WHERE tenant_id = $1 AND user_id = $2 LIMIT $3) found)";

ProviderLine identity_from(Row row) {
    Columns columns(row);
    ProviderLine line;
    line.issuer = columns.next<std::string>();
    line.subject = columns.next<std::string>();
    line.created_at = columns.next<TimePoint>();
    return line;
}

MailLine mail_from(Row row) {
    Columns columns(row);
    MailLine line;
    line.id = columns.next<MailId>();
    const PersonalRow personal(columns.personal(), columns.next<TenantId>(), line.id);
    line.kind = columns.next<MailKind>();
    line.state = columns.next<MailState>();
    line.recipient = personal.open(sealed_column::mail_recipient, columns.next<std::string>());
    line.about = columns.next<std::string>();
    line.created_at = columns.next<TimePoint>();
    line.done_at = columns.next<std::optional<TimePoint>>();
    return line;
}

OwnKeyLine key_from(Row row) {
    Columns columns(row);
    OwnKeyLine line;
    line.id = columns.next<ApiKeyId>();
    line.name = columns.next<std::string>();
    line.scopes = columns.next<std::vector<std::string>>();
    line.created_at = columns.next<TimePoint>();
    line.expires_at = columns.next<std::optional<TimePoint>>();
    line.revoked_at = columns.next<std::optional<TimePoint>>();
    return line;
}

StoredAuditEntry entry_from(Row row) {
    Columns columns(row);
    return audit_entry_from(columns);
}

}  // namespace

Result<std::optional<Customer>> find_customer_of(Connection& db, TenantId tenant, UserId user) {
    const auto rows = query(db, select_customer, tenant, user);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Customer>{};
    return find_customer(db, tenant, rows->front().get<CustomerId>(0));
}

Result<std::vector<ProviderLine>> find_identities_of(Connection& db, TenantId tenant, UserId user) {
    return map_rows(query(db, select_identities, tenant, user), identity_from);
}

Result<std::vector<MailLine>> find_mails_of(Connection& db, TenantId tenant,
                                            const std::string& email, std::int64_t limit) {
    return map_rows(
        query(db, select_mails, tenant,
              db.personal().indexes(sealed_column::mail_recipient, tenant, email), limit),
        mail_from);
}

Result<std::vector<OwnKeyLine>> find_keys_made_by(Connection& db, TenantId tenant, UserId user,
                                                  std::int64_t limit) {
    return map_rows(query(db, select_keys, tenant, to_text(user), limit), key_from);
}

Result<std::vector<StoredAuditEntry>> find_audit_of(Connection& db, TenantId tenant, UserId user,
                                                    std::optional<std::int64_t> before,
                                                    std::int64_t limit) {
    const auto name = to_text(user);
    return map_rows(query(db, select_audit.c_str(), tenant, name, "user " + name, before, limit),
                    entry_from);
}

Result<std::vector<CartId>> find_open_carts_of(Connection& db, TenantId tenant, UserId user,
                                               const std::optional<Uuid>& after,
                                               std::int64_t limit) {
    return map_rows(query(db, select_open_carts, tenant, user, after, limit),
                    [](Row row) { return row.get<CartId>(0); });
}

Result<std::int64_t> count_orders_of_user(Connection& db, TenantId tenant, UserId user,
                                          std::int64_t most) {
    const auto rows = query(db, count_orders, tenant, user, most);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

}  // namespace souk
