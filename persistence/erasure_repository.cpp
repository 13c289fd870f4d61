#include "persistence/erasure_repository.hpp"

#include <algorithm>

#include "persistence/sealed_columns.hpp"

namespace souk {
namespace {

constexpr auto insert = R"(
    INSERT INTO erasures (user_id, tenant_id, requested_at, due_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING)";

constexpr auto select_due = R"(
    SELECT user_id, tenant_id, requested_at, step, cursor, due_at, tries, failure
    FROM erasures WHERE done_at IS NULL AND due_at <= $1
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)";

constexpr auto select_under_way = R"(
    SELECT user_id, tenant_id, requested_at, step, cursor, due_at, tries, failure
    FROM erasures WHERE done_at IS NULL
    ORDER BY due_at LIMIT $1)";

constexpr auto count_under_way = "SELECT count(*) FROM erasures WHERE done_at IS NULL";

constexpr auto update = R"(
    UPDATE erasures SET step = $2, cursor = $3, due_at = $4, tries = $5, failure = $6
    WHERE user_id = $1 AND done_at IS NULL)";

constexpr auto finish = R"(
    UPDATE erasures SET step = $2, cursor = NULL, tries = 0, failure = '', done_at = $3
    WHERE user_id = $1)";

constexpr auto update_user = R"(
    UPDATE users
    SET email = $2, first_name = $3, last_name = $4, phone = $5, role = $6, state = $7,
        version = $8, updated_at = $9, vendor_id = $10, email_index = $11, password_hash = '',
        password_version = password_version + 1
    WHERE id = $1)";

// Refresh tokens go with their sessions.
constexpr const char* deletions[] = {
    "DELETE FROM sessions WHERE user_id = $1",         "DELETE FROM link_tokens WHERE user_id = $1",
    "DELETE FROM user_identities WHERE user_id = $1",  "DELETE FROM addresses WHERE user_id = $1",
    "DELETE FROM provider_log_ins WHERE user_id = $1", "DELETE FROM customers WHERE user_id = $1"};

constexpr auto delete_mails =
    "DELETE FROM mail_jobs WHERE tenant_id = $1 AND recipient_index = ANY($2)";

constexpr auto select_session_addresses = R"(
    SELECT id, address FROM sessions
    WHERE tenant_id = $1 AND user_id = $2
    ORDER BY last_used_at DESC LIMIT $3)";
constexpr auto select_audit_addresses = R"(
    SELECT DISTINCT p.address
    FROM audit a JOIN audit_personal p ON p.sequence = a.sequence
    WHERE a.tenant_id = $1 AND p.address <> ''
      AND (a.actor = $2 OR (a.target = 'user ' || $2 AND a.actor = 'guest'))
    LIMIT $3)";

constexpr auto delete_subjects =
    "DELETE FROM lockouts WHERE tenant_id = $1 AND subject = ANY($2::bytea[])";

constexpr auto select_keys_of =
    "SELECT id FROM api_keys WHERE tenant_id = $1 AND made_by = ANY($2)";
constexpr auto revoke_keys = R"(
    UPDATE api_keys SET revoked_at = $2
    WHERE id IN (SELECT id FROM api_keys WHERE id = ANY($1) AND revoked_at IS NULL
                 ORDER BY id FOR UPDATE)
    RETURNING id)";

// A key's holder is "[tenant ]user[ cart:…]", see stages.cpp. A sealed answer does not say whom it
// shows: those to others end with their day.
constexpr auto delete_answers = R"(
    DELETE FROM idempotency_keys
    WHERE tenant_id = $1
      AND ($2 = ANY(string_to_array(caller, ' ')) OR strpos(body, $2) > 0))";

