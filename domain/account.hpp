#pragma once
// People's accounts: what an address and a password must be, what state an account is in and who
// moves it on, which role it has. Knows no hash and no token.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"

namespace souk {

enum class Role { customer, vendor, admin, super_admin };

/// Also by the names BUYER and SELLER, and whatever the case.
std::optional<Role> role_of(std::string_view text);
/// What API keys are given one by one, a role has: nothing, what a vendor's keys have for who is
/// tied to one, or "admin", which is everything.
std::vector<std::string> scopes_of(Role role, const std::optional<VendorId>& vendor);
/// Of admin and super_admin.
bool is_administrator(Role role);

enum class AccountState { unverified, active, suspended, banned, closed, erased };
enum class AccountMove { verify, suspend, ban, reinstate, close };

/// `conflict` for a move that the state does not allow. What is so already stays.
Result<AccountState> after(AccountState state, AccountMove move);

/// `forbidden` with the reason, which is told to those alone who know the password.
Result<void> may_log_in(AccountState state);

inline constexpr std::size_t max_email = 254;  // RFC 5321 with its corrections
inline constexpr std::size_t max_email_name = 64;

/// As addresses are compared: in lower case (ASCII). Nothing when no mail server would take it.
std::optional<std::string> normalised_email(std::string_view text);

inline constexpr std::size_t min_password_bytes = 8;
inline constexpr std::size_t max_password_bytes = 72;  // bcrypt looks at no more

/// What is wrong with a password that somebody chooses; nothing when it will do.
std::optional<std::string> password_problem(std::string_view password, std::string_view email);

struct User {
    UserId id;
    TenantId tenant{default_tenant};
    std::string email;  // normalised
    std::string first_name;
    std::string last_name;
    std::string phone;  // empty: not given
    Role role{Role::customer};
    std::optional<VendorId> vendor_id;  // of a vendor: whose things they may touch
    AccountState state{AccountState::unverified};
    Version version{1};
    TimePoint created_at;
    TimePoint updated_at;
    bool operator==(const User&) const = default;
};

struct ProfileChange {
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> phone;
    std::optional<Version> expected_version;
};

/// The next version, or the same when nothing is different. `precondition_failed` for a stale one.
Result<User> change_profile(const User& user, const ProfileChange& change, TimePoint now);

}  // namespace souk
