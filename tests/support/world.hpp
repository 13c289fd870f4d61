#pragma once
// The production actors and lane over a store in memory, on one thread and a clock that only moves
// when told: what the tests of `actors` play in.

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/entity_system.hpp"
#include "tests/support/fake_gateway.hpp"
#include "tests/support/rows.hpp"

namespace souk {

class ManualClock final : public Clock {
public:
    TimePoint now() const override { return now_; }
    void advance(Duration time) { now_ += time; }

private:
    TimePoint now_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15}};
};

class CountingIds final : public IdSource {
public:
    Uuid next() override {
        ++count_;
        return uuid_v7(TimePoint{std::chrono::hours{1}}, 0, count_);
    }

private:
    std::uint64_t count_{0};
};

/// Commits that can go wrong.
class FakeStore final : public BatchStore, public TableRows {
public:
    enum class Fate {
        commit,
        unavailable,
        unknown_but_committed,  // and so it stays: resolve() does not find out either
        unknown_and_lost,
        answer_lost,  // committed, the answer lost, and found out by resolve()
        lost,         // not committed, the answer lost, and found out by resolve()
    };

    CommitResult begin(std::span<const ChangeSet* const> batch) override;
    CommitResult finish() override;
    bool wait(int) override { return true; }
    Resolution resolve() override;
    CommitResult check() override;
    CommitResult recover() override;

    std::deque<Fate> fates;                           // of the next commits; then all commit
    std::function<bool(const ChangeSet&)> refuses{};  // a CHECK that only this change breaks
    bool down{false};
    std::vector<std::size_t> batch_sizes;
    std::size_t most_under_way{0};

private:
    using Batch = std::vector<const ChangeSet*>;
    CommitResult commit(const Batch& batch);

    std::deque<Batch> under_way_;
    std::size_t doubtful_committed_{0};
    bool doubt_ends_{false};
};

class World {
public:
    explicit World(EntitySettings settings = {});

    /// Runs until nothing moves any more.
    void settle();
    void advance(Duration time);

    /// Tells, settles and returns what came back.
    Outcome tell(const CartId& id, CartCommand command);
    Outcome tell(const OrderId& id, OrderCommand command);
    Outcome place(const CartId& id, const std::string& fingerprint = "wish");
    Outcome reserve(const StockKey& key, std::int64_t quantity, Duration time);
    std::shared_ptr<const Cart> cart(const CartId& id);
    std::shared_ptr<const StockView> stock(const StockKey& key);
    std::shared_ptr<const Order> order(const OrderId& id);
    /// An order of one unit of a SKU, placed to be paid through the gateway.
    OrderId order_to_pay(const StockKey& key);

    /// A cart with one line per SKU given, already committed.
    CartId cart_with(const std::vector<std::pair<StockKey, std::int64_t>>& lines);
    /// The order of a cart that has been placed.
    OrderId order_of(const CartId& id);

    PlaceOrder wish(const std::string& fingerprint);

    ManualClock clock;
    CountingIds ids;
    FakeStore store;
    FakeGateway gateway;
    EntitySystem system;
};

StockKey sku(std::uint64_t number);
std::shared_ptr<const PriceTables> price_tables();
Offer offer_of(const StockKey& key, Amount price = 1'000);

}  // namespace souk
