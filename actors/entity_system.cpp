#include "actors/entity_system.hpp"

#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/committed_read.hpp"
#include "actors/scheduling.hpp"

namespace souk {
namespace {

// Options are set in code; CAF's parse() would read an ini file from the working directory.
class SystemConfig : public caf::actor_system_config {
public:
    explicit SystemConfig(const EntitySettings& settings) {
        if (settings.threaded)
            module_factories.emplace_back(make_scheduler);
        else
            set("scheduler.policy", caf::atom("testing"));
        set("scheduler.max-threads", settings.workers);
        set("scheduler.max-throughput", std::size_t{300});
    }
};

using TickAtom = caf::atom_constant<caf::atom("tick")>;

/// Asks idle entities to leave memory, once a second.
class IdleSupervisor : public Supervisor {
public:
    IdleSupervisor(caf::actor_config& config, const Clock& clock, std::function<void()> tick)
        : Supervisor(config, clock), tick_(std::move(tick)) {}
    const char* name() const override { return "idle supervisor"; }

private:
    Duration work() override {
        tick_();
        return std::chrono::seconds{1};
    }
    std::function<void()> tick_;
};

std::vector<DueReservation> opened_by(std::span<const ChangeSet* const> batch) {
    std::vector<DueReservation> opened;
    for (const auto* change : batch) {
        for (const auto& stock : change->stock) {
            for (const auto& line : stock.opened) {
                if (!opened.empty() && opened.back().id == line.id) continue;
                opened.push_back({line.id, line.expires_at, line.order_id, change->tenant});
            }
        }
    }
    return opened;
}

std::vector<ReservationLine> expired_in(std::span<const ChangeSet* const> batch) {
    std::vector<ReservationLine> expired;
    for (const auto* change : batch) {
        const auto of_before = expired.size();
        for (const auto& stock : change->stock) {
            for (const auto& [line, outcome] : stock.closed) {
                if (outcome != ReservationState::expired) continue;
                // A change has the lines of one together.
                if (expired.size() == of_before || expired.back().id != line.id)
                    expired.push_back(line);
            }
        }
    }
    return expired;
}

}  // namespace

struct EntitySystem::Parts final : Carts, Orders, Stocks, Discounts {
    Parts(const EntitySettings& all_settings, BatchStore& store, EntitySources sources,
          const Clock& the_clock, IdSource& the_ids, Lane::Committed committed,
          GatewayDesk* the_desk)
        : settings(all_settings),
          clock(the_clock),
          lane(store, settings.lane,
               [this, committed = std::move(committed)](auto batch) {
                   note_expired(expired_in(batch));
                   tell_expiry(batch);
                   if (committed) committed(batch);
               }),
          plumbing{lane, the_clock, the_ids, watch},
          stock_loads(std::move(sources.stocks)),
          cart_loads(std::move(sources.carts)),
          order_loads(std::move(sources.orders)),
          reservation_loads(std::move(sources.reservations)),
          discount_loads(std::move(sources.discounts)),
          find_due(std::move(sources.find_due)),
          find_due_attempts(std::move(sources.find_due_attempts)),
          desk(the_desk),
          numbers(settings.order_prefix, settings.last_order_number),
          config(settings),
          system(config),
          budget{settings.max_live},
          stock_registry(budget, clock, watch,
                         [this](auto life, auto) -> caf::actor {
                             return system.spawn<StockActor, caf::lazy_init>(
                                 plumbing, stock_registry, stock_loads, std::move(life));
                         }),
          order_registry(
              budget, clock, watch,
              [this](auto life, auto) -> caf::actor {
                  return system.spawn<OrderActor, caf::lazy_init>(
                      plumbing, order_registry, order_loads, std::move(life),
                      OrderPlumbing{stock_registry, discount_registry, desk, settings.payments});
              }),
          discount_registry(budget, clock, watch,
                            [this](auto life, auto) -> caf::actor {
                                return system.spawn<DiscountActor, caf::lazy_init>(
                                    plumbing, discount_registry, discount_loads, std::move(life));
                            }),
          cart_registry(budget, clock, watch,
                        [this](auto life, auto fresh) -> caf::actor {
                            return system.spawn<CartActor, caf::lazy_init>(
                                plumbing, cart_registry, cart_loads, std::move(life),
                                std::move(fresh),
                                CheckoutPlumbing{stock_registry, discount_registry, order_registry,
                                                 order_loads, numbers});
                        }),
          reservations(stock_registry, lane, reservation_loads, clock),
          stock_desk(stock_registry, stock_loads),
          cart_desk(cart_registry, cart_loads),
          order_desk(order_registry, order_loads),
          discount_desk(discount_registry, discount_loads) {}

