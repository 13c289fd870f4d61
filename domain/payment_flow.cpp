#include "domain/payment_flow.hpp"

#include <algorithm>
#include <map>

namespace souk {
namespace {

bool is_under_way(const PaymentAttempt& attempt) { return attempt.state == AttemptState::open; }

GatewayRequest request_of(const Order& order, const PaymentAttempt& attempt) {
    return {.step = attempt.uncertain ? GatewayStep::look_up : attempt.step,
            .idempotency_key = attempt.key,
            .order_id = order.id,
            .payment_id = order.payment->id,
            .amount = attempt.amount,
            .currency = order.currency,
            .method = attempt.method,
            .intent = attempt.intent,
            .customer_email = order.shipping_address.email};
}

}  // namespace

PaymentAttempt* PaymentFlow::find(std::string_view key) {
    const auto found = std::ranges::find(payment().attempts, key, &PaymentAttempt::key);
    return found == payment().attempts.end() ? nullptr : &*found;
}

PaymentAttempt* PaymentFlow::find_open(GatewayStep step, std::string_view intent) {
    for (auto& attempt : payment().attempts)
        if (is_under_way(attempt) && attempt.step == step && attempt.intent == intent)
            return &attempt;
    return nullptr;
}

bool PaymentFlow::has_attempt(GatewayStep step, std::string_view intent) {
    return std::ranges::any_of(payment().attempts, [&](const PaymentAttempt& attempt) {
        return attempt.step == step && attempt.intent == intent;
    });
}

PaymentAttempt* PaymentFlow::latest_authorization() {
    auto& attempts = payment().attempts;
    for (auto attempt = attempts.rbegin(); attempt != attempts.rend(); ++attempt)
        if (attempt->step == GatewayStep::authorize) return &*attempt;
    return nullptr;
}

void PaymentFlow::settle(GatewayStep step, std::string_view intent, AttemptState state,
                         const std::string& reason) {
    for (auto& attempt : payment().attempts) {
        if (!is_under_way(attempt) || attempt.step != step || attempt.intent != intent) continue;
        attempt.state = state;
        attempt.stuck = false;
        if (!reason.empty()) attempt.reason = reason;
    }
}

bool PaymentFlow::order_is_over() const {
    return change_.next.status == OrderStatus::cancelled ||
           change_.next.status == OrderStatus::returned;
}

void PaymentFlow::start(PaymentAttempt attempt) {
    auto& attempts = payment().attempts;
    attempt.number = static_cast<std::int64_t>(attempts.size()) + 1;
    attempt.key = attempt_key(order().id, attempt.number, attempt.step);
    attempts.push_back(std::move(attempt));
    if (!attempts.back().stuck) ask(attempts.back());
}

// From the moment a call may have left, it may have happened: only an answer makes it certain.
void PaymentFlow::ask(PaymentAttempt& attempt) {
    if (attempt.tries - attempt.forgiven >= policy_.retry.ceiling) {
        attempt.stuck = true;
        return;
    }
    ++attempt.tries;
    attempt.due_at = now_ + policy_.answer_time;
    change_.calls.push_back({request_of(order(), attempt), attempt.tries});
    attempt.uncertain = true;
}

void PaymentFlow::ask_later(PaymentAttempt& attempt, Duration wait) {
    if (attempt.tries - attempt.forgiven >= policy_.retry.ceiling)
        attempt.stuck = true;
    else
        attempt.due_at = now_ + wait;
}

// After an outage all that waited for its end falls due: spread over half as long again.
Duration PaymentFlow::wait_after(const PaymentAttempt& attempt,
                                 const GatewayReported& report) const {
    const auto wait = report.answer.wait;
    if (wait <= Duration::zero())
        return wait_before_retry(policy_.retry, attempt.tries - attempt.forgiven, report.random);
    const auto spread = static_cast<double>(wait.count()) * report.random / 2;
    return wait + Duration{static_cast<Duration::rep>(spread)};
}

void PaymentFlow::forgive(PaymentAttempt& attempt, const GatewayReported& report) {
    if (report.answer.status == GatewayStatus::not_asked) {
        if (attempt.tries > attempt.forgiven) --attempt.tries;
        attempt.uncertain = report.step == GatewayStep::look_up;
    } else if (report.answer.wait > Duration::zero() && attempt.forgiven < attempt.tries) {
        ++attempt.forgiven;
    }
}

void PaymentFlow::void_intent(const std::string& intent) {
    if (intent.empty() || has_attempt(GatewayStep::cancel, intent)) return;
    PaymentAttempt attempt{.step = GatewayStep::cancel};
    attempt.intent = intent;
    start(std::move(attempt));
}

StrayCharge* PaymentFlow::find_stray(std::string_view intent) {
    const auto found = std::ranges::find(payment().strays, intent, &StrayCharge::intent);
    return found == payment().strays.end() ? nullptr : &*found;
}

Amount PaymentFlow::captured_of(std::string_view intent) {
    const auto* stray = find_stray(intent);
    return stray != nullptr ? stray->captured : payment().captured;
}

Amount& PaymentFlow::refunded_of(std::string_view intent) {
    auto* stray = find_stray(intent);
    return stray != nullptr ? stray->refunded : payment().refunded;
}

void PaymentFlow::queue_refund(Refund refund) {
    refund.requested_at = now_;
    const auto intent = refund.intent;
    payment().refunds.push_back(std::move(refund));
    start_refund(intent);
}

// One at a time for each charge, so that the gateway's total tells whether the one that was asked
// for stands.
void PaymentFlow::start_refund(const std::string& intent) {
    if (find_open(GatewayStep::refund, intent) != nullptr) return;
    for (auto& refund : payment().refunds) {
        if (refund.intent != intent || refund.state != RefundState::queued) continue;
        const Amount left = captured_of(intent) - refunded_of(intent);
        if (refund.owed && left > 0) refund.amount = std::min(refund.amount, left);
        if (refund.amount > left) {
            refund.state = RefundState::failed;  // refunded at the gateway meanwhile
            continue;
        }
        return start_refund_attempt(refund);
    }
}

// What was declined before, and for the same amount, is not tried again without an operator; their
// RetryNow begins with a look-up, in case something was refunded meanwhile that we do not know of.
//
// Cash goes back from hand to hand. Whoever asks for a refund of it says that this has happened;
// one that is owed waits for an operator, whose RetryNow says so.
void PaymentFlow::start_refund_attempt(Refund& refund) {
    const bool in_cash = payment().gateway == PaymentMethod::cash_on_delivery;
    if (in_cash && !refund.owed) return record_refund(refund);
    refund.state = RefundState::under_way;
    const auto& attempts = payment().attempts;
    const auto declined =
        std::find_if(attempts.rbegin(), attempts.rend(), [&](const PaymentAttempt& other) {
            return other.refund_id == refund.id && other.step == GatewayStep::refund &&
                   other.state == AttemptState::failed && other.amount == refund.amount;
        });
    const bool declined_before = declined != attempts.rend();
    PaymentAttempt attempt{.step = GatewayStep::refund};
    attempt.intent = refund.intent;
    attempt.amount = refund.amount;
    attempt.refund_id = refund.id;
    attempt.stuck = declined_before || in_cash;
    attempt.due_at = now_;
    attempt.uncertain = declined_before;
    if (declined_before) attempt.reason = declined->reason;
    attempt.due_at = now_;  // as long as it has been waiting
    start(std::move(attempt));
}

// Deterministic, so that news decided twice finds the same refund: the payment's id with the
// refund's number in its random bits.
RefundId PaymentFlow::derived_refund_id() {
    RefundId id{payment().id.uuid};
    const auto number = static_cast<std::uint32_t>(payment().refunds.size() + 1);
    for (std::size_t i = 0; i < 4; ++i)
        id.uuid.bytes[15 - i] =
            static_cast<std::uint8_t>(id.uuid.bytes[15 - i] ^ (number >> (8 * i)));
    return id;
}

void PaymentFlow::refund_owed(const std::string& intent, Amount amount, std::string reason) {
    if (amount <= 0) return;
    Refund refund{.id = derived_refund_id(), .amount = amount, .reason = std::move(reason)};
    refund.actor = "system";
    refund.intent = intent;
    refund.owed = true;
    queue_refund(std::move(refund));
}

// A refund that the books have no room for was made at the gateway meanwhile, and is recorded so.
void PaymentFlow::settle_refund(PaymentAttempt& attempt) {
    const auto intent = attempt.intent;
    const bool fits = attempt.amount <= captured_of(intent) - refunded_of(intent);
    attempt.state = fits ? AttemptState::done : AttemptState::failed;
    attempt.stuck = false;
    for (auto& refund : payment().refunds) {
        if (refund.id != attempt.refund_id) continue;
        if (fits) return record_refund(refund);
        refund.state = refund.owed ? RefundState::queued : RefundState::failed;
    }
}

void PaymentFlow::record_refund(Refund& refund) {
    const auto intent = refund.intent;
    const bool pays_order = find_stray(intent) == nullptr && payment().pays_order;
    std::vector<Amount> earlier;
    for (std::int64_t number = 1;; ++number) {
        const auto found = std::ranges::find_if(payment().refunds, [&](const Refund& other) {
            return other.intent == intent && other.settled_as == number;
        });
        if (found == payment().refunds.end()) break;
        earlier.push_back(found->amount);
    }
    refund.state = RefundState::done;
    refund.settled_as = static_cast<std::int64_t>(earlier.size()) + 1;
    refunded_of(intent) += refund.amount;
    auto reference = to_text(order().id) + ":refund:" + to_text(refund.id);
    change_.entries.push_back(
        pays_order ? refund_entry(order(), std::move(reference), earlier, refund.amount, now_)
                   : stray_refund_entry(order(), std::move(reference), refund.amount, now_));
    if (payment().captured > 0 && intent == payment().intent)
        payment().state = payment().refunded == payment().captured
                              ? PaymentState::refunded
                              : PaymentState::partially_refunded;
}

bool PaymentFlow::take_up_refund(PaymentAttempt& attempt) {
    const auto given_up = std::ranges::find(payment().refunds, attempt.refund_id, &Refund::id);
    Amount left = captured_of(attempt.intent) - refunded_of(attempt.intent);
    for (const auto& refund : payment().refunds)
        if (refund.intent == attempt.intent && refund.state == RefundState::queued)
            left -= refund.amount;
    if (given_up->state != RefundState::given_up || attempt.amount > left ||
        find_open(GatewayStep::refund, attempt.intent) != nullptr)
        return false;
    given_up->state = RefundState::under_way;
    attempt.state = AttemptState::open;
    attempt.forgiven = attempt.tries;
    ask(attempt);
    return true;
}

void PaymentFlow::look_up_once(const std::string& key) {
    auto request = request_of(order(), *find(key));
    request.step = GatewayStep::look_up;
    change_.calls.push_back({std::move(request), find(key)->tries});
}

void PaymentFlow::give_up(PaymentAttempt& attempt, const std::string& reason) {
    const auto intent = attempt.intent;
    // Of an intent that has a name, the void below finds out.
    if (attempt.uncertain && (intent.empty() || attempt.step == GatewayStep::refund))
        look_up_once(attempt.key);
    attempt.state = AttemptState::given_up;
    attempt.stuck = false;
    attempt.reason = reason;
    switch (attempt.step) {
        case GatewayStep::authorize:
        case GatewayStep::confirm:
            if (intent == payment().intent) authorization_failed(reason);
            return void_intent(intent);
        case GatewayStep::capture:
            cancel_order("the payment was given up");
            return void_intent(intent);
        case GatewayStep::cancel:
            if (intent == payment().intent && payment().captured == 0) authorization_failed(reason);
            return;
        case GatewayStep::refund:
            for (auto& refund : payment().refunds)
                if (refund.id == attempt.refund_id) refund.state = RefundState::given_up;
            return start_refund(intent);
        case GatewayStep::look_up:
            return;
    }
}

void PaymentFlow::extend_reservation() {
    payment().graced = true;
    const auto until = std::max(order().reserved_until, now_ + policy_.grace);
    if (until == order().reserved_until) return;
    order().reserved_until = until;
    change_.extend_until = until;
}

void PaymentFlow::move_order(OrderStatus status, std::string actor, std::string reason) {
    order().status = status;
    for (auto& part : order().vendor_orders) part.status = status;
    order().history.push_back(
        {status, order().payment_status, std::move(actor), std::move(reason), now_});
}

void PaymentFlow::cancel_order(std::string reason) {
    if (order().status != OrderStatus::pending) return;
    change_.stock = units_lost_             ? StockEffect::none
                    : reservation_is_over() ? StockEffect::expire
                                            : StockEffect::release;
    change_.release_discount = order().discount.has_value();
    move_order(OrderStatus::cancelled, "system", std::move(reason));
}

OrderChange PaymentFlow::pay_nothing(const std::string& actor) {
    change_.stock = StockEffect::confirm;
    order().stock_deducted = true;
    payment().state = PaymentState::paid;
    payment().pays_order = true;
    move_order(OrderStatus::confirmed, actor, "nothing to pay");
    return finish(actor, "");
}

void PaymentFlow::take_cash(PaymentId id) {
    const auto total = order().totals.total;
    auto& cash = order().payment.emplace();
    cash.id = id;
    cash.gateway = PaymentMethod::cash_on_delivery;
    cash.intent = "cash_" + to_text(id);
    cash.state = PaymentState::paid;
    cash.captured = total;
    cash.pays_order = true;
    cash.created_at = now_;
    if (total > 0)
        change_.entries.push_back(
            capture_entry(order(), to_text(order().id) + ":capture:cash", 0, now_));
}

void PaymentFlow::close_payment() {
    if (!order().payment) return;
    const auto intent = payment().intent;
    if (payment().captured > 0) {
        // From now on all of it is owed, what was wished for before included.
        for (auto& refund : payment().refunds)
            if (refund.state == RefundState::queued || refund.state == RefundState::under_way)
                refund.owed = true;
        return refund_owed(intent, refundable(payment()), "order cancelled");
    }
    // What is under way is not raced: its end decides, and finds the order over.
    for (const auto step : {GatewayStep::authorize, GatewayStep::confirm, GatewayStep::capture})
        if (find_open(step, intent) != nullptr) return;
    if (payment().state == PaymentState::authorized ||
        payment().state == PaymentState::requires_action)
        void_intent(intent);
}

OrderChange PaymentFlow::finish(const std::string& actor, const std::string& reason) {
    auto& next = change_.next;
    // What ended in the same change need not be asked for any more.
    std::erase_if(change_.calls, [&](const GatewayCall& call) {
        const auto state = find(call.request.idempotency_key)->state;
        return state != AttemptState::open && state != AttemptState::given_up;
    });
    if (next.payment) next.payment_status = shown_as(next.payment->state);
    if (next.payment == before_.payment && next.status == before_.status &&
        next.reserved_until == before_.reserved_until && change_.calls.empty())
        return OrderChange{before_};
    if (next.history.size() > before_.history.size())
        next.history.back().payment_status = next.payment_status;
    else if (next.payment_status != before_.payment_status)
        next.history.push_back({next.status, next.payment_status, actor, reason, now_});
    next.updated_at = now_;
    next.version = before_.version + 1;
    return std::move(change_);
}

std::vector<std::pair<StockKey, std::int64_t>> units_to_restock(const Order& order) {
    auto items = order.items;
    if (order.payment)
        for (const auto& refund : order.payment->refunds)
            for (const auto& line : refund.restock)
                for (auto& item : items)
                    if (item.id == line.item) item.quantity -= line.quantity;
    std::erase_if(items, [](const OrderItem& item) { return item.quantity <= 0; });
    return demand_of(items);
}

}  // namespace souk
