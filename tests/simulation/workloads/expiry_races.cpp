// Reservations and orders that are confirmed, released, extended by a payment and cancelled just
// as they run out.

#include "tests/simulation/simulation.hpp"
#include "tests/simulation/workload.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t skus = 3;

std::vector<std::pair<StockKey, std::int64_t>> some_units(Client& me) {
    std::vector<std::pair<StockKey, std::int64_t>> units{
        {sku(1 + me.dice.below(skus)), me.dice.between(1, 3)}};
    const auto other = sku(1 + me.dice.below(skus));
    if (other != units.front().first) units.emplace_back(other, me.dice.between(1, 2));
    return units;
}

/// Comes back around the moment when it runs out.
Task<bool> wait_out(Client& me, Duration lasts) {
    const auto early = lasts - std::min<Duration>(lasts, 60ms);
    auto waiting = me.dice.chance(70) ? me.pause(early, lasts + 60ms) : me.pause(0ms, lasts);
    co_await waiting;
    co_return true;
}

Task<bool> reserve(Client& me) {
    const auto lasts = me.dice.between(Duration{300ms}, Duration{6s});
    auto reserving = me.reserve(some_units(me), std::nullopt, lasts);
    const auto reservation = co_await reserving;
    if (!reservation) co_return false;
    auto waiting = wait_out(me, lasts);
    co_await waiting;
    const auto id = reservation.id<ReservationId>();
    for (auto times = me.dice.between(0, 2); times > 0; --times) {
        auto closing = me.close(
            id, me.dice.chance(50) ? ReservationState::confirmed : ReservationState::released);
        co_await closing;
    }
    co_return true;
}

Task<bool> order(Client& me) {
    auto making = me.make_cart();
    const auto cart = co_await making;
    if (!cart) co_return false;
    const auto units = some_units(me);
    for (const auto& [key, quantity] : units) {
        auto adding = me.add(*cart, key, quantity);
        co_await adding;
    }
    const auto lasts = me.dice.between(Duration{500ms}, Duration{6s});
    if (me.dice.chance(40)) {
        auto reserving = me.reserve(units, cart, lasts);
        co_await reserving;
    }
    const bool in_cash = me.dice.chance(50);
    auto placing =
        me.place(*cart, in_cash ? PaymentMethod::cash_on_delivery : PaymentMethod::sandbox, lasts);
    const auto placed = co_await placing;
    if (!placed) co_return false;
    auto waiting = wait_out(me, lasts);
    co_await waiting;
    const auto id = placed.id<OrderId>();
    if (me.dice.chance(20)) {
        auto cancelling = me.cancel(id);
        co_await cancelling;
    } else if (in_cash) {
        auto confirming = me.confirm(id);
        co_await confirming;
    } else {
        auto paying = me.pay(id, me.dice.chance(80) ? "good" : "needs_buyer");
        co_await paying;
    }
    co_return true;
}

Task<bool> race(Client& me) {
    while (me.goes_on()) {
        auto doing = me.dice.chance(50) ? reserve(me) : order(me);
        co_await doing;
    }
    co_return true;
}

void prepare(Simulation& simulation, Dice& dice) {
    for (std::size_t i = 1; i <= skus; ++i) simulation.put_stock(sku(i), dice.between(3, 25));
    simulation.add_watcher(sku(2));
    simulation.add_clients(static_cast<std::size_t>(dice.between(3, 9)),
                           static_cast<std::size_t>(dice.between(8, 20)), race);
}

}  // namespace

const Workload& expiry_races() {
    static const Workload workload{"expiry-races", prepare, {0, 6, all_faults()}, 20s};
    return workload;
}

}  // namespace souk::simulation
