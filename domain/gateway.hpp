#pragma once
// What a payment asks of a gateway and what it hears: the words that rules and adapters share.

#include <string>
#include <string_view>

#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/time.hpp"

namespace souk {

/// Steps a gateway can be asked for. Money is authorised first and captured later, so that no
/// capture is asked for before the order that it pays is sure of its units.
enum class GatewayStep { authorize, confirm, capture, cancel, refund, look_up };

struct GatewayRequest {
    GatewayStep step{GatewayStep::authorize};
    std::string idempotency_key;  // the same for every try of one step: "order_…:1:capture"
    OrderId order_id;
    PaymentId payment_id;
    Amount amount{};  // to authorise, to capture, to refund
    Currency currency;
    std::string method;          // authorize: the gateway's token of a way to pay, "pm_card_visa"
    std::string intent;          // what the gateway calls this payment; empty before authorize
    std::string customer_email;  // for the gateway's own records, may be empty
};

enum class GatewayStatus {
    requires_action,  // the buyer has to do something (3-D Secure), then confirm
    processing,       // under way; a webhook or a look-up tells the end
    authorized,       // money is held, not yet taken
    captured,         // money is taken
    refunded,         // the refund stands
    cancelled,        // released, nothing was taken
    declined,         // a final no; `reason` says why
    not_found,        // look_up: the gateway never heard of it
    unavailable,      // surely nothing happened; the same request may be tried again
    unknown,          // no answer: it may have happened; look_up before anything else
    not_asked,        // the call never left us: what was known before is all that is known
};

/// The reason of a decline that says nothing of the buyer: the gateway knows no such token.
inline constexpr std::string_view invalid_payment_method = "invalid_payment_method";

struct GatewayAnswer {
    GatewayStatus status{GatewayStatus::unknown};
    std::string intent;         // the gateway's id of the payment: "pi_…"
    std::string client_secret;  // for the buyer's browser; never logged, never stored in clear logs
    std::string reference;      // of what was done: a charge's or a refund's id
    std::string reason;         // decline code, or what went wrong, for operators
    Amount captured{};          // in all, as far as the gateway says
    Amount refunded{};          // in all
    Amount fee{};               // what the gateway keeps of this capture, when it says so
    Duration wait{};            // above zero: come back after it; this try was nobody's fault
};

}  // namespace souk
