#pragma once
// Who may see and do what on the console: viewers read, operators act on entities, admins on kinds
// and the server. Nothing is open without a key, and nothing to a vendor's.

#include <optional>
#include <string>

#include "http/call.hpp"
#include "http/router.hpp"
#include "protocol/console.hpp"

namespace souk {

inline constexpr std::string_view view_scope = "console:view";
inline constexpr std::string_view operate_scope = "console:operate";
inline constexpr std::string_view admin_scope = "console:admin";

inline Access console_viewers() { return Access::key({view_scope, operate_scope, admin_scope}); }
inline Access console_operators() { return Access::key({operate_scope, admin_scope}); }
inline Access console_admins() { return Access::key({admin_scope}); }

/// Whoever follows the console's topics may also see it: `unauthenticated` without a key,
/// `forbidden` with a vendor's or without the role.
/// `not_found` for whoever is of another marketplace than the default one, `forbidden` for a
/// vendor.
std::optional<Error> refuse_outsider(const Principal& principal);

std::optional<Error> refuse_console(const Principal& principal);

/// The console shows what belongs to every vendor.
std::optional<Error> refuse_vendor(const Call& call);

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
