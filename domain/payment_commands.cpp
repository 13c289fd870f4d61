#include <algorithm>

#include "domain/card_number.hpp"
#include "domain/payment_flow.hpp"

namespace souk {
namespace {

OrderChange unchanged(const Order& order) { return OrderChange{order}; }

bool has_paid(const Payment& payment) {
    return payment.state == PaymentState::paid || payment.state == PaymentState::refunded ||
           payment.state == PaymentState::partially_refunded;
}

/// A repeat whose first answer was lost: what it asks for has been done.
bool is_paid_by(const Order& order, const Pay& command) {
    return order.payment && has_paid(*order.payment) && order.payment->pays_order &&
           order.status != OrderStatus::cancelled && order.payment->gateway == command.gateway &&
           order.payment->method == command.method;
}

std::int64_t count_of(const Payment& payment, GatewayStep step) {
    return std::ranges::count(payment.attempts, step, &PaymentAttempt::step);
}

bool was_invalid(const PaymentAttempt& attempt) {
    return attempt.step == GatewayStep::authorize && attempt.state == AttemptState::failed &&
           attempt.reason == invalid_payment_method;
}

bool too_many_ways(const Payment& payment, const PaymentPolicy& policy) {
    const auto invalid = std::ranges::count_if(payment.attempts, was_invalid);
    return count_of(payment, GatewayStep::authorize) - invalid >= policy.max_ways ||
           invalid >= policy.max_invalid;
}

Result<void> fit_to_pay(const Order& order, const Pay& command, TimePoint now) {
    if (command.gateway != order.payment_method ||
        command.gateway == PaymentMethod::cash_on_delivery)
        return refuse(ErrorCode::invalid_input, "paymentMethod",
                      "is not the one the order was placed with");
    if (token_holds_card_number(command.method))
        return refuse(ErrorCode::invalid_input, "paymentMethodId",
                      "must be the gateway's token; card numbers are not accepted");
    if (command.method.empty() && order.totals.total > 0)
        return refuse(ErrorCode::invalid_input, "paymentMethodId", "is required");
    if (order.status == OrderStatus::cancelled)
        return refuse(ErrorCode::conflict, "the order has been cancelled");
    if (order.status != OrderStatus::pending || (order.payment && has_paid(*order.payment)))
        return refuse(ErrorCode::conflict, "the order has been paid");
    if (order.reserved_until <= now)
        return refuse(ErrorCode::gone, "the order's reservation has expired");
    return {};
}

Result<void> fits_order(const Order& order, const WebhookReported& report) {
    if (report.gateway && *report.gateway != order.payment_method)
        return refuse(ErrorCode::unprocessable, "gateway", "is not the one the order is paid by");
    if (report.currency && *report.currency != order.currency)
        return refuse(ErrorCode::unprocessable, "currency", "is not the order's");
    return {};
}

bool says_taken(const GatewayAnswer& facts) {
    return !facts.intent.empty() &&
           (facts.status == GatewayStatus::captured || facts.status == GatewayStatus::refunded);
}

void note(PaymentFlow& flow, const std::string& actor, const std::string& what, TimePoint now) {
    auto& order = flow.order();
    order.history.push_back({order.status, order.payment_status, actor, what, now});
}

std::int64_t restocked(const Order& order, const OrderItemId& item, bool by_failed) {
    std::int64_t units = 0;
    for (const auto& refund : order.payment->refunds)
        for (const auto& line : refund.restock)
            if (line.item == item && (refund.state == RefundState::failed) == by_failed)
                units += line.quantity;
    return units;
}

/// Units that came back are on the shelf, whatever became of the money. Those of a refund that
/// failed go over to the one that names them again, and are not put back twice.
void take_over(Payment& payment, const std::vector<RestockLine>& lines) {
    for (const auto& line : lines) {
        auto wanted = line.quantity;
        for (auto& refund : payment.refunds) {
            if (refund.state != RefundState::failed) continue;
            for (auto& given : refund.restock) {
                if (given.item != line.item) continue;
                const auto taken = std::min(wanted, given.quantity);
                given.quantity -= taken;
                wanted -= taken;
            }
            std::erase_if(refund.restock, [](const RestockLine& one) { return one.quantity == 0; });
        }
    }
}

/// The units that a refund puts on the shelf, each line within what was sold and no other refund
/// has named; failed ones do not count.
Result<std::vector<std::pair<StockKey, std::int64_t>>> units_of(
    const Order& order, const std::vector<RestockLine>& lines) {
    std::vector<OrderItem> items;
    for (const auto& line : lines) {
        const auto item = std::ranges::find(order.items, line.item, &OrderItem::id);
        if (item == order.items.end())
            return refuse(ErrorCode::unprocessable, "restock", "names no item of the order");
        std::int64_t in_this_refund = 0;
        for (const auto& other : lines)
            if (other.item == line.item && other.quantity > 0) in_this_refund += other.quantity;
        if (line.quantity <= 0 || !order.stock_deducted ||
            in_this_refund > item->quantity - restocked(order, line.item, false))
            return refuse(ErrorCode::unprocessable, "restock", "names more units than were sold");
        if (std::ranges::find(items, line.item, &OrderItem::id) != items.end()) continue;
        items.push_back(*item);
        items.back().quantity =
            std::max<std::int64_t>(in_this_refund - restocked(order, line.item, true), 0);
    }
    std::erase_if(items, [](const OrderItem& item) { return item.quantity == 0; });
    return demand_of(items);
}

}  // namespace

Result<OrderChange> decide(const Order& order, const Pay& command, TimePoint now,
                           const PaymentPolicy& policy) {
    if (is_paid_by(order, command)) return unchanged(order);
    if (const auto fit = fit_to_pay(order, command, now); !fit) return fit.error();
    PaymentFlow flow(order, now, policy);
    if (!order.payment) {
        auto& payment = flow.order().payment.emplace();
        payment.id = command.payment_id;
        payment.gateway = command.gateway;
        payment.created_at = now;
    }
    auto& payment = flow.payment();
    const bool under_way = payment.state == PaymentState::processing ||
                           payment.state == PaymentState::authorized ||
                           payment.state == PaymentState::requires_action;
    if (under_way && payment.method == command.method) return unchanged(order);
    if (under_way && payment.state != PaymentState::requires_action)
        return refuse(ErrorCode::conflict, "the order is being paid");
    if (too_many_ways(payment, policy))
        return refuse(ErrorCode::conflict, "too many ways to pay have been tried");
    if (order.totals.total == 0) {
        payment.method = command.method;
        return flow.pay_nothing(command.actor);
    }
    // The buyer turned away from what the gateway asked for: that way must not succeed any more.
    if (under_way) flow.void_intent(payment.intent);
    payment.method = command.method;
    payment.intent.clear();
    payment.client_secret.clear();
    payment.last_error.clear();
    payment.state = PaymentState::processing;
    PaymentAttempt attempt{.step = GatewayStep::authorize};
    attempt.method = command.method;
    attempt.amount = order.totals.total;
    flow.start(std::move(attempt));
    return flow.finish(command.actor, "payment begun");
}

Result<OrderChange> decide(const Order& order, const ConfirmPayment& command, TimePoint now,
                           const PaymentPolicy& policy) {
    if (!order.payment) return refuse(ErrorCode::conflict, "the order's payment has not begun");
    if (order.status == OrderStatus::cancelled)
        return refuse(ErrorCode::conflict, "the order has been cancelled");
    if (const auto error = payment_error(*order.payment)) return *error;
    if (order.payment->state != PaymentState::requires_action) return unchanged(order);
    if (order.reserved_until <= now)
        return refuse(ErrorCode::gone, "the order's reservation has expired");
    if (count_of(*order.payment, GatewayStep::confirm) >= policy.max_ways)
        return refuse(ErrorCode::conflict, "the payment has been confirmed too often");
    PaymentFlow flow(order, now, policy);
    flow.payment().state = PaymentState::processing;
    PaymentAttempt attempt{.step = GatewayStep::confirm};
    attempt.intent = order.payment->intent;
    attempt.amount = order.totals.total;
    flow.start(std::move(attempt));
    return flow.finish(command.actor, "payment confirmed by the buyer");
}

Result<OrderChange> decide(const Order& order, const GatewayReported& report, TimePoint now,
                           const PaymentPolicy& policy) {
    PaymentFlow flow(order, now, policy);
    auto* attempt = order.payment ? flow.find(report.key) : nullptr;
    if (attempt == nullptr) return refuse(ErrorCode::not_found, "no such payment attempt");
    if (report.units_lost) flow.lose_units();
    flow.hear_answer(*attempt, report);
    return flow.finish("gateway", report.answer.reason);
}

Result<OrderChange> decide(const Order& order, const WebhookReported& report, TimePoint now,
                           const PaymentPolicy& policy) {
    if (const auto ours = fits_order(order, report); !ours) return ours.error();
    if (!order.payment && !says_taken(report.facts))
        return refuse(ErrorCode::not_found, "the order has no payment");
    PaymentFlow flow(order, now, policy);
    if (!order.payment) {
        auto& payment = flow.order().payment.emplace();
        payment.id = PaymentId{order.id.uuid};
        payment.gateway = order.payment_method;
        payment.created_at = now;
    }
    if (report.units_lost) flow.lose_units();
    if (report.disputed && !flow.payment().disputed) {
        flow.payment().disputed = true;
        note(flow, "gateway", "the charge is disputed", now);
    }
    flow.hear(report.key, report.facts, false);
    return flow.finish("gateway", report.facts.reason);
}

Result<OrderChange> decide(const Order& order, const AttemptDue& command, TimePoint now,
                           const PaymentPolicy& policy) {
    const auto* due = order.payment ? find_attempt(*order.payment, command.key) : nullptr;
    if (due == nullptr || due->state != AttemptState::open || due->stuck || due->due_at > now)
        return unchanged(order);
    PaymentFlow flow(order, now, policy);
    flow.try_again(*flow.find(command.key), std::nullopt);
    return flow.finish("system", "");
}

Result<OrderChange> decide(const Order& order, const CollectPayment& command, TimePoint now,
                           const PaymentPolicy& policy) {
    if (order.payment_method != PaymentMethod::cash_on_delivery)
        return refuse(ErrorCode::conflict, "the order is not paid in cash");
    const auto total = order.totals.total;
    if (command.amount && *command.amount != total)
        return refuse(ErrorCode::unprocessable, "amount",
                      "must be the order's total, " + std::to_string(total));
    if (order.payment) return unchanged(order);
    if (order.status == OrderStatus::pending)
        return refuse(ErrorCode::conflict, "the order has not been confirmed");
    PaymentFlow flow(order, now, policy);
    if (flow.order_is_over()) return refuse(ErrorCode::conflict, "the order is over");
    flow.take_cash(command.payment_id);
    return flow.finish(command.actor, "cash collected");
}

Result<OrderChange> decide(const Order& order, const RefundPayment& command, TimePoint now,
                           const PaymentPolicy& policy) {
    if (!order.payment || order.payment->captured == 0)
        return refuse(ErrorCode::conflict, "nothing has been taken that could be refunded");
    const auto& refunds = order.payment->refunds;
    if (const auto same = std::ranges::find(refunds, command.id, &Refund::id);
        same != refunds.end()) {
        if ((!command.amount || *command.amount == same->amount) &&
            command.restock == same->restock)
            return unchanged(order);
        return refuse(ErrorCode::conflict, "the refund's id was used for another refund");
    }
    if (refunds.size() >= max_refunds)
        return refuse(ErrorCode::unprocessable,
                      "an order has no more than " + std::to_string(max_refunds) + " refunds");
    const Amount left = refundable(*order.payment);
    if (left <= 0) return refuse(ErrorCode::conflict, "nothing is left to refund");
    const Amount amount = command.amount.value_or(left);
    if (amount <= 0 || amount > left)
        return refuse(ErrorCode::unprocessable, "amount", "must be 1 to " + std::to_string(left));
    if (const auto taken = can_be_taken_by(order.payment->gateway, amount, order.currency); !taken)
        return taken.error();
    const auto units = units_of(order, command.restock);
    if (!units) return units.error();

    OrderChange change{order, units->empty() ? StockEffect::none : StockEffect::restock};
    change.restock = *units;
    PaymentFlow flow(order, std::move(change), now, policy);
    take_over(flow.payment(), command.restock);
    Refund refund{.id = command.id, .amount = amount, .reason = command.reason};
    refund.restock = command.restock;
    refund.actor = command.actor;
    refund.intent = order.payment->intent;
    refund.owed = flow.order_is_over();
    flow.queue_refund(std::move(refund));
    note(flow, command.actor, "refund: " + command.reason, now);
    return flow.finish(command.actor, command.reason);
}

Result<OrderChange> decide(const Order& order, const RetryNow& command, TimePoint now,
                           const PaymentPolicy& policy) {
    PaymentFlow flow(order, now, policy);
    auto* attempt = order.payment ? flow.find(command.key) : nullptr;
    const bool is_given_up = attempt != nullptr && attempt->step == GatewayStep::refund &&
                             attempt->state == AttemptState::given_up;
    if (attempt == nullptr || (attempt->state != AttemptState::open && !is_given_up))
        return refuse(ErrorCode::not_found, "no such open payment attempt");
    if (is_given_up && !flow.take_up_refund(*attempt))
        return refuse(ErrorCode::conflict, "the charge has not that much left to refund");
    if (!is_given_up) {
        attempt->stuck = false;
        attempt->forgiven = attempt->tries;
        flow.try_again(*attempt, std::nullopt);
    }
    note(flow, command.actor, "payment tried again", now);
    return flow.finish(command.actor, "");
}

Result<OrderChange> decide(const Order& order, const GiveUp& command, TimePoint now,
                           const PaymentPolicy& policy) {
    PaymentFlow flow(order, now, policy);
    auto* attempt = order.payment ? flow.find(command.key) : nullptr;
    if (attempt == nullptr || attempt->state != AttemptState::open)
        return refuse(ErrorCode::not_found, "no such open payment attempt");
    if (!attempt->stuck) return refuse(ErrorCode::conflict, "the attempt is still being tried");
    flow.give_up(*attempt, command.reason);
    note(flow, command.actor, "payment given up: " + command.reason, now);
    return flow.finish(command.actor, command.reason);
}

}  // namespace souk
