#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

/// Sends a reservation without running anything.
std::shared_ptr<Outcome> send_reservation(World& world, const StockKey& key,
                                          std::int64_t quantity) {
    auto outcome = std::make_shared<Outcome>(Error{ErrorCode::internal, "never answered"});
    ReserveMany wish{.id = ReservationId{world.ids.next()},
                     .units = {{key, quantity}},
                     .expires_at = world.clock.now() + 15min};
    world.system.stocks().reserve(
        {std::move(wish),
         {},
         [](const Reservation&) { return Answer{.status = 201}; },
         Reply{[outcome](Outcome given) { *outcome = std::move(given); }}});
    return outcome;
}

std::int64_t accepted(const std::vector<std::shared_ptr<Outcome>>& outcomes) {
    return std::ranges::count_if(outcomes, [](const auto& one) { return one->has_value(); });
}

class SomeLife final : public Activation {
public:
    void submitted(const ChangeSet&) override {}
    void publish(const ChangeSet&) override {}

private:
    void leave_registry() override {}
    void settled_while_leaving() override {}
};

}  // namespace

TEST_CASE("changes that gather while a commit runs travel in one batch", "[actors][lane]") {
    World world;
    world.store.put_stock(sku(1), 100);
    (void)world.stock(sku(1));
    std::vector<std::shared_ptr<Outcome>> outcomes;
    for (int i = 0; i < 50; ++i) outcomes.push_back(send_reservation(world, sku(1), 1));
    world.settle();
    CHECK(accepted(outcomes) == 50);
    CHECK(world.store.batch_sizes == std::vector<std::size_t>{50});
    CHECK(world.store.stocks[sku(1)].reserved == 50);
}

TEST_CASE("a change the database refuses fails alone and takes its entity out of memory",
          "[actors][lane]") {
    World world;
    world.store.put_stock(sku(1), 100);
    world.store.put_stock(sku(2), 100);
    (void)world.stock(sku(1));
    (void)world.stock(sku(2));
    world.store.refuses = [](const ChangeSet& change) {
        return !change.stock.empty() && change.stock.front().reserved_delta == 7;
    };
    const auto good = send_reservation(world, sku(1), 1);
    const auto guilty = send_reservation(world, sku(2), 7);
    const auto after = send_reservation(world, sku(2), 1);
    const auto other = send_reservation(world, sku(1), 2);
    world.settle();
    CHECK(good->has_value());
    CHECK(other->has_value());
    CHECK(guilty->error().code == ErrorCode::unavailable);
    CHECK(after->error().code == ErrorCode::unavailable);  // decided on what was never written
    CHECK(world.store.stocks[sku(1)].reserved == 3);
    CHECK(world.store.stocks[sku(2)].reserved == 0);
    CHECK(world.stock(sku(2))->reserved == 0);
    CHECK(world.reserve(sku(2), 1, 15min).has_value());
}

TEST_CASE("an unknown commit that did happen is found again in the rows", "[actors][lane]") {
    World world;
    world.store.put_stock(sku(1), 10);
    world.store.fates = {FakeStore::Fate::unknown_but_committed};
    const auto outcome = world.reserve(sku(1), 4, 15min);
    CHECK(outcome.error().code == ErrorCode::unavailable);
    CHECK(world.stock(sku(1))->available() == 6);
}

TEST_CASE("an unknown commit that was lost leaves no trace", "[actors][lane]") {
    World world;
    world.store.put_stock(sku(1), 10);
    world.store.fates = {FakeStore::Fate::unknown_and_lost};
    CHECK(world.reserve(sku(1), 4, 15min).error().code == ErrorCode::unavailable);
    CHECK(world.stock(sku(1))->available() == 10);
    CHECK(world.reserve(sku(1), 10, 15min).has_value());
}

TEST_CASE("what may have been committed is told when the store is back", "[actors][lane]") {
    FakeStore store;
    store.put_stock(sku(1), 10);
    std::vector<StockKey> told;
    Lane lane(store, {}, [&](std::span<const ChangeSet* const> batch) {
        for (const auto* change : batch)
            for (const auto& stock : change->stock) told.push_back(stock.key);
    });
    (void)lane.run_once();
    store.fates = {FakeStore::Fate::unknown_but_committed};
    ChangeSet change;
    change.stock.push_back({.key = sku(1), .reserved_delta = 4});
    std::optional<Outcome> outcome;
    lane.submit({std::move(change), {}, Answer{}, Reply{[&](Outcome given) { outcome = given; }}});
    while (!outcome) (void)lane.run_once();
    CHECK(outcome->has_error());
    CHECK(told.empty());
    (void)lane.run_once();
    CHECK(told == std::vector{sku(1)});
    (void)lane.run_once();
    CHECK(told.size() == 1);
}

TEST_CASE("while a batch is under way the next is sent behind it", "[actors][lane]") {
    World world;
    world.store.put_stock(sku(1), 100);
    (void)world.stock(sku(1));
    const auto first = send_reservation(world, sku(1), 1);
    (void)world.system.step();
    CHECK(world.store.stocks[sku(1)].reserved == 0);
    const auto second = send_reservation(world, sku(1), 2);
    world.settle();
    CHECK(world.store.most_under_way == 2);
    CHECK(first->has_value());
    CHECK(second->has_value());
    CHECK(world.store.stocks[sku(1)].reserved == 3);
}

