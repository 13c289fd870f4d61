#include <algorithm>
#include <string>

#include "http/digest.hpp"
#include "http/routes/buyer_access.hpp"
#include "http/routes/lookups.hpp"
#include "http/routes/order_access.hpp"
#include "http/routes/routes.hpp"
#include "protocol/checkout_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/order_json.hpp"
#include "protocol/read_json.hpp"

namespace souk {
namespace {

Task<Outcome> place_order(Call& call);
Task<Outcome> show_order(Call& call);
Task<Outcome> show_order_status(Call& call);
Task<Outcome> cancel_order(Call& call);

void add_place_order(Router& router, std::string pattern, std::string_view operation_id) {
    using enum ErrorCode;
    router.add({.method = Method::post,
                .pattern = std::move(pattern),
                .handler = place_order,
                .access = Access::owner(),
                .doc = {.operation_id = operation_id,
                        .summary = "Order a cart; a cart has one order",
                        .tag = "Orders",
                        .success = {201},
                        .errors = {insufficient_stock, gone, unprocessable},
                        .body = &dto_info<PlaceOrderBody>,
                        .answer = &dto_info<DataWithMessage<Order>>,
                        .etag = true}});
}

void add_cancel(Router& router, Method method, std::string_view operation_id) {
    router.add({.method = method,
                .pattern = "/orders/{id}/cancel",
                .handler = cancel_order,
                .access = whole_orders_by("orders:write"),
                .doc = {.operation_id = operation_id,
                        .summary = "Cancel an order and free its units",
                        .tag = "Orders",
                        .errors = {ErrorCode::forbidden, ErrorCode::conflict},
                        .body = &dto_info<CancelBody>,
                        .answer = &dto_info<DataWithMessage<Order>>,
                        .request_headers = {"X-Cart-Id", "If-Match"},
                        .etag = true}});
}

}  // namespace

void add_order_routes(Router& router) {
    using enum ErrorCode;
    add_place_order(router, "/orders", "placeOrder");
    add_place_order(router, "/orders/checkout", "placeOrderAtCheckout");
    add_place_order(router, "/cart/checkout", "placeOrderOfCart");
    router.add({.method = Method::get,
                .pattern = "/orders/{id}",
                .handler = show_order,
                .access = orders_by("orders:read"),
                .doc = {.operation_id = "getOrder",
                        .summary = "Show an order",
                        .tag = "Orders",
                        .errors = {forbidden},
                        .answer = &dto_info<Data<Order>>,
                        .request_headers = {"X-Cart-Id"},
                        .etag = true}});
    router.add({.method = Method::get,
                .pattern = "/orders/{id}/status",
                .handler = show_order_status,
                .access = orders_by("orders:read"),
                .doc = {.operation_id = "getOrderStatus",
                        .summary = "Show what became of an order, with its history",
                        .tag = "Orders",
                        .errors = {forbidden},
                        .answer = &dto_info<Data<OrderStatusView>>,
                        .request_headers = {"X-Cart-Id"},
                        .etag = true}});
    add_cancel(router, Method::post, "cancelOrder");
    add_cancel(router, Method::put, "cancelOrderByPut");
}

namespace {

PlaceOrder command_of(const Call& call, const PlaceOrderBody& body) {
    const auto& services = call.services();
    PlaceOrder command;
    command.order_id = OrderId{services.ids.next()};
    command.reservation_id = ReservationId{services.ids.next()};
    command.customer_id = body.customer_id;
    command.shipping_address = body.shipping_address;
    command.billing_address = body.billing_address.other.value_or(body.shipping_address);
    command.shipping_method = body.shipping_method;
    command.payment_method = body.payment_method;
    command.notes = body.notes;
    command.expected_total = body.expected_total;
    command.fingerprint = to_hex(sha256({canonical_json(body)}));
    command.reservation_time = services.settings.reservation_time;
    command.actor = call.principal().actor();
    command.tables = services.tables.current(call.tenant());
    const auto& principal = call.principal();
    if (principal.is_user() && !principal.is_staff()) command.user_id = principal.user_id;
    command.for_others = principal.is_staff();
    return command;
}

bool is_offered(const Call& call, PaymentMethod method) {
    const auto& offered = call.services().settings.payment_methods;
    return std::ranges::find(offered, method) != offered.end();
}

Task<Outcome> place_order(Call& call) {
    const auto body = read_json<PlaceOrderBody>(call.request().body);
    if (!body) co_return body.error();
    if (!is_offered(call, body->payment_method))
        co_return refuse(ErrorCode::unprocessable, "paymentMethod",
                         "is not offered by this marketplace");
    if (const auto named = co_await may_name(call, body->customer_id); !named)
        co_return named.error();
    auto command = command_of(call, *body);
    Render<Order> render = [](const Order& order) {
        auto answer = order_answer(order, "Order created successfully");
        answer.status = 201;
        answer.location = std::string{api_base} + "/orders/" + to_text(order.id);
        return answer;
    };
    auto outcome = co_await call.wait<Outcome>([&](Reply reply) {
        call.services().carts.place_order(body->cart_id, {std::move(command), call.ask_context(),
                                                          std::move(render), std::move(reply)});
    });
    co_return blame_cart_id(std::move(outcome));
}

Task<Outcome> show_order(Call& call) {
    const auto order = co_await find_own_order(call);
    if (!order) co_return order.error();
    const auto& principal = call.principal();
    const bool is_part = principal.vendor && !has_ordered(principal, (*order)->user_id);
    co_return order_answer(is_part ? part_of(**order, *principal.vendor) : **order, {});
}

Task<Outcome> show_order_status(Call& call) {
    const auto order = co_await find_own_order(call);
    if (!order) co_return order.error();
    Answer answer;
    answer.body = enveloped(order_status_json(**order));
    answer.etag = etag_of((*order)->version);
    co_return answer;
}

Task<Outcome> cancel_order(Call& call) {
    const auto order = co_await find_own_order(call);
    if (!order) co_return order.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto body = read_json<CancelBody>(call.request().body);
    if (!body) co_return body.error();
    OrderCommand command = CancelOrder{call.principal().actor(), body->reason, *expected};
    Render<Order> render = [](const Order& next) {
        return order_answer(next, "Order cancelled successfully");
    };
    co_return co_await change_order(call, (*order)->id, std::move(command), std::move(render));
}

}  // namespace
}  // namespace souk
