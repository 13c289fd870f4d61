#pragma once
// Payments as an order shows them, the answers to paying, refunds, and the operators' queue. The
// words of `paymentIntent` are Stripe's, whatever the gateway: clients know them.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/cart.hpp"
#include "domain/order.hpp"
#include "domain/payment.hpp"
#include "protocol/envelope.hpp"
#include "protocol/fields.hpp"
#include "protocol/text_values.hpp"
#include "protocol/views.hpp"

namespace souk {

template <>
struct EnumNames<PaymentStatus> {
    static constexpr std::array<std::pair<PaymentStatus, std::string_view>, 6> names{{
        {PaymentStatus::pending, "pending"},
        {PaymentStatus::processing, "processing"},
        {PaymentStatus::paid, "paid"},
        {PaymentStatus::failed, "failed"},
        {PaymentStatus::refunded, "refunded"},
        {PaymentStatus::partially_refunded, "partially_refunded"},
    }};
};
template <>
struct EnumNames<PaymentMethod> {
    static constexpr std::array<std::pair<PaymentMethod, std::string_view>, 3> names{{
        {PaymentMethod::cash_on_delivery, "cash_on_delivery"},
        {PaymentMethod::stripe, "stripe"},
        {PaymentMethod::sandbox, "sandbox"},
    }};
};
template <>
struct EnumNames<PaymentState> {
    static constexpr std::array<std::pair<PaymentState, std::string_view>, 9> names{{
        {PaymentState::pending, "pending"},
        {PaymentState::processing, "processing"},
        {PaymentState::requires_action, "requires_action"},
        {PaymentState::authorized, "authorized"},
        {PaymentState::paid, "paid"},
        {PaymentState::partially_refunded, "partially_refunded"},
        {PaymentState::refunded, "refunded"},
        {PaymentState::failed, "failed"},
        {PaymentState::voided, "voided"},
    }};
};
template <>
struct EnumNames<RefundState> {
    static constexpr std::array<std::pair<RefundState, std::string_view>, 5> names{{
        {RefundState::queued, "queued"},
        {RefundState::under_way, "processing"},
        {RefundState::done, "succeeded"},
        {RefundState::failed, "failed"},
        {RefundState::given_up, "given_up"},
    }};
};
template <>
struct EnumNames<GatewayStep> {
    static constexpr std::array<std::pair<GatewayStep, std::string_view>, 6> names{{
        {GatewayStep::authorize, "authorize"},
        {GatewayStep::confirm, "confirm"},
        {GatewayStep::capture, "capture"},
        {GatewayStep::cancel, "cancel"},
        {GatewayStep::refund, "refund"},
        {GatewayStep::look_up, "look_up"},
    }};
};

/// What a payment is to whoever holds its intent, in Stripe's words: a captured one has succeeded,
/// a declined one needs another way to pay.
enum class IntentStatus {
    requires_payment_method,
    requires_action,
    processing,
    succeeded,
    canceled
};

template <>
struct EnumNames<IntentStatus> {
    static constexpr std::array<std::pair<IntentStatus, std::string_view>, 5> names{{
        {IntentStatus::requires_payment_method, "requires_payment_method"},
        {IntentStatus::requires_action, "requires_action"},
        {IntentStatus::processing, "processing"},
        {IntentStatus::succeeded, "succeeded"},
        {IntentStatus::canceled, "canceled"},
    }};
};

IntentStatus intent_status_of(PaymentState state);

template <>
struct Schema<RestockLine> {
    static constexpr std::string_view name = "RestockLine";
    static constexpr auto use = Use::both;
    static constexpr auto fields = std::make_tuple(
        field("itemId", &RestockLine::item, "The order's line."),
        field("quantity", &RestockLine::quantity, "Units that go back on the shelf.",
              {.min = 1, .max = max_line_quantity}));
};

template <>
struct Schema<Refund> {
    static constexpr std::string_view name = "Refund";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("id", &Refund::id, "The refund."),
                        field("amount", &Refund::amount, "In the order's currency."),
                        field("status", &Refund::state, "Where it stands with the gateway."),
                        field("reason", &Refund::reason, "Why.", {.null_when_empty = true}),
                        field("actor", &Refund::actor, "Who wanted it: an API key, system."),
                        field("restock", &Refund::restock, "What went back on the shelf with it."),
                        field("requestedAt", &Refund::requested_at, "When."));
};

