#pragma once
// Stripe over HTTPS. Cards are authorised first and captured later, confirmed from this server.

#include <string>

#include "domain/time.hpp"
#include "gateways/gateway.hpp"
#include "gateways/http_client.hpp"

namespace souk {

struct StripeRequest;

struct StripeOptions {
    std::string secret_key;  // "sk_…" or, better, a restricted "rk_…"; never logged
    std::string api_base{"https://api.stripe.com"};
    HttpClientOptions http;
};

class StripeGateway final : public PaymentGateway {
public:
    /// `clock` must outlive the gateway.
    StripeGateway(StripeOptions options, const Clock& clock);

    /// Names what is wrong with the options, before anything is started with them.
    static Result<void> check(const StripeOptions& options);

    std::string_view name() const override { return "stripe"; }
    Result<void> accepts(Amount amount, Currency currency) const override;
    GatewayAnswer ask(const GatewayRequest& request, Deadline deadline) override;

private:
    GatewayAnswer look_up_by_key(const GatewayRequest& request, Deadline deadline);
    HttpReply send(const StripeRequest& request, const std::string& key, Deadline deadline);

    const StripeOptions options_;
    const Clock& clock_;
    HttpClient client_;
};

}  // namespace souk
