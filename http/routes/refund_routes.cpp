#include <algorithm>
#include <string>

#include "http/routes/lookups.hpp"
#include "http/routes/order_access.hpp"
#include "http/routes/routes.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/order_json.hpp"
#include "protocol/payment_json.hpp"
#include "protocol/read_json.hpp"

namespace souk {
namespace {

Task<Outcome> refund_order(Call& call);
Task<Outcome> list_refunds(Call& call);

}  // namespace

void add_refund_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::post,
                .pattern = "/orders/{id}/refunds",
                .handler = refund_order,
                .access = whole_orders_by_key({"payments:write"}),
                .doc = {.operation_id = "refundOrder",
                        .summary = "Give money of an order back, and units to the shelf",
                        .tag = "Payments",
                        .success = {201},
                        .errors = {conflict, unprocessable},
                        .body = &dto_info<RefundBody>,
                        .answer = &dto_info<DataWithMessage<RefundedOrder>>,
                        .etag = true}});
    router.add({.method = Method::get,
                .pattern = "/orders/{id}/refunds",
                .handler = list_refunds,
                .access = whole_orders_by_key({"payments:read", "payments:write"}),
                .doc = {.operation_id = "listRefunds",
                        .summary = "What was given back of an order, oldest first",
                        .tag = "Payments",
                        .answer = &dto_info<Data<std::vector<Refund>>>,
                        .etag = true}});
}

namespace {

Answer refund_answer(const Order& order, RefundId id) {
    const auto refund = std::ranges::find(order.payment->refunds, id, &Refund::id);
    Answer answer;
    answer.status = 201;
    answer.body = enveloped(refunded_order_json(*refund, order), "Refund accepted");
    answer.location = std::string{api_base} + "/orders/" + to_text(order.id) + "/refunds";
    answer.etag = etag_of(order.version);
    return answer;
}

Task<Outcome> refund_order(Call& call) {
    const auto order = co_await find_own_order(call);
    if (!order) co_return order.error();
    auto body = read_json<RefundBody>(call.request().body);
    if (!body) co_return body.error();
    const RefundId id{call.services().ids.next()};
    OrderCommand command = RefundPayment{id, body->amount, std::move(body->reason),
                                         std::move(body->restock), call.principal().actor()};
    Render<Order> render = [id](const Order& next) { return refund_answer(next, id); };
    co_return co_await change_order(call, (*order)->id, std::move(command), std::move(render));
}

Task<Outcome> list_refunds(Call& call) {
    const auto order = co_await find_own_order(call);
    if (!order) co_return order.error();
    const auto& payment = (*order)->payment;
    Answer answer;
    answer.body = enveloped(refunds_json(payment ? payment->refunds : std::vector<Refund>{}));
    answer.etag = etag_of((*order)->version);
    co_return answer;
}

}  // namespace
}  // namespace souk
