#include "domain/account.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/api_key.hpp"

namespace souk {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) { return lower(c); });
    return result;
}

}  // namespace

std::optional<Role> role_of(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, Role>, 6> names{{
        {"customer", Role::customer},
        {"buyer", Role::customer},
        {"vendor", Role::vendor},
        {"seller", Role::vendor},
        {"admin", Role::admin},
        {"super_admin", Role::super_admin},
    }};
    const auto wanted = lower(text);
    const auto* const found =
        std::ranges::find(names, wanted, &std::pair<std::string_view, Role>::first);
    if (found == names.end()) return std::nullopt;
    return found->second;
}

bool is_administrator(Role role) { return role == Role::admin || role == Role::super_admin; }

std::vector<std::string> scopes_of(Role role, const std::optional<VendorId>& vendor) {
    if (is_administrator(role)) return {"admin"};
    if (role == Role::vendor && vendor) return vendor_scopes();
    return {};
}

Result<AccountState> after(AccountState state, AccountMove move) {
    if (state == AccountState::erased) return refuse(ErrorCode::conflict, "the account is erased");
    switch (move) {
        case AccountMove::verify:
            return state == AccountState::unverified ? AccountState::active : state;
        case AccountMove::suspend:
            if (state == AccountState::banned)
                return refuse(ErrorCode::conflict, "a banned account cannot be suspended");
            if (state == AccountState::closed)
                return refuse(ErrorCode::conflict, "a closed account cannot be suspended");
            return AccountState::suspended;
        case AccountMove::ban:
            return AccountState::banned;
        case AccountMove::close:
            return AccountState::closed;
        case AccountMove::reinstate:
            if (state == AccountState::unverified)
                return refuse(ErrorCode::conflict, "the account's address is not verified");
            return AccountState::active;
    }
    return state;
}

Result<void> may_log_in(AccountState state) {
    switch (state) {
        case AccountState::active:
            return {};
        case AccountState::unverified:
            return refuse(ErrorCode::forbidden, "the e-mail address is not verified yet");
        case AccountState::suspended:
            return refuse(ErrorCode::forbidden, "the account is suspended");
        case AccountState::banned:
            return refuse(ErrorCode::forbidden, "the account is banned");
        case AccountState::closed:
            return refuse(ErrorCode::forbidden, "the account is closed");
        case AccountState::erased:
            return refuse(ErrorCode::forbidden, "the account is erased");
    }
    return refuse(ErrorCode::forbidden, "the account is in no known state");
}

std::optional<std::string> normalised_email(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > max_email_name || at + 1 == text.size() ||
        text.size() > max_email)
        return std::nullopt;
    return lower(text);
}

std::optional<std::string> password_problem(std::string_view password, std::string_view email) {
    if (password.size() < min_password_bytes)
        return "must have at least " + std::to_string(min_password_bytes) + " characters";
    if (password.size() > max_password_bytes)
        return "must have at most " + std::to_string(max_password_bytes) + " bytes in UTF-8";
    if (std::ranges::all_of(password, [&](char c) { return c == password.front(); }))
        return "must not be one character again and again";
    if (lower(password) == lower(email)) return "must not be the e-mail address";
    return std::nullopt;
}

Result<User> change_profile(const User& user, const ProfileChange& change, TimePoint now) {
    if (change.expected_version && *change.expected_version != user.version)
        return refuse(ErrorCode::precondition_failed, "the profile has changed since it was read");
    User next = user;
    next.first_name = change.first_name.value_or(user.first_name);
    next.last_name = change.last_name.value_or(user.last_name);
    next.phone = change.phone.value_or(user.phone);
    if (next == user) return next;
    ++next.version;
    next.updated_at = now;
    return next;
}

}  // namespace souk
