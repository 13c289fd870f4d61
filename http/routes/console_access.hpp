#pragma once
// Who may see and do what on the console: viewers read, operators act on entities, admins on kinds
// and the server. Nothing is open without a key, and nothing to a vendor's.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/call.hpp"
#include "http/router.hpp"
#include "protocol/console.hpp"

namespace souk {

inline constexpr std::string_view view_scope = "console:view";
inline constexpr std::string_view operate_scope = "console:operate";
inline constexpr std::string_view admin_scope = "console:admin";

inline Access console_by(std::vector<std::string_view> scopes) {
    return Access::key(std::move(scopes))
        .but_no_vendors("the console is not a vendor's to see")
        .of_deployment();
}
inline Access console_viewers() { return console_by({view_scope, operate_scope, admin_scope}); }
inline Access console_operators() { return console_by({operate_scope, admin_scope}); }
inline Access console_admins() { return console_by({admin_scope}); }

/// Whoever follows the console's topics may also see it: `unauthenticated` without a key,
/// `forbidden` with a vendor's or without the role.
std::optional<Error> refuse_console(const Principal& principal);

bool may_operate(const Call& call);

/// Ids of carts and reservations are their owners' secrets: who may not act on them sees when they
/// were made and no more.
void hide_secrets(const Call& call, std::vector<ActorLine>& actors);
void hide_secrets(const Call& call, std::vector<MessageLine>& messages);
void hide_secrets(const Call& call, SupervisorPage& page);
void hide_secrets(const Call& call, AuditPage& page);
/// From everybody.
void hide_secrets(AuditPage& page);

}  // namespace souk
