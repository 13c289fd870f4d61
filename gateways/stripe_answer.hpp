#pragma once
// What Stripe says, as what it means for a payment. The one table of statuses and errors.
// Sources: docs.stripe.com/payments/paymentintents/lifecycle, docs.stripe.com/error-low-level,
// docs.stripe.com/api/errors.

#include <string_view>

#include "domain/gateway.hpp"
#include "gateways/http_client.hpp"

namespace souk {

/// An intent's status:
/// - `requires_capture`, `processing`, `canceled`: authorized, processing, cancelled
/// - `requires_action`: requires_action; `requires_confirmation` too, with that as its reason,
/// since
///   the buyer has done his part and confirming is all that is left
/// - `requires_payment_method`: declined, for its last error
/// - `succeeded`: captured; to a look-up refunded, once all of it has been given back
/// A refund's status:
/// - `succeeded`: refunded; `pending`, `requires_action`: processing; `failed`, `canceled`:
/// declined An error:
/// - 402, and 400 and 404 but for these: declined; 404 to a look-up: not_found
/// - 400 `payment_intent_unexpected_state`: as the intent in it
/// - 400 `idempotency_error`, 409: unknown, since another request has or had the key
/// - 401, 403, 429: unavailable, since these are turned away before they are run
/// - 5xx, 3xx, what cannot be read, an answer that is lost: unknown
/// - a request that was never sent: unavailable
///
/// `unavailable` becomes `unknown` when the step is a look-up.
GatewayAnswer stripe_answer(const GatewayRequest& request, const HttpReply& reply);

}  // namespace souk
