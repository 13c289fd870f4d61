// The process dies again and again, in the middle of anything, and sometimes lives on beside the
// one that has taken its place.

#include "tests/simulation/simulation.hpp"
#include "tests/simulation/workload.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t skus = 2;

Task<bool> persist(Client& me) {
    me.manners.repeats = 6;
    auto arriving = me.pause(0ms, 2s);
    co_await arriving;
    while (me.goes_on()) {
        const auto key = sku(1 + me.dice.below(skus));
        if (me.dice.chance(40)) {
            auto reserving = me.reserve({{key, 1}}, std::nullopt, 10s);
            const auto made = co_await reserving;
            if (!made || me.dice.chance(30)) continue;
            auto closing = me.close(made.id<ReservationId>(), ReservationState::confirmed);
            co_await closing;
            continue;
        }
        auto making = me.make_cart();
        const auto cart = co_await making;
        if (!cart) continue;
        auto adding = me.add(*cart, key, me.dice.between(1, 2));
        if (!co_await adding) continue;
        auto placing = me.place(*cart, PaymentMethod::sandbox, 15s);
        const auto order = co_await placing;
        if (!order) continue;
        auto paying = me.pay(order.id<OrderId>(), "good");
        co_await paying;
        auto looking = me.look_at(order.id<OrderId>());
        co_await looking;
    }
    co_return true;
}

void prepare(Simulation& simulation, Dice& dice) {
    for (std::size_t i = 1; i <= skus; ++i) simulation.put_stock(sku(i), dice.between(10, 50));
    simulation.add_watcher(sku(1));
    simulation.add_clients(static_cast<std::size_t>(dice.between(3, 8)),
                           static_cast<std::size_t>(dice.between(6, 18)), persist);
}

}  // namespace

const Workload& restarts() {
    using enum FaultKind;
    static const Workload workload{"restarts",
                                   prepare,
                                   {3,
                                    12,
                                    {{server_killed, 6},
                                     {server_usurped, 4},
                                     {server_paused, 1},
                                     {commit_answer_lost, 1},
                                     {commit_left_unsettled, 2},
                                     {store_down, 1}}},
                                   20s};
    return workload;
}

}  // namespace souk::simulation
