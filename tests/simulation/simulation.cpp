#include "tests/simulation/simulation.hpp"

#include <algorithm>

#include "tests/simulation/workload.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Duration check_interval = 1s;
constexpr Duration time_for_clients = 20min;
constexpr Duration time_to_settle = 15min;

bool is_settled(const Order& order) {
    if (order.status == OrderStatus::pending) return false;
    if (!order.payment) return true;
    return std::ranges::none_of(order.payment->attempts, [](const PaymentAttempt& attempt) {
        return attempt.state == AttemptState::open;
    });
}

}  // namespace

Simulation::Simulation(const Scenario& scenario)
    : ground(scenario.seed, scenario.verbose),
      books(ground, database_.rows),
      judge(ground, database_.rows, books),
      scenario_(scenario),
      database_(ground, weather,
                [this](std::span<const ChangeSet* const> batch) {
                    books.committed(batch);
                    for (const auto* change : batch) judge.committed(*change);
                }),
      gateway_(ground, weather, books,
               [this](const Webhook& webhook) {
                   if (servers_.empty() || servers_.back()->paused()) return;
                   servers_.back()->hear(webhook, [this, id = webhook.id] { gateway_.told(id); });
               }),
      began_at_(ground.now()) {}

Simulation::~Simulation() {
    kill_servers();
    watchers_.clear();
    clients_.clear();
    ground.agenda.clear();
}

void Simulation::put_stock(const StockKey& key, std::int64_t on_hand) {
    database_.rows.put_stock(key, on_hand);
    books.opened(database_.rows.stocks.at(key));
}

void Simulation::put_discount(const std::string& code, std::optional<std::int64_t> limit) {
    Discount discount;
    discount.id = DiscountId{ground.ids.next()};
    discount.code = code;
    discount.terms = {DiscountType::percentage, 1'000, 0, {}};
    discount.usage_limit = limit;
    discount.version = 1;
    database_.rows.discounts[code] = discount;
    books.opened(discount);
}

void Simulation::add_clients(std::size_t count, std::size_t wishes, const Script& script) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = clients_.size() + 1;
        const Dice chance = Dice{scenario_.seed}.split(1'000 + number);
        const auto allowed = std::min(wishes, scenario_.wishes.value_or(wishes));
        auto client =
            std::make_unique<Client>(*this, "client" + std::to_string(number), chance, allowed);
        clients_.push_back({std::move(client), script, std::nullopt, number});
    }
}

void Simulation::add_watcher(const StockKey& key) {
    watchers_.push_back(std::make_unique<Watcher>(ground, books, key));
}

Server* Simulation::server_for(Dice& dice) {
    if (servers_.empty()) return nullptr;
    const auto which = dice.chance(75) ? servers_.size() - 1 : dice.below(servers_.size());
    auto* server = servers_[which].get();
    return server->paused() ? nullptr : server;
}

void Simulation::start_server() {
    servers_.push_back(
        std::make_unique<Server>(ground, weather, database_, gateway_, ++server_count_));
    ground.note(servers_.back()->name() + " starts");
    ground.disturb();
    if (server_count_ > 1) ground.count("restarts");
    for (auto& watcher : watchers_) watcher->connect(servers_.back().get());
}

void Simulation::kill(Server& server) {
    ground.note(server.name() + " dies");
    for (auto& watcher : watchers_)
        if (watcher->server() == &server) watcher->connect(nullptr);
    std::erase_if(servers_, [&](const auto& one) { return one.get() == &server; });
    ground.disturb();
}

void Simulation::kill_servers() {
    while (!servers_.empty()) kill(*servers_.back());
}

void Simulation::let_pass(Duration time, std::function<void()> undo) {
    ground.disturb_until(ground.now() + time);
    ground.agenda.at(ground.now() + time, std::move(undo));
}

