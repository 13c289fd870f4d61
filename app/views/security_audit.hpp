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

inline std::string target_of(UserId id) { return "user " + to_text(id); }

}  // namespace souk
