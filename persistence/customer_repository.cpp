#include "persistence/customer_repository.hpp"

namespace souk {
namespace {

constexpr auto upsert = R"(
    INSERT INTO customers (id, tenant_id, user_id, email, first_name, last_name, phone,
                           date_of_birth, skin_type, skin_concerns, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, '')::date, $9, $10, $11)
    ON CONFLICT ON CONSTRAINT customers_one_per_user DO UPDATE
    SET email = excluded.email, first_name = excluded.first_name, last_name = excluded.last_name,
        phone = excluded.phone, date_of_birth = excluded.date_of_birth,
        skin_type = excluded.skin_type, skin_concerns = excluded.skin_concerns
    RETURNING id, created_at)";

constexpr auto select_one = R"(
    SELECT id, tenant_id, user_id, email, first_name, last_name, phone,
           coalesce(date_of_birth::text, ''), skin_type, skin_concerns, created_at
    FROM customers
    WHERE tenant_id = $1 AND id = $2)";

constexpr auto select_orders = R"(
    SELECT id, number, total, currency, status, created_at
    FROM orders
    WHERE tenant_id = $1 AND customer_id = $2
    ORDER BY created_at DESC, id DESC
    LIMIT $3)";

}  // namespace

Result<Customer> put_customer(Connection& db, const Customer& customer) {
    const auto rows =
        query(db, upsert, customer.id, customer.tenant, customer.user_id, customer.email,
              customer.first_name, customer.last_name, customer.phone, customer.date_of_birth,
              customer.skin_type, customer.skin_concerns, customer.created_at);
    if (!rows) return rows.error();
    Columns columns(rows->front());
    Customer kept = customer;
    kept.id = columns.next<CustomerId>();
    kept.created_at = columns.next<TimePoint>();
    return kept;
}

Result<std::optional<Customer>> find_customer(Connection& db, TenantId tenant, CustomerId id) {
    const auto rows = query(db, select_one, tenant, id);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Customer>{};
    Columns columns(rows->front());
    Customer customer;
    customer.id = columns.next<CustomerId>();
    customer.tenant = columns.next<TenantId>();
    customer.user_id = columns.next<std::optional<UserId>>();
    customer.email = columns.next<std::string>();
    customer.first_name = columns.next<std::string>();
    customer.last_name = columns.next<std::string>();
    customer.phone = columns.next<std::string>();
    customer.date_of_birth = columns.next<std::string>();
    customer.skin_type = columns.next<std::string>();
    customer.skin_concerns = columns.next<std::vector<std::string>>();
    customer.created_at = columns.next<TimePoint>();
    return std::optional{std::move(customer)};
}

Result<std::vector<PastOrder>> find_orders_of(Connection& db, TenantId tenant, CustomerId id,
                                              std::int64_t limit) {
    return map_rows(query(db, select_orders, tenant, id, limit), [](Row row) {
        Columns columns(row);
        PastOrder order;
        order.id = columns.next<OrderId>();
        order.number = columns.next<std::string>();
        order.total = columns.next<Amount>();
        order.currency = columns.next<Currency>();
        order.status = columns.next<OrderStatus>();
        order.created_at = columns.next<TimePoint>();
        return order;
    });
}

}  // namespace souk
