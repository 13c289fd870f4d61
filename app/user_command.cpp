#include "app/user_command.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "app/views/account_erasure.hpp"
#include "app/views/key_settlement.hpp"
#include "app/views/security_audit.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/session_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_repository.hpp"
#include "protocol/account_json.hpp"
#include "security/bcrypt.hpp"

namespace souk {
namespace {

StoredUser new_user(const NewUser& wanted, const std::string& email, UserId id, TimePoint now) {
    StoredUser stored;
    auto& user = stored.user;
    user.id = id;
    user.tenant = wanted.tenant;
    user.email = email;
    user.first_name = wanted.first_name;
    user.last_name = wanted.last_name;
    user.created_at = now;
    return stored;
}

Result<User> write(Connection& db, const NewUser& wanted, const std::string& email,
                   const std::string& hash, UserId id, TimePoint now, IdSource& ids) {
    auto found = find_user(db, wanted.tenant, email);
    if (!found) return found.error();
    const bool is_new = !*found;
    if (!is_new) found = lock_user(db, (*found)->user.id);
    if (!found) return found.error();
    if (!is_new && (!*found || (*found)->user.state == AccountState::erased))
        return refuse(ErrorCode::conflict, "the account has been erased meanwhile");
    if (is_new && hash.empty())
        return refuse(ErrorCode::invalid_input, "password", "a new account needs a password");
    auto stored = is_new ? new_user(wanted, email, id, now) : std::move(**found);
    auto user = stored.user;
    user.role = wanted.role;
    user.vendor_id.reset();
    user.state = AccountState::active;
    user.updated_at = now;
    if (is_new) {
        if (auto kept = insert_user(db, {user, hash}); !kept) return kept.error();
    } else {
        ++user.version;
        if (auto saved = save_user(db, user); !saved) return saved.error();
        if (!hash.empty())
            if (auto saved = save_password(db, user.id, hash, now); !saved) return saved.error();
        if (auto ended = end_sessions(db, user.id, now); !ended) return ended.error();
    }
    const Doer doer{"soukd", "the command line", "", "", user.tenant};
    const auto entry = audit_of(
        AuditId{ids.next()}, doer,
        {is_new ? "users.make" : "users.change",
         target_of(user.id),
         {{"role", is_new ? "" : std::string{to_text(stored.user.role)}}},
         {{"role", std::string{to_text(user.role)}}, {"password", hash.empty() ? "kept" : "set"}},
         ""});
    if (auto kept = insert_audit(db, entry, now); !kept) return kept.error();
    if (const auto settled = settle_keys(db, user, doer, now, ids); !settled)
        return settled.error();
    return user;
}

}  // namespace

Result<User> put_user(Connection& db, const NewUser& wanted, int hash_cost, const Clock& clock,
                      IdSource& ids) {
    const auto email = normalised_email(wanted.email);
    if (!email) return refuse(ErrorCode::invalid_input, "email", "must be an e-mail address");
    if (!wanted.password.empty())
        if (auto problem = password_problem(wanted.password, *email))
            return refuse(ErrorCode::invalid_input, "password", "the password " + *problem);
    const auto hash = wanted.password.empty() ? "" : bcrypt(wanted.password, hash_cost);
    const UserId id{ids.next()};
    const auto now = clock.now();
    return in_transaction(
        db, [&](Connection& inner) { return write(inner, wanted, *email, hash, id, now, ids); });
}

Result<UserId> erase_user(Connection& db, TenantId tenant, const std::string& email,
                          const std::string& reason, const Clock& clock, IdSource& ids) {
    const auto address = normalised_email(email);
    const auto found =
        address ? find_user(db, tenant, *address) : Result<std::optional<StoredUser>>{};
    if (!found) return found.error();
    if (!*found) return refuse(ErrorCode::not_found, "nobody has that address");
    const auto id = (*found)->user.id;
    const auto now = clock.now();
    const AccountErasure erasure{
        .user = id,
        .doer = {"soukd", "the command line", "", "", tenant},
        .rule = [now](const User& user,
                      std::int64_t others) { return erase_account(user, others, now); },
        .audit_id = AuditId{ids.next()},
        .at = now,
        .reason = reason};
    const auto erased =
        in_transaction(db, [&](Connection& inner) { return erase_account(inner, erasure); });
    if (!erased) return erased.error();
    return id;
}

std::string password_for_user() {
    if (const char* given = std::getenv("SOUK_USER_PASSWORD")) return given;
    std::string line;
    if (isatty(STDIN_FILENO) == 0) std::getline(std::cin, line);
    return line;
}

}  // namespace souk
