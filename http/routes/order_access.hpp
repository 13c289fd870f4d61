#pragma once
// Which order a request is about and whether its caller may touch it; for every route of an order.

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/order.hpp"
#include "http/authorization.hpp"
#include "http/call.hpp"
#include "http/task.hpp"

namespace souk {

/// A person whose it is, a guest by the cart's id in X-Cart-Id, or a key with the scope.
inline Access orders_by(std::string_view scope) {
    return Access::owner(Access::Proof::cart, scope);
}
/// The same for what concerns the whole order.
inline Access whole_orders_by(std::string_view scope) {
    return orders_by(scope).but_no_vendors("a vendor has a part of the order only");
}
/// By keys alone.
inline Access whole_orders_by_key(std::vector<std::string_view> scopes) {
    return Access::key(std::move(scopes)).but_no_vendors("a vendor has a part of the order only");
}

using OrderFound = Result<std::shared_ptr<const Order>>;

/// Did they order it, having logged in?
bool has_ordered(const Principal& principal, const std::optional<UserId>& owner);

/// The order, if it is the caller's, whom the route's access has let in: they have ordered it, the
/// cart is the order's and nobody's, or the vendor sells something of it. To all others it is
/// `not_found`.
Task<OrderFound> find_own_order(Call& call, OrderId id);
/// The one in the path's {id}.
Task<OrderFound> find_own_order(Call& call);

/// Asks the order, with the request's Idempotency-Key.
Task<Outcome> change_order(Call& call, OrderId id, OrderCommand command, Render<Order> render);

Answer order_answer(const Order& order, std::string_view message);

}  // namespace souk
