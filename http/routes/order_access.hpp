#pragma once
// Which order a request is about and whether its caller may touch it; for every route of an order.

#include <memory>
#include <string_view>

#include "domain/order.hpp"
#include "http/call.hpp"
#include "http/task.hpp"

namespace souk {

/// Before an order is read: `unauthenticated` for a guest who names no cart, `forbidden` for a key
/// without the scope.
Result<void> may_ask_for_orders(const Principal& principal, bool names_a_cart,
                                std::string_view scope);

using OrderFound = Result<std::shared_ptr<const Order>>;

/// The order, if the caller may see it: its buyer, by the cart's id in X-Cart-Id, or a key with the
/// scope; a vendor's key only if it sells something of it. To all others it is `not_found`.
Task<OrderFound> find_own_order(Call& call, OrderId id, std::string_view scope);
/// The one in the path's {id}.
Task<OrderFound> find_own_order(Call& call, std::string_view scope);

/// As `find_own_order`, for what concerns the whole order: `forbidden` to vendors.
Task<OrderFound> find_whole_order(Call& call, OrderId id, std::string_view scope);
Task<OrderFound> find_whole_order(Call& call, std::string_view scope);

/// Asks the order, with the request's Idempotency-Key.
Task<Outcome> change_order(Call& call, OrderId id, OrderCommand command, Render<Order> render);

Answer order_answer(const Order& order, std::string_view message);

}  // namespace souk
