#pragma once
// Where orders reach payment gateways. `app` implements it with a pool of threads for each.

#include <functional>

#include "domain/gateway.hpp"
#include "domain/payment.hpp"
#include "domain/result.hpp"

namespace souk {

class GatewayDesk {
public:
    virtual ~GatewayDesk() = default;

    /// May a payment be begun? `unprocessable` for a gateway or an amount that is not served,
    /// `unavailable` while the gateway's circuit breaker is open or too many calls wait for it.
    virtual Result<void> admits(PaymentMethod gateway, Amount amount, Currency currency) = 0;

    /// Asks, never blocks, and answers once on any thread: `not_asked`, with a wait, when the
    /// breaker or the queue did not let the call out. The attempt must be on disk.
    virtual void ask(PaymentMethod gateway, GatewayRequest request,
                     std::function<void(GatewayAnswer)> answered) = 0;
};

}  // namespace souk