    void tell(const CartId& id, Ask<CartCommand, Cart> ask) override {
        // A guest's is new for sure; a person's may have been made by another request.
        const auto* create = std::get_if<CreateCart>(&ask.command);
        const bool fresh = create != nullptr && !create->user_id;
        const CartEntity::Key key{ask.context.tenant, id};
        cart_registry.tell(key, std::make_shared<CartLetter>(std::move(ask)),
                           fresh ? std::make_shared<const Cart>() : nullptr);
    }
    void place_order(const CartId& id, Ask<PlaceOrder, Order> ask) override {
        const CartEntity::Key key{ask.context.tenant, id};
        cart_registry.tell(key, std::make_shared<CartLetter>(std::move(ask)));
    }
    void merge(const CartId& id, Ask<MergeCart, Cart> ask) override {
        const CartEntity::Key key{ask.context.tenant, id};
        cart_registry.tell(key, std::make_shared<CartLetter>(std::move(ask)));
    }
    void read(const CartEntity::Key& id, Read<Cart> read) override {
        read_committed<CartLetter>(cart_registry, cart_loads, id, std::move(read));
    }
    void tell(const OrderId& id, Ask<OrderCommand, Order> ask) override {
        const OrderEntity::Key key{ask.context.tenant, id};
        order_registry.tell(key, std::make_shared<OrderLetter>(std::move(ask)));
    }
    void read(const OrderEntity::Key& id, Read<Order> read) override {
        read_committed<OrderLetter>(order_registry, order_loads, id, std::move(read));
    }
    void adjust(const StockKey& key, Ask<AdjustStock, StockView> ask) override {
        const StockEntity::Key of_tenant{ask.context.tenant, key};
        stock_registry.tell(of_tenant, std::make_shared<StockLetter>(std::move(ask)));
    }
    void reserve(Ask<ReserveMany, Reservation> ask) override {
        reservations.reserve(std::move(ask));
    }
    void close(Ask<CloseMany, Reservation> ask) override { reservations.close(std::move(ask)); }
    void read(const StockEntity::Key& key, Read<StockView> read) override {
        read_committed<StockLetter>(stock_registry, stock_loads, key, std::move(read));
    }
    std::shared_ptr<const StockView> peek(const StockEntity::Key& key) override {
        return stock_registry.peek(key);
    }

    void quote(DiscountEntity::Key code, Buyer buyer, Amount subtotal, Currency currency,
               Promise<Result<AppliedDiscount>> quoted) override {
        code.id = discount_code_of(code.id);
        discount_registry.tell(code, std::make_shared<DiscountLetter>(QuoteDiscount{
                                         std::move(buyer), subtotal, currency, std::move(quoted)}));
    }

    void tell(const std::string& code, Ask<DiscountEdit, DiscountView> ask) override {
        const DiscountEntity::Key key{ask.context.tenant, code};
        discount_registry.tell(key, std::make_shared<DiscountLetter>(std::move(ask)));
    }
    void read(const DiscountEntity::Key& code, Read<DiscountView> read) override {
        read_committed<DiscountLetter>(discount_registry, discount_loads, code, std::move(read));
    }

    void start() {
        if (settings.threaded) {
            discount_loads.start();
            stock_loads.start();
            cart_loads.start();
            order_loads.start();
            reservation_loads.start();
        }
        expiry = system.spawn<ExpirySupervisor>(
            std::cref(clock),
            ExpiryDuties{find_due, [this](const DueReservation& due) { expire(due); }},
            std::ref(expiry_figures));
        payments = system.spawn<PaymentSupervisor>(
            std::cref(clock),
            PaymentDuties{find_due_attempts, [this](const DueAttempt& due) { take_up(due); }});
        idle = system.spawn<IdleSupervisor>(std::cref(clock), [this] {
            stock_registry.tick(settings.idle_s);
            cart_registry.tick(settings.idle_s);
            order_registry.tick(settings.idle_s);
            discount_registry.tick(settings.idle_s);
            watch.tick(clock.now());
        });
        if (settings.threaded) lane.start();  // last: its thread tells the expiry supervisor
    }

    caf::scheduler::test_coordinator& coordinator() {
        return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
    }

    bool step() {
        bool busy = coordinator().run() > 0;
        for (std::size_t queue = 0; queue < load_queues; ++queue)
            busy = with_loads(queue, [](auto& loads) { return loads.run_once(false); }) || busy;
        return lane.run_once() || busy;
    }

    void run_actor(std::size_t which) {
        auto& jobs = coordinator().jobs;
        const auto chosen = jobs.begin() + static_cast<std::ptrdiff_t>(which);
        std::rotate(jobs.begin(), chosen, chosen + 1);
        coordinator().run_once();
    }

