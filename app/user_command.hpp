#pragma once
// People made from the command line: the first super admin, whom nobody else could make.

#include <string>

#include "domain/account.hpp"
#include "persistence/connection.hpp"

namespace souk {

struct NewUser {
    std::string email;
    std::string password;  // empty: somebody who is there keeps theirs
    std::string first_name;
    std::string last_name;
    Role role{Role::customer};
    TenantId tenant{default_tenant};
};

/// Makes an account that is open at once, or opens the one of that address and gives it the role
/// and the password. Its sessions end. `invalid_input` for an address or a password that will not
/// do.
Result<User> put_user(Connection& db, const NewUser& wanted, int hash_cost, const Clock& clock,
                      IdSource& ids);

/// Erases somebody as an administrator does. `not_found` for nobody.
Result<UserId> erase_user(Connection& db, TenantId tenant, const std::string& email,
                          const std::string& reason, const Clock& clock, IdSource& ids);

/// From the environment, or the first line of the input when that is no terminal.
std::string password_for_user();

}  // namespace souk
