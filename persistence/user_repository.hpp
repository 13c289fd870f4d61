#pragma once
// People as they are kept: with the hash of their password, never the password.

#include <optional>
#include <string>
#include <vector>

#include "domain/account.hpp"
#include "persistence/query.hpp"

namespace souk {

struct StoredUser {
    User user;
    std::string password_hash;
    std::int64_t password_version{1};  // the same while the password is, however it is hashed
};

/// Nothing happens when the address is taken.
Result<void> insert_user(Connection& db, const StoredUser& stored);

Result<std::optional<StoredUser>> find_user(Connection& db, UserId id);
Result<std::optional<StoredUser>> find_user(Connection& db, TenantId tenant,
                                            const std::string& email);
/// The same, kept from others until the transaction ends.
Result<std::optional<StoredUser>> lock_user(Connection& db, UserId id);

/// Writes what may change but the password.
Result<void> save_user(Connection& db, const User& user);
Result<void> save_password(Connection& db, UserId id, const std::string& hash, TimePoint now);
/// The same password under another hash; nothing happens when it has changed meanwhile.
Result<void> replace_hash(Connection& db, UserId id, const std::string& before,
                          const std::string& after);

/// What the passwords that are in force were hashed with. Reads every user.
Result<std::vector<int>> find_hash_costs(Connection& db);

/// Deletes up to `limit` that registered before and never proved their address; tells how many.
Result<std::int64_t> purge_unverified_users(Connection& db, TimePoint oldest, std::int64_t limit);

/// The columns of a user in the order that `user_from` reads them, for statements that join.
inline constexpr auto user_columns =
    "u.id, u.tenant_id, u.email, u.first_name, u.last_name, u.phone, u.role, u.state, u.version, "
    "u.created_at, u.updated_at, u.password_hash, u.vendor_id, u.password_version";
StoredUser user_from(Columns& columns);

}  // namespace souk
