#pragma once
// What a gateway tells on its own: the facts of an event, whoever sent it and however it came.

#include <optional>
#include <string>

#include "domain/gateway.hpp"
#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/time.hpp"

namespace souk {

enum class GatewayEventKind {
    payment_requires_action,
    payment_authorized,
    payment_succeeded,  // captured
    payment_failed,
    payment_cancelled,
    payment_refunded,  // in part or in full: see `refunded`
    dispute_opened,
    invoice_paid,
    subscription_created,
    subscription_updated,
    subscription_deleted,
    unsupported,  // genuine, but nothing we know what to do with
};

struct GatewayEvent {
    std::string id;  // the gateway's: each event counts once
    GatewayEventKind kind{GatewayEventKind::unsupported};
    std::string type;  // in the gateway's words: "payment_intent.succeeded"
    TimePoint created{};
    bool live{false};     // false: no real money
    std::string subject;  // of what it tells: an intent, charge, dispute, invoice, subscription
    std::string intent;   // of the payment, when it is about one
    std::string charge;   // what was charged
    std::string subscription;          // of an invoice or a subscription
    std::string status;                // of the subject, in the gateway's words
    std::string reason;                // why it failed or is disputed
    std::optional<Currency> currency;  // nothing when it is not one we trade in
    Amount amount{};                   // of the payment, the dispute, the invoice
    Amount captured{};                 // in all
    Amount refunded{};                 // in all
    std::optional<OrderId> order_id;   // as we once wrote it into the metadata
    std::optional<PaymentId> payment_id;
    std::string key;  // of the authorization, from the metadata as well
};

/// What an event about a payment says of it, in the words of an answer; totals are of the intent.
/// Nothing for a dispute, an invoice, a subscription and what is unsupported.
std::optional<GatewayAnswer> answer_of(const GatewayEvent& event);

}  // namespace souk
