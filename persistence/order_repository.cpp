#include "persistence/order_repository.hpp"

#include "persistence/json_columns.hpp"
#include "persistence/payment_columns.hpp"
#include "persistence/query.hpp"
#include "persistence/sealed_columns.hpp"

namespace souk {
namespace {

// One row per line, the order's columns repeated, the history in arrays: one statement sees all of
// it as of one moment. Orders are taken apart once, before their lines multiply them.
const std::string select_orders =
    "WITH found AS MATERIALIZED (SELECT o.tenant_id, o.id, o.number, o.cart_id, o.customer_id, "
    "o.status, "
    "o.payment_status, o.payment_method, o.currency, o.subtotal, o.discount, o.tax, o.shipping, "
    "o.total, o.tax_basis_points, o.tax_inclusive, o.estimated_delivery, o.tracking_number, "
    "o.notes, o.reservation_id, o.reserved_until, o.stock_deducted, o.created_at, o.updated_at, "
    "o.version, o.user_id, o.shipping_address, o.billing_address, " +
    shipping_method_columns("o.shipping_method") + ", " + discount_columns("o.applied_discount") +
    ", " + vendor_order_columns("o.vendor_orders") + R"(,
           h.statuses, h.payment_statuses, h.actors, h.reasons, h.times, )" +
    payment_columns("p") + R"(
    FROM unnest($1::uuid[], $2::uuid[]) AS wanted(tenant_id, id)
    JOIN orders o ON o.id = wanted.id AND o.tenant_id = wanted.tenant_id
    LEFT JOIN payments p ON p.order_id = o.id
    CROSS JOIN LATERAL (
        SELECT array_agg(status::text ORDER BY position) AS statuses,
               array_agg(payment_status::text ORDER BY position) AS payment_statuses,
               array_agg(actor ORDER BY position) AS actors,
               array_agg(reason ORDER BY position) AS reasons,
               array_agg(at::text ORDER BY position) AS times
        FROM order_history WHERE order_id = o.id) h)
    SELECT found.*, i.id, i.product_id, i.variant_id, i.seller_id, i.quantity, i.unit_price,
           i.total_price, i.discount, i.tax, )" +
    offer_columns("i.snapshot") + R"(
    FROM found
    LEFT JOIN order_items i ON i.order_id = found.id
    ORDER BY found.id, i.position)";

void read_history(Columns& columns, Order& order) {
    if (columns.at_null()) return columns.skip(5);
    const auto statuses = columns.next<std::vector<std::string>>();
    const auto payment_statuses = columns.next<std::vector<std::string>>();
    const auto actors = columns.next<std::vector<std::string>>();
    const auto reasons = columns.next<std::vector<std::string>>();
    const auto times = columns.next<std::vector<std::string>>();
    for (std::size_t i = 0; i < statuses.size(); ++i)
        order.history.push_back({detail::Reader<OrderStatus>::read(statuses[i], -1),
                                 detail::Reader<PaymentStatus>::read(payment_statuses[i], -1),
                                 actors[i], reasons[i],
                                 detail::Reader<TimePoint>::read(times[i], -1)});
}

Order order_from(const TenantId& tenant, Columns& columns) {
    Order order;
    order.id = columns.next<OrderId>();
    order.number = columns.next<std::string>();
    order.cart_id = columns.next<CartId>();
    order.customer_id = columns.next<std::optional<CustomerId>>();
    order.status = columns.next<OrderStatus>();
    order.payment_status = columns.next<PaymentStatus>();
    order.payment_method = columns.next<PaymentMethod>();
    order.currency = columns.next<Currency>();
    order.totals.subtotal = columns.next<Amount>();
    order.totals.discount = columns.next<Amount>();
    order.totals.tax = columns.next<Amount>();
    order.totals.shipping = columns.next<Amount>();
    order.totals.total = columns.next<Amount>();
    order.tax_rate.basis_points = columns.next<std::int64_t>();
    order.tax_rate.inclusive = columns.next<bool>();
    order.estimated_delivery = columns.next<std::string>();
    order.tracking_number = columns.next<std::string>();
    const PersonalRow personal(columns.personal(), tenant, order.id);
    order.notes = personal.open(sealed_column::order_notes, columns.next<std::string>());
    order.reservation_id = columns.next<ReservationId>();
    order.reserved_until = columns.next<TimePoint>();
    order.stock_deducted = columns.next<bool>();
    order.created_at = columns.next<TimePoint>();
    order.updated_at = columns.next<TimePoint>();
    order.version = columns.next<Version>();
    order.user_id = columns.next<std::optional<UserId>>();
    order.shipping_address = address_of(
        personal.open(sealed_column::order_shipping_address, columns.next<std::string>()));
    const auto billing =
        personal.open(sealed_column::order_billing_address, columns.next<std::string>());
    order.billing_address = billing.empty() ? order.shipping_address : address_of(billing);
    order.shipping_method = read_shipping_method(columns);
    order.discount = read_discount(columns);
    order.vendor_orders = read_vendor_orders(columns);
    read_history(columns, order);
    order.payment = read_payment(columns);
    return order;
}

OrderItem item_from(Columns& columns, Currency currency) {
    OrderItem item;
    item.id = columns.next<OrderItemId>();
    item.offer.product_id = columns.next<ProductId>();
    item.offer.variant_id = columns.next<VariantId>();
    item.offer.seller_id = columns.next<VendorId>();
    item.quantity = columns.next<std::int64_t>();
    item.offer.unit_price = columns.next<Amount>();
    item.total_price = columns.next<Amount>();
    item.discount = columns.next<Amount>();
    item.tax = columns.next<Amount>();
    item.offer.currency = currency;
    read_offer(columns, item.offer);
    return item;
}

}  // namespace

Result<Found<OrderId, Order>> find_orders(Connection& db,
                                          const std::vector<OfTenant<OrderId>>& keys) {
    const auto [tenants, ids] = apart(keys);
    const auto rows = query(db, select_orders.c_str(), tenants, ids);
    if (!rows) return rows.error();
    Found<OrderId, Order> orders;
    for (const auto row : *rows) {
        Columns columns(row);
        const auto tenant = columns.next<TenantId>();
        auto read = order_from(tenant, columns);
        const OfTenant<OrderId> key{tenant, read.id};
        if (orders.empty() || orders.back().first != key) orders.emplace_back(key, std::move(read));
        auto& order = orders.back().second;
        if (!columns.at_null()) order.items.push_back(item_from(columns, order.currency));
    }
    return orders;
}

}  // namespace souk
