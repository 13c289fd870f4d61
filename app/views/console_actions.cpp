#include "app/views/console_actions.hpp"

#include <algorithm>

#include "persistence/payment_repository.hpp"
#include "persistence/reservation_repository.hpp"
#include "protocol/console_json.hpp"

namespace souk {
namespace {

constexpr Duration drain_time = std::chrono::seconds{10};

constexpr EntityKind all_kinds[] = {EntityKind::cart, EntityKind::order, EntityKind::stock,
                                    EntityKind::discount};

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

StateField number_field(std::string name, std::int64_t number) {
    return {std::move(name), std::to_string(number)};
}

}  // namespace

/// What is going to be done, and how.
struct ConsoleActions::Plan {
    ConsoleWish wish;
    Done done;
    ConsoleReport report;
    AuditEntry audit;
    /// An effect in memory, after the audit's commit.
    std::function<void()> in_memory;
    /// An effect that takes the audit into its own commit.
    std::function<void(AskContext, Reply)> by_lane;

    void refuse_with(const Error& error) const { done(error); }
};

void ConsoleActions::act(ConsoleWish wish, Done done) {
    auto plan = std::make_shared<Plan>();
    plan->wish = std::move(wish);
    plan->done = std::move(done);
    plan->report.verb = plan->wish.verb;
    plan->report.dry_run = plan->wish.dry_run;
    switch (plan->wish.verb) {
        case ConsoleVerb::passivate:
        case ConsoleVerb::restart:
        case ConsoleVerb::quarantine:
        case ConsoleVerb::release:
            return plan_for_actor(plan);
        case ConsoleVerb::pause_kind:
        case ConsoleVerb::resume_kind:
            return plan_for_kind(plan);
        case ConsoleVerb::drain:
        case ConsoleVerb::resume:
            return plan_for_server(plan);
        case ConsoleVerb::release_reservation:
        case ConsoleVerb::extend_reservation:
            return plan_for_reservation(plan);
        case ConsoleVerb::retry_payment:
        case ConsoleVerb::give_up_payment:
            return plan_for_payment(plan);
    }
}

void ConsoleActions::plan_for_actor(const PlanPtr& plan) {
    auto& desk = entities_.desk_of(*plan->wish.kind);
    const auto id = desk.id_of(plan->wish.id);
    if (!id) return plan->refuse_with(refuse(ErrorCode::not_found, "there is no such actor"));
    const auto actor = desk.actor(*id);
    const auto verb = plan->wish.verb;
    const bool quarantines = verb == ConsoleVerb::quarantine;
    const bool touches = verb == ConsoleVerb::release ? actor.quarantined
                         : quarantines                ? !actor.quarantined
                                                      : actor.live;
    plan->report.target = std::string{to_text(*plan->wish.kind)} + " " + *id;
    plan->report.touched = touches ? 1 : 0;
    plan->report.before = {{"live", yes_or_no(actor.live)},
                           {"quarantined", yes_or_no(actor.quarantined)},
                           number_field("mailbox", actor.mailbox)};
    plan->report.after = {
        {"live", yes_or_no(verb == ConsoleVerb::release && actor.live)},
        {"quarantined",
         yes_or_no(quarantines || (actor.quarantined && verb != ConsoleVerb::release))}};
    plan->in_memory = [&desk, id = *id, verb] {
        if (verb == ConsoleVerb::passivate) desk.passivate(id);
        if (verb == ConsoleVerb::restart) desk.restart(id);
        if (verb == ConsoleVerb::quarantine) desk.quarantine(id);
        if (verb == ConsoleVerb::release) desk.release(id);
    };
    carry_out(plan);
}

void ConsoleActions::plan_for_kind(const PlanPtr& plan) {
    auto& desk = entities_.desk_of(*plan->wish.kind);
    const bool pauses = plan->wish.verb == ConsoleVerb::pause_kind;
    const bool is_paused = desk.paused();
    const auto live_ones = desk.line().live;
    plan->report.target = "kind " + std::string{to_text(*plan->wish.kind)};
    plan->report.touched = pauses == is_paused ? 0 : live_ones;
    plan->report.before = {{"paused", yes_or_no(is_paused)}, number_field("live", live_ones)};
    plan->report.after = {{"paused", yes_or_no(pauses)}, number_field("live", live_ones)};
    plan->in_memory = [&desk, pauses] { desk.pause(pauses); };
    carry_out(plan);
}

void ConsoleActions::plan_for_server(const PlanPtr& plan) {
    const bool drains = plan->wish.verb == ConsoleVerb::drain;
    const auto live_ones = live();
    plan->report.target = "server";
    plan->report.touched = drains == draining() ? 0 : live_ones;
    plan->report.before = {{"draining", yes_or_no(draining())}, number_field("live", live_ones)};
    plan->report.after = {{"draining", yes_or_no(drains)}};
    if (drains && !plan->wish.dry_run) {
        plan->in_memory = [this, plan_again = std::weak_ptr<Plan>(plan)] {
            if (const auto kept = plan_again.lock()) drain(kept);
        };
    } else {
        plan->in_memory = [this] {
            const std::lock_guard lock(mutex_);
            draining_ = false;
            entities_.drain(false);
        };
    }
    carry_out(plan);
}

void ConsoleActions::plan_for_reservation(const PlanPtr& plan) {
    const auto id = parse_id<ReservationId>(plan->wish.id).value();
    reads_.read(
        [id](Connection& db) { return find_reservation_lines(db, {id}); },
        [this, plan, id](Result<std::vector<StoredReservationLine>> lines) {
            if (!lines) return plan->refuse_with(lines.error());
            if (lines->empty())
                return plan->refuse_with(refuse(ErrorCode::not_found, "no such reservation"));
            std::int64_t open = 0;
            std::int64_t units = 0;
            const auto& first = lines->front().line;
            for (const auto& [line, state] : *lines) {
                if (state != ReservationState::open) continue;
                ++open;
                units += line.quantity;
            }
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
            report.after = releases ? std::vector<StateField>{number_field("openLines", 0),
                                                              number_field("units", 0)}
                                    : std::vector<StateField>{number_field("openLines", open),
                                                              {"expiresAt", to_rfc3339(until)}};
            if (open == 0) return carry_out(plan);
            const auto order = first.order_id;
            plan->by_lane = [this, plan_again = std::weak_ptr<Plan>(plan), id, order, releases,
                             until](AskContext context, Reply reply) {
                const auto kept = plan_again.lock();
                const auto& wish = kept->wish;
                if (!order && !releases)
                    return entities_.extend(id, until, std::move(context), std::move(reply));
                if (!order)
                    return entities_.stocks().close(
                        {CloseMany{id, ReservationState::released}, std::move(context),
                         [](const Reservation&) { return Answer{}; }, std::move(reply)});
                OrderCommand command = CancelOrder{wish.actor, wish.reason, {}};
                if (!releases) command = HoldLonger{until, wish.actor, wish.reason};
                entities_.orders().tell(*order,
                                        {std::move(command), std::move(context),
                                         [](const Order&) { return Answer{}; }, std::move(reply)});
            };
            carry_out(plan);
        });
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

// The step that waits for an operator; to try again also one that only waits for its time.
void ConsoleActions::plan_for_payment(const PlanPtr& plan, const Order& order) {
    const bool retries = plan->wish.verb == ConsoleVerb::retry_payment;
    const PaymentAttempt* chosen = nullptr;
    if (order.payment)
        for (const auto& attempt : order.payment->attempts) {
            if (attempt.state != AttemptState::open || (!retries && !attempt.stuck)) continue;
            if (chosen == nullptr || (attempt.stuck && !chosen->stuck)) chosen = &attempt;
        }
    plan->report.target = "payment " + plan->wish.id;
    plan->report.touched = chosen != nullptr ? 1 : 0;
    plan->report.before = {{"order", to_text(order.id)},
                           {"step", chosen != nullptr ? chosen->key : ""},
                           {"stuck", yes_or_no(chosen != nullptr && chosen->stuck)},
                           number_field("tries", chosen != nullptr ? chosen->tries : 0)};
    plan->report.after = {{"stuck", "no"}};
    if (chosen != nullptr)
        plan->by_lane = [this, plan_again = std::weak_ptr<Plan>(plan), order_id = order.id,
                         key = chosen->key, retries](AskContext context, Reply reply) {
            const auto kept = plan_again.lock();
            OrderCommand command = GiveUp{key, kept->wish.actor, kept->wish.reason};
            if (retries) command = RetryNow{key, kept->wish.actor};
            entities_.orders().tell(order_id,
                                    {std::move(command), std::move(context),
                                     [](const Order&) { return Answer{}; }, std::move(reply)});
        };
    carry_out(plan);
}

void ConsoleActions::carry_out(const PlanPtr& plan) {
    if (plan->wish.dry_run) return plan->done(plan->report);
    const auto& wish = plan->wish;
    const AuditId id{ids_.next()};
    AuditEntry audit{id,
                     wish.actor,
                     wish.actor_name,
                     std::string{to_text(wish.verb)},
                     plan->report.target,
                     wish.reason,
                     wish.request_id,
                     plan->report.touched,
                     state_json(plan->report.before),
                     state_json(plan->report.after)};
    plan->report.audit_id = id;
    if (plan->by_lane) {
        AskContext context{.request_id = wish.request_id, .actor = wish.actor};
        context.audit = std::move(audit);
        return plan->by_lane(std::move(context), Reply{[plan](Outcome outcome) {
                                 if (!outcome) return plan->refuse_with(outcome.error());
                                 plan->done(plan->report);
                             }});
    }
    const bool waits = wish.verb == ConsoleVerb::drain;
    entities_.remember(std::move(audit), Promise<Result<bool>>([plan, waits](Result<bool> stored) {
                           if (!stored) return plan->refuse_with(stored.error());
                           if (plan->in_memory) plan->in_memory();
                           if (!waits) plan->done(plan->report);
                       }));
}

bool ConsoleActions::draining() const {
    const std::lock_guard lock(mutex_);
    return draining_;
}

void ConsoleActions::drain(const PlanPtr& plan) {
    entities_.drain(true);
    {
        const std::lock_guard lock(mutex_);
        draining_ = true;
        waiting_.push_back({plan, clock_.now() + drain_time});
    }
    passivate_all();
}

void ConsoleActions::passivate_all() {
    for (const auto kind : all_kinds) entities_.desk_of(kind).passivate_all();
}

void ConsoleActions::tick() {
    if (!draining()) return;
    passivate_all();
    const auto left = live();
    std::vector<Drain> ended;
    {
        const std::lock_guard lock(mutex_);
        const auto is_over = [&](const Drain& drain) {
            return left == 0 || clock_.now() >= drain.deadline;
        };
        const auto first = std::stable_partition(waiting_.begin(), waiting_.end(),
                                                 [&](const Drain& one) { return !is_over(one); });
        ended.assign(std::make_move_iterator(first), std::make_move_iterator(waiting_.end()));
        waiting_.erase(first, waiting_.end());
    }
    answer(ended);
}

void ConsoleActions::stop() {
    std::vector<Drain> left;
    {
        const std::lock_guard lock(mutex_);
        left.swap(waiting_);
    }
    answer(left);
}

void ConsoleActions::answer(const std::vector<Drain>& drains) {
    for (const auto& [plan, deadline] : drains) {
        plan->report.after.push_back(number_field("live", live()));
        plan->report.after.push_back(number_field("laneQueue", entities_.figures().lane.queued));
        plan->done(plan->report);
    }
}

}  // namespace souk
