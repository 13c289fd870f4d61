#include "persistence/customer_repository.hpp"

#include "persistence/sealed_columns.hpp"

namespace souk {

using namespace sealed_column;

namespace {

// What is sealed is sealed for its row: a row that is there is written as itself.
constexpr auto select_own =
    "SELECT id, created_at FROM customers WHERE tenant_id = $1 AND user_id = $2 FOR UPDATE";

constexpr auto insert = R"(
    INSERT INTO customers (id, tenant_id, email, first_name, last_name, phone, date_of_birth,
                           skin_type, skin_concerns, user_id, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT ON CONSTRAINT customers_one_per_user DO NOTHING)";

constexpr auto update = R"(
    UPDATE customers
    SET email = $3, first_name = $4, last_name = $5, phone = $6, date_of_birth = $7,
        skin_type = $8, skin_concerns = $9
    WHERE id = $1 AND tenant_id = $2)";

constexpr auto select_one = R"(
    SELECT id, tenant_id, user_id, email, first_name, last_name, phone,
           date_of_birth, skin_type, skin_concerns, created_at
    FROM customers
    WHERE tenant_id = $1 AND id = $2)";

constexpr auto select_orders = R"(
    SELECT id, number, total, currency, status, created_at
    FROM orders
    WHERE tenant_id = $1 AND customer_id = $2
    ORDER BY created_at DESC, id DESC
    LIMIT $3)";

/// Gives it the id and the beginning that its user's has already.
Result<void> find_own(Connection& db, Customer& customer) {
    if (!customer.user_id) return {};
    const auto rows = query(db, select_own, customer.tenant, customer.user_id);
    if (!rows) return rows.error();
    if (rows->empty()) return {};
    Columns columns(rows->front());
    customer.id = columns.next<CustomerId>();
    customer.created_at = columns.next<TimePoint>();
    return {};
}

Parameters sealed_parameters(const Connection& db, const Customer& customer) {
    const PersonalRow personal(db.personal(), customer.tenant, customer.id);
    Parameters parameters;
    parameters.add(customer.id);
    parameters.add(customer.tenant);
    parameters.add(personal.seal(customer_email, customer.email));
    parameters.add(personal.seal(customer_first_name, customer.first_name));
    parameters.add(personal.seal(customer_last_name, customer.last_name));
    parameters.add(personal.seal(customer_phone, customer.phone));
    parameters.add(personal.seal(customer_date_of_birth, customer.date_of_birth));
    parameters.add(personal.seal(customer_skin_type, customer.skin_type));
    parameters.add(personal.seal(customer_skin_concerns, array_literal(customer.skin_concerns)));
    return parameters;
}

}  // namespace

Result<Customer> put_customer(Connection& db, const Customer& customer) {
    auto written = customer;
    if (auto found = find_own(db, written); !found) return found.error();
    if (written.id == customer.id) {
        auto parameters = sealed_parameters(db, written);
        parameters.add(written.user_id);
        parameters.add(written.created_at);
        const auto inserted = query(db, insert, parameters);
        if (!inserted) return inserted.error();
        if (inserted->affected() == 1) return written;
        // Somebody wrote the first one at the same time.
        if (auto found = find_own(db, written); !found) return found.error();
    }
    const auto updated = query(db, update, sealed_parameters(db, written));
    if (!updated) return updated.error();
    return written;
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
    const PersonalRow personal(columns.personal(), customer.tenant, customer.id);
    const auto open = [&](std::string_view column) {
        return personal.open(column, columns.next<std::string>());
    };
    customer.email = open(customer_email);
    customer.first_name = open(customer_first_name);
    customer.last_name = open(customer_last_name);
    customer.phone = open(customer_phone);
    customer.date_of_birth = open(customer_date_of_birth);
    customer.skin_type = open(customer_skin_type);
    customer.skin_concerns = parse_text_array(open(customer_skin_concerns));
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
