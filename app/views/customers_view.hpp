#pragma once
// What customers told of themselves, over PostgreSQL.

#include "persistence/read_pool.hpp"
#include "protocol/people.hpp"

namespace souk {

class CustomersView final : public Customers {
public:
    /// All must outlive it.
    CustomersView(ReadPool& db, const Clock& clock, IdSource& ids)
        : db_(db), clock_(clock), ids_(ids) {}

    void put(Customer customer, Promise<Result<Customer>> kept) override;
    void show(TenantId tenant, CustomerId id, std::optional<UserId> owner,
              Promise<Result<CustomerView>> found) override;

private:
    ReadPool& db_;
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace souk
