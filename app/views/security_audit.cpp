#include "app/views/security_audit.hpp"

#include "protocol/account_json.hpp"
#include "protocol/console_action_json.hpp"

namespace souk {

AuditEntry audit_of(AuditId id, const Doer& doer, SecurityNote note) {
    return {.id = id,
            .actor = doer.actor,
            .actor_name = doer.actor_name,
            .action = std::move(note.action),
            .target = std::move(note.target),
            .reason = std::move(note.reason),
            .request_id = doer.request_id,
            .touched = 1,
            .before = state_json(note.before),
            .after = state_json(note.after),
            .address = doer.address,
            .tenant = doer.tenant,
            .kind = AuditKind::security};
}

Doer doer_of(const User& user, std::string address, std::string request_id) {
    return {to_text(user.id), std::string{to_text(user.role)}, std::move(address),
            std::move(request_id), user.tenant};
}

}  // namespace souk
