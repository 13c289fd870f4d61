// What operators do to reservations, payments and orders: by commands of the entities, which take
// the audit's row into their own commit.

#include <algorithm>

#include "app/views/console_plan.hpp"
#include "persistence/payment_repository.hpp"
#include "protocol/order_json.hpp"

namespace souk {
namespace {

Error changed_meanwhile() {
    return refuse(ErrorCode::conflict, "it has changed meanwhile: look at it again");
}

/// Units that have been sold, or went over to an order, are not the reservation's any more.
bool has_been_used(const ReservationRows& rows) {
    return std::ranges::any_of(rows.lines, [](const auto& line) {
        return line.state == ReservationState::confirmed ||
               line.state == ReservationState::transferred;
    });
}

bool is_given_up(const Payment& payment, const PaymentAttempt& attempt) {
    if (attempt.step != GatewayStep::refund || attempt.state != AttemptState::given_up)
        return false;
    const auto refund = std::ranges::find(payment.refunds, attempt.refund_id, &Refund::id);
    return refund != payment.refunds.end() && refund->state == RefundState::given_up;
}

/// The step that an operator means: one that is stuck; to try again also one that only waits for
/// its time, and last the newest refund that was given up. Null when none waits.
const PaymentAttempt* waiting_step(const Order& order, bool retries) {
    if (!order.payment) return nullptr;
    const auto& attempts = order.payment->attempts;
    const auto first = [&](const auto& fits) {
        const auto found = std::ranges::find_if(attempts, fits);
        return found == attempts.end() ? nullptr : &*found;
    };
    const auto is_open = [](const auto& one) { return one.state == AttemptState::open; };
    if (const auto* stuck = first([&](const auto& one) { return is_open(one) && one.stuck; }))
        return stuck;
    if (!retries) return nullptr;
    if (const auto* open = first(is_open)) return open;
    const PaymentAttempt* given_up = nullptr;
    for (const auto& attempt : attempts)
        if (is_given_up(*order.payment, attempt)) given_up = &attempt;
    return given_up;
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

Render<Order> no_answer() {
    return [](const Order&) { return Answer{}; };
}

}  // namespace

void ConsoleActions::tell(const OrderId& id, OrderCommand command, AskContext context,
                          Reply reply) {
    entities_.orders().tell(
        id, {std::move(command), std::move(context), no_answer(), std::move(reply)});
}

void ConsoleActions::plan_for_reservation(const PlanPtr& plan) {
    const auto id = parse_id<ReservationId>(plan->wish.id).value();
    entities_.find_reservation(id, [this, plan](Result<std::optional<ReservationRows>> rows) {
        if (!rows) return plan->refuse_with(rows.error());
        if (!*rows || (*rows)->lines.empty())
            return plan->refuse_with(refuse(ErrorCode::not_found, "no such reservation"));
        plan_for_reservation(plan, **rows);
    });
}

void ConsoleActions::plan_for_reservation(const PlanPtr& plan, const ReservationRows& rows) {
    if (has_been_used(rows))
        return plan->refuse_with(
            refuse(ErrorCode::conflict, "the reservation's units are an order's, or sold"));
    std::int64_t open = 0;
    std::int64_t units = 0;
    for (const auto& [line, state] : rows.lines) {
        if (state != ReservationState::open) continue;
        ++open;
        units += line.quantity;
    }
    const auto& first = rows.lines.front().line;
    const bool releases = plan->wish.verb == ConsoleVerb::release_reservation;
    const auto until =
        std::max(first.expires_at, clock_.now()) + std::chrono::minutes{plan->wish.minutes};
    auto& report = plan->report;
    report.target = "reservation " + plan->wish.id;
    report.touched = open;
    report.before = {number_field("openLines", open),
                     number_field("units", units),
                     {"expiresAt", to_rfc3339(first.expires_at)},
                     {"order", first.order_id ? to_text(*first.order_id) : ""}};
    report.after = {number_field("openLines", releases ? 0 : open)};
    report.after.push_back(releases ? number_field("units", 0)
                                    : StateField{"expiresAt", to_rfc3339(until)});
    plan->is_so_already = open == 0;
    if (plan->is_so_already) return carry_out(plan);
    if (first.order_id) return plan_for_order_reservation(plan, *first.order_id, until);
    plan->by_lane = [this, id = first.id, releases, until](AskContext context, Reply reply) {
        Render<Reservation> render = [](const Reservation& left) -> Answer {
            return {.status = left.state == ReservationState::transferred ? 409 : 200};
        };
        if (releases)
            return entities_.stocks().close({CloseMany{id, ReservationState::released},
                                             std::move(context), std::move(render),
                                             std::move(reply)});
        entities_.extend(id, until, std::move(context), std::move(reply));
    };
    carry_out(plan);
}

// As the order is now: what it has become when the command reaches it is not what was looked at.
void ConsoleActions::plan_for_order_reservation(const PlanPtr& plan, const OrderId& id,
                                                TimePoint until) {
    entities_.orders().read(
        id, Read<Order>([this, plan, until](auto found) {
            if (!found) return plan->refuse_with(found.error());
            const auto& order = **found;
            if (order.status != OrderStatus::pending || order.stock_deducted)
                return plan->refuse_with(
                    refuse(ErrorCode::conflict, "the reservation's order has gone on"));
            plan->by_lane = [this, plan_again = std::weak_ptr<Plan>(plan), order_id = order.id,
                             version = order.version, until](AskContext context, Reply reply) {
                const auto& wish = plan_again.lock()->wish;
                OrderCommand command = CancelOrder{wish.actor, wish.reason, version};
                if (wish.verb == ConsoleVerb::extend_reservation)
                    command = HoldLonger{until, wish.actor, wish.reason};
                tell(order_id, std::move(command), std::move(context), std::move(reply));
            };
            carry_out(plan);
        }));
}

void ConsoleActions::plan_for_payment(const PlanPtr& plan) {
    const auto id = parse_id<PaymentId>(plan->wish.id).value();
    reads_.read([id](Connection& db) { return find_order_of_payment(db, id); },
                [this, plan](Result<std::optional<OrderId>> order) {
                    if (!order) return plan->refuse_with(order.error());
                    if (!*order)
                        return plan->refuse_with(refuse(ErrorCode::not_found, "no such payment"));
                    entities_.orders().read(**order, Read<Order>([this, plan](auto found) {
                        if (!found) return plan->refuse_with(found.error());
                        plan_for_payment(plan, **found);
                    }));
                });
}

void ConsoleActions::plan_for_payment(const PlanPtr& plan, const Order& order) {
    const bool retries = plan->wish.verb == ConsoleVerb::retry_payment;
    const auto* step = waiting_step(order, retries);
    const bool given_up = step != nullptr && step->state == AttemptState::given_up;
    plan->report.target = "payment " + plan->wish.id;
    plan->report.touched = step != nullptr ? 1 : 0;
    plan->report.before = {{"order", to_text(order.id)},
                           {"step", step != nullptr ? step->key : ""},
                           {"stuck", yes_or_no(step != nullptr && step->stuck)},
                           {"givenUp", yes_or_no(given_up)},
                           number_field("tries", step != nullptr ? step->tries : 0)};
    plan->report.after = {{"stuck", "no"}, {"givenUp", yes_or_no(!retries && step != nullptr)}};
    plan->is_so_already = step == nullptr;
    if (step != nullptr)
        plan->by_lane = [this, plan_again = std::weak_ptr<Plan>(plan), order_id = order.id,
                         key = step->key, retries](AskContext context, Reply reply) {
            const auto& wish = plan_again.lock()->wish;
            OrderCommand command = GiveUp{key, wish.actor, wish.reason};
            if (retries) command = RetryNow{key, wish.actor};
            tell(order_id, std::move(command), std::move(context), std::move(reply));
        };
    carry_out(plan);
}

void ConsoleActions::plan_for_refund(const PlanPtr& plan) {
    const auto id = parse_id<OrderId>(plan->wish.id).value();
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
    plan->by_lane = [this, order_id = order.id, refund](AskContext context, Reply reply) {
        tell(order_id, refund, std::move(context), std::move(reply));
    };
    carry_out(plan);
}

/// What came of a command, to who wished for it. What refuses it now was not so when it was looked
/// at.
void ConsoleActions::end(const PlanPtr& plan, const Outcome& outcome) {
    if (outcome && outcome->unchanged)
        return outcome->status == 409 ? plan->refuse_with(changed_meanwhile())
                                      : plan->report_unchanged();
    if (outcome) return plan->done(plan->report);
    switch (outcome.error().code) {
        case ErrorCode::not_found:
        case ErrorCode::forbidden:
        case ErrorCode::gone:
        case ErrorCode::precondition_failed:
            return plan->refuse_with(changed_meanwhile());
        case ErrorCode::unprocessable:
            if (plan->wish.verb == ConsoleVerb::refund_order && !plan->wish.amount)
                return plan->refuse_with(changed_meanwhile());
            return plan->refuse_with(outcome.error());
        default:
            return plan->refuse_with(outcome.error());
    }
}

}  // namespace souk
