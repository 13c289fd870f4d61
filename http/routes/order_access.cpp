#include "http/routes/order_access.hpp"

#include <algorithm>

#include "http/router.hpp"
#include "protocol/envelope.hpp"
#include "protocol/order_json.hpp"

namespace souk {
namespace {

bool has_lines_of(const Order& order, VendorId vendor) {
    return std::ranges::any_of(order.vendor_orders,
                               [&](const VendorOrder& part) { return part.vendor_id == vendor; });
}

/// Nobody learns of an order that is not theirs whether it exists.
Error no_such_order() { return refuse(ErrorCode::not_found, "no such order"); }

bool is_theirs(const Call& call, const Order& order) {
    const auto& principal = call.principal();
    if (has_ordered(principal, order.user_id)) return true;
    if (may_by_scope(call.route()->access, principal))
        return !principal.vendor || has_lines_of(order, *principal.vendor);
    return !order.user_id && parse_id<CartId>(call.request().header("x-cart-id")) == order.cart_id;
}

}  // namespace

bool has_ordered(const Principal& principal, const std::optional<UserId>& owner) {
    return owner && principal.is_user() && principal.user_id == *owner;
}

Task<OrderFound> find_own_order(Call& call, OrderId id) {
    auto order = co_await call.wait<OrderFound>([&](Promise<OrderFound> promise) {
        call.services().orders.read({call.tenant(), id}, std::move(promise));
    });
    if (!order && order.error().code == ErrorCode::not_found) co_return no_such_order();
    if (order && !is_theirs(call, **order)) co_return no_such_order();
    co_return order;
}

Task<OrderFound> find_own_order(Call& call) {
    const auto id = call.path_id<OrderId>("id");
    if (!id) co_return id.error();
    co_return co_await find_own_order(call, *id);
}

Task<Outcome> change_order(Call& call, OrderId id, OrderCommand command, Render<Order> render) {
    co_return co_await call.wait<Outcome>([&](Reply reply) {
        call.services().orders.tell(
            id, {std::move(command), call.ask_context(), std::move(render), std::move(reply)});
    });
}

Answer order_answer(const Order& order, std::string_view message) {
    Answer answer;
    answer.body = enveloped(order_json(order), message);
    answer.etag = etag_of(order.version);
    return answer;
}

}  // namespace souk
