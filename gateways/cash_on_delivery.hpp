#pragma once
// Cash, paid to whoever delivers. There is nothing outside to ask: it is a gateway so that an order
// paid in cash goes through the same steps as any other. Capture and refund are asked for by
// people, after the money has changed hands. It keeps no books and cannot fail halfway: a look-up
// answers that the step in doubt has not been done, and doing it again is harmless.

#include "gateways/gateway.hpp"

namespace souk {

class CashOnDelivery final : public PaymentGateway {
public:
    std::string_view name() const override { return "cash_on_delivery"; }
    Result<void> accepts(Amount amount, Currency currency) const override;
    GatewayAnswer ask(const GatewayRequest& request, Deadline deadline) override;
};

}  // namespace souk
