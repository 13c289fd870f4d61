#include "http/routes/console_access.hpp"

namespace souk {
namespace {

bool is_secret(std::string_view id) { return public_part(id) != id; }

/// "cart_01kf0w9c3z…"
std::string shortened(std::string_view id) { return std::string{public_part(id)} + "…"; }

void shorten_if_secret(std::string& id) {
    if (is_secret(id)) id = shortened(id);
}

}  // namespace

std::optional<Error> refuse_console(const Principal& principal) {
    return refuse_access(console_viewers(), principal);
}

bool may_operate(const Call& call) {
    return call.principal().has_scope(operate_scope) || call.principal().has_scope(admin_scope);
}

void hide_secrets(const Call& call, std::vector<ActorLine>& actors) {
    if (may_operate(call)) return;
    for (auto& actor : actors) shorten_if_secret(actor.id);
}

void hide_secrets(const Call& call, std::vector<MessageLine>& messages) {
    if (may_operate(call)) return;
    for (auto& message : messages) shorten_if_secret(message.id);
}

void hide_secrets(const Call& call, SupervisorPage& page) {
    if (may_operate(call)) return;
    for (auto& reservation : page.reservations) shorten_if_secret(reservation.id);
    for (auto& deed : page.history) shorten_if_secret(deed.subject);
}

void hide_secrets(const Call& call, AuditPage& page) {
    if (!may_operate(call)) hide_secrets(page);
}

// A target is "cart cart_…": the id is its last word.
void hide_secrets(AuditPage& page) {
    for (auto& row : page.rows) {
        auto& target = row.entry.target;
        const auto start = target.rfind(' ') + 1;
        if (is_secret(std::string_view{target}.substr(start)))
            target = target.substr(0, start) + shortened(std::string_view{target}.substr(start));
    }
}

}  // namespace souk
