#pragma once
// The payment of an order, part of the order and decided by the order's one writer. It knows which
// steps were asked of a gateway, what is known of their outcome, and what money moved.
//
// A step is a row (PaymentAttempt) that is committed before the gateway hears of it, under a key
// that is the same on every try. News comes as answers to our own calls and as webhooks, before or
// after each other, repeatedly and in any order; what is older than what is known changes nothing.
// Whatever happens, money that was taken has an order that it pays, or a refund on record.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/gateway.hpp"
#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "domain/retry.hpp"
#include "domain/time.hpp"

namespace souk {

enum class PaymentStatus { pending, processing, paid, failed, refunded, partially_refunded };
enum class PaymentMethod { cash_on_delivery, stripe, sandbox };

/// As an order shows it, requires_action and authorized are `processing`, voided is `failed`.
enum class PaymentState {
    pending,          // nothing came of it yet
    processing,       // an authorisation or confirmation is under way
    requires_action,  // the buyer has to do something, then confirm
    authorized,       // money is held; a capture or a void is under way
    paid,
    partially_refunded,
    refunded,
    failed,  // declined: may be paid another way while the reservation lasts
    voided,  // the order is over and no money was taken
};

enum class AttemptState { open, done, failed, given_up };

/// One step asked of the gateway.
struct PaymentAttempt {
    std::int64_t number{};                     // from 1 within the payment
    GatewayStep step{GatewayStep::authorize};  // what is wanted; never look_up
    AttemptState state{AttemptState::open};
    std::string key;     // idempotency key: order, number, step; never used for other facts
    std::string intent;  // empty until known
    std::string method;  // authorize: the gateway's token of the way to pay
    Amount amount{};
    RefundId refund_id;       // refund
    std::int64_t tries{};     // calls made, look-ups included
    std::int64_t forgiven{};  // not against the ceiling: before the last RetryNow, in an outage
    TimePoint due_at;         // open: when to ask again, should no answer come before
    bool uncertain{false};    // it may have happened: look it up before asking again
    bool stuck{false};        // out of tries: waits for RetryNow or GiveUp
    std::string reason;       // of the last answer that was not a success
    bool operator==(const PaymentAttempt&) const = default;
};

enum class RefundState { queued, under_way, done, failed, given_up };

struct RestockLine {
    OrderItemId item;
    std::int64_t quantity{};
    bool operator==(const RestockLine&) const = default;
};

struct Refund {
    RefundId id;
    Amount amount{};
    std::string reason;
    std::vector<RestockLine> restock;
    std::string actor;
    RefundState state{RefundState::queued};
    std::string intent;         // the charge it gives back
    bool owed{false};           // the money pays no order: a decline goes to the operators
    std::int64_t settled_as{};  // 1 for the charge's first refund that stood, and so on; 0: not yet
    TimePoint requested_at;
    bool operator==(const Refund&) const = default;
};

/// Money taken under an intent that does not pay the order.
struct StrayCharge {
    std::string intent;
    Amount captured{};
    Amount refunded{};
    bool operator==(const StrayCharge&) const = default;
};

struct Payment {
    PaymentId id;
    PaymentMethod gateway{PaymentMethod::stripe};
    std::string method;  // token of the last way to pay
    PaymentState state{PaymentState::pending};
    std::string intent;         // of the last way to pay; empty until the gateway named it
    std::string client_secret;  // for the buyer's browser while it has something to do
    Amount captured{};
    Amount refunded{};
    Amount fee{};
    bool pays_order{false};  // the captured money was posted as the order's (ledger.hpp)
    bool graced{false};      // the reservation was extended for this payment
    bool disputed{false};
    std::vector<PaymentAttempt> attempts;
    std::vector<Refund> refunds;
    std::vector<StrayCharge> strays;
    std::string last_error;
    TimePoint created_at;
    bool operator==(const Payment&) const = default;
};

struct PaymentPolicy {
    Duration grace{std::chrono::minutes{10}};        // of a reservation whose payment is under way
    Duration answer_time{std::chrono::seconds{30}};  // after it, a call counts as unanswered
    std::int64_t max_ways{10};                       // ways to pay that may be tried for an order
    std::int64_t max_invalid{20};                    // tokens that are none, besides
    RetryPolicy retry;
};

/// A request to send after the commit, and which try of its attempt it is.
struct GatewayCall {
    GatewayRequest request;
    std::int64_t try_number{};
};

/// Starts paying. The same token while it is under way, or when it has paid, is a harmless repeat.
/// Refusals:
/// `invalid_input` for another method than the order's or no token, `conflict` for an order that is
/// paid, being paid or over, or after too many ways, `gone` after the reservation ran out.
struct Pay {
    PaymentMethod gateway{PaymentMethod::stripe};
    std::string method;
    PaymentId payment_id;  // for the first Pay of the order
    std::string actor;
};
/// The buyer has done what the gateway asked for. `conflict` when nothing waits for that.
struct ConfirmPayment {
    std::string actor;
};
/// What the gateway answered to one of our calls; `random` in [0, 1) spreads the next try.
/// `not_found` for a key that was never used.
struct GatewayReported {
    std::string key;
    GatewayStep step{GatewayStep::authorize};  // that was called: the attempt's, or look_up
    std::int64_t try_number{};
    GatewayAnswer answer;
    double random{};
    /// Stock refused the units that this news needs; decide again without them.
    bool units_lost{false};
};
/// What a verified webhook says; amounts are totals of its intent, as in GatewayAnswer.
/// `unprocessable` for news of another gateway or in another currency than the order's, which is
/// somebody else's money; `not_found` for an order without a payment, unless money was taken for it
/// all the same, which is then given back.
struct WebhookReported {
    std::string key;  // the attempt's, where the gateway carries it; may be empty
    GatewayAnswer facts;
    std::optional<PaymentMethod> gateway{};  // and the currency, as far as it says
    std::optional<Currency> currency{};
    bool disputed{false};
    bool units_lost{false};
};
/// An attempt's time has come: nobody answered, or it is to be tried again.
struct AttemptDue {
    std::string key;
};
/// Whoever delivered an order has been paid in cash. A repeat changes nothing. Refusals: `conflict`
/// for an order that is not paid in cash, is not confirmed yet or is over, `unprocessable` for
/// another amount than the order's.
struct CollectPayment {
    PaymentId payment_id;
    std::optional<Amount> amount;  // checked when given
    std::string actor;
};

inline constexpr std::size_t max_refunds = 100;  // of one order, that somebody wished for

/// Gives money back; without an amount, all that is left. In cash it has been given back by hand,
/// and is put on record. Refusals: `conflict` when nothing was captured or the id was used for
/// another refund, `unprocessable` for an amount above what is captured, not refunded and not being
/// refunded, for more units than were sold, or for too many refunds of one order.
struct RefundPayment {
    RefundId id;
    std::optional<Amount> amount;
    std::string reason;
    std::vector<RestockLine> restock;
    std::string actor;
};
/// Operators on one attempt. `not_found` for a key without an open attempt; giving up one that is
/// not stuck is a `conflict`: its end is not known yet. A refund that was given up may be taken up
/// again, while the charge has that much left (`conflict`).
struct RetryNow {
    std::string key;
    std::string actor;
};
struct GiveUp {
    std::string key;
    std::string actor;
    std::string reason;
};

/// Can this amount be told to the gateway exactly? `unprocessable` when not; 0 is told to nobody.
/// Stripe counts in the smallest unit as we do, but takes only multiples of ten of a currency with
/// three decimals (docs.stripe.com/currencies), and some currencies not at all.
Result<void> can_be_taken_by(PaymentMethod gateway, Amount amount, Currency currency);

PaymentStatus shown_as(PaymentState state);

std::string attempt_key(const OrderId& order, std::int64_t number, GatewayStep step);
const PaymentAttempt* find_attempt(const Payment& payment, std::string_view key);

/// When an open attempt falls due next; nothing when all are done or stuck.
std::optional<TimePoint> next_due(const Payment& payment);
bool needs_operator(const Payment& payment);
/// What operators may be asked about: steps that are stuck, then those that wait for their time,
/// the earliest first, then refunds that were given up, the latest first.
std::vector<const PaymentAttempt*> waiting_attempts(const Payment& payment);

/// Captured and neither refunded nor being refunded.
Amount refundable(const Payment& payment);

/// `payment_failed` with its reason when the last way to pay was declined, `invalid_input` when it
/// was none that the gateway knows.
std::optional<Error> payment_error(const Payment& payment);

struct Order;
struct OrderChange;

Result<OrderChange> decide(const Order& order, const Pay&, TimePoint, const PaymentPolicy&);
Result<OrderChange> decide(const Order& order, const ConfirmPayment&, TimePoint,
                           const PaymentPolicy&);
Result<OrderChange> decide(const Order& order, const GatewayReported&, TimePoint,
                           const PaymentPolicy&);
Result<OrderChange> decide(const Order& order, const WebhookReported&, TimePoint,
                           const PaymentPolicy&);
Result<OrderChange> decide(const Order& order, const AttemptDue&, TimePoint, const PaymentPolicy&);
Result<OrderChange> decide(const Order& order, const CollectPayment&, TimePoint,
                           const PaymentPolicy&);
Result<OrderChange> decide(const Order& order, const RefundPayment&, TimePoint,
                           const PaymentPolicy&);
Result<OrderChange> decide(const Order& order, const RetryNow&, TimePoint, const PaymentPolicy&);
Result<OrderChange> decide(const Order& order, const GiveUp&, TimePoint, const PaymentPolicy&);

}  // namespace souk