/// As an order shows it: without the client secret, which is the payer's alone.
template <>
struct Schema<Payment> {
    static constexpr std::string_view name = "Payment";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &Payment::id, "The payment."),
        field("gateway", &Payment::gateway, "Who takes the money."),
        field("status", &Payment::state, "Where it stands; finer than the order's paymentStatus."),
        field("paymentIntentId", &Payment::intent, "What the gateway calls the last way to pay.",
              {.null_when_empty = true}),
        field("amountCaptured", &Payment::captured, "Taken from the buyer."),
        field("amountRefunded", &Payment::refunded, "Given back."),
        field("disputed", &Payment::disputed, "Does the buyer dispute the charge?"),
        field("refunds", &Payment::refunds, "Oldest first."),
        field("lastError", &Payment::last_error, "Why the last way to pay failed.",
              {.null_when_empty = true}),
        field("createdAt", &Payment::created_at, "When paying began."));
};

/// 001's `paymentIntent`, for the answers to whoever pays.
struct PaymentIntentView {
    const Payment& payment;
};

template <>
struct Schema<PaymentIntentView> {
    using View = PaymentIntentView;
    static constexpr std::string_view name = "PaymentIntent";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", [](const View& view) -> auto& { return view.payment.intent; },
              "The gateway's; null until it has named one.", {.null_when_empty = true}),
        field("clientSecret", [](const View& view) -> auto& { return view.payment.client_secret; },
              "For the buyer's browser, to do what the gateway asks for. Keep it out of logs.",
              {.null_when_empty = true}),
        field(
            "status", [](const View& view) { return intent_status_of(view.payment.state); },
            "In Stripe's words. After requires_action, confirm the payment."));
};

/// The data of the answer to a payment by a gateway.
struct PaidOrder {
    PaymentIntentView payment_intent;
    RawJson<Order> order;
};

template <>
struct Schema<PaidOrder> {
    static constexpr std::string_view name = "PaidOrder";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("paymentIntent", &PaidOrder::payment_intent, ""),
                        field("order", &PaidOrder::order, ""));
};

/// {"order": …}, the data of the answer to an order that is paid on delivery.
struct ConfirmedOrder {
    RawJson<Order> order;
};

template <>
struct Schema<ConfirmedOrder> {
    static constexpr std::string_view name = "ConfirmedOrder";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(field("order", &ConfirmedOrder::order, ""));
};

struct RefundedOrder {
    const Refund& refund;
    RawJson<Order> order;
};

template <>
struct Schema<RefundedOrder> {
    static constexpr std::string_view name = "RefundedOrder";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "refund", [](const RefundedOrder& view) -> auto& { return view.refund; }, ""),
        field("order", &RefundedOrder::order, ""));
};

/// Each without its envelope. An order that was paid by a gateway has a payment.
std::string paid_order_json(const Order& order);
std::string confirmed_order_json(const Order& order);
std::string refunded_order_json(const Refund& refund, const Order& order);
std::string refunds_json(const std::vector<Refund>& refunds);

/// 001's two bodies in one: the last three are of one method each.
struct PaymentBody {
    PaymentMethod payment_method{PaymentMethod::cash_on_delivery};
    std::string payment_method_id;
    std::optional<bool> save_payment_method;
    std::optional<bool> confirmation_required;
};

inline constexpr Rule gateway_token_rule{
    .max_length = 255, .format = Format::token, .null_when_empty = true};

template <>
struct Schema<PaymentBody> {
    static constexpr std::string_view name = "PayOrder";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("paymentMethod", &PaymentBody::payment_method, "The one the order was placed with."),
        field("paymentMethodId", &PaymentBody::payment_method_id,
              "The gateway's token; never a card number.", gateway_token_rule),
        field("savePaymentMethod", &PaymentBody::save_payment_method,
              "Keep the token for later: not offered yet, true is 422."),
        field("confirmationRequired", &PaymentBody::confirmation_required,
              "Accepted with cash on delivery; the order is confirmed at once."));
};

struct CreateIntentBody {
    OrderId order_id;
    std::optional<PaymentMethod> payment_method;
    std::string payment_method_id;
    std::optional<bool> save_payment_method;
};

template <>
struct Schema<CreateIntentBody> {
    using Body = CreateIntentBody;
    static constexpr std::string_view name = "CreatePaymentIntent";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("orderId", &Body::order_id, "What is paid."),
                        field("paymentMethod", &Body::payment_method,
                              "The order's own, which is also the default."),
                        field("paymentMethodId", &Body::payment_method_id,
                              "The gateway's token; never a card number.", gateway_token_rule),
                        field("savePaymentMethod", &Body::save_payment_method,
                              "Keep the token for later: not offered yet, true is 422."));
};

/// Of an order that is in the path.
struct ConfirmPaymentBody {
    std::string payment_intent_id;
};

inline constexpr std::string_view intent_check_doc =
    "Checked when given: 409 unless it is the order's last way to pay.";

