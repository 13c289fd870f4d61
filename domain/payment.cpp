#include "domain/payment.hpp"

#include <algorithm>

namespace souk {
namespace {

std::string_view name_of(GatewayStep step) {
    switch (step) {
        case GatewayStep::authorize:
            return "authorize";
        case GatewayStep::confirm:
            return "confirm";
        case GatewayStep::capture:
            return "capture";
        case GatewayStep::cancel:
            return "cancel";
        case GatewayStep::refund:
            return "refund";
        case GatewayStep::look_up:
            return "look_up";
    }
    return "unknown";
}

}  // namespace

Result<void> can_be_taken_by(PaymentMethod gateway, Amount amount, Currency currency) {
    if (gateway != PaymentMethod::stripe) return {};
    if (currency.text() == "IQD")
        return refuse(ErrorCode::unprocessable, "currency", "is not one that Stripe takes");
    if (minor_unit_digits(currency) == 3 && amount % 10 != 0)
        return refuse(ErrorCode::unprocessable, "amount",
                      "of a currency with three decimals must end in 0 to be taken by card");
    return {};
}

PaymentStatus shown_as(PaymentState state) {
    switch (state) {
        case PaymentState::pending:
            return PaymentStatus::pending;
        case PaymentState::processing:
        case PaymentState::requires_action:
        case PaymentState::authorized:
            return PaymentStatus::processing;
        case PaymentState::paid:
            return PaymentStatus::paid;
        case PaymentState::partially_refunded:
            return PaymentStatus::partially_refunded;
        case PaymentState::refunded:
            return PaymentStatus::refunded;
        case PaymentState::failed:
        case PaymentState::voided:
            return PaymentStatus::failed;
    }
    return PaymentStatus::pending;
}

std::string attempt_key(const OrderId& order, std::int64_t number, GatewayStep step) {
    return to_text(order) + ":" + std::to_string(number) + ":" + std::string{name_of(step)};
}

const PaymentAttempt* find_attempt(const Payment& payment, std::string_view key) {
    const auto found = std::ranges::find(payment.attempts, key, &PaymentAttempt::key);
    return found == payment.attempts.end() ? nullptr : &*found;
}

std::optional<TimePoint> next_due(const Payment& payment) {
    std::optional<TimePoint> next;
    for (const auto& attempt : payment.attempts)
        if (attempt.state == AttemptState::open && !attempt.stuck &&
            (!next || attempt.due_at < *next))
            next = attempt.due_at;
    return next;
}

std::vector<const PaymentAttempt*> waiting_attempts(const Payment& payment) {
    std::vector<const PaymentAttempt*> waiting;
    for (const auto& attempt : payment.attempts) {
        const bool given_up =
            attempt.state == AttemptState::given_up && attempt.step == GatewayStep::refund;
        if (attempt.state == AttemptState::open || given_up) waiting.push_back(&attempt);
    }
    const auto place = [](const PaymentAttempt* attempt) {
        if (attempt->state == AttemptState::open) return attempt->stuck ? 0 : 1;
        return 2;
    };
    std::ranges::stable_sort(waiting, [&](const auto* one, const auto* other) {
        if (place(one) != place(other)) return place(one) < place(other);
        return place(one) == 2 ? one->due_at > other->due_at : one->due_at < other->due_at;
    });
    return waiting;
}

bool needs_operator(const Payment& payment) {
    return std::ranges::any_of(payment.attempts, [](const PaymentAttempt& attempt) {
        return attempt.state == AttemptState::open && attempt.stuck;
    });
}

Amount refundable(const Payment& payment) {
    Amount left = payment.captured - payment.refunded;
    for (const auto& refund : payment.refunds)
        if (refund.intent == payment.intent &&
            (refund.state == RefundState::queued || refund.state == RefundState::under_way))
            left -= refund.amount;
    // Below zero while a refund is under way that the gateway will refuse: somebody was faster.
    return std::max<Amount>(left, 0);
}

std::optional<Error> payment_error(const Payment& payment) {
    if (payment.state != PaymentState::failed) return std::nullopt;
    if (payment.last_error == invalid_payment_method)
        return refuse(ErrorCode::invalid_input, "paymentMethodId", "Invalid payment method");
    return refuse(ErrorCode::payment_failed,
                  payment.last_error.empty() ? "the payment was declined" : payment.last_error);
}

}  // namespace souk
