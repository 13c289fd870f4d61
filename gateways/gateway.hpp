#pragma once
// A way to be paid, as payments see it: one blocking question at a time, always an answer. Knows
// neither orders' rules nor who waits; whoever asks keeps the attempt on record first.

#include <chrono>
#include <string_view>

#include "domain/gateway.hpp"
#include "domain/result.hpp"

namespace souk {

/// Until when an answer is of use. A stopwatch's time, so that setting the clock changes nothing.
using Deadline = std::chrono::steady_clock::time_point;

class PaymentGateway {
public:
    virtual ~PaymentGateway() = default;

    /// As orders name their payment method: "stripe", "sandbox", "cash_on_delivery".
    virtual std::string_view name() const = 0;

    /// `unprocessable` for an amount that cannot be told to this gateway exactly. Worth asking
    /// before a payment is begun: `ask` declines such an amount.
    virtual Result<void> accepts(Amount amount, Currency currency) const = 0;

    /// Blocks until there is an answer or the deadline; any thread; never throws.
    ///
    /// `unavailable` speaks of this try alone: an earlier one that ended `unknown` still may have
    /// happened. `look_up` is asked with the facts and the key of the step that is in doubt, and is
    /// never answered `unavailable`, which would read as if nothing had happened.
    virtual GatewayAnswer ask(const GatewayRequest& request, Deadline deadline) = 0;
};

}  // namespace souk
