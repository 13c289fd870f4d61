#pragma once
// Orders as 001 shows them, with what a marketplace adds: vendors' parts, history, reservation.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "domain/order.hpp"
#include "protocol/address_json.hpp"
#include "protocol/cart_json.hpp"
#include "protocol/fields.hpp"
#include "protocol/payment_json.hpp"
#include "protocol/text_values.hpp"

namespace souk {

/// The order without its envelope.
std::string order_json(const Order& order);
/// What one vendor may see of an order: its own part, and nothing that proves who the buyer is.
Order part_of(const Order& order, VendorId vendor);
/// Status, payment and history only, without its envelope.
std::string order_status_json(const Order& order);

template <>
struct EnumNames<OrderStatus> {
    static constexpr std::array<std::pair<OrderStatus, std::string_view>, 7> names{{
        {OrderStatus::pending, "pending"},
        {OrderStatus::confirmed, "confirmed"},
        {OrderStatus::processing, "processing"},
        {OrderStatus::shipped, "shipped"},
        {OrderStatus::delivered, "delivered"},
        {OrderStatus::cancelled, "cancelled"},
        {OrderStatus::returned, "returned"},
    }};
};
struct OrderLineVariant {
    const Offer& offer;
};

template <>
struct Schema<OrderLineVariant> {
    static constexpr std::string_view name = "OrderLineVariant";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "name", [](const OrderLineVariant& line) -> auto& { return line.offer.variant_name; },
            "What tells it from the others, as 30ml."),
        field(
            "sku", [](const OrderLineVariant& line) -> auto& { return line.offer.sku; },
            "Stock keeping unit."));
};

template <>
struct Schema<OrderItem> {
    static constexpr std::string_view name = "OrderItem";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &OrderItem::id, "The line."),
        field(
            "productId", [](const OrderItem& item) { return item.offer.product_id; },
            "The product."),
        field(
            "variantId", [](const OrderItem& item) { return item.offer.variant_id; },
            "The variant."),
        field(
            "sellerId", [](const OrderItem& item) { return item.offer.seller_id; },
            "Who sells it."),
        field("quantity", &OrderItem::quantity, "Units."),
        field(
            "unitPrice", [](const OrderItem& item) { return item.offer.unit_price; },
            "In minor units."),
        field("totalPrice", &OrderItem::total_price, "Unit price times quantity."),
        field("discount", &OrderItem::discount, "This line's share of the discount."),
        field("tax", &OrderItem::tax, "This line's share of the tax."),
        field(
            "product", [](const OrderItem& item) { return LineProduct{item.offer}; }, ""),
        field(
            "variant", [](const OrderItem& item) { return OrderLineVariant{item.offer}; }, ""));
};

template <>
struct Schema<VendorOrder> {
    static constexpr std::string_view name = "VendorOrder";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("vendorId", &VendorOrder::vendor_id, "Whose part this is."),
        field("status", &VendorOrder::status, "What became of it."),
        field(
            "subtotal", [](const VendorOrder& part) { return part.totals.subtotal; },
            "Sum of its lines."),
        field(
            "tax", [](const VendorOrder& part) { return part.totals.tax; }, "Its share."),
        field(
            "shipping", [](const VendorOrder& part) { return part.totals.shipping; },
            "Of its parcel."),
        field(
            "discount", [](const VendorOrder& part) { return part.totals.discount; }, "Its share."),
        field(
            "total", [](const VendorOrder& part) { return part.totals.total; },
            "The parts add up to the order."));
};

template <>
struct Schema<OrderHistoryEntry> {
    static constexpr std::string_view name = "OrderHistoryEntry";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("status", &OrderHistoryEntry::status, "From then on."),
        field("paymentStatus", &OrderHistoryEntry::payment_status, "From then on."),
        field("actor", &OrderHistoryEntry::actor, "Who did it: guest, an API key, system."),
        field("reason", &OrderHistoryEntry::reason, "Why.", {.null_when_empty = true}),
        field("at", &OrderHistoryEntry::at, "When."));
};

struct OrderShipping {
    const Order& order;
};

template <>
struct Schema<OrderShipping> {
    using View = OrderShipping;
    static constexpr std::string_view name = "OrderShippingMethod";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const View& view) -> auto& { return view.order.shipping_method.id; },
            "As standard."),
        field(
            "name", [](const View& view) -> auto& { return view.order.shipping_method.name; },
            "For people."),
        field(
            "price", [](const View& view) { return view.order.totals.shipping; },
            "For all parcels of the order."),
        field(
            "estimatedDays",
            [](const View& view) -> auto& { return view.order.shipping_method.estimated_days; },
            "As 3-5."));
};

