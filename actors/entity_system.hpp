#pragma once
// Everything that is live: the actor system, the registries, the lane and the supervisors, built
// and stopped in order. Implements what the HTTP side asks of entities.

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "actors/cart_actor.hpp"
#include "actors/discount_actor.hpp"
#include "actors/expiry_supervisor.hpp"
#include "actors/kind_desk.hpp"
#include "actors/lane.hpp"
#include "actors/order_actor.hpp"
#include "actors/payment_supervisor.hpp"
#include "actors/reservations.hpp"
#include "actors/stock_actor.hpp"
#include "actors/supervisor_deeds.hpp"
#include "protocol/entities.hpp"

namespace souk {

struct EntitySettings {
    std::size_t workers{1};
    std::int64_t max_live{200'000};
    std::uint32_t idle_s{300};
    std::string order_prefix{"SOUK"};
    std::int64_t last_order_number{0};
    bool threaded{true};  // false: nothing runs but by step() and advance(), deterministically
    LaneSettings lane;
    PaymentPolicy payments;
};

/// Where rows come from. The loads run on threads of their own and may block; `find_due` must not,
/// and answers on any thread.
struct EntitySources {
    LoadQueue<OfTenant<StockKey>, Stock>::Source stocks;
    LoadQueue<OfTenant<CartId>, Cart>::Source carts;
    LoadQueue<OfTenant<OrderId>, Order>::Source orders;
    ReservationLoads::Source reservations;
    LoadQueue<OfTenant<std::string>, Discount>::Source discounts;  // by code
    decltype(ExpiryDuties::find_due) find_due;
    decltype(PaymentDuties::find_due) find_due_attempts;
};

struct EntityFigures {
    RegistryFigures stocks;
    RegistryFigures carts;
    RegistryFigures orders;
    RegistryFigures discounts;
    LaneFigures lane;
    std::int64_t reservations_pending{};
    std::int64_t reservations_expired{};  // committed
    std::int64_t payments_taken_up{};     // steps that were due and were taken up
    std::int64_t live{};
    bool draining{};
};

class EntitySystem {
public:
    /// `committed` runs after every commit, on the lane's thread. `desk` outlives the system, but
    /// must have stopped answering before it ends; without one nobody takes payments.
    EntitySystem(const EntitySettings& settings, BatchStore& store, EntitySources sources,
                 const Clock& clock, IdSource& ids, Lane::Committed committed,
                 GatewayDesk* desk = nullptr);
    ~EntitySystem();

    void start();
    /// Lets queued changes commit, then ends every actor. Idempotent.
    void stop();

    /// Runs everything that can run now, once: actors, then loads, then the lane. False when idle.
    /// Only without threads.
    bool step();
    /// step() in single turns, to be taken in any order: one letter of one of the actors that have
    /// some, one read of one of the queues that have something to read, one turn of the lane.
    std::size_t ready_actors() const;
    void run_actor(std::size_t which);
    static constexpr std::size_t load_queues = 5;
    bool load_waits(std::size_t queue) const;
    void run_load(std::size_t queue);
    bool run_lane();
    /// How long until the first timer of an actor falls due; nothing when there is none.
    std::optional<Duration> next_timer() const;
    /// Moves the actors' timers on; the clock is the caller's.
    void advance(Duration time);

    Carts& carts();
    Orders& orders();
    Stocks& stocks();
    Discounts& discounts();
    /// Stores an answer that no entity's change carried.
    void remember(const TenantId& tenant, IdempotencyRecord record, Promise<Result<bool>> done);
    /// Stores that a gateway told us something that concerns no order.
    void remember(const TenantId& tenant, GatewayEventRecord event, Promise<Result<bool>> done);
    /// Stores what an operator did that no entity's change carries.
    void remember(AuditEntry entry, Promise<Result<bool>> done);

    /// The rows of a reservation, as they are committed; `found` runs on another thread.
    void find_reservation(const OfTenant<ReservationId>& id, ReservationLoads::Loaded found);
    /// Lets a reservation of the context's tenant that belongs to no order last until then.
    /// `not_found` when it is not open, `forbidden` when it is an order's.
    void extend(const ReservationId& id, TimePoint until, AskContext context, Reply reply);

    MessageWatch& watch();
    /// What supervisors did lately; others in this server add theirs.
    SupervisorDeeds& deeds();
    KindDesk& desk_of(EntityKind kind);
    /// Of every kind, in the order they are shown.
    std::array<KindDesk*, entity_kinds> desks();
    const Lane& lane() const;
    /// See Lane; without threads nobody else asks.
    void check_ownership();
    /// Takes no new work, or takes it again. What has begun goes on.
    void drain(bool draining);

    EntityFigures figures() const;
    bool fenced() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace souk
