// Carts that several tabs of one buyer change at once, with discounts coming and going, keys that
// are used again, and an order placed twice.

#include "tests/simulation/simulation.hpp"
#include "tests/simulation/workload.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t skus = 5;
const std::vector<std::string> codes{"SPRING", "ONCE"};

struct Household {
    std::vector<CartId> carts;
};

StockKey any_sku(Client& me) { return sku(1 + me.dice.below(skus)); }

Task<bool> change(Client& me, CartId cart) {
    switch (me.dice.below(9)) {
        case 0:
        case 1:
        case 2: {
            auto adding = me.add(cart, any_sku(me), me.dice.between(1, 3));
            co_await adding;
            break;
        }
        case 3: {
            auto setting = me.set_line(cart, any_sku(me), me.dice.between(0, 4));
            co_await setting;
            break;
        }
        case 4: {
            auto reusing = me.add(cart, any_sku(me), me.dice.between(1, 3), me.last_key());
            co_await reusing;
            break;
        }
        case 5: {
            auto applying = me.apply_discount(cart, me.dice.one_of(codes));
            co_await applying;
            break;
        }
        case 6: {
            auto removing = me.remove_discount(cart);
            co_await removing;
            break;
        }
        case 7: {
            auto looking = me.look_at(cart);
            co_await looking;
            break;
        }
        default: {
            if (!me.dice.chance(20)) break;
            auto emptying = me.empty(cart);
            co_await emptying;
        }
    }
    co_return true;
}

Task<bool> storm(Client& me, std::shared_ptr<Household> home) {
    auto arriving = me.pause(0ms, 2s);
    co_await arriving;
    while (me.goes_on()) {
        if (home->carts.empty() || me.dice.chance(10)) {
            auto making = me.make_cart();
            const auto cart = co_await making;
            if (cart) home->carts.push_back(*cart);
            continue;
        }
        const auto cart = me.dice.one_of(home->carts);
        auto changing = change(me, cart);
        co_await changing;
        if (!me.dice.chance(12)) continue;
        const auto notes = me.dice.chance(70) ? "" : " quickly";
        auto placing = me.place(cart, PaymentMethod::cash_on_delivery, 20s, notes);
        const auto order = co_await placing;
        if (!order || me.dice.chance(40)) continue;
        auto cancelling = me.cancel(order.id<OrderId>());
        co_await cancelling;
    }
    co_return true;
}

void prepare(Simulation& simulation, Dice& dice) {
    for (std::size_t i = 1; i <= skus; ++i) simulation.put_stock(sku(i), dice.between(5, 60));
    simulation.put_discount("SPRING", std::nullopt);
    simulation.put_discount("ONCE", dice.between(1, 3));
    simulation.add_watcher(sku(1));
    for (auto homes = dice.between(1, 4); homes > 0; --homes) {
        auto home = std::make_shared<Household>();
        simulation.add_clients(static_cast<std::size_t>(dice.between(2, 4)),
                               static_cast<std::size_t>(dice.between(6, 18)),
                               [home](Client& me) { return storm(me, home); });
    }
}

}  // namespace

const Workload& cart_storms() {
    static const Workload workload{"cart-storms",
                                   prepare,
                                   {0, 6,
                                    [] {
                                        auto faults = store_faults();
                                        for (const auto& more : process_faults())
                                            faults.push_back(more);
                                        return faults;
                                    }()},
                                   10s};
    return workload;
}

}  // namespace souk::simulation
