#pragma once
// An account of its own of everything that is committed, kept beside the rows and compared with
// them after every batch: the invariants of the shop.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/ground.hpp"
#include "tests/support/rows.hpp"

namespace souk::simulation {

class Books {
public:
    Books(Ground& ground, const TableRows& rows) : ground_(ground), rows_(rows) {}

    /// A SKU or a discount code that was there before anything was sold.
    void opened(const Stock& stock);
    void opened(const Discount& discount);

    /// The batch is in the rows already.
    void committed(std::span<const ChangeSet* const> batch);

    /// Text of an entity at a version; null when it never was.
    const std::string* state(const std::string& subject, Version version) const;
    /// Is a step on disk that a gateway may be asked for?
    bool has_attempt(const std::string& key) const { return attempts_.contains(key); }

    /// Nothing stays reserved beyond its time, unless there was trouble.
    void check_lateness();

    /// Everything once more, from the rows alone.
    void read_all() const;

private:
    struct Line {
        std::int64_t quantity{};
        TimePoint expires_at;
        std::optional<OrderId> order_id;
    };
    using LineKey = std::pair<ReservationId, StockKey>;
    struct Shelf {
        std::int64_t on_hand{};
        std::int64_t reserved{};
        Version version{};
    };

    void note(const ChangeSet& change);
    void note_stock(const ChangeSet& change, const StockChange& one);
    void close(const ChangeSet& change, const StockKey& key, const ReservationClosing& closing);
    void note_cart(const RowChange<Cart>& cart);
    void note_order(const ChangeSet& change);
    void check_order(const ChangeSet& change, const Order* before, const Order& next);
    void check_order_stock(const ChangeSet& change, const Order* before, const Order& next);
    void check_order_events(const ChangeSet& change, const Order* before, const Order& next);
    void note_discount(const DiscountChange& change);
    void remember(const std::string& text);

    Ground& ground_;
    const TableRows& rows_;
    std::map<StockKey, Shelf> shelves_;
    std::map<LineKey, Line> open_;
    std::set<std::pair<TimePoint, LineKey>> by_expiry_;
    std::set<LineKey> ended_;
    std::map<OrderId, std::int64_t> open_of_order_;
    std::map<CartId, Version> carts_;
    std::map<OrderId, Order> orders_;
    std::map<CartId, OrderId> order_of_cart_;
    std::set<std::string> numbers_;
    std::set<std::string> attempts_;
    std::map<std::string, std::set<OrderId>> uses_;  // by code
    std::map<std::string, DiscountView> discounts_;
    std::map<std::string, std::map<Version, std::string>> states_;
};

}  // namespace souk::simulation
