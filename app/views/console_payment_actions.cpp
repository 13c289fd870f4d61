// What operators do to payments and their money: by commands of the order, which takes the audit's
// row into its own commit.

#include "app/views/console_plan.hpp"
#include "persistence/payment_repository.hpp"
#include "protocol/order_json.hpp"
#include "protocol/tenant_key.hpp"

namespace souk {
namespace {

OrderCommand command_on(const PaymentAttempt& step, const ConsoleWish& wish) {
    if (wish.verb == ConsoleVerb::retry_payment) return RetryNow{step.key, wish.actor};
    return GiveUp{step.key, wish.actor, wish.reason};
}

/// The step that was named; it may not be any more what the operator saw.
Result<const PaymentAttempt*> named_step(const Order& order, const ConsoleWish& wish,
                                         TimePoint now) {
    const auto* step = find_attempt(*order.payment, wish.step);
    if (step == nullptr) return refuse(ErrorCode::not_found, "the payment has no such step");
    const auto change = decide(order, command_on(*step, wish), now);
    if (change) return step;
    return change.error().code == ErrorCode::not_found ? changed_meanwhile() : change.error();
}

/// The first that the order lets an operator act on; null when there is none.
const PaymentAttempt* first_step(const Order& order, const ConsoleWish& wish, TimePoint now) {
    for (const auto* step : waiting_attempts(*order.payment))
        if (decide(order, command_on(*step, wish), now)) return step;
    return nullptr;
}

std::vector<StateField> money_fields(const Order& order) {
    const auto payment = order.payment.value_or(Payment{});
    return {{"number", order.number},
            {"paymentStatus", std::string{to_text(order.payment_status)}},
            {"currency", std::string{order.currency.text()}},
            number_field("captured", payment.captured),
            number_field("refunded", payment.refunded),
            number_field("refundable", refundable(payment))};
}

}  // namespace

void ConsoleActions::plan_for_payment(const PlanPtr& plan) {
    const auto id = parse_id<PaymentId>(plan->wish.id).value();
    reads_.read([id](Connection& db) { return find_order_of_payment(db, id); },
                [this, plan](Result<std::optional<OfTenant<OrderId>>> order) {
                    if (!order) return plan->refuse_with(order.error());
                    if (!*order)
                        return plan->refuse_with(refuse(ErrorCode::not_found, "no such payment"));
                    plan->tenant = (*order)->tenant;
                    entities_.orders().read(**order, Read<Order>([this, plan](auto found) {
                        if (!found) return plan->refuse_with(found.error());
                        plan_for_payment(plan, **found);
                    }));
                });
}

// Decided once to see what it would do, and again by the order itself.
void ConsoleActions::plan_for_payment(const PlanPtr& plan, const Order& order) {
    if (!order.payment) return plan->refuse_with(changed_meanwhile());
    const auto& wish = plan->wish;
    const PaymentAttempt* step = nullptr;
    if (!wish.step.empty()) {
        const auto named = named_step(order, wish, clock_.now());
        if (!named) return plan->refuse_with(named.error());
        step = *named;
    } else {
        step = first_step(order, wish, clock_.now());
    }
    const bool retries = wish.verb == ConsoleVerb::retry_payment;
    const bool given_up = step != nullptr && step->state == AttemptState::given_up;
    plan->report.target = "payment " + wish.id;
    plan->report.touched = step != nullptr ? 1 : 0;
    plan->report.before = {{"order", to_text(order.id)},
                           {"step", step != nullptr ? step->key : ""},
                           {"stuck", yes_or_no(step != nullptr && step->stuck)},
                           {"givenUp", yes_or_no(given_up)},
                           number_field("tries", step != nullptr ? step->tries : 0)};
    plan->report.after = {{"stuck", "no"}, {"givenUp", yes_or_no(!retries && step != nullptr)}};
    if (step != nullptr) return carry_out(plan, order.id, command_on(*step, wish));
    plan->is_so_already = true;
    carry_out(plan);
}

void ConsoleActions::plan_for_refund(const PlanPtr& plan) {
    const auto id = tenant_key_of<OrderId>(plan->wish.id).value();
    plan->tenant = id.tenant;
    entities_.orders().read(id, Read<Order>([this, plan](auto found) {
                                if (!found) return plan->refuse_with(found.error());
                                plan_for_refund(plan, **found);
                            }));
}

// Decided once to see what it would do, and again by the order itself.
void ConsoleActions::plan_for_refund(const PlanPtr& plan, const Order& order) {
    const auto& wish = plan->wish;
    RefundPayment refund{wish.refund_id, wish.amount, wish.reason, {}, wish.actor};
    const auto change = decide(order, OrderCommand{refund}, clock_.now());
    if (!change) return plan->refuse_with(change.error());
    plan->is_so_already = change->next.version == order.version;
    plan->report.target = "order " + wish.id;
    plan->report.touched = plan->is_so_already ? 0 : 1;
    plan->report.before = money_fields(order);
    plan->report.after = money_fields(change->next);
    // "All that is left" is what was left when it was looked at, or nothing.
    if (!plan->is_so_already) refund.amount = change->next.payment->refunds.back().amount;
    carry_out(plan, order.id, std::move(refund));
}

}  // namespace souk
