// Many buyers, one SKU, few units: whoever is too late hears so, and nobody buys what is not there.

#include "tests/simulation/simulation.hpp"
#include "tests/simulation/workload.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

Task<bool> buy(Client& me, StockKey sku) {
    auto arriving = me.pause(0ms, 4s);
    co_await arriving;
    while (me.goes_on()) {
        auto making = me.make_cart();
        const auto cart = co_await making;
        if (!cart) continue;
        const auto quantity = me.dice.between(1, 3);
        auto adding = me.add(*cart, sku, quantity);
        if (!co_await adding) continue;
        if (me.dice.chance(30)) {
            auto reserving = me.reserve({{sku, quantity}}, cart, 20s);
            co_await reserving;
        }
        auto placing = me.place(*cart, PaymentMethod::cash_on_delivery, 25s);
        const auto order = co_await placing;
        if (!order) continue;
        if (me.dice.chance(60)) {
            auto confirming = me.confirm(order.id<OrderId>());
            co_await confirming;
        } else if (me.dice.chance(30)) {
            auto cancelling = me.cancel(order.id<OrderId>());
            co_await cancelling;
        }
        auto looking = me.look_at(sku);
        co_await looking;
    }
    co_return true;
}

void prepare(Simulation& simulation, Dice& dice) {
    const auto hot = sku(1);
    simulation.put_stock(hot, dice.between(3, 20));
    simulation.add_watcher(hot);
    simulation.add_clients(static_cast<std::size_t>(dice.between(6, 20)),
                           static_cast<std::size_t>(dice.between(4, 12)),
                           [hot](Client& me) { return buy(me, hot); });
}

}  // namespace

const Workload& flash_sale() {
    static const Workload workload{"flash-sale", prepare, {0, 5, store_faults()}, 8s};
    return workload;
}

}  // namespace souk::simulation
