// What the gateway's news does to a payment. Only news that says more than is known changes
// anything: captured beats everything, then what we have asked for, then authorised, and a decline
// counts only while nothing better is known.

#include <algorithm>

#include "domain/guards.hpp"
#include "domain/payment_flow.hpp"

namespace souk {
namespace {

bool is_decisive(GatewayStatus status) {
    return status != GatewayStatus::unavailable && status != GatewayStatus::unknown &&
           status != GatewayStatus::not_found && status != GatewayStatus::processing &&
           status != GatewayStatus::not_asked;
}

bool is_about_authorization(GatewayStep step) {
    return step == GatewayStep::authorize || step == GatewayStep::confirm;
}

std::string reason_of(const GatewayAnswer& answer, std::string_view otherwise) {
    return answer.reason.empty() ? std::string{otherwise} : answer.reason;
}

}  // namespace

void PaymentFlow::try_again(PaymentAttempt& attempt, std::optional<Duration> wait) {
    const bool pointless = order_is_over() && !attempt.uncertain &&
                           attempt.step != GatewayStep::cancel &&
                           attempt.step != GatewayStep::refund;
    if (!pointless) return wait ? ask_later(attempt, *wait) : ask(attempt);
    const auto intent = attempt.intent;
    attempt.state = AttemptState::failed;
    attempt.reason = "the order is over";
    if (intent == payment().intent && attempt.step == GatewayStep::authorize)
        authorization_failed(attempt.reason);
    void_intent(intent);
}

void PaymentFlow::hear_answer(PaymentAttempt& attempt, const GatewayReported& report) {
    auto answer = report.answer;
    if (attempt.step != GatewayStep::authorize) answer.intent = attempt.intent;
    if (attempt.state != AttemptState::open) {
        // Late: what it says of the intent may still be news, but not a step's own refusal.
        if (answer.status != GatewayStatus::declined || is_about_authorization(attempt.step))
            hear(attempt.key, answer, false);
        return;
    }
    const bool is_stale = report.try_number != 0 && report.try_number != attempt.tries;
    const bool looked_up = report.step == GatewayStep::look_up;
    if (!is_decisive(answer.status)) {
        if (is_stale) return;
        attempt.reason = reason_of(answer, attempt.reason);
        forgive(attempt, report);
        recognise(attempt.key, answer.intent);
        const bool never_arrived = attempt.step == GatewayStep::authorize && looked_up;
        if (answer.status != GatewayStatus::not_found || never_arrived)
            return hear_no_outcome(attempt, report);
        answer.status = GatewayStatus::declined;  // the gateway does not know the intent
    }
    switch (attempt.step) {
        case GatewayStep::capture:
            return hear_capture_answer(attempt, report, answer);
        case GatewayStep::cancel:
            return hear_cancel_answer(attempt, report, answer);
        case GatewayStep::refund:
            return hear_refund_answer(attempt, report, answer);
        case GatewayStep::authorize:
        case GatewayStep::confirm:
        case GatewayStep::look_up:
            break;
    }
    recognise(attempt.key, answer.intent);
    if (answer.status != GatewayStatus::declined) return hear(attempt.key, answer, true);
    attempt.state = AttemptState::failed;
    attempt.stuck = false;
    attempt.reason = reason_of(answer, "declined");
    if (attempt.intent == payment().intent && payment().captured == 0)
        authorization_failed(attempt.reason);
}

void PaymentFlow::hear_no_outcome(PaymentAttempt& attempt, const GatewayReported& report) {
    const auto status = report.answer.status;
    if (status == GatewayStatus::not_found) {
        attempt.uncertain = false;
        return try_again(attempt, std::nullopt);
    }
    if (status == GatewayStatus::unavailable && report.step != GatewayStep::look_up)
        attempt.uncertain = false;
    if (status == GatewayStatus::unknown || status == GatewayStatus::processing)
        attempt.uncertain = true;
    try_again(attempt, wait_after(attempt, report));
}

void PaymentFlow::hear_capture_answer(PaymentAttempt& attempt, const GatewayReported& report,
                                      const GatewayAnswer& answer) {
    switch (answer.status) {
        case GatewayStatus::declined:
            attempt.state = AttemptState::failed;
            attempt.stuck = false;
            attempt.reason = reason_of(answer, "the capture was declined");
            return capture_failed(attempt.intent, attempt.reason);
        case GatewayStatus::authorized:
            attempt.uncertain = false;
            return try_again(attempt, std::nullopt);
        case GatewayStatus::requires_action:
            return try_again(attempt, wait_after(attempt, report));
        default:
            return hear(attempt.key, answer, true);
    }
}

void PaymentFlow::hear_cancel_answer(PaymentAttempt& attempt, const GatewayReported& report,
                                     const GatewayAnswer& answer) {
    const bool looked_up = report.step == GatewayStep::look_up;
    switch (answer.status) {
        case GatewayStatus::declined:
            if (!looked_up) return ask(attempt);  // as a look-up: what became of it instead?
            return hear_cancelled(attempt.intent, reason_of(answer, "nothing is held"));
        case GatewayStatus::authorized:
        case GatewayStatus::requires_action:
            attempt.uncertain = !looked_up;
            return ask(attempt);
        case GatewayStatus::cancelled:
            return hear_cancelled(attempt.intent, reason_of(answer, ""));
        default:
            return hear(attempt.key, answer, true);
    }
}

void PaymentFlow::hear_refund_answer(PaymentAttempt& attempt, const GatewayReported& report,
                                     const GatewayAnswer& answer) {
    const auto intent = attempt.intent;
    const auto key = attempt.key;
    const bool looked_up = report.step == GatewayStep::look_up;
    const bool says_total = answer.refunded > 0;
    const bool total_has_it = answer.refunded >= refunded_of(intent) + attempt.amount;
    const bool stands = answer.status == GatewayStatus::refunded
                            ? !looked_up || !says_total || total_has_it
                            : looked_up && says_total && total_has_it;
    const bool declined = !stands && (answer.status == GatewayStatus::declined ||
                                      answer.status == GatewayStatus::cancelled);
    if (stands) settle_refund(attempt);
    if (declined) decline_refund(attempt, reason_of(answer, "the refund was declined"));
    hear_refunds(intent, answer);
    start_refund(intent);
    auto* still_open = find(key);
    if (stands || declined || still_open->state != AttemptState::open) return;
    if (still_open->amount > captured_of(intent) - refunded_of(intent)) {
        decline_refund(*still_open, "refunded at the gateway");
        return start_refund(intent);
    }
    still_open->uncertain = !looked_up;
    if (looked_up) return ask(*still_open);
    ask_later(*still_open, wait_after(*still_open, report));
}

// A refund that somebody wished for may fail. One that is owed may not: it is started anew, under
// a key of its own, since gateways remember what they answered to the old one.
void PaymentFlow::decline_refund(PaymentAttempt& attempt, const std::string& reason) {
    attempt.state = AttemptState::failed;
    attempt.stuck = false;
    attempt.reason = reason;
    payment().last_error = reason;
    for (auto& refund : payment().refunds)
        if (refund.id == attempt.refund_id)
            refund.state = refund.owed ? RefundState::queued : RefundState::failed;
}

void PaymentFlow::recognise(const std::string& key, const std::string& intent) {
    if (intent.empty() || has_attempt(GatewayStep::authorize, intent)) return;
    const auto nameless = [](const PaymentAttempt& attempt) {
        return attempt.step == GatewayStep::authorize && attempt.intent.empty() &&
               attempt.state != AttemptState::failed;
    };
    auto& attempts = payment().attempts;
    auto* attempt = find(key);
    if (attempt != nullptr) {
        // Its own answer, or a webhook that carries its key; even a failed one may get its name.
        if (attempt->step != GatewayStep::authorize || !attempt->intent.empty()) return;
    } else {
        if (std::ranges::count_if(attempts, nameless) != 1) return;
        attempt = &*std::ranges::find_if(attempts, nameless);
    }
    attempt->intent = intent;
    if (attempt != latest_authorization()) return;
    if (find_stray(intent) == nullptr) {
        payment().intent = intent;
    } else if (attempt->state == AttemptState::open) {
        // Taken before it was known whose it is, and on its way back: it cannot pay any more.
        attempt->state = AttemptState::failed;
        authorization_failed("the money is on its way back");
    }
}

void PaymentFlow::hear(const std::string& key, const GatewayAnswer& facts, bool own_answer) {
    if (facts.intent.empty() || !is_decisive(facts.status)) return;
    recognise(key, facts.intent);
    if (facts.intent != payment().intent) {
        hear_stray(facts);
        return hear_refunds(facts.intent, facts);
    }
    switch (facts.status) {
        case GatewayStatus::captured:
        case GatewayStatus::refunded:
            hear_captured(facts);
            break;
        case GatewayStatus::authorized:
            hear_authorized(facts.intent);
            break;
        case GatewayStatus::requires_action:
            hear_requires_action(facts, own_answer);
            break;
        case GatewayStatus::declined:
            hear_declined(facts);
            break;
        case GatewayStatus::cancelled:
            hear_cancelled(facts.intent, reason_of(facts, "cancelled at the gateway"));
            break;
        case GatewayStatus::processing:
        case GatewayStatus::not_found:
        case GatewayStatus::unavailable:
        case GatewayStatus::unknown:
        case GatewayStatus::not_asked:
            break;
    }
    hear_refunds(facts.intent, facts);
}

void PaymentFlow::authorization_failed(const std::string& reason) {
    payment().state = order_is_over() ? PaymentState::voided : PaymentState::failed;
    if (!reason.empty()) payment().last_error = reason;
    payment().client_secret.clear();
}

void PaymentFlow::capture_failed(const std::string& intent, const std::string& reason) {
    if (!order_is_over()) authorization_failed(reason);
    payment().last_error = reason;
    void_intent(intent);
}

void PaymentFlow::hear_authorized(const std::string& intent) {
    if (payment().captured > 0) return;
    if (has_attempt(GatewayStep::cancel, intent) || has_attempt(GatewayStep::capture, intent)) {
        // Known already; but an authorisation that is being voided ends its own attempt.
        if (find_open(GatewayStep::authorize, intent) || find_open(GatewayStep::confirm, intent))
            authorization_failed("the authorisation has been released");
        settle(GatewayStep::authorize, intent, AttemptState::done, "");
        settle(GatewayStep::confirm, intent, AttemptState::done, "");
        return;
    }
    settle(GatewayStep::authorize, intent, AttemptState::done, "");
    settle(GatewayStep::confirm, intent, AttemptState::done, "");
    // The buyer was told that this way failed, and may be paying otherwise by now.
    if (payment().state == PaymentState::failed) return void_intent(intent);
    payment().state = PaymentState::authorized;
    payment().last_error.clear();
    payment().client_secret.clear();
    if (units_lost_) cancel_order("the units could not be kept");
    if (reservation_is_over() && payment().graced) cancel_order("reservation expired");
    if (order().status != OrderStatus::pending) return void_intent(intent);
    extend_reservation();
    PaymentAttempt attempt{.step = GatewayStep::capture};
    attempt.intent = intent;
    attempt.amount = order().totals.total;
    start(std::move(attempt));
}

void PaymentFlow::hear_requires_action(const GatewayAnswer& facts, bool own_answer) {
    const auto& intent = facts.intent;
    if (payment().state == PaymentState::requires_action && payment().client_secret.empty())
        payment().client_secret = facts.client_secret;
    if (payment().state != PaymentState::processing) return;
    // While a confirmation is under way this is what was before it, unless that itself says so.
    if (find_open(GatewayStep::confirm, intent) && !own_answer) return;
    settle(GatewayStep::authorize, intent, AttemptState::done, "");
    settle(GatewayStep::confirm, intent, AttemptState::done, "");
    payment().state = PaymentState::requires_action;
    if (!facts.client_secret.empty()) payment().client_secret = facts.client_secret;
    if (order_is_over()) void_intent(intent);
}

void PaymentFlow::hear_declined(const GatewayAnswer& facts) {
    if (payment().state != PaymentState::processing &&
        payment().state != PaymentState::requires_action)
        return;
    const auto reason = reason_of(facts, "declined");
    settle(GatewayStep::authorize, facts.intent, AttemptState::failed, reason);
    settle(GatewayStep::confirm, facts.intent, AttemptState::failed, reason);
    authorization_failed(reason);
}

void PaymentFlow::hear_cancelled(const std::string& intent, const std::string& reason) {
    const bool is_current = intent == payment().intent;
    if (is_current ? payment().captured > 0 : find_stray(intent) != nullptr) return;
    settle(GatewayStep::authorize, intent, AttemptState::failed, reason);
    settle(GatewayStep::confirm, intent, AttemptState::failed, reason);
    settle(GatewayStep::capture, intent, AttemptState::failed, reason);
    settle(GatewayStep::cancel, intent, AttemptState::done, "");
    if (is_current) authorization_failed(reason);
}

void PaymentFlow::hear_captured(const GatewayAnswer& facts) {
    const auto total = order().totals.total;
    const Amount amount = facts.captured > 0 ? facts.captured : total;
    auto reference = to_text(order().id) + ":capture:" + facts.intent;
    if (payment().captured > 0 && holds(Guard::capture_is_heard_once)) {
        if (payment().fee != 0 || facts.fee <= 0) return;
        payment().fee = facts.fee;
        change_.entries.push_back(fee_entry(order(), reference + ":fee", facts.fee, now_));
        return;
    }
    end_attempts_of_captured(facts.intent);
    const bool pays = order().status == OrderStatus::pending && !reservation_is_over() &&
                      !units_lost_ && amount == total;
    payment().captured = amount;
    payment().fee = facts.fee;
    payment().pays_order = pays;
    payment().state = PaymentState::paid;
    payment().last_error.clear();
    payment().client_secret.clear();
    if (pays) {
        change_.entries.push_back(capture_entry(order(), std::move(reference), facts.fee, now_));
        change_.stock = StockEffect::confirm;
        order().stock_deducted = true;
        return move_order(OrderStatus::confirmed, "system", "paid");
    }
    change_.entries.push_back(
        stray_capture_entry(order(), std::move(reference), amount, facts.fee, now_));
    const std::string why = amount != total ? "another amount than the order's was taken"
                            : units_lost_   ? "the units could not be kept"
                                            : "paid after the order's end";
    cancel_order(why);
    refund_owed(facts.intent, amount, why);
}

// Another way to pay than the order's current one: nothing may stay held or taken under it.
void PaymentFlow::hear_stray(const GatewayAnswer& facts) {
    const auto& intent = facts.intent;
    switch (facts.status) {
        case GatewayStatus::captured:
        case GatewayStatus::refunded: {
            if (find_stray(intent) != nullptr) return;
            const Amount amount = facts.captured > 0 ? facts.captured : order().totals.total;
            end_attempts_of_captured(intent);
            payment().strays.push_back({intent, amount, 0});
            change_.entries.push_back(stray_capture_entry(
                order(), to_text(order().id) + ":capture:" + intent, amount, facts.fee, now_));
            return refund_owed(intent, amount, "not the charge that pays the order");
        }
        case GatewayStatus::authorized:
            if (find_stray(intent) != nullptr) return;
            settle(GatewayStep::authorize, intent, AttemptState::done, "");
            return void_intent(intent);
        case GatewayStatus::cancelled:
            return hear_cancelled(intent, reason_of(facts, "cancelled at the gateway"));
        default:
            return;
    }
}

void PaymentFlow::end_attempts_of_captured(const std::string& intent) {
    settle(GatewayStep::authorize, intent, AttemptState::done, "");
    settle(GatewayStep::confirm, intent, AttemptState::done, "");
    settle(GatewayStep::capture, intent, AttemptState::done, "");
    settle(GatewayStep::cancel, intent, AttemptState::failed, "it had been captured");
}

/// A refund that was given up in doubt, and stands after all.
Refund* PaymentFlow::find_given_up(const std::string& intent, Amount amount) {
    const auto found = std::ranges::find_if(payment().refunds, [&](const Refund& refund) {
        return refund.state == RefundState::given_up && refund.intent == intent &&
               refund.amount == amount;
    });
    return found == payment().refunds.end() ? nullptr : &*found;
}

void PaymentFlow::hear_refunds(const std::string& intent, const GatewayAnswer& facts) {
    if (intent != payment().intent && find_stray(intent) == nullptr) return;
    const Amount captured = captured_of(intent);
    const Amount total = std::min(facts.refunded, captured);
    if (total <= refunded_of(intent)) return;
    if (auto* attempt = find_open(GatewayStep::refund, intent)) {
        // Ours comes whole: a smaller sum is somebody else's, made at the gateway.
        if (total >= refunded_of(intent) + attempt->amount) settle_refund(*attempt);
    }
    if (const Amount extra = total - refunded_of(intent); extra > 0) {
        if (auto* given_up = find_given_up(intent, extra)) {
            record_refund(*given_up);
            return start_refund(intent);
        }
        Refund refund{.id = derived_refund_id(), .amount = extra};
        refund.reason = "refunded at the gateway";
        refund.actor = "gateway";
        refund.intent = intent;
        refund.requested_at = now_;
        payment().refunds.push_back(std::move(refund));
        record_refund(payment().refunds.back());
    }
    start_refund(intent);
}

}  // namespace souk
