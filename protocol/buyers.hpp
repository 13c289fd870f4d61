#pragma once
// How the HTTP side asks for what is a person's own: their cart, their orders, what they told as a
// customer. `app` implements it; every call answers through its promise, on any thread.

#include <optional>
#include <string>
#include <vector>

#include "domain/order.hpp"
#include "protocol/answer.hpp"
#include "protocol/views.hpp"

namespace souk {

struct OrderPage {
    std::vector<ListedOrder> rows;  // newest first
    std::int64_t total{};           // no more than 10,000 are counted
    std::string next_cursor;        // empty: the last page
};

class Buyers {
public:
    virtual ~Buyers() = default;
    /// Their open cart, or else the one that they ordered last; nothing when they never had one.
    virtual void last_cart(const OfTenant<UserId>& user,
                           Promise<Result<std::optional<CartId>>> found) = 0;
    virtual void orders(const OfTenant<UserId>& user, PageQuery query,
                        Promise<Result<OrderPage>> page) = 0;
    /// Who told this customer's things; nothing when a guest did, `not_found` when nobody did.
    virtual void owner(const OfTenant<CustomerId>& customer,
                       Promise<Result<std::optional<UserId>>> found) = 0;
};

}  // namespace souk