    template <class Use>
    bool with_loads(std::size_t queue, const Use& use) {
        switch (queue) {
            case 0:
                return use(stock_loads);
            case 1:
                return use(cart_loads);
            case 2:
                return use(order_loads);
            case 3:
                return use(discount_loads);
            default:
                return use(reservation_loads);
        }
    }

    std::optional<Duration> next_timer() {
        const auto& clock_of_actors = coordinator().clock();
        const auto& timers = clock_of_actors.schedule();
        if (timers.empty()) return std::nullopt;
        return std::chrono::ceil<Duration>(timers.begin()->first - clock_of_actors.now());
    }

    // Changes first, then those who make them, then what they read from; see design.md.
    void stop() {
        lane.stop();
        for (auto* supervisor : {&expiry, &payments, &idle}) {
            if (!*supervisor) continue;
            caf::anon_send(*supervisor, Letter{std::make_shared<LetterBody>(LetterKind::retire)});
            *supervisor = nullptr;
        }
        cart_registry.close();
        order_registry.close();
        stock_registry.close();
        discount_registry.close();
        discount_loads.stop();
        stock_loads.stop();
        cart_loads.stop();
        order_loads.stop();
        reservation_loads.stop();
        if (!settings.threaded) coordinator().run();
        system.await_all_actors_done();
    }

    /// Nobody waits for the answer: what fails is found again in the rows.
    void expire(const DueReservation& due) {
        const AskContext context{.request_id = "expiry", .actor = "system", .tenant = due.tenant};
        if (due.order_id)
            return tell(*due.order_id,
                        {ExpireOrder{}, context, [](const Order&) { return Answer{}; }, Reply{}});
        close({CloseMany{due.id, ReservationState::expired}, context,
               [](const Reservation&) { return Answer{}; }, Reply{}});
    }

    void take_up(const DueAttempt& due) {
        tell(due.order_id, {AttemptDue{due.key},
                            {.request_id = "payments", .actor = "system", .tenant = due.tenant},
                            [](const Order&) { return Answer{}; },
                            Reply{[this, due](Outcome outcome) {
                                if (!outcome || outcome->unchanged) return;
                                ++payments_taken_up;
                                deeds.note({clock.now(), SupervisorKind::payments, "took a step up",
                                            to_text(due.order_id), due.key});
                            }}});
    }

    void note_expired(const std::vector<ReservationLine>& expired) {
        reservations_expired += static_cast<std::int64_t>(expired.size());
        for (const auto& line : expired)
            deeds.note({clock.now(), SupervisorKind::reservations, "let run out", to_text(line.id),
                        line.order_id ? to_text(*line.order_id) : ""});
    }

    void remember(ChangeSet change, Promise<Result<bool>> done) {
        if (auto admitted = lane.admit(); !admitted) return done(admitted.error());
        Submission submission;
        submission.change = std::move(change);
        submission.change.at = clock.now();
        submission.outcome = Answer{};
        submission.reply = Reply{[done](Outcome outcome) {
            if (outcome)
                done(true);
            else
                done(outcome.error());
        }};
        lane.submit(std::move(submission));
    }

    KindDesk& desk_of(EntityKind kind) {
        switch (kind) {
            case EntityKind::stock:
                return stock_desk;
            case EntityKind::cart:
                return cart_desk;
            case EntityKind::order:
                return order_desk;
            case EntityKind::discount:
                return discount_desk;
        }
        return stock_desk;
    }

    std::array<KindDesk*, entity_kinds> desks() {
        return {&stock_desk, &cart_desk, &order_desk, &discount_desk};
    }

    void drain(bool drains) {
        for (auto* one : desks()) one->drain(drains);
        draining = drains;
    }

    void tell_expiry(std::span<const ChangeSet* const> batch) {
        auto opened = opened_by(batch);
        if (opened.empty() || !expiry) return;
        caf::anon_send(expiry, Letter{std::make_shared<ReservationsOpened>(std::move(opened))});
    }

