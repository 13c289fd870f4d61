#include "app/views/buyers_view.hpp"

#include "persistence/buyer_repository.hpp"

namespace souk {
namespace {

OrderPage page_of(OrderList list) {
    OrderPage page{std::move(list.rows), list.total, {}};
    if (list.more) page.next_cursor = to_text(page.rows.back().id);
    return page;
}

}  // namespace

void BuyersView::last_cart(const OfTenant<UserId>& user,
                           Promise<Result<std::optional<CartId>>> found) {
    db_.read(
        user.tenant, [user](Connection& db) { return find_last_cart(db, user); },
        [found](Result<std::optional<CartId>> cart) { found(std::move(cart)); });
}

void BuyersView::orders(const OfTenant<UserId>& user, PageQuery query,
                        Promise<Result<OrderPage>> page) {
    std::optional<OrderId> after;
    auto offset = (query.page - 1) * query.limit;
    if (!query.cursor.empty()) {
        after = parse_id<OrderId>(query.cursor);
        offset = 0;
        if (!after) return page(refuse(ErrorCode::invalid_input, "cursor", "is not a cursor"));
    }
    db_.read(
        user.tenant,
        [user, limit = query.limit, offset, after](Connection& db) {
            return find_orders_of_user(db, user, limit, offset, after);
        },
        [page](Result<OrderList> list) {
            if (!list) return page(list.error());
            page(page_of(std::move(*list)));
        });
}

void BuyersView::owner(const OfTenant<CustomerId>& customer,
                       Promise<Result<std::optional<UserId>>> found) {
    db_.read(
        customer.tenant, [customer](Connection& db) { return find_customer_owner(db, customer); },
        [found](Result<std::optional<UserId>> owner) { found(std::move(owner)); });
}

}  // namespace souk