void Simulation::strike(const Fault& fault) {
    ground.note("fault: " + std::string{name_of(fault.kind)});
    ground.count("fault: " + std::string{name_of(fault.kind)});
    ground.disturb();
    const auto send = [&](Fate fate) {
        for (auto i = fault.number; i > 0; --i)
            weather.fates.push_back(i == fault.number ? fate : Fate::commit);
    };
    const auto percent = 15 * fault.number;
    switch (fault.kind) {
        case FaultKind::commit_refused:
            return send(Fate::refuse);
        case FaultKind::commit_turned_away:
            return send(Fate::turn_away);
        case FaultKind::commit_lost:
            return send(Fate::lose);
        case FaultKind::commit_answer_lost:
            return send(Fate::lose_answer);
        case FaultKind::commit_left_unsettled:
            return send(Fate::leave_unsettled);
        case FaultKind::store_down:
            weather.store_down = true;
            return let_pass(fault.lasts, [this] { weather.store_down = false; });
        case FaultKind::store_slow:
            weather.commit_time = 300ms * fault.number;
            return let_pass(fault.lasts, [this] { weather.commit_time = Weather{}.commit_time; });
        case FaultKind::reads_slow:
            weather.read_time = 200ms * fault.number;
            return let_pass(fault.lasts, [this] { weather.read_time = Weather{}.read_time; });
        case FaultKind::requests_crash:
            crashes_ = true;
            weather.crashing_requests = 300 * fault.number;
            return let_pass(fault.lasts, [this] { weather.crashing_requests = 0; });
        case FaultKind::network_bad:
            weather.requests_lost = percent / 2;
            weather.answers_lost = percent;
            weather.requests_doubled = percent;
            weather.travel_time = 300ms;
            return let_pass(fault.lasts, [this] {
                const Weather fine;
                weather.requests_lost = fine.requests_lost;
                weather.answers_lost = fine.answers_lost;
                weather.requests_doubled = fine.requests_doubled;
                weather.travel_time = fine.travel_time;
            });
        case FaultKind::gateway_down:
            weather.gateway_down = true;
            return let_pass(fault.lasts, [this] { weather.gateway_down = false; });
        case FaultKind::gateway_calls_lost:
            weather.calls_lost = percent;
            return let_pass(fault.lasts, [this] { weather.calls_lost = 0; });
        case FaultKind::gateway_results_lost:
            weather.results_lost = percent;
            return let_pass(fault.lasts, [this] { weather.results_lost = 0; });
        case FaultKind::gateway_slow:
            weather.gateway_time = 2s * fault.number;
            return let_pass(fault.lasts, [this] { weather.gateway_time = Weather{}.gateway_time; });
        case FaultKind::webhooks_late:
            weather.webhook_time = 10s * fault.number;
            weather.webhooks_doubled = 60;
            return let_pass(fault.lasts, [this] {
                weather.webhook_time = Weather{}.webhook_time;
                weather.webhooks_doubled = Weather{}.webhooks_doubled;
            });
        case FaultKind::server_killed:
        case FaultKind::server_usurped:
        case FaultKind::server_paused:
        case FaultKind::memory_emptied:
        case FaultKind::entities_restarted:
            return strike_server(fault);
    }
}

void Simulation::strike_server(const Fault& fault) {
    if (servers_.empty()) return;
    auto& newest = *servers_.back();
    constexpr std::array kinds{EntityKind::stock, EntityKind::cart, EntityKind::order,
                               EntityKind::discount};
    const auto restart_some = [&](const auto& rows, EntityKind kind, auto text) {
        for (const auto& [key, row] : rows)
            if (ground.dice.chance(20)) newest.entities().desk_of(kind).restart(text(key));
    };
    switch (fault.kind) {
        case FaultKind::server_killed:
            kill_servers();
            down_ = true;
            return let_pass(fault.lasts, [this] {
                down_ = false;
                if (servers_.empty()) start_server();
            });
        case FaultKind::server_usurped: {
            start_server();
            return let_pass(fault.lasts, [this] {
                while (servers_.size() > 1) kill(*servers_.front());
            });
        }
        case FaultKind::server_paused:
            newest.pause_until(ground.now() + fault.lasts);
            return ground.disturb_until(ground.now() + fault.lasts);
        case FaultKind::memory_emptied:
            for (const auto kind : kinds) newest.entities().desk_of(kind).passivate_all();
            return;
        case FaultKind::entities_restarted:
            restart_some(database_.rows.stocks, EntityKind::stock, stock_key_text);
            restart_some(database_.rows.carts, EntityKind::cart,
                         [](const CartId& id) { return to_text(id); });
            restart_some(database_.rows.orders, EntityKind::order,
                         [](const OrderId& id) { return to_text(id); });
            return;
        default:
            return;
    }
}

/// One of all the turns that can be taken.
bool Simulation::take_turn() {
    std::size_t turns = 0;
    for (const auto& server : servers_) turns += server->turns();
    if (turns == 0) return false;
    auto which = ground.dice.below(turns);
    for (std::size_t i = 0; i < servers_.size(); ++i) {
        const auto of_this = servers_[i]->turns();
        if (which >= of_this) {
            which -= of_this;
            continue;
        }
        ground.trace.turn(ground.now(), i, which);
        servers_[i]->take_turn(which);
        return true;
    }
    return false;
}

bool Simulation::pass_time() {
    auto next = ground.agenda.next();
    for (const auto& server : servers_)
        if (const auto at = server->next_turn_at()) next = next ? std::min(*next, *at) : at;
    if (!next) return false;
    if (*next > ground.now()) ground.clock.advance(*next - ground.now());
    for (const auto& server : servers_) server->wake_timers();
    return true;
}

