#pragma once
// What we say to Stripe: one payment step as one request of its API, without sending it.
// Source: https://docs.stripe.com/api (payment_intents, refunds, search).

#include <string>

#include "domain/gateway.hpp"
#include "domain/result.hpp"

namespace souk {

/// Requests are written and answers read as this version has them. A later one removes
/// `payment_method_types`, which cards confirmed from the server need: the alternative,
/// `automatic_payment_methods`, excludes `confirmation_method`.
inline constexpr std::string_view stripe_version = "2026-08-26.dahlia";

struct StripeRequest {
    std::string method{"POST"};
    std::string path;  // "/v1/payment_intents", with the query of a GET
    std::string form;  // application/x-www-form-urlencoded
};

/// Refuses what Stripe cannot take (domain/payment.hpp), rather than round.
Result<void> stripe_accepts(Amount amount, Currency currency);

/// Refuses, before anything is sent, an amount or an id that Stripe could not have given or taken.
/// A look-up needs the intent; without one there are the next two.
Result<StripeRequest> stripe_request(const GatewayRequest& request);

/// The same bytes as the authorization: under its key Stripe gives its first answer again.
Result<StripeRequest> stripe_repeat(const GatewayRequest& look_up);
/// By the key in the metadata. The index lags: under a minute as a rule, an hour in outages.
Result<StripeRequest> stripe_search(const GatewayRequest& look_up);

}  // namespace souk
