// A little of everything: buyers who look, fill carts, order, pay or forget; operators who count
// stock, collect cash and refund.

#include "tests/simulation/simulation.hpp"
#include "tests/simulation/workload.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t skus = 8;

StockKey any_sku(Client& me) { return sku(1 + me.dice.below(skus)); }

struct Sold {
    std::vector<OrderId> orders;
};

Task<bool> shop(Client& me, std::shared_ptr<Sold> sold) {
    auto arriving = me.pause(0ms, 5s);
    co_await arriving;
    while (me.goes_on()) {
        auto looking = me.look_at(any_sku(me));
        co_await looking;
        auto making = me.make_cart();
        const auto cart = co_await making;
        if (!cart) continue;
        for (auto lines = me.dice.between(1, 4); lines > 0; --lines) {
            auto adding = me.add(*cart, any_sku(me), me.dice.between(1, 3));
            co_await adding;
        }
        if (me.dice.chance(30)) {
            auto applying = me.apply_discount(*cart, "SPRING");
            co_await applying;
        }
        if (me.dice.chance(15)) continue;
        const bool in_cash = me.dice.chance(50);
        auto placing = me.place(
            *cart, in_cash ? PaymentMethod::cash_on_delivery : PaymentMethod::sandbox, 20s);
        const auto order = co_await placing;
        if (!order) continue;
        const auto id = order.id<OrderId>();
        sold->orders.push_back(id);
        if (me.dice.chance(15)) continue;
        auto paying = in_cash ? me.confirm(id) : me.pay(id, "good");
        co_await paying;
        auto seeing = me.look_at(id);
        co_await seeing;
    }
    co_return true;
}

Task<bool> operate(Client& me, std::shared_ptr<Sold> sold) {
    while (me.goes_on()) {
        auto waiting = me.pause(200ms, 3s);
        co_await waiting;
        if (sold->orders.empty() || me.dice.chance(50)) {
            auto counting = me.adjust(any_sku(me), me.dice.between(1, 10) - 4);
            co_await counting;
            continue;
        }
        const auto order = me.dice.one_of(sold->orders);
        switch (me.dice.below(3)) {
            case 0: {
                auto collecting = me.collect(order);
                co_await collecting;
                break;
            }
            case 1: {
                auto refunding = me.refund(order, std::nullopt);
                co_await refunding;
                break;
            }
            default: {
                auto cancelling = me.cancel(order);
                co_await cancelling;
            }
        }
    }
    co_return true;
}

void prepare(Simulation& simulation, Dice& dice) {
    for (std::size_t i = 1; i <= skus; ++i) simulation.put_stock(sku(i), dice.between(0, 40));
    simulation.put_discount("SPRING", dice.between(1, 6));
    for (std::size_t i = 1; i <= 3; ++i) simulation.add_watcher(sku(i));
    auto sold = std::make_shared<Sold>();
    simulation.add_clients(static_cast<std::size_t>(dice.between(3, 9)),
                           static_cast<std::size_t>(dice.between(8, 24)),
                           [sold](Client& me) { return shop(me, sold); });
    simulation.add_clients(2, static_cast<std::size_t>(dice.between(3, 8)),
                           [sold](Client& me) { return operate(me, sold); });
}

}  // namespace

const Workload& mixed_shop() {
    static const Workload workload{"mixed-shop", prepare, {0, 8, all_faults()}, 20s};
    return workload;
}

}  // namespace souk::simulation
