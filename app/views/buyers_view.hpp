#pragma once
// What is a person's own, over PostgreSQL.

#include "persistence/read_pool.hpp"
#include "protocol/buyers.hpp"

namespace souk {

class BuyersView final : public Buyers {
public:
    /// Must outlive it.
    explicit BuyersView(ReadPool& db) : db_(db) {}

    void last_cart(const OfTenant<UserId>& user,
                   Promise<Result<std::optional<CartId>>> found) override;
    void orders(const OfTenant<UserId>& user, PageQuery query,
                Promise<Result<OrderPage>> page) override;
    void owner(const OfTenant<CustomerId>& customer,
               Promise<Result<std::optional<UserId>>> found) override;

private:
    ReadPool& db_;
};

}  // namespace souk
