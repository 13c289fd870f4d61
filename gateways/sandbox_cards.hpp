#pragma once
// The ways to pay that the sandbox knows. Those that begin with pm_card_ bear the names of Stripe's
// test cards and behave like them (docs.stripe.com/testing); those that begin with pm_sandbox_ are
// for what Stripe cannot be asked to do: losing answers, being away, deciding late.

#include <span>
#include <string_view>

#include "domain/gateway.hpp"

namespace souk {

enum class SandboxTrouble {
    none,
    answer_lost,     // it happens, but the first answer is `unknown`
    request_lost,    // the first try is `unknown`, and nothing happened
    away_twice,      // the first two tries are `unavailable`
    always_refused,  // declined, for `reason`
    disputed_later,  // it happens, and a dispute follows
};

struct SandboxCard {
    std::string_view token;
    GatewayStatus authorize{GatewayStatus::authorized};
    /// What a confirmation, or time, makes of an authorization that is not final.
    GatewayStatus then{GatewayStatus::authorized};
    std::string_view reason{};  // of declining, in Stripe's words
    SandboxTrouble trouble{SandboxTrouble::none};
    GatewayStep trouble_at{GatewayStep::authorize};
};

std::span<const SandboxCard> sandbox_cards();

/// Null for a token nobody knows.
const SandboxCard* find_sandbox_card(std::string_view token);

}  // namespace souk