    EntitySettings settings;
    const Clock& clock;
    MessageWatch watch;
    SupervisorDeeds deeds;
    Lane lane;
    EntityPlumbing plumbing;
    LoadQueue<StockEntity::Key, Stock> stock_loads;
    LoadQueue<CartEntity::Key, Cart> cart_loads;
    LoadQueue<OrderEntity::Key, Order> order_loads;
    ReservationLoads reservation_loads;
    LoadQueue<DiscountEntity::Key, Discount> discount_loads;
    decltype(ExpiryDuties::find_due) find_due;
    decltype(PaymentDuties::find_due) find_due_attempts;
    GatewayDesk* desk;
    OrderNumbers numbers;
    SystemConfig config;
    caf::actor_system system;
    LiveBudget budget;
    std::atomic<bool> draining{false};
    StockRegistry stock_registry;
    OrderRegistry order_registry;
    DiscountRegistry discount_registry;
    CartRegistry cart_registry;
    Reservations reservations;
    EntityDesk<StockEntity> stock_desk;
    EntityDesk<CartEntity> cart_desk;
    EntityDesk<OrderEntity> order_desk;
    EntityDesk<DiscountEntity> discount_desk;
    ExpiryFigures expiry_figures;
    std::atomic<std::int64_t> reservations_expired{0};
    std::atomic<std::int64_t> payments_taken_up{0};
    caf::actor expiry;
    caf::actor payments;
    caf::actor idle;
};

EntitySystem::EntitySystem(const EntitySettings& settings, BatchStore& store, EntitySources sources,
                           const Clock& clock, IdSource& ids, Lane::Committed committed,
                           GatewayDesk* desk)
    : parts_(std::make_unique<Parts>(settings, store, std::move(sources), clock, ids,
                                     std::move(committed), desk)) {}

EntitySystem::~EntitySystem() { stop(); }

void EntitySystem::start() { parts_->start(); }
void EntitySystem::stop() { parts_->stop(); }

bool EntitySystem::step() { return parts_->step(); }
std::size_t EntitySystem::ready_actors() const { return parts_->coordinator().jobs.size(); }
void EntitySystem::run_actor(std::size_t which) { parts_->run_actor(which); }
bool EntitySystem::load_waits(std::size_t queue) const {
    return parts_->with_loads(queue, [](auto& loads) { return !loads.idle(); });
}
void EntitySystem::run_load(std::size_t queue) {
    parts_->with_loads(queue, [](auto& loads) { return loads.run_once(false); });
}
bool EntitySystem::run_lane() { return parts_->lane.run_once(); }
std::optional<Duration> EntitySystem::next_timer() const { return parts_->next_timer(); }
void EntitySystem::advance(Duration time) { parts_->coordinator().advance_time(time); }

Carts& EntitySystem::carts() { return *parts_; }
Orders& EntitySystem::orders() { return *parts_; }
Stocks& EntitySystem::stocks() { return *parts_; }
Discounts& EntitySystem::discounts() { return *parts_; }

void EntitySystem::remember(const TenantId& tenant, IdempotencyRecord record,
                            Promise<Result<bool>> done) {
    ChangeSet change{.tenant = tenant};
    change.idempotency = std::move(record);
    parts_->remember(std::move(change), std::move(done));
}

void EntitySystem::remember(const TenantId& tenant, GatewayEventRecord event,
                            Promise<Result<bool>> done) {
    ChangeSet change{.tenant = tenant};
    change.gateway_event = std::move(event);
    parts_->remember(std::move(change), std::move(done));
}

void EntitySystem::remember(AuditEntry entry, Promise<Result<bool>> done) {
    ChangeSet change;
    change.audit = std::move(entry);
    parts_->remember(std::move(change), std::move(done));
}

void EntitySystem::find_reservation(const OfTenant<ReservationId>& id,
                                    ReservationLoads::Loaded found) {
    parts_->reservation_loads.load(id, std::move(found));
}

void EntitySystem::extend(const ReservationId& id, TimePoint until, AskContext context,
                          Reply reply) {
    parts_->reservations.extend(id, until, std::move(context), std::move(reply));
}

MessageWatch& EntitySystem::watch() { return parts_->watch; }
SupervisorDeeds& EntitySystem::deeds() { return parts_->deeds; }
KindDesk& EntitySystem::desk_of(EntityKind kind) { return parts_->desk_of(kind); }
std::array<KindDesk*, entity_kinds> EntitySystem::desks() { return parts_->desks(); }
const Lane& EntitySystem::lane() const { return parts_->lane; }
void EntitySystem::check_ownership() { parts_->lane.check_ownership(); }
void EntitySystem::drain(bool draining) { parts_->drain(draining); }

EntityFigures EntitySystem::figures() const {
    return {parts_->stock_registry.figures(),
            parts_->cart_registry.figures(),
            parts_->order_registry.figures(),
            parts_->discount_registry.figures(),
            parts_->lane.figures(),
            parts_->expiry_figures.pending,
            parts_->reservations_expired,
            parts_->payments_taken_up,
            parts_->budget.live,
            parts_->draining};
}

bool EntitySystem::fenced() const { return parts_->lane.fenced(); }

}  // namespace souk
