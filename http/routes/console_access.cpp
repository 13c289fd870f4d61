#include "http/routes/console_access.hpp"

namespace souk {
namespace {

constexpr std::size_t time_part = 10;  // of the 26 characters of an id

/// "cart_01kf0w9c3z…": the time it was made, without what makes it a secret.
std::string shortened(const std::string& id) {
    const auto start = id.find('_');
    if (start == std::string::npos) return id;
    return id.substr(0, start + 1 + time_part) + "…";
}

bool is_secret(std::string_view id) { return id.starts_with("cart_") || id.starts_with("res_"); }

void shorten_if_secret(std::string& id) {
    if (is_secret(id)) id = shortened(id);
}

}  // namespace

std::optional<Error> refuse_vendor(const Call& call) {
    if (!call.principal().vendor) return std::nullopt;
    return refuse(ErrorCode::forbidden, "the console is not a vendor's to see");
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
}

// A target is "cart cart_…": the id is its last word.
void hide_secrets(const Call& call, AuditPage& page) {
    if (may_operate(call)) return;
    for (auto& row : page.rows) {
        auto& target = row.entry.target;
        const auto start = target.rfind(' ') + 1;
        if (is_secret(std::string_view{target}.substr(start)))
            target = target.substr(0, start) + shortened(target.substr(start));
    }
}

}  // namespace souk