struct OrderReservation {
    ReservationId id;
    TimePoint expires_at;
};

template <>
struct Schema<OrderReservation> {
    static constexpr std::string_view name = "OrderReservation";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("id", &OrderReservation::id, "Of the units of this order."),
                        field("expiresAt", &OrderReservation::expires_at,
                              "An order that is not confirmed by then is cancelled."));
};

template <>
struct Schema<Order> {
    static constexpr std::string_view name = "Order";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &Order::id, "The order."), field("orderNumber", &Order::number, "For people."),
        field(
            "cartId",
            [](const Order& order) {
                return order.cart_id.is_nil() ? std::nullopt : std::optional{order.cart_id};
            },
            "The cart it was; null for vendors, since it proves who the buyer is."),
        field("status", &Order::status, "What became of it."),
        field("paymentStatus", &Order::payment_status, "What became of the money."),
        field("customerId", &Order::customer_id, "Null for a guest."),
        field("items", &Order::items, "What was bought."),
        field("vendorOrders", &Order::vendor_orders, "One part per vendor."),
        field(
            "subtotal", [](const Order& order) { return order.totals.subtotal; },
            "Sum of the lines."),
        field(
            "tax", [](const Order& order) { return order.totals.tax; },
            "On the discounted subtotal."),
        field(
            "taxInclusive", [](const Order& order) { return order.tax_rate.inclusive; },
            "Do the prices contain the tax already?"),
        field(
            "shipping", [](const Order& order) { return order.totals.shipping; },
            "For all parcels."),
        field(
            "discount", [](const Order& order) { return order.totals.discount; },
            "Taken off the subtotal."),
        field(
            "total", [](const Order& order) { return order.totals.total; },
            "What the buyer pays: subtotal, less discount, with tax and shipping."),
        field("currency", &Order::currency, "ISO 4217."),
        field("discountCode",
              [](const Order& order) {
                  return order.discount ? std::string_view{order.discount->code}
                                        : std::string_view{};
              },
              "The code whose use it took.", {.null_when_empty = true}),
        field(
            "shippingAddress",
            [](const Order& order) { return ShownAddress{&order.shipping_address}; }, ""),
        field(
            "billingAddress",
            [](const Order& order) { return ShownAddress{&order.billing_address}; }, ""),
        field(
            "shippingMethod", [](const Order& order) { return OrderShipping{order}; }, ""),
        field("paymentMethod", &Order::payment_method, "How it is paid."),
        field("estimatedDelivery", &Order::estimated_delivery, "A date.",
              {.null_when_empty = true}),
        field("trackingNumber", &Order::tracking_number, "Once it is on its way.",
              {.null_when_empty = true}),
        field("notes", &Order::notes, "From the buyer.", {.null_when_empty = true}),
        field(
            "reservation",
            [](const Order& order) {
                return OrderReservation{order.reservation_id, order.reserved_until};
            },
            ""),
        field("payment", &Order::payment,
              "Null before paying began, with cash on delivery, and for vendors."),
        field("history", &Order::history, "Oldest first."),
        field("version", &Order::version, "Counts changes; also the ETag."),
        field("createdAt", &Order::created_at, "When."),
        field("updatedAt", &Order::updated_at, "When."));
};

struct OrderStatusView {
    const Order& order;
};

template <>
struct Schema<OrderStatusView> {
    using View = OrderStatusView;
    static constexpr std::string_view name = "OrderStatus";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const View& view) { return view.order.id; }, "The order."),
        field(
            "orderNumber", [](const View& view) -> auto& { return view.order.number; },
            "For people."),
        field(
            "status", [](const View& view) { return view.order.status; }, "What became of it."),
        field(
            "paymentStatus", [](const View& view) { return view.order.payment_status; },
            "What became of the money."),
        field(
            "history", [](const View& view) -> auto& { return view.order.history; },
            "Oldest first."),
        field(
            "version", [](const View& view) { return view.order.version; },
            "Counts changes; also the ETag."),
        field(
            "updatedAt", [](const View& view) { return view.order.updated_at; }, "When."));
};

struct CancelBody {
    std::string reason;
};

template <>
struct Schema<CancelBody> {
    static constexpr std::string_view name = "CancelOrder";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("reason", &CancelBody::reason, "Why, for the history.",
                              {.max_length = 255, .null_when_empty = true}));
};

}  // namespace souk
