#pragma once
// One run: the store and the gateway that stay, servers that come and go, clients, faults, and the
// judges of it all, on one thread and in virtual time.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/client.hpp"
#include "tests/simulation/faults.hpp"
#include "tests/simulation/scenario.hpp"
#include "tests/simulation/server.hpp"
#include "tests/simulation/watcher.hpp"

namespace souk::simulation {

using Script = std::function<Task<bool>(Client&)>;

class Simulation {
public:
    explicit Simulation(const Scenario& scenario);
    ~Simulation();
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    Report run();

    // For workloads, before the run begins.
    void put_stock(const StockKey& key, std::int64_t on_hand);
    void put_discount(const std::string& code, std::optional<std::int64_t> limit);
    /// Clients with this script; each may wish so often.
    void add_clients(std::size_t count, std::size_t wishes, const Script& script);
    void add_watcher(const StockKey& key);

    // For clients.
    Ground ground;
    Weather weather;
    Books books;
    Judge judge;
    const std::shared_ptr<const PriceTables> tables{price_tables()};
    /// Whoever takes a request now: usually the newest server. Null while there is none.
    Server* server_for(Dice& dice);

private:
    struct Running {
        std::unique_ptr<Client> client;
        Script script;  // its coroutine lives in the closure
        std::optional<Task<bool>> task;
        std::size_t number{};
    };

    void start_server();
    void kill_servers();
    void kill(Server& server);
    void strike(const Fault& fault);
    void strike_server(const Fault& fault);
    void let_pass(Duration time, std::function<void()> undo);
    void go_on(const std::function<bool()>& until, TimePoint limit);
    bool take_turn();
    bool pass_time();
    void check();
    void heal();
    bool clients_are_done() const;
    void help_stuck_payments();
    void conclude();
    Report report() const;

    const Scenario scenario_;
    Database database_;
    Gateway gateway_;
    std::vector<Fault> faults_;
    bool crashes_{false};
    bool down_{false};                              // killed, and not to be started before its time
    std::vector<std::unique_ptr<Server>> servers_;  // the newest last
    std::int64_t server_count_{0};
    std::vector<Running> clients_;
    std::vector<std::unique_ptr<Watcher>> watchers_;
    TimePoint checked_at_{};
    TimePoint began_at_;
};

}  // namespace souk::simulation
