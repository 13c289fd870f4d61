#pragma once
// Rows in memory with keys, CHECKs and fences like those of the real ones, and what reads them.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "actors/entity_system.hpp"

namespace souk {

class TableRows {
public:
    /// A batch is written as a whole or not at all: says what forbids it, or nothing.
    std::optional<std::string> write_batch(std::span<const ChangeSet* const> batch);

    void put_stock(const StockKey& key, std::int64_t on_hand);
    /// While `down`, whoever reads is told so.
    EntitySources sources(const bool& down) const;

    using AnswerKey = std::pair<std::string, std::string>;  // caller, key

    std::map<StockKey, Stock> stocks;
    std::map<CartId, Cart> carts;
    std::map<OrderId, Order> orders;
    std::map<CartId, OrderId> order_of_cart;
    std::map<ReservationId, ReservationRows> reservations;
    std::vector<Movement> movements;
    std::vector<Event> events;
    std::map<AnswerKey, IdempotencyRecord> answers;
    std::map<std::string, Discount> discounts;  // by code
    std::map<std::string, LedgerEntry> ledger;  // by reference
    std::vector<GatewayEventRecord> gateway_events;
    std::vector<AuditEntry> audit;

private:
    class Savepoint;
    std::optional<std::string> forbidden(const ChangeSet& change) const;
    std::optional<std::string> forbidden(const StockChange& change) const;
    std::optional<std::string> forbidden(const DiscountChange& change) const;
    std::optional<std::string> forbidden(const RowChange<Order>& change) const;
    void write(const ChangeSet& change);
    void write(const StockChange& change);
};

}  // namespace souk
