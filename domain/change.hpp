#pragma once
// A change set: everything one accepted command does, committed as a whole or not at all.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/audit.hpp"
#include "domain/cart.hpp"
#include "domain/discount.hpp"
#include "domain/ids.hpp"
#include "domain/ledger.hpp"
#include "domain/order.hpp"
#include "domain/stock.hpp"

namespace souk {

/// A whole-row entity before and after. The row must still have the version from before; without a
/// value before, or with version 0, there is no row yet.
template <class Entity>
struct RowChange {
    std::shared_ptr<const Entity> before;
    std::shared_ptr<const Entity> next;

    Version expected_version() const { return before ? before->version : Version{}; }
};

/// A fact for the outbox. Stock and cart changes get theirs when the batch is written, one per
/// entity and batch with the last version; only events that say more are listed here.
struct Event {
    std::string type;    // "order.created"
    std::string entity;  // TypeID
    Version version{};
    std::string payload;  // JSON object
    std::string request_id;
};

/// A caller's key, what was asked under it, and the answer that every repeat gets.
struct IdempotencyRecord {
    std::string caller;
    std::string key;
    std::string request_hash;
    std::int64_t status{};
    std::string body;
    std::string location;
    std::string etag;
};

/// An event that a gateway told us. It counts once: its row is unique and travels with its effect.
struct GatewayEventRecord {
    PaymentMethod gateway{PaymentMethod::stripe};
    std::string id;    // the gateway's
    std::string type;  // in the gateway's words
    std::optional<OrderId> order_id;
    TimePoint created;
};

/// All of it is of one tenant.
struct ChangeSet {
    TenantId tenant{default_tenant};
    std::vector<StockChange> stock;
    RowChange<Cart> cart;
    RowChange<Order> order;
    std::vector<Event> events;
    std::optional<IdempotencyRecord> idempotency;
    TimePoint at;
    std::vector<DiscountChange> discounts;  // those that write; holds stay in memory
    std::vector<LedgerEntry> entries;
    std::optional<GatewayEventRecord> gateway_event;
    std::optional<AuditEntry> audit;
    RowChange<Cart> merged_cart;  // emptied into `cart`

    bool empty() const {
        return stock.empty() && !cart.next && !merged_cart.next && !order.next && events.empty() &&
               !idempotency && discounts.empty() && entries.empty() && !gateway_event && !audit;
    }
};

}  // namespace souk
