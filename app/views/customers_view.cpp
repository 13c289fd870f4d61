#include "app/views/customers_view.hpp"

#include "persistence/customer_repository.hpp"

namespace souk {
namespace {

constexpr std::int64_t most_orders = 100;

}  // namespace

void CustomersView::put(Customer customer, Promise<Result<Customer>> kept) {
    const auto now = clock_.now();
    if (!customer.date_of_birth.empty() && !is_birthday(customer.date_of_birth, now))
        return kept(refuse(ErrorCode::invalid_input, "dateOfBirth",
                           "must be a day that has been, as 1990-01-15"));
    customer.id = CustomerId{ids_.next()};
    customer.created_at = now;
    const auto tenant = customer.tenant;
    db_.read(
        tenant,
        [customer = std::move(customer)](Connection& db) { return put_customer(db, customer); },
        [kept](Result<Customer> stored) { kept(std::move(stored)); });
}

// Orders are found by the customer's id, never by an address: anybody may write anybody's address
// into an order.
void CustomersView::show(TenantId tenant, CustomerId id, std::optional<UserId> owner,
                         Promise<Result<CustomerView>> found) {
    db_.read(
        tenant,
        [tenant, id, owner](Connection& db) -> Result<CustomerView> {
            const auto customer = find_customer(db, tenant, id);
            if (!customer) return customer.error();
            if (!*customer || (owner && (*customer)->user_id != owner))
                return refuse(ErrorCode::not_found, "no such customer");
            auto orders = find_orders_of(db, tenant, id, most_orders);
            if (!orders) return orders.error();
            return CustomerView{**customer, std::move(*orders)};
        },
        [found](Result<CustomerView> view) { found(std::move(view)); });
}

}  // namespace souk
