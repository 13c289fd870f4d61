// Orders paid through a gateway that declines, is silent, answers late and tells everything twice;
// buyers who pay again, another way, or not at all; refunds.

#include "tests/simulation/simulation.hpp"
#include "tests/simulation/workload.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t skus = 3;

std::string any_method(Client& me) {
    const auto luck = me.dice.below(10);
    if (luck < 7) return "good";
    return luck < 9 ? "needs_buyer" : "declined";
}

Task<bool> pay(Client& me, OrderId order) {
    for (auto tries = me.dice.between(1, 3); tries > 0; --tries) {
        auto paying = me.pay(order, any_method(me));
        co_await paying;
        if (me.dice.chance(70)) {
            auto thinking = me.pause(100ms, 3s);
            co_await thinking;
            auto confirming = me.confirm_payment(order);
            co_await confirming;
        }
        if (me.dice.chance(10)) {
            auto cancelling = me.cancel(order);
            co_await cancelling;
        }
        auto looking = me.look_at(order);
        const auto seen = co_await looking;
        if (seen && seen.answer->body.find("payment paid") != std::string::npos) break;
    }
    co_return true;
}

Task<bool> buy(Client& me) {
    auto arriving = me.pause(0ms, 3s);
    co_await arriving;
    while (me.goes_on()) {
        auto making = me.make_cart();
        const auto cart = co_await making;
        if (!cart) continue;
        auto adding = me.add(*cart, sku(1 + me.dice.below(skus)), me.dice.between(1, 2));
        if (!co_await adding) continue;
        const auto lasts = me.dice.chance(50) ? 30s : 6s;
        auto placing = me.place(*cart, PaymentMethod::sandbox, lasts);
        const auto order = co_await placing;
        if (!order) continue;
        const auto id = order.id<OrderId>();
        auto paying = pay(me, id);
        co_await paying;
        if (!me.dice.chance(35)) continue;
        auto waiting = me.pause(1s, 8s);
        co_await waiting;
        if (me.dice.chance(60)) {
            const auto amount =
                me.dice.chance(60) ? std::optional<Amount>{me.dice.between(1, 900)} : std::nullopt;
            auto refunding = me.refund(id, amount);
            co_await refunding;
        } else {
            auto cancelling = me.cancel(id);
            co_await cancelling;
        }
    }
    co_return true;
}

void prepare(Simulation& simulation, Dice& dice) {
    for (std::size_t i = 1; i <= skus; ++i) simulation.put_stock(sku(i), dice.between(4, 30));
    simulation.add_watcher(sku(1));
    simulation.add_clients(static_cast<std::size_t>(dice.between(3, 8)),
                           static_cast<std::size_t>(dice.between(8, 24)), buy);
}

}  // namespace

const Workload& payments() {
    static const Workload workload{
        "payments",
        prepare,
        {0, 9,
         [] {
             auto faults = gateway_faults();
             for (const auto& some : {store_faults(), process_faults(), gateway_faults()})
                 faults.insert(faults.end(), some.begin(), some.end());
             return faults;
         }()},
        25s};
    return workload;
}

}  // namespace souk::simulation