constexpr auto select_open_orders = R"(
    SELECT o.id, o.number
    FROM orders o LEFT JOIN payments p ON p.order_id = o.id
    WHERE o.user_id = $2 AND o.tenant_id = $1
      AND (o.status NOT IN (4, 5, 6) OR p.state IN (1, 2, 3)
           OR EXISTS (SELECT FROM payment_attempts a WHERE a.order_id = o.id AND a.state = 0)
           OR EXISTS (SELECT FROM refunds r WHERE r.order_id = o.id AND r.state IN (0, 1)))
    ORDER BY o.id
    LIMIT $3)";

constexpr auto select_orders = R"(
    SELECT id FROM orders
    WHERE user_id = $2 AND tenant_id = $1 AND ($3::uuid IS NULL OR id > $3)
    ORDER BY id LIMIT $4)";

// Guests' carts that they ordered are nobody's, but their orders tell whose they were.
constexpr auto select_carts = R"(
    SELECT id FROM (
        SELECT id FROM carts WHERE user_id = $2 AND tenant_id = $1
        UNION
        SELECT c.id FROM orders o JOIN carts c ON c.id = o.cart_id
        WHERE o.user_id = $2 AND o.tenant_id = $1) theirs
    WHERE $3::uuid IS NULL OR id > $3
    ORDER BY id LIMIT $4)";

constexpr auto lock_mails_relay = "SELECT FROM relays WHERE name = 'mails' FOR UPDATE";
constexpr auto delete_mails_about = "DELETE FROM mail_jobs WHERE about = ANY($1::text[])";

constexpr auto delete_answers_showing = R"(
    DELETE FROM idempotency_keys
    WHERE tenant_id = $1 AND NOT starts_with(body, '$sealed$')
      AND substring(body FROM 'order_[0-9a-z]{26}') = ANY($2::text[]))";

Erasure erasure_from(Row row) {
    Columns columns(row);
    Erasure erasure;
    erasure.user = columns.next<UserId>();
    erasure.tenant = columns.next<TenantId>();
    erasure.requested_at = columns.next<TimePoint>();
    erasure.step = columns.next<ErasureStep>();
    erasure.cursor = columns.next<std::optional<Uuid>>();
    erasure.due_at = columns.next<TimePoint>();
    erasure.tries = columns.next<std::int64_t>();
    erasure.failure = columns.next<std::string>();
    return erasure;
}

Result<void> done(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return {};
}

}  // namespace

Result<void> insert_erasure(Connection& db, const Erasure& erasure) {
    return done(
        query(db, insert, erasure.user, erasure.tenant, erasure.requested_at, erasure.due_at));
}

Result<std::optional<Erasure>> lock_due_erasure(Connection& db, TimePoint now) {
    const auto rows = query(db, select_due, now);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Erasure>{};
    return std::optional{erasure_from(rows->front())};
}

Result<void> save_erasure(Connection& db, const Erasure& erasure) {
    return done(query(db, update, erasure.user, erasure.step, erasure.cursor, erasure.due_at,
                      erasure.tries, erasure.failure));
}

Result<void> finish_erasure(Connection& db, UserId user, TimePoint now) {
    return done(query(db, finish, user, ErasureStep::done, now));
}

Result<std::vector<Erasure>> find_erasures(Connection& db, std::int64_t limit) {
    return map_rows(query(db, select_under_way, limit), erasure_from);
}