template <>
struct Schema<ConfirmPaymentBody> {
    static constexpr std::string_view name = "ConfirmOrderPayment";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("paymentIntentId", &ConfirmPaymentBody::payment_intent_id,
                              intent_check_doc, gateway_token_rule));
};

struct ConfirmIntentBody {
    std::optional<PaymentId> payment_id;
    std::optional<OrderId> order_id;
    std::string payment_intent_id;
};

template <>
struct Schema<ConfirmIntentBody> {
    using Body = ConfirmIntentBody;
    static constexpr std::string_view name = "ConfirmPayment";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("paymentId", &Body::payment_id, "Which payment: one of these three is needed."),
        field("orderId", &Body::order_id, "The order that is paid."),
        field("paymentIntentId", &Body::payment_intent_id, intent_check_doc, gateway_token_rule));
};

struct CollectPaymentBody {
    std::optional<Amount> amount;
};

template <>
struct Schema<CollectPaymentBody> {
    static constexpr std::string_view name = "CollectPayment";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(field(
        "amount", &CollectPaymentBody::amount,
        "Checked when given: 422 unless it is the order's total.", {.min = 0, .max = max_amount}));
};

struct RefundBody {
    std::optional<Amount> amount;
    std::string reason;
    std::vector<RestockLine> restock;
};

template <>
struct Schema<RefundBody> {
    static constexpr std::string_view name = "RefundOrder";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("amount", &RefundBody::amount, "All that is left unless said otherwise.",
              {.min = 1, .max = max_amount}),
        field("reason", &RefundBody::reason, "For the history.",
              {.min_length = 1, .max_length = 255}),
        field("restock", &RefundBody::restock, "Units that go back on the shelf.",
              {.optional = true}));
};

struct RetryBody {
    std::string attempt_key;
};
struct GiveUpBody {
    std::string attempt_key;
    std::string reason;
};

inline constexpr Rule attempt_key_rule{.min_length = 1, .max_length = 100};

template <>
struct Schema<RetryBody> {
    static constexpr std::string_view name = "RetryPayment";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("attemptKey", &RetryBody::attempt_key, "Of GET /payments/stuck.", attempt_key_rule));
};
template <>
struct Schema<GiveUpBody> {
    static constexpr std::string_view name = "GiveUpPayment";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("attemptKey", &GiveUpBody::attempt_key, "Of GET /payments/stuck.", attempt_key_rule),
        field("reason", &GiveUpBody::reason, "For the history.",
              {.min_length = 1, .max_length = 255}));
};

inline std::optional<TimePoint> last_try_due(const PaymentAttempt& attempt) {
    if (attempt.tries == 0) return std::nullopt;
    return attempt.due_at;
}

template <>
struct Schema<StuckAttempt> {
    using Row = StuckAttempt;
    static constexpr std::string_view name = "StuckAttempt";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("orderId", &Row::order_id, "The order."),
        field("orderNumber", &Row::order_number, "For people."),
        field("paymentId", &Row::payment_id, "Its payment, to retry or give up."),
        field(
            "attemptKey", [](const Row& row) -> auto& { return row.attempt.key; },
            "Which step of it; the gateway knows it by this key too."),
        field(
            "step", [](const Row& row) { return row.attempt.step; },
            "What is wanted of the gateway."),
        field("paymentIntentId", [](const Row& row) -> auto& { return row.attempt.intent; },
              "What the gateway calls it.", {.null_when_empty = true}),
        field(
            "amount", [](const Row& row) { return row.attempt.amount; },
            "Of the step; 0 when it moves no money."),
        field("orderTotal", &Row::total, "What the buyer pays."),
        field("currency", &Row::currency, "Of both."),
        field(
            "tries", [](const Row& row) { return row.attempt.tries; }, "Calls made so far."),
        field(
            "mayHaveHappened", [](const Row& row) { return row.attempt.uncertain; },
            "A retry then begins by looking it up."),
        field("reason", [](const Row& row) -> auto& { return row.attempt.reason; },
              "Of the last answer.", {.null_when_empty = true}),
        field(
            "dueAt", [](const Row& row) { return last_try_due(row.attempt); },
            "When the last try was due to be over; null when none was made."));
};

/// A page of the operators' queue, envelope included.
std::string stuck_json(StuckPage page, const PageQuery& query);

/// `{"received": true}`, without an envelope as in 001.
struct WebhookReceived {
    bool received{true};
};

template <>
struct Schema<WebhookReceived> {
    static constexpr std::string_view name = "WebhookReceived";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("received", &WebhookReceived::received, "Always true."));
};

std::string webhook_received_json();

}  // namespace souk
