#pragma once
// How the HTTP side speaks to entities without knowing actors: a command goes in with its reply,
// committed state comes out. `app` implements these interfaces with the registry.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/cart.hpp"
#include "domain/cart_merge.hpp"
#include "domain/change.hpp"
#include "domain/checkout.hpp"
#include "domain/order.hpp"
#include "domain/stock.hpp"
#include "protocol/answer.hpp"

namespace souk {

/// The identity under which a caller's key is kept; see contract.md, "idempotency".
struct IdempotencyKey {
    std::string caller;
    std::string key;
    std::string request_hash;
};

inline IdempotencyRecord record_of(const IdempotencyKey& key, const Answer& answer) {
    return {key.caller,  key.key,         key.request_hash, answer.status,
            answer.body, answer.location, answer.etag};
}

/// What travels with every command.
struct AskContext {
    std::string request_id;
    std::string actor;  // who asks: "guest", an API key's id
    std::optional<IdempotencyKey> idempotency;
    /// The gateway's event that a command comes from, recorded whether or not it changes anything.
    std::optional<GatewayEventRecord> gateway_event;
    /// What the change is to leave in the audit; nothing is left of one that changes nothing.
    std::optional<AuditEntry> audit;
    /// Whose entity is meant: an id of another tenant names nothing.
    TenantId tenant{default_tenant};
};

/// Renders the answer from the state the command leads to. Runs on the entity's thread, before the
/// commit; must not block.
template <class State>
using Render = std::function<Answer(const State&)>;

template <class Command, class State>
struct Ask {
    Command command;
    AskContext context;
    Render<State> render;
    Reply reply;
};

template <class State>
using Read = Promise<Result<std::shared_ptr<const State>>>;

class Carts {
public:
    virtual ~Carts() = default;
    virtual void tell(const CartId& id, Ask<CartCommand, Cart> ask) = 0;
    /// Places the cart's one order. Rendered from the order; a repeat of the same request
    /// (by fingerprint) gets the order that stands.
    virtual void place_order(const CartId& id, Ask<PlaceOrder, Order> ask) = 0;
    /// Empties a guest's cart into this one, in one commit; a repeat finds it done. Rendered from
    /// what is left of the guest's. Refusals: those of merge_carts.
    virtual void merge(const CartId& id, Ask<MergeCart, Cart> ask) = 0;
    /// Committed state, without a trip through the actor when it is live.
    virtual void read(const OfTenant<CartId>& id, Read<Cart> read) = 0;
};

class Orders {
public:
    virtual ~Orders() = default;
    /// Pay and ConfirmPayment are answered once the gateway has, from the order as it then is; or
    /// while the payment is still `processing`, when the gateway does not answer in time.
    /// `unavailable` for Pay while too many calls of its gateway have failed.
    virtual void tell(const OrderId& id, Ask<OrderCommand, Order> ask) = 0;
    virtual void read(const OfTenant<OrderId>& id, Read<Order> read) = 0;
};

/// A reservation of many SKUs, all or nothing.
struct ReserveMany {
    ReservationId id;
    std::vector<std::pair<StockKey, std::int64_t>> units;  // one entry per SKU
    std::optional<CartId> cart_id;
    TimePoint expires_at;
};
struct Reservation {
    ReservationId id;
    TimePoint expires_at;
    ReservationState state{ReservationState::open};
};
struct CloseMany {
    ReservationId id;
    ReservationState outcome{ReservationState::released};
};

class Stocks {
public:
    virtual ~Stocks() = default;
    virtual void adjust(const StockKey& key, Ask<AdjustStock, StockView> ask) = 0;
    /// A refusal `insufficient_stock` has one detail per short SKU, its field "items[i].quantity"
    /// by the position in `units`.
    virtual void reserve(Ask<ReserveMany, Reservation> ask) = 0;
    /// Idempotent. `gone` when confirming one that has expired, `conflict` when it ended otherwise,
    /// `forbidden` for one that belongs to an order, `not_found` when there never was one.
    virtual void close(Ask<CloseMany, Reservation> ask) = 0;
    virtual void read(const OfTenant<StockKey>& key, Read<StockView> read) = 0;
    /// Committed numbers if the SKU is live here, else nothing; never waits.
    virtual std::shared_ptr<const StockView> peek(const OfTenant<StockKey>& key) = 0;
};

class Discounts {
public:
    virtual ~Discounts() = default;
    /// See quote_discount; `invalid_input` for a code that does not exist.
    virtual void quote(OfTenant<std::string> code, Buyer buyer, Amount subtotal, Currency currency,
                       Promise<Result<AppliedDiscount>> quoted) = 0;
    /// By the code as discount_code_of makes it.
    virtual void tell(const std::string& code, Ask<DiscountEdit, DiscountView> ask) = 0;
    virtual void read(const OfTenant<std::string>& code, Read<DiscountView> read) = 0;
};

/// Earlier answers under idempotency keys.
class IdempotencyBook {
public:
    virtual ~IdempotencyBook() = default;
    /// The stored record, nothing when the key is new.
    virtual void find(const TenantId& tenant, const std::string& caller, const std::string& key,
                      Promise<Result<std::optional<IdempotencyRecord>>> found) = 0;
    /// Stores an answer that no entity's change carried; runs through the write lane.
    virtual void remember(const TenantId& tenant, IdempotencyRecord record,
                          Promise<Result<bool>> done) = 0;
};

}  // namespace souk
