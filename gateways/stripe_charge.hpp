#pragma once
// What a charge of Stripe's says of money taken and given back.

#include "protocol/json_path.hpp"

namespace souk {

Amount captured_of_charge(JsonValue charge);

/// Given back of what was taken. Stripe counts what was held and never taken as refunded too
/// (docs.stripe.com/api/payment_intents/capture: "any additional amount is automatically
/// refunded").
Amount refunded_of_charge(JsonValue charge);

}  // namespace souk
