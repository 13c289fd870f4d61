#pragma once
// What operators do. Each action says first what it touches; done, its row in the audit is
// committed with its effect, or before it where the effect is in memory alone.

#include <memory>
#include <mutex>
#include <vector>

#include "actors/entity_system.hpp"
#include "app/views/turns.hpp"
#include "persistence/mail_repository.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/console.hpp"

namespace souk {

class ConsoleActions {
public:
    using Done = Promise<Result<ConsoleReport>>;

    ConsoleActions(EntitySystem& entities, ReadPool& reads, const Clock& clock)
        : entities_(entities), reads_(reads), clock_(clock) {}

    void act(ConsoleWish wish, Done done);

    bool draining() const;
    /// Every second: asks what is still in memory to leave while the server is drained, and answers
    /// who waits for it.
    void tick();
    /// Answers who still waits for a drain.
    void stop();

private:
    struct Plan;
    using PlanPtr = std::shared_ptr<Plan>;
    struct Drain {
        PlanPtr plan;
        TimePoint deadline;
    };

    static constexpr std::size_t max_waiting = 64;

    void report_repeated(const PlanPtr& plan, const AuditEntry& first) const;
    void make_plan(const PlanPtr& plan);
    void make_plan_in_turn(const PlanPtr& plan, void (ConsoleActions::*make)(const PlanPtr&));
    void plan_for_actor(const PlanPtr& plan);
    void plan_for_kind(const PlanPtr& plan);
    void plan_for_server(const PlanPtr& plan);
    void plan_for_reservation(const PlanPtr& plan);
    void plan_for_reservation(const PlanPtr& plan, const ReservationRows& rows);
    void plan_for_order_reservation(const PlanPtr& plan, const OrderId& id, TimePoint until);
    void plan_for_payment(const PlanPtr& plan);
    void plan_for_payment(const PlanPtr& plan, const Order& order);
    void plan_for_mail(const PlanPtr& plan);
    void plan_for_mail(const PlanPtr& plan, const StoredMail& mail);
    void plan_for_refund(const PlanPtr& plan);
    void plan_for_refund(const PlanPtr& plan, const Order& order);

    void carry_out(const PlanPtr& plan);
    /// By a command of an order.
    void carry_out(const PlanPtr& plan, const OrderId& id, OrderCommand command);
    static void report_outcome(const PlanPtr& plan, const Outcome& outcome);
    AuditEntry audit_of(Plan& plan);
    void drain(const PlanPtr& plan);
    void take_work_again();
    void passivate_all();
    void answer(const std::vector<Drain>& drains);
    std::int64_t live() const { return entities_.figures().live; }

    EntitySystem& entities_;
    ReadPool& reads_;
    const Clock& clock_;
    // What happens in memory alone: each sees what the one before has left.
    const std::shared_ptr<Turns> turns_{std::make_shared<Turns>(max_waiting)};
    mutable std::mutex mutex_;
    bool draining_{false};
    std::vector<Drain> waiting_;
};

}  // namespace souk