TEST_CASE("what was sent behind a refused batch is tried again without the guilty change",
          "[actors][lane]") {
    World world;
    for (int i = 1; i <= 3; ++i) {
        world.store.put_stock(sku(static_cast<std::uint64_t>(i)), 100);
        (void)world.stock(sku(static_cast<std::uint64_t>(i)));
    }
    world.store.refuses = [](const ChangeSet& change) {
        return !change.stock.empty() && change.stock.front().reserved_delta == 7;
    };
    const auto guilty = send_reservation(world, sku(1), 7);
    const auto beside = send_reservation(world, sku(2), 1);
    (void)world.system.step();
    const auto after_guilty = send_reservation(world, sku(1), 1);
    const auto other = send_reservation(world, sku(3), 2);
    world.settle();
    CHECK(world.store.most_under_way == 2);
    CHECK(guilty->error().code == ErrorCode::unavailable);
    CHECK(beside->has_value());
    CHECK(after_guilty->error().code == ErrorCode::unavailable);
    CHECK(other->has_value());
    CHECK(world.store.stocks[sku(1)].reserved == 0);
    CHECK(world.stock(sku(1))->reserved == 0);
    CHECK(world.store.stocks[sku(2)].reserved == 1);
    CHECK(world.store.stocks[sku(3)].reserved == 2);
}

TEST_CASE("a lost answer that is found out is told, and what was sent behind it is not",
          "[actors][lane]") {
    const auto [fate, told] = GENERATE(std::pair{FakeStore::Fate::answer_lost, true},
                                       std::pair{FakeStore::Fate::lost, false});
    World world;
    world.store.put_stock(sku(1), 100);
    world.store.put_stock(sku(2), 100);
    (void)world.stock(sku(1));
    (void)world.stock(sku(2));
    world.store.fates = {fate};
    const auto first = send_reservation(world, sku(1), 1);
    (void)world.system.step();
    const auto second = send_reservation(world, sku(2), 1);
    world.settle();
    CHECK(first->has_value() == told);
    CHECK_FALSE(second->has_value());
    CHECK(world.store.stocks[sku(1)].reserved == (told ? 1 : 0));
    CHECK(world.store.stocks[sku(2)].reserved == 0);
    CHECK(world.stock(sku(1))->reserved == (told ? 1 : 0));
    CHECK(world.reserve(sku(2), 100, 15min).has_value());
}

TEST_CASE("while the store is down writes are refused and committed reads go on",
          "[actors][lane]") {
    World world;
    world.store.put_stock(sku(1), 10);
    CHECK(world.reserve(sku(1), 1, 15min).has_value());
    CHECK(world.reserve(sku(1), 1, 15min).has_value());
    world.store.put_stock(sku(2), 5);
    (void)world.stock(sku(2));
    world.store.down = true;
    CHECK(world.reserve(sku(1), 1, 15min).error().code == ErrorCode::unavailable);
    CHECK(world.reserve(sku(2), 1, 15min).error().code == ErrorCode::unavailable);
    CHECK(world.reserve(sku(2), 1, 15min).error().retry_after_s >= 1);
    CHECK(world.stock(sku(2))->available() == 5);
    world.store.down = false;
    world.settle();
    CHECK(world.reserve(sku(2), 5, 15min).has_value());
}

TEST_CASE("nothing uncommitted is shown to readers", "[actors][lane]") {
    World world;
    world.store.put_stock(sku(1), 10);
    (void)world.stock(sku(1));
    world.store.fates = {FakeStore::Fate::unknown_and_lost};
    const auto outcome = send_reservation(world, sku(1), 4);
    CHECK(world.system.stocks().peek({default_tenant, sku(1)})->available() == 10);
    world.settle();
    CHECK(world.stock(sku(1))->available() == 10);
}

TEST_CASE("what speaks of a change that fails is not acknowledged, though it is in the same batch",
          "[actors][lane]") {
    FakeStore store;
    Lane lane(store, {});
    (void)lane.run_once();
    const auto gone = std::make_shared<SomeLife>();
    const auto other = std::make_shared<SomeLife>();
    gone->poison();
    std::vector<Outcome> told;
    const auto submit = [&](ChangeSet change, std::vector<ActivationPtr> participants) {
        for (const auto& one : participants) one->unsettle();
        lane.submit({std::move(change), std::move(participants), Answer{},
                     Reply{[&](Outcome given) { told.push_back(std::move(given)); }}});
    };
    ChangeSet joint;
    joint.events.push_back({.type = "order.cancelled"});
    submit(joint, {gone, other});
    submit({}, {other});
    submit(joint, {other});
    while (lane.run_once()) {
    }
    REQUIRE(told.size() == 3);
    for (const auto& outcome : told) CHECK_FALSE(outcome.has_value());
    CHECK(store.events.empty());
    CHECK(other->settled());
}
