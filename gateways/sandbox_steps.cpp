#include "gateways/sandbox_steps.hpp"

#include <algorithm>

#include "gateways/digest.hpp"
#include "gateways/stripe_event.hpp"

namespace souk {
namespace {

using enum GatewayStatus;

// What European and American cards cost at Stripe, near enough: 2.9 % and 30 minor units.
constexpr std::int64_t fee_basis_points = 290;
constexpr Amount fee_per_capture = 30;

/// Without digits, a long run of which might pass for a card's number.
std::string id_of(std::string_view prefix, std::string_view key) {
    auto id = sha256_hex(key).substr(0, 24);
    for (char& c : id)
        if (c <= '9') c = static_cast<char>('g' + (c - '0'));
    return std::string(prefix) + "_sandbox_" + id;
}

GatewayEventKind news_of(GatewayStatus status) {
    switch (status) {
        case requires_action:
            return GatewayEventKind::payment_requires_action;
        case captured:
            return GatewayEventKind::payment_succeeded;
        case refunded:
            return GatewayEventKind::payment_refunded;
        case cancelled:
            return GatewayEventKind::payment_cancelled;
        case declined:
            return GatewayEventKind::payment_failed;
        default:
            return GatewayEventKind::payment_authorized;
    }
}

SandboxOutcome changed_to(GatewayStatus status, SandboxIntent next, std::string_view reason = {}) {
    next.status = status;
    next.reason = status == declined ? reason : std::string_view{};
    SandboxOutcome outcome{.answer = sandbox_answer(next), .next = next};
    if (status != processing) outcome.news.push_back(news_of(status));
    return outcome;
}

/// As Stripe answers `payment_intent_unexpected_state`: this is how the payment stands.
SandboxOutcome unexpected(const SandboxIntent& intent) {
    SandboxOutcome outcome{.answer = sandbox_answer(intent)};
    if (outcome.answer.reason.empty()) outcome.answer.reason = "payment_intent_unexpected_state";
    return outcome;
}

SandboxOutcome refused(const SandboxIntent& intent, std::string reason) {
    SandboxOutcome outcome{.answer = sandbox_answer(intent)};
    outcome.answer.status = declined;
    outcome.answer.reason = std::move(reason);
    return outcome;
}

SandboxOutcome capture(const GatewayRequest& request, const SandboxCard& card,
                       const SandboxIntent& intent) {
    if (intent.status != authorized) return unexpected(intent);
    if (request.amount <= 0 || request.amount > intent.amount)
        return refused(intent, "amount_too_large");
    auto next = intent;
    next.captured = request.amount;
    auto outcome = changed_to(captured, next);
    if (card.trouble == SandboxTrouble::disputed_later)
        outcome.news.push_back(GatewayEventKind::dispute_opened);
    return outcome;
}

SandboxOutcome refund(const GatewayRequest& request, const SandboxIntent& intent) {
    if (intent.captured == 0) return refused(intent, "charge_not_refundable");
    const auto left = intent.captured - intent.refunded;
    if (left == 0) return refused(intent, "charge_already_refunded");
    if (request.amount <= 0 || request.amount > left)
        return refused(intent, "invalid_charge_amount");
    auto next = intent;
    next.refunded += request.amount;
    auto outcome = changed_to(next.refunded == next.captured ? refunded : captured, next);
    outcome.answer.status = refunded;
    outcome.answer.reference = id_of("re", request.idempotency_key);
    outcome.news = {GatewayEventKind::payment_refunded};
    return outcome;
}

SandboxOutcome cancel(const SandboxIntent& intent) {
    if (intent.status == cancelled || intent.captured > 0) return unexpected(intent);
    return changed_to(cancelled, intent);
}

}  // namespace

GatewayAnswer sandbox_answer(const SandboxIntent& intent) {
    GatewayAnswer answer{.status = intent.status,
                         .intent = intent.id,
                         .client_secret = intent.id + "_secret_sandbox",
                         .reference = intent.charge,
                         .reason = intent.reason,
                         .captured = intent.captured,
                         .refunded = intent.refunded};
    if (intent.captured > 0)
        answer.fee = std::min(intent.captured,
                              share_of(intent.captured, fee_basis_points) + fee_per_capture);
    return answer;
}

SandboxOutcome authorize_in_sandbox(const GatewayRequest& request, const SandboxCard& card,
                                    TimePoint now, Duration decision_delay) {
    SandboxIntent intent{.id = id_of("pi", request.idempotency_key),
                         .key = request.idempotency_key,
                         .order_id = request.order_id,
                         .payment_id = request.payment_id,
                         .currency = request.currency,
                         .amount = request.amount,
                         .method = request.method,
                         .charge = id_of("ch", request.idempotency_key)};
    if (card.authorize == processing) intent.decided_at = now + decision_delay;
    return changed_to(card.authorize, std::move(intent), card.reason);
}

SandboxOutcome change_in_sandbox(const GatewayRequest& request, const SandboxCard& card,
                                 const SandboxIntent& intent) {
    switch (request.step) {
        case GatewayStep::confirm:
            if (intent.status != requires_action) return unexpected(intent);
            return changed_to(card.then, intent, card.reason);
        case GatewayStep::capture:
            return capture(request, card, intent);
        case GatewayStep::refund:
            return refund(request, intent);
        case GatewayStep::cancel:
            return cancel(intent);
        case GatewayStep::authorize:
        case GatewayStep::look_up:
            break;
    }
    return unexpected(intent);
}

SandboxOutcome decide_in_sandbox(const SandboxCard& card, const SandboxIntent& intent) {
    return changed_to(card.then, intent, card.reason);
}

SandboxEvent news_of_sandbox(GatewayEventKind kind, std::string_view cause,
                             const SandboxIntent& intent, TimePoint now, Duration delay) {
    const bool disputed = kind == GatewayEventKind::dispute_opened;
    return {.id = id_of("evt", std::string(cause) + ":" + std::string(stripe_type(kind))),
            .kind = kind,
            .intent = intent.id,
            .reason = disputed ? "fraudulent" : intent.reason,
            .captured = intent.captured,
            .refunded = intent.refunded,
            .created = now,
            .due = now + delay};
}

GatewayEvent sandbox_event(const SandboxEvent& event, const SandboxIntent& intent) {
    const bool disputed = event.kind == GatewayEventKind::dispute_opened;
    return {.id = event.id,
            .kind = event.kind,
            .type = std::string(stripe_type(event.kind)),
            .created = event.created,
            .subject = disputed ? id_of("dp", intent.key) : intent.id,
            .intent = intent.id,
            .charge = intent.charge,
            .reason = event.reason,
            .currency = intent.currency,
            .amount = disputed ? event.captured : intent.amount,
            .captured = event.captured,
            .refunded = event.refunded,
            .order_id = intent.order_id,
            .payment_id = intent.payment_id,
            .key = intent.key};
}

}  // namespace souk
