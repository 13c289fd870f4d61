#include "persistence/user_repository.hpp"

#include "persistence/sealed_columns.hpp"

namespace souk {

using namespace sealed_column;

namespace {

constexpr auto insert = R"(
    INSERT INTO users (id, tenant_id, email, first_name, last_name, phone, role, state, version,
                       created_at, updated_at, password_hash, vendor_id, email_index)
    SELECT $1::uuid, $2::uuid, $3, $4, $5, $6, $7::smallint, $8::smallint, $9::bigint,
           $10::timestamptz, $11::timestamptz, $12, $13::uuid, $14
    WHERE NOT EXISTS (SELECT FROM users WHERE tenant_id = $2::uuid AND email_index = ANY($15))
    ON CONFLICT ON CONSTRAINT users_email_is_unique DO NOTHING)";

const std::string select_user = std::string{"SELECT "} + user_columns + " FROM users u ";
const std::string select_by_id = select_user + "WHERE u.id = $1";
const std::string select_by_email =
    select_user + "WHERE u.tenant_id = $1 AND u.email_index = ANY($2)";
const std::string select_for_update = select_by_id + " FOR UPDATE";

constexpr auto update_user = R"(
    UPDATE users
    SET first_name = $2, last_name = $3, phone = $4, role = $5, state = $6, version = $7,
        updated_at = $8, vendor_id = $9
    WHERE id = $1)";

constexpr auto update_password = R"(
    UPDATE users
    SET password_hash = $2, password_version = password_version + 1, version = version + 1,
        updated_at = $3
    WHERE id = $1)";

constexpr auto update_hash = R"(
    UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2)";

// bcrypt's own text: $2b$12$…
constexpr auto select_costs = R"(
    SELECT DISTINCT substr(password_hash, 5, 2)::int
    FROM users
    WHERE state <> 0 AND password_hash ~ '^[$]2[aby][$][0-9]{2}[$]')";

constexpr auto delete_unverified = R"(
    DELETE FROM users
    WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM users WHERE state = 0 AND created_at < $1 LIMIT $2)))";

Result<std::optional<StoredUser>> first(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<StoredUser>{};
    Columns columns(rows->front());
    return std::optional{user_from(columns)};
}

Result<void> done(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return {};
}

}  // namespace

StoredUser user_from(Columns& columns) {
    StoredUser stored;
    auto& user = stored.user;
    user.id = columns.next<UserId>();
    user.tenant = columns.next<TenantId>();
    const PersonalRow personal(columns.personal(), user.tenant, user.id);
    user.email = personal.open(user_email, columns.next<std::string>());
    user.first_name = personal.open(user_first_name, columns.next<std::string>());
    user.last_name = personal.open(user_last_name, columns.next<std::string>());
    user.phone = personal.open(user_phone, columns.next<std::string>());
    user.role = columns.next<Role>();
    user.state = columns.next<AccountState>();
    user.version = columns.next<Version>();
    user.created_at = columns.next<TimePoint>();
    user.updated_at = columns.next<TimePoint>();
    stored.password_hash = columns.next<std::string>();
    user.vendor_id = columns.next<std::optional<VendorId>>();
    stored.password_version = columns.next<std::int64_t>();
    return stored;
}

Result<void> insert_user(Connection& db, const StoredUser& stored) {
    const auto& user = stored.user;
    const PersonalRow personal(db.personal(), user.tenant, user.id);
    return done(query(db, insert, user.id, user.tenant, personal.seal(user_email, user.email),
                      personal.seal(user_first_name, user.first_name),
                      personal.seal(user_last_name, user.last_name),
                      personal.seal(user_phone, user.phone), user.role, user.state, user.version,
                      user.created_at, user.updated_at, stored.password_hash, user.vendor_id,
                      db.personal().index(user_email, user.tenant, user.email),
                      db.personal().indexes(user_email, user.tenant, user.email)));
}

Result<std::optional<StoredUser>> find_user(Connection& db, UserId id) {
    return first(query(db, select_by_id.c_str(), id));
}

Result<std::optional<StoredUser>> find_user(Connection& db, TenantId tenant,
                                            const std::string& email) {
    return first(query(db, select_by_email.c_str(), tenant,
                       db.personal().indexes(user_email, tenant, email)));
}

Result<std::optional<StoredUser>> lock_user(Connection& db, UserId id) {
    return first(query(db, select_for_update.c_str(), id));
}

Result<void> save_user(Connection& db, const User& user) {
    const PersonalRow personal(db.personal(), user.tenant, user.id);
    return done(query(db, update_user, user.id, personal.seal(user_first_name, user.first_name),
                      personal.seal(user_last_name, user.last_name),
                      personal.seal(user_phone, user.phone), user.role, user.state, user.version,
                      user.updated_at, user.vendor_id));
}

Result<void> save_password(Connection& db, UserId id, const std::string& hash, TimePoint now) {
    return done(query(db, update_password, id, hash, now));
}

Result<void> replace_hash(Connection& db, UserId id, const std::string& before,
                          const std::string& after) {
    return done(query(db, update_hash, id, before, after));
}

Result<std::vector<int>> find_hash_costs(Connection& db) {
    return map_rows(query(db, select_costs), [](Row row) { return row.get<int>(0); });
}

Result<std::int64_t> purge_unverified_users(Connection& db, TimePoint oldest, std::int64_t limit) {
    const auto rows = query(db, delete_unverified, oldest, limit);
    if (!rows) return rows.error();
    return rows->affected();
}

}  // namespace souk
