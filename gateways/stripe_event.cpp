#include "gateways/stripe_event.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "gateways/stripe_charge.hpp"
#include "protocol/json_path.hpp"

namespace souk {
namespace {

constexpr std::int64_t latest_timestamp = 253'402'300'799;  // the end of the year 9999

using enum GatewayEventKind;

constexpr std::array<std::pair<std::string_view, GatewayEventKind>, 11> kinds{{
    {"payment_intent.requires_action", payment_requires_action},
    {"payment_intent.amount_capturable_updated", payment_authorized},
    {"payment_intent.succeeded", payment_succeeded},
    {"payment_intent.payment_failed", payment_failed},
    {"payment_intent.canceled", payment_cancelled},
    {"charge.refunded", payment_refunded},
    {"charge.dispute.created", dispute_opened},
    {"invoice.payment_succeeded", invoice_paid},
    {"customer.subscription.created", subscription_created},
    {"customer.subscription.updated", subscription_updated},
    {"customer.subscription.deleted", subscription_deleted},
}};

GatewayEventKind kind_of(std::string_view type) {
    const auto found = std::ranges::find(kinds, type, [](const auto& kind) { return kind.first; });
    return found == kinds.end() ? unsupported : found->second;
}

std::optional<Currency> currency_of(JsonValue object) {
    auto code = text_at(object, {"currency"});
    for (char& c : code) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return parse_currency(code);
}

/// The first of two places that holds an id: fields move between versions.
std::string either_id(JsonValue object, JsonPath one, JsonPath other) {
    auto id = id_at(object, one);
    return id.empty() ? id_at(object, other) : id;
}

void read_payment(JsonValue object, GatewayEvent& event) {
    event.intent = event.subject;
    event.charge = id_at(object, {"latest_charge"});
    const auto charges = find_at(object, {"charges", "data"});  // until 2022-11-15
    if (event.charge.empty() && charges && charges->is_array() && charges->size() > 0)
        event.charge = text_at(charges->item(0), {"id"});
    event.captured = amount_at(object, {"amount_received"}).value_or(0);
    const auto error = find_at(object, {"last_payment_error"});
    if (event.kind != payment_failed || !error) return;
    event.reason = text_at(*error, {"decline_code"});
    if (event.reason.empty()) event.reason = text_at(*error, {"code"});
}

void read_charge(JsonValue object, GatewayEvent& event) {
    event.intent = id_at(object, {"payment_intent"});
    event.charge = event.subject;
    event.captured = captured_of_charge(object);
    event.refunded = refunded_of_charge(object);
    if (event.captured == 0) event.kind = payment_cancelled;  // released, as Stripe tells it
}

void read_dispute(JsonValue object, GatewayEvent& event) {
    event.intent = id_at(object, {"payment_intent"});
    event.charge = id_at(object, {"charge"});
    event.reason = text_at(object, {"reason"});
}

void read_invoice(JsonValue object, GatewayEvent& event) {
    event.intent = id_at(object, {"payment_intent"});  // until 2025-03-31
    event.charge = id_at(object, {"charge"});
    event.subscription =
        either_id(object, {"subscription"}, {"parent", "subscription_details", "subscription"});
    event.amount = event.captured = amount_at(object, {"amount_paid"}).value_or(0);
}

void read_subject(JsonValue object, GatewayEvent& event) {
    event.subject = text_at(object, {"id"});
    event.status = text_at(object, {"status"});
    event.currency = currency_of(object);
    event.amount = amount_at(object, {"amount"}).value_or(0);
    event.order_id = parse_id<OrderId>(text_at(object, {"metadata", "orderId"}));
    event.payment_id = parse_id<PaymentId>(text_at(object, {"metadata", "paymentId"}));
    event.key = text_at(object, {"metadata", "idempotencyKey"});
    switch (event.kind) {
        case payment_requires_action:
        case payment_authorized:
        case payment_succeeded:
        case payment_failed:
        case payment_cancelled:
            return read_payment(object, event);
        case payment_refunded:
            return read_charge(object, event);
        case dispute_opened:
            return read_dispute(object, event);
        case invoice_paid:
            return read_invoice(object, event);
        case subscription_created:
        case subscription_updated:
        case subscription_deleted:
            event.subscription = event.subject;
            return;
        case unsupported:
            return;
    }
}

Error no_event(std::string what) { return refuse(ErrorCode::invalid_input, std::move(what)); }

}  // namespace

std::string_view stripe_type(GatewayEventKind kind) {
    const auto found = std::ranges::find(kinds, kind, [](const auto& one) { return one.second; });
    return found == kinds.end() ? std::string_view{} : found->first;
}

Result<GatewayEvent> read_stripe_event(std::string_view body) {
    if (body.size() > max_stripe_event_bytes) return no_event("The event is too large");
    const auto document = JsonDocument::parse(body);
    if (!document) return document.error();
    const auto root = document->root();
    if (text_at(root, {"object"}) != "event") return no_event("This is not an event");
    GatewayEvent event;
    event.id = text_at(root, {"id"});
    event.type = text_at(root, {"type"});
    const auto created = integer_at(root, {"created"});
    const auto object = find_at(root, {"data", "object"});
    if (event.id.empty() || event.type.empty()) return no_event("The event has no id or no type");
    if (!created || *created < 0 || *created > latest_timestamp)
        return no_event("The event has no time");
    if (!object || !object->is_object()) return no_event("The event is about nothing");
    event.kind = kind_of(event.type);
    event.created = TimePoint{std::chrono::seconds{*created}};
    const auto live = find_at(root, {"livemode"});
    event.live = live && live->is_boolean() && live->as_boolean();
    read_subject(*object, event);
    if (event.kind != unsupported && event.subject.empty())
        return no_event("The event is about something without an id");
    return event;
}

}  // namespace souk
