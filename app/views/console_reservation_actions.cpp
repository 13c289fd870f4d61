// What operators do to reservations: by commands of the entities, which take the audit's row into
// their own commit.

#include <algorithm>

#include "app/views/console_plan.hpp"
#include "protocol/tenant_key.hpp"

namespace souk {
namespace {

/// Units that have been sold, or went over to an order, are not the reservation's any more.
bool has_been_used(const ReservationRows& rows) {
    return std::ranges::any_of(rows.lines, [](const auto& line) {
        return line.state == ReservationState::confirmed ||
               line.state == ReservationState::transferred;
    });
}

}  // namespace

void ConsoleActions::plan_for_reservation(const PlanPtr& plan) {
    const auto id = tenant_key_of<ReservationId>(plan->wish.id).value();
    plan->tenant = id.tenant;
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
        {plan->tenant, id}, Read<Order>([this, plan, until](auto found) {
            if (!found) return plan->refuse_with(found.error());
            const auto& order = **found;
            if (order.status != OrderStatus::pending || order.stock_deducted)
                return plan->refuse_with(
                    refuse(ErrorCode::conflict, "the reservation's order has gone on"));
            const auto& wish = plan->wish;
            if (wish.verb == ConsoleVerb::extend_reservation)
                return carry_out(plan, order.id, HoldLonger{until, wish.actor, wish.reason});
            carry_out(plan, order.id, CancelOrder{wish.actor, wish.reason, order.version});
        }));
}

}  // namespace souk
