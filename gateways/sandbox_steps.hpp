#pragma once
// What a step makes of a payment in the sandbox: pure rules, without books, keys or troubles.

#include <optional>
#include <vector>

#include "gateways/gateway_event.hpp"
#include "gateways/sandbox_books.hpp"
#include "gateways/sandbox_cards.hpp"

namespace souk {

struct SandboxOutcome {
    GatewayAnswer answer;
    std::optional<SandboxIntent> next;   // nothing: the payment stays as it is
    std::vector<GatewayEventKind> news;  // the events that follow
};

/// A payment as an answer.
GatewayAnswer sandbox_answer(const SandboxIntent& intent);

SandboxOutcome authorize_in_sandbox(const GatewayRequest& request, const SandboxCard& card,
                                    TimePoint now, Duration decision_delay);
/// Any step but `authorize` and `look_up`, of a payment that exists.
SandboxOutcome change_in_sandbox(const GatewayRequest& request, const SandboxCard& card,
                                 const SandboxIntent& intent);
/// The end of one that was `processing`.
SandboxOutcome decide_in_sandbox(const SandboxCard& card, const SandboxIntent& intent);

/// The event that tells of a change; its id is made of what caused it.
SandboxEvent news_of_sandbox(GatewayEventKind kind, std::string_view cause,
                             const SandboxIntent& intent, TimePoint now, Duration delay);
GatewayEvent sandbox_event(const SandboxEvent& event, const SandboxIntent& intent);

}  // namespace souk