Result<std::int64_t> count_erasures(Connection& db) {
    const auto rows = query(db, count_under_way);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

Result<void> save_erased(Connection& db, const User& erased) {
    using namespace sealed_column;
    const PersonalRow personal(db.personal(), erased.tenant, erased.id);
    return done(query(db, update_user, erased.id, personal.seal(user_email, erased.email),
                      personal.seal(user_first_name, erased.first_name),
                      personal.seal(user_last_name, erased.last_name),
                      personal.seal(user_phone, erased.phone), erased.role, erased.state,
                      erased.version, erased.updated_at, erased.vendor_id,
                      db.personal().index(user_email, erased.tenant, erased.email)));
}

Result<void> delete_rows_of_user(Connection& db, UserId user) {
    for (const auto* deletion : deletions)
        if (const auto deleted = query(db, deletion, user); !deleted) return deleted.error();
    return {};
}

Result<void> delete_mails_to(Connection& db, TenantId tenant, const std::string& email) {
    return done(query(db, delete_mails, tenant,
                      db.personal().indexes(sealed_column::mail_recipient, tenant, email)));
}

Result<std::vector<std::string>> find_network_addresses(Connection& db, TenantId tenant,
                                                        UserId user, std::int64_t limit) {
    auto addresses =
        map_rows(query(db, select_session_addresses, tenant, user, limit), [&](Row row) {
            return PersonalRow(row.personal(), tenant, row.get<SessionId>(0))
                .open(sealed_column::session_address, row.text(1));
        });
    if (!addresses) return addresses;
    const auto audited = query(db, select_audit_addresses, tenant, to_text(user), limit);
    if (!audited) return audited.error();
    for (const auto row : *audited) addresses->push_back(row.get<std::string>(0));
    std::ranges::sort(*addresses);
    addresses->erase(std::ranges::unique(*addresses).begin(), addresses->end());
    return addresses;
}

Result<void> delete_lockouts(Connection& db, TenantId tenant, const std::vector<Digest>& subjects) {
    std::vector<std::string> hashes;
    for (const auto& subject : subjects) hashes.push_back(to_bytea(subject));
    return done(query(db, delete_subjects, tenant, hashes));
}

Result<std::vector<ApiKeyId>> revoke_keys_made_by(Connection& db, TenantId tenant, UserId user,
                                                  TimePoint now) {
    const auto id_of = [](Row row) { return row.get<ApiKeyId>(0); };
    std::vector<std::string> makers{to_text(user)};
    std::vector<Uuid> made;
    while (!makers.empty()) {
        const auto keys = map_rows(query(db, select_keys_of, tenant, makers), id_of);
        if (!keys) return keys.error();
        makers.clear();
        for (const auto& key : *keys) {
            makers.push_back(to_text(key));
            made.push_back(key.uuid);
        }
    }
    return map_rows(query(db, revoke_keys, made, now), id_of);
}

Result<void> delete_answers_to(Connection& db, TenantId tenant, UserId user) {
    return done(query(db, delete_answers, tenant, to_text(user)));
}

Result<std::vector<OpenOrder>> find_open_orders_of(Connection& db, TenantId tenant, UserId user,
                                                   std::int64_t limit) {
    return map_rows(query(db, select_open_orders, tenant, user, limit), [](Row row) {
        return OpenOrder{row.get<OrderId>(0), row.get<std::string>(1)};
    });
}

Result<std::vector<OrderId>> find_orders_of_user(Connection& db, TenantId tenant, UserId user,
                                                 const std::optional<Uuid>& after,
                                                 std::int64_t limit) {
    return map_rows(query(db, select_orders, tenant, user, after, limit),
                    [](Row row) { return row.get<OrderId>(0); });
}

Result<std::vector<CartId>> find_carts_of_user(Connection& db, TenantId tenant, UserId user,
                                               const std::optional<Uuid>& after,
                                               std::int64_t limit) {
    return map_rows(query(db, select_carts, tenant, user, after, limit),
                    [](Row row) { return row.get<CartId>(0); });
}

// A relay that read an order's address before it went has its cursor locked until its mails are
// written; the next one finds no address.
Result<void> delete_traces_of_orders(Connection& db, TenantId tenant,
                                     const std::vector<OrderId>& orders) {
    std::vector<std::string> names;
    for (const auto& order : orders) names.push_back(to_text(order));
    if (const auto deleted = query(db, delete_answers_showing, tenant, names); !deleted)
        return deleted.error();
    if (const auto waited = query(db, lock_mails_relay); !waited) return waited.error();
    return done(query(db, delete_mails_about, names));
}

}  // namespace souk
