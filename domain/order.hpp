#pragma once
// An order: an immutable record of what was bought, and a small state machine of what became of it.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/cart.hpp"
#include "domain/gateway.hpp"
#include "domain/ids.hpp"
#include "domain/ledger.hpp"
#include "domain/money.hpp"
#include "domain/payment.hpp"
#include "domain/result.hpp"
#include "domain/stock.hpp"
#include "domain/time.hpp"

namespace souk {

enum class OrderStatus { pending, confirmed, processing, shipped, delivered, cancelled, returned };

struct Address {
    std::string first_name;
    std::string last_name;
    std::string email;
    std::string phone;
    std::string country;
    std::string city;
    std::string governorate;
    std::string postal_code;
    std::string street;
    std::string building;
    std::string apartment;
    std::string instructions;
    bool operator==(const Address&) const = default;
};

struct OrderItem {
    OrderItemId id;
    Offer offer;
    std::int64_t quantity{};
    Amount total_price{};
    Amount discount{};  // this line's share, so that lines add up to the order
    Amount tax{};
};

/// One vendor's part of an order; the parts add up to the order.
struct VendorOrder {
    VendorId vendor_id;
    OrderStatus status{OrderStatus::pending};
    Totals totals;
};

struct OrderHistoryEntry {
    OrderStatus status{OrderStatus::pending};
    PaymentStatus payment_status{PaymentStatus::pending};
    std::string actor;   // who: "guest", "key_…", "system"
    std::string reason;  // why, may be empty
    TimePoint at;
};

struct Order {
    OrderId id;
    std::string number;  // "SOUK-2026-000042"
    CartId cart_id;
    std::optional<CustomerId> customer_id;
    OrderStatus status{OrderStatus::pending};
    PaymentStatus payment_status{PaymentStatus::pending};
    std::vector<OrderItem> items;
    std::vector<VendorOrder> vendor_orders;
    Totals totals;
    Currency currency;
    TaxRate tax_rate;
    Address shipping_address;
    Address billing_address;
    ShippingMethod shipping_method;
    PaymentMethod payment_method{PaymentMethod::cash_on_delivery};
    std::string estimated_delivery;  // date
    std::string tracking_number;     // empty: none yet
    std::string notes;
    ReservationId reservation_id;
    TimePoint reserved_until;
    bool stock_deducted{false};  // reservations confirmed: units have left the shelf
    std::vector<OrderHistoryEntry> history;
    TimePoint created_at;
    TimePoint updated_at;
    Version version{};
    std::optional<AppliedDiscount> discount;  // the code whose use this order took
    std::optional<Payment> payment;  // none before the first Pay, or before cash is collected
    std::optional<UserId> user_id;   // whose it is; nothing: whoever knows its cart's id
};

/// An order in a list of orders.
struct ListedOrder {
    OrderId id;
    std::string number;
    OrderStatus status{OrderStatus::pending};
    PaymentStatus payment_status{PaymentStatus::pending};
    Amount total{};
    Currency currency;
    std::int64_t units{};
    Version version{};
    TimePoint created_at;
    TimePoint updated_at;
};

/// Confirms an order to be paid on delivery; its units are deducted in the same commit.
struct ConfirmOrder {
    PaymentMethod method{PaymentMethod::cash_on_delivery};
    std::string actor;
};
struct CancelOrder {
    std::string actor;
    std::string reason;
    std::optional<Version> expected_version;
};
/// The reservation of an order that nobody confirmed has run out.
struct ExpireOrder {};
/// An operator lets a pending order keep its units longer. `conflict` for one that is not pending,
/// `unprocessable` for a time that is not later.
struct HoldLonger {
    TimePoint until;
    std::string actor;
    std::string reason;
};
/// Takes out who the buyer is and keeps what the books need; see domain/erasure.hpp.
struct AnonymiseOrder {
    std::string actor;
};
using OrderCommand = std::variant<ConfirmOrder, CancelOrder, ExpireOrder, Pay, ConfirmPayment,
                                  GatewayReported, WebhookReported, AttemptDue, CollectPayment,
                                  RefundPayment, RetryNow, GiveUp, HoldLonger, AnonymiseOrder>;

/// What must happen to stock together with the order's change.
enum class StockEffect { none, confirm, release, expire, restock };

struct OrderChange {
    Order next;
    StockEffect stock{StockEffect::none};
    /// The reservation's lines are to last until then, in the same commit.
    std::optional<TimePoint> extend_until;
    /// With `restock`, which units go back on the shelf: not always all of the order's.
    std::vector<std::pair<StockKey, std::int64_t>> restock;
    /// The use of its discount code goes back, in the same commit.
    bool release_discount{false};
    /// The use of its discount code counts on, but nobody knows any more for whom.
    bool forget_buyer{false};
    /// To be asked of the gateway once the change is committed, never before.
    std::vector<GatewayCall> calls;
    /// To be posted in the same commit.
    std::vector<LedgerEntry> entries;
};

/// Decides what a command does to an order. A harmless repeat returns the order at the same
/// version. Refusals: `conflict` for a transition the status does not allow, `gone` for confirming
/// or paying after the reservation ran out, `precondition_failed` for a stale version; those of
/// payment commands stand beside them in payment.hpp.
Result<OrderChange> decide(const Order& order, const OrderCommand& command, TimePoint now,
                           const PaymentPolicy& policy = {});

/// May an order go from one status to another? (contract.md, "Deviations"; 001's list.)
bool may_become(OrderStatus from, OrderStatus to);

/// Units per SKU, summed: two lines may share one.
std::vector<std::pair<StockKey, std::int64_t>> demand_of(const std::vector<OrderItem>& items);

}  // namespace souk
