#pragma once
// Rows of the audit about people, keys and roles.

#include <string>
#include <vector>

#include "domain/account.hpp"
#include "domain/audit.hpp"
#include "protocol/console.hpp"

namespace souk {

struct SecurityNote {
    std::string action;  // "users.suspend"
    std::string target;  // "user user_…"
    std::vector<StateField> before;
    std::vector<StateField> after;
    std::string reason;
};

AuditEntry audit_of(AuditId id, const Doer& doer, SecurityNote note);

/// Somebody who does something with their own account.
Doer doer_of(const User& user, std::string address, std::string request_id);

/// Who was erased: the audit's own personal parts go on its word, see audit_sealer.hpp.
inline constexpr auto erase_action = "users.erase";

inline std::string target_of(UserId id) { return "user " + to_text(id); }

}  // namespace souk
