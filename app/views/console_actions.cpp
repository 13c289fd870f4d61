#include "app/views/console_actions.hpp"

#include <algorithm>
#include <iterator>

#include "app/views/console_plan.hpp"
#include "persistence/audit_repository.hpp"
#include "protocol/console_action_json.hpp"

namespace souk {
namespace {

constexpr Duration drain_time = std::chrono::seconds{10};
constexpr Duration key_time = std::chrono::hours{24};  // an Idempotency-Key may be used again then

}  // namespace

void ConsoleActions::act(ConsoleWish wish, Done done) {
    auto plan = std::make_shared<Plan>();
    plan->wish = std::move(wish);
    plan->done = std::move(done);
    plan->report.verb = plan->wish.verb;
    plan->report.dry_run = plan->wish.dry_run;
    const auto same = plan->wish.audit_id_of_repeats;
    if (plan->wish.dry_run || !same) return make_plan(plan);
    reads_.read([id = *same](Connection& db) { return find_audit_entry(db, id); },
                [this, plan, same](Result<std::optional<StoredAuditEntry>> first) {
                    if (!first) return plan->refuse_with(first.error());
                    if (!*first)
                        plan->wish.audit_id = *same;
                    else if (clock_.now() - (*first)->at < key_time)
                        return report_repeated(plan, (*first)->entry);
                    make_plan(plan);
                });
}

/// As the first of the same requests was; a drain may be at another point by now.
void ConsoleActions::report_repeated(const PlanPtr& plan, const AuditEntry& first) const {
    auto& report = plan->report;
    report.target = first.target;
    report.touched = first.touched;
    report.audit_id = first.id;
    report.before = read_state(first.before);
    report.after = read_state(first.after);
    if (plan->wish.verb == ConsoleVerb::drain) {
        report.unfinished = !draining() || live() > 0;
        report.after.push_back(number_field("live", live()));
    }
    plan->done(report);
}

void ConsoleActions::make_plan(const PlanPtr& plan) {
    switch (plan->wish.verb) {
        case ConsoleVerb::passivate:
        case ConsoleVerb::restart:
        case ConsoleVerb::quarantine:
        case ConsoleVerb::release:
            return make_plan_in_turn(plan, &ConsoleActions::plan_for_actor);
        case ConsoleVerb::pause_kind:
        case ConsoleVerb::resume_kind:
            return make_plan_in_turn(plan, &ConsoleActions::plan_for_kind);
        case ConsoleVerb::drain:
        case ConsoleVerb::resume:
            return make_plan_in_turn(plan, &ConsoleActions::plan_for_server);
        case ConsoleVerb::release_reservation:
        case ConsoleVerb::extend_reservation:
            return plan_for_reservation(plan);
        case ConsoleVerb::retry_payment:
        case ConsoleVerb::give_up_payment:
            return plan_for_payment(plan);
        case ConsoleVerb::refund_order:
            return plan_for_refund(plan);
        case ConsoleVerb::retry_mail:
        case ConsoleVerb::drop_mail:
            return make_plan_in_turn(plan, &ConsoleActions::plan_for_mail);
    }
}

void ConsoleActions::make_plan_in_turn(const PlanPtr& plan,
                                       void (ConsoleActions::*make)(const PlanPtr&)) {
    if (plan->wish.dry_run) return (this->*make)(plan);
    const bool taken = turns_->take([this, plan, make](Turns::Turn turn) {
        plan->turn = std::move(turn);
        (this->*make)(plan);
    });
    if (!taken)
        plan->refuse_with(refuse(ErrorCode::unavailable, "too many actions wait: try again"));
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
    plan->is_so_already = !touches;
    plan->report.touched = touches ? 1 : 0;
    plan->report.before = {{"live", yes_or_no(actor.live)},
                           {"quarantined", yes_or_no(actor.quarantined)},
                           number_field("mailbox", actor.mailbox)};
    plan->report.after = {
        verb == ConsoleVerb::passivate  // when it leaves depends on what is going on in it
            ? StateField{"asked", "passivate"}
            : StateField{"live", yes_or_no(verb == ConsoleVerb::release && actor.live)},
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
    plan->is_so_already = pauses == is_paused;
    plan->report.touched = plan->is_so_already ? 0 : std::max<std::int64_t>(live_ones, 1);
    plan->report.before = {{"paused", yes_or_no(is_paused)}, number_field("live", live_ones)};
    plan->report.after = {{"paused", yes_or_no(pauses)}, number_field("live", live_ones)};
    plan->in_memory = [&desk, pauses] { desk.pause(pauses); };
    carry_out(plan);
}

void ConsoleActions::plan_for_server(const PlanPtr& plan) {
    const bool drains = plan->wish.verb == ConsoleVerb::drain;
    const auto live_ones = live();
    plan->report.target = "server";
    plan->is_so_already = drains == draining();
    plan->report.touched = plan->is_so_already ? 0 : std::max<std::int64_t>(live_ones, 1);
    plan->report.before = {{"draining", yes_or_no(draining())}, number_field("live", live_ones)};
    plan->report.after = {{"draining", yes_or_no(drains)}};
    plan->answers_itself = drains;
    plan->in_memory = [this, drains, plan_again = std::weak_ptr<Plan>(plan)] {
        if (drains)
            drain(plan_again.lock());
        else
            take_work_again();
    };
    carry_out(plan);
}

void ConsoleActions::carry_out(const PlanPtr& plan) {
    if (plan->is_so_already) return plan->report_unchanged();
    if (plan->wish.dry_run) return plan->done(plan->report);
    auto audit = audit_of(*plan);
    if (plan->by_lane) {
        AskContext context{.request_id = plan->wish.request_id, .actor = plan->wish.actor};
        context.tenant = plan->tenant;
        context.audit = std::move(audit);
        return plan->by_lane(std::move(context), Reply{[plan](const Outcome& outcome) {
                                 report_outcome(plan, outcome);
                             }});
    }
    if (plan->by_rows) return plan->by_rows(audit);
    entities_.remember(std::move(audit), Promise<Result<bool>>([plan](Result<bool> stored) {
                           if (!stored) return plan->refuse_with(stored.error());
                           plan->in_memory();
                           plan->turn.reset();
                           if (!plan->answers_itself) plan->done(plan->report);
                       }));
}

void ConsoleActions::carry_out(const PlanPtr& plan, const OrderId& id, OrderCommand command) {
    plan->by_lane = [this, id, command = std::move(command)](AskContext context, Reply reply) {
        Render<Order> no_answer = [](const Order&) { return Answer{}; };
        entities_.orders().tell(
            id, {command, std::move(context), std::move(no_answer), std::move(reply)});
    };
    carry_out(plan);
}

/// What came of a command, to who wished for it. What refuses it now was not so when it was looked
/// at.
void ConsoleActions::report_outcome(const PlanPtr& plan, const Outcome& outcome) {
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

AuditEntry ConsoleActions::audit_of(Plan& plan) {
    const auto& wish = plan.wish;
    plan.report.audit_id = wish.audit_id;
    return {wish.audit_id,
            wish.actor,
            wish.actor_name,
            std::string{to_text(wish.verb)},
            plan.report.target,
            wish.reason,
            wish.request_id,
            plan.report.touched,
            state_json(plan.report.before),
            state_json(plan.report.after),
            wish.address,
            wish.tenant};
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

// Who waits for the server to be empty must not go on as if it were.
void ConsoleActions::take_work_again() {
    std::vector<Drain> left;
    {
        const std::lock_guard lock(mutex_);
        draining_ = false;
        entities_.drain(false);
        left.swap(waiting_);
    }
    for (const auto& [plan, deadline] : left)
        plan->refuse_with(refuse(ErrorCode::conflict, "the drain was ended: work is taken again"));
}

void ConsoleActions::passivate_all() {
    for (auto* desk : entities_.desks()) desk->passivate_all();
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
        const auto left = live();
        plan->report.unfinished = left > 0;
        plan->report.after.push_back(number_field("live", left));
        plan->report.after.push_back(number_field("laneQueue", entities_.figures().lane.queued));
        plan->done(plan->report);
    }
}

}  // namespace souk
