#pragma once
// The functions behind soukctl's commands, and what they share.

#include <string>
#include <string_view>

#include "app/ctl/commands.hpp"

namespace souk {

// What looks.
int show_top(CtlSession& session);
int list_actors(CtlSession& session);
int show_actor(CtlSession& session);
int list_reservations(CtlSession& session);
int list_payments(CtlSession& session);
int list_mails(CtlSession& session);
int list_relays(CtlSession& session);
int list_erasures(CtlSession& session);
int show_history(CtlSession& session);
int check_invariants(CtlSession& session);
int explain_request(CtlSession& session);
int list_audit(CtlSession& session);
int tail(CtlSession& session);

// What acts; each wants --reason.
int act_on_actor(CtlSession& session);
int pause_kind(CtlSession& session);
int resume(CtlSession& session);
int drain(CtlSession& session);
int list_tenants(CtlSession& session);
int put_tenant(CtlSession& session);
int release(CtlSession& session);
int extend(CtlSession& session);
int retry(CtlSession& session);
int give_up(CtlSession& session);
int refund(CtlSession& session);
int drop(CtlSession& session);

int misused(CtlSession& session, const std::string& message);
/// Of an actor, whose id says what it is.
std::string actor_path(std::string_view id);

}  // namespace souk
