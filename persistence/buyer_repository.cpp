#include "persistence/buyer_repository.hpp"

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_last_cart = R"(
    SELECT id FROM carts
    WHERE tenant_id = $1 AND user_id = $2
    ORDER BY created_at DESC, id DESC
    LIMIT 1)";

constexpr auto select_customer = R"(
    SELECT user_id FROM customers WHERE tenant_id = $1 AND id = $2)";

constexpr auto select_orders = R"(
    SELECT o.id, o.number, o.status, o.payment_status, o.total, o.currency,
           (SELECT coalesce(sum(quantity), 0)::int8 FROM order_items WHERE order_id = o.id),
           o.version, o.created_at, o.updated_at
    FROM orders o
    WHERE o.tenant_id = $1 AND o.user_id = $2
      AND ($3::uuid IS NULL OR (o.created_at, o.id) <
           (SELECT created_at, id FROM orders
            WHERE tenant_id = $1 AND user_id = $2 AND id = $3::uuid))
    ORDER BY o.created_at DESC, o.id DESC
    LIMIT $4 OFFSET $5)";

constexpr auto count_orders = R"(
    SELECT count(*) FROM (
        SELECT FROM orders WHERE tenant_id = $1 AND user_id = $2 LIMIT 10000) AS counted)";

ListedOrder order_from(Row row) {
    Columns columns(row);
    ListedOrder order;
    order.id = columns.next<OrderId>();
    order.number = columns.next<std::string>();
    order.status = columns.next<OrderStatus>();
    order.payment_status = columns.next<PaymentStatus>();
    order.total = columns.next<Amount>();
    order.currency = columns.next<Currency>();
    order.units = columns.next<std::int64_t>();
    order.version = columns.next<Version>();
    order.created_at = columns.next<TimePoint>();
    order.updated_at = columns.next<TimePoint>();
    return order;
}

}  // namespace

Result<std::optional<CartId>> find_last_cart(Connection& db, const OfTenant<UserId>& user) {
    const auto rows = query(db, select_last_cart, user.tenant, user.id);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<CartId>{};
    return std::optional{rows->front().get<CartId>(0)};
}

Result<std::optional<UserId>> find_customer_owner(Connection& db,
                                                  const OfTenant<CustomerId>& customer) {
    const auto rows = query(db, select_customer, customer.tenant, customer.id);
    if (!rows) return rows.error();
    if (rows->empty()) return refuse(ErrorCode::not_found, "no such customer");
    return rows->front().get<std::optional<UserId>>(0);
}

Result<OrderList> find_orders_of_user(Connection& db, const OfTenant<UserId>& user,
                                      std::int64_t limit, std::int64_t offset,
                                      std::optional<OrderId> after) {
    // One row more than asked for tells whether there is a next page.
    auto rows = map_rows(query(db, select_orders, user.tenant, user.id, after, limit + 1, offset),
                         order_from);
    if (!rows) return rows.error();
    const auto total = query(db, count_orders, user.tenant, user.id);
    if (!total) return total.error();
    OrderList list{std::move(*rows), total->front().get<std::int64_t>(0)};
    list.more = static_cast<std::int64_t>(list.rows.size()) > limit;
    if (list.more) list.rows.pop_back();
    return list;
}

}  // namespace souk