void Simulation::check() {
    if (ground.now() < checked_at_ + check_interval) return;
    checked_at_ = ground.now();
    books.check_lateness();
    for (std::size_t i = servers_.size(); i-- > 0;) {
        servers_[i]->check_owed();
        if (servers_[i]->must_stop()) kill(*servers_[i]);
    }
    if (servers_.empty() && !down_) start_server();
    if (!crashes_ || servers_.empty()) return;
    auto& entities = servers_.back()->entities();
    for (const auto& [key, row] : database_.rows.stocks)
        entities.desk_of(EntityKind::stock).release(stock_key_text(key));
    for (const auto& [id, row] : database_.rows.carts)
        entities.desk_of(EntityKind::cart).release(to_text(id));
    for (const auto& [id, row] : database_.rows.orders)
        entities.desk_of(EntityKind::order).release(to_text(id));
    for (const auto& [code, row] : database_.rows.discounts)
        entities.desk_of(EntityKind::discount).release(code);
}

void Simulation::go_on(const std::function<bool()>& until, TimePoint limit) {
    while (!ground.failure && ground.now() < limit) {
        while (!ground.failure && ground.agenda.run_due(ground.now())) {
        }
        if (ground.failure) return;
        if (take_turn()) continue;
        if (until()) return;
        check();
        if (!pass_time()) return;
    }
}

bool Simulation::clients_are_done() const {
    return std::ranges::all_of(clients_,
                               [](const Running& one) { return !one.task || one.task->done(); });
}

/// From here on all goes well.
void Simulation::heal() {
    weather = Weather{};
    weather.webhooks_doubled = 20;
    down_ = false;
    if (servers_.empty()) start_server();
    while (servers_.size() > 1) kill(*servers_.front());
    servers_.back()->pause_until({});
    for (auto& watcher : watchers_) watcher->connect(servers_.back().get());
    ground.disturb();
}

/// The operator's part.
void Simulation::help_stuck_payments() {
    for (const auto& [id, order] : database_.rows.orders) {
        if (!order.payment) continue;
        for (const auto& attempt : order.payment->attempts)
            if (attempt.state == AttemptState::open && attempt.stuck)
                servers_.back()->entities().orders().tell(
                    id, {RetryNow{attempt.key, "operator"},
                         {.request_id = "operator", .actor = "operator"},
                         [](const Order&) { return Answer{}; },
                         Reply{}});
    }
}

void Simulation::conclude() {
    const auto settled = [this] {
        const auto& rows = database_.rows;
        return std::ranges::all_of(rows.orders,
                                   [](const auto& one) {
                                       return one.second.status != OrderStatus::pending &&
                                              is_settled(one.second);
                                   }) &&
               std::ranges::all_of(rows.stocks,
                                   [](const auto& one) { return one.second.open.empty(); });
    };
    const auto limit = ground.now() + time_to_settle;
    while (!ground.failure && ground.now() < limit && !settled()) {
        help_stuck_payments();
        const auto pause = ground.now() + 5s;
        ground.agenda.at(pause, [] {});
        go_on([&] { return ground.now() >= pause; }, limit);
    }
    const auto quiet = ground.now() + 15s;
    ground.agenda.at(quiet, [] {});
    go_on([&] { return ground.now() >= quiet; }, quiet + 1s);
    if (ground.failure) return;
    if (!settled()) ground.fail("everything settles in the end", "something is still under way");
    books.read_all();
    judge.conclude();
    gateway_.settle_accounts(database_.rows);
    for (const auto& watcher : watchers_)
        watcher->check_up_to_date(database_.rows.stocks.at(watcher->key()));
}

Report Simulation::run() {
    const auto& workload = *find_workload(scenario_.workload);
    Dice dice = Dice{scenario_.seed}.split(1);
    workload.prepare(*this, dice);
    faults_ = plan_faults(workload.faults, workload.time, Dice{scenario_.seed}.split(2));
    start_server();
    for (auto& one : clients_) {
        if (scenario_.clients && one.number > *scenario_.clients) continue;
        one.task.emplace(one.script(*one.client));
        ground.agenda.at(ground.now() + Duration{one.number}, [&one] { one.task->start(); });
    }
    for (std::size_t i = 0; i < faults_.size(); ++i)
        if (!scenario_.left_out.contains(i))
            ground.agenda.at(began_at_ + faults_[i].at, [this, i] { strike(faults_[i]); });

    const auto end_of_faults = began_at_ + workload.time;
    ground.agenda.at(end_of_faults + 16s, [] {});
    go_on([&] { return clients_are_done() && ground.now() > end_of_faults + 15s; },
          began_at_ + time_for_clients);
    if (!ground.failure && !clients_are_done())
        ground.fail("every client comes to an end", "some still wait");
    if (!ground.failure) {
        heal();
        conclude();
    }
    return report();
}

Report Simulation::report() const {
    Report report{scenario_,           ground.failure,       {},
                  ground.trace.hash(), ground.trace.steps(), ground.now() - began_at_,
                  clients_.size(),     faults_.size(),       ground.tally};
    report.last_steps.assign(ground.trace.last().begin(), ground.trace.last().end());
    return report;
}

}  // namespace souk::simulation
