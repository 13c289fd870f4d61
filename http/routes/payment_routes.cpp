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
#include "protocol/read_query.hpp"

namespace souk {
namespace {

Task<Outcome> pay_order(Call& call);
Task<Outcome> confirm_order_payment(Call& call);
Task<Outcome> create_intent(Call& call);
Task<Outcome> confirm_intent(Call& call);
Task<Outcome> collect_cash(Call& call);
Task<Outcome> list_stuck(Call& call);
Task<Outcome> retry_attempt(Call& call);
Task<Outcome> give_up_attempt(Call& call);

constexpr std::string_view not_a_vendors = "payments are not a vendor's to see";

/// What buyers call: by the cart's secret, answered once the gateway has answered. Whoever tries
/// stolen cards calls it too, and often.
Route buyer_route(std::string pattern, Handler handler, std::string_view operation_id,
                  std::string_view summary, const DtoInfo& body) {
    using enum ErrorCode;
    return {.method = Method::post,
            .pattern = std::move(pattern),
            .handler = handler,
            .access = whole_orders_by("orders:write"),
            .doc = {.operation_id = operation_id,
                    .summary = summary,
                    .tag = "Payments",
                    .errors = {forbidden, not_found, payment_failed, conflict, gone, unprocessable},
                    .body = &body,
                    .answer = &dto_info<Data<PaidOrder>>,
                    .request_headers = {"X-Cart-Id"},
                    .etag = true},
            .rate = RateClass::strict};
}

Route operator_route(std::string pattern, Handler handler, std::string_view operation_id,
                     std::string_view summary, const DtoInfo& body) {
    return {.method = Method::post,
            .pattern = std::move(pattern),
            .handler = handler,
            .access = Access::key({"payments:write"}).but_no_vendors(not_a_vendors),
            .doc = {.operation_id = operation_id,
                    .summary = summary,
                    .tag = "Payments",
                    .errors = {ErrorCode::conflict},
                    .body = &body,
                    .answer = &dto_info<DataWithMessage<Order>>,
                    .etag = true}};
}

}  // namespace

void add_payment_routes(Router& router) {
    auto pay =
        buyer_route("/orders/{id}/payment", pay_order, "payOrder",
                    "Pay an order, or confirm it for cash on delivery", dto_info<PaymentBody>);
    pay.doc.answer = &choice_info<Data<PaidOrder>, DataWithMessage<ConfirmedOrder>>;
    router.add(std::move(pay));
    router.add(buyer_route(
        "/orders/{id}/confirm-payment", confirm_order_payment, "confirmOrderPayment",
        "Go on after the buyer has done what the gateway asked for", dto_info<ConfirmPaymentBody>));
    router.add(buyer_route("/payments/create-intent", create_intent, "createPaymentIntent",
                           "Pay an order that the body names", dto_info<CreateIntentBody>));
    router.add(buyer_route("/payments/confirm", confirm_intent, "confirmPayment",
                           "Go on with a payment that the body names",
                           dto_info<ConfirmIntentBody>));
    auto collect = operator_route("/orders/{id}/collect-payment", collect_cash, "collectPayment",
                                  "Record that an order was paid in cash when it was delivered",
                                  dto_info<CollectPaymentBody>);
    collect.access.no_vendors = {};  // a vendor may who sells all of the order
    collect.doc.errors = {ErrorCode::conflict, ErrorCode::unprocessable};
    router.add(std::move(collect));
    router.add(
        {.method = Method::get,
         .pattern = "/payments/stuck",
         .handler = list_stuck,
         .access = Access::key({"payments:read", "payments:write"}).but_no_vendors(not_a_vendors),
         .doc = {.operation_id = "listStuckPayments",
                 .summary = "Steps that ran out of tries, the longest waiting first",
                 .tag = "Payments",
                 .query = &dto_info<PageBody>,
                 .answer = &dto_info<Page<StuckAttempt>>}});
    router.add(operator_route("/payments/{paymentId}/retry", retry_attempt, "retryPayment",
                              "Try a step of a payment again now", dto_info<RetryBody>));
    router.add(operator_route("/payments/{paymentId}/give-up", give_up_attempt, "giveUpPayment",
                              "Try a step that is stuck no more", dto_info<GiveUpBody>));
}

namespace {

using OrderIdFound = Result<OrderId>;

/// The order after a command that its gateway's answer ends; whether it is a success is for the
/// caller to see. Not with the key: the answer comes from a later commit than the command's.
Task<OrderFound> order_after(Call& call, OrderId id, OrderCommand command) {
    auto seen = std::make_shared<std::shared_ptr<const Order>>();
    Render<Order> render = [seen](const Order& order) {
        *seen = std::make_shared<const Order>(order);
        return Answer{};
    };
    const auto outcome = co_await call.wait<Outcome>([&](Reply reply) {
        call.services().orders.tell(id, {std::move(command), call.ask_context_without_key(),
                                         std::move(render), std::move(reply)});
    });
    if (!outcome) co_return outcome.error();
    co_return *seen;
}

/// 200 while the end is open, too: then the status says what is waited for.
Outcome payment_outcome(const Order& order) {
    if (!order.payment) return refuse(ErrorCode::conflict, "the order's payment has not begun");
    if (const auto declined = payment_error(*order.payment)) return *declined;
    if (order.status == OrderStatus::cancelled)
        return refuse(ErrorCode::conflict,
                      "the order has been cancelled; what was paid is given back");
    Answer answer;
    answer.body = enveloped(paid_order_json(order));
    answer.etag = etag_of(order.version);
    return answer;
}

Task<Outcome> pay_or_confirm(Call& call, OrderId id, OrderCommand command) {
    const auto order = co_await order_after(call, id, std::move(command));
    if (!order) co_return order.error();
    co_return payment_outcome(**order);
}

/// What a buyer wants to pay with, from either body.
struct WayToPay {
    PaymentMethod gateway;
    std::string method;
    bool save{false};
};

Task<Outcome> pay_by_gateway(Call& call, const Order& order, WayToPay way) {
    const auto& services = call.services();
    const auto& offered = services.settings.payment_methods;
    if (way.save)
        co_return refuse(ErrorCode::unprocessable, "savePaymentMethod", "is not offered yet");
    if (std::ranges::find(offered, way.gateway) == offered.end())
        co_return refuse(ErrorCode::invalid_input, "paymentMethod",
                         "is not offered by this marketplace");
    OrderCommand command = Pay{way.gateway, std::move(way.method), PaymentId{services.ids.next()},
                               call.principal().actor()};
    co_return co_await pay_or_confirm(call, order.id, std::move(command));
}

Task<Outcome> confirm_for_cash(Call& call, const Order& order) {
    OrderCommand command = ConfirmOrder{PaymentMethod::cash_on_delivery, call.principal().actor()};
    Render<Order> render = [](const Order& next) {
        Answer answer;
        answer.body = enveloped(confirmed_order_json(next), "Order confirmed for cash on delivery");
        answer.etag = etag_of(next.version);
        return answer;
    };
    co_return co_await change_order(call, order.id, std::move(command), std::move(render));
}

Task<Outcome> pay_order(Call& call) {
    const auto order = co_await find_own_order(call);
    if (!order) co_return order.error();
    const auto body = read_json<PaymentBody>(call.request().body);
    if (!body) co_return body.error();
    if (body->payment_method == PaymentMethod::cash_on_delivery)
        co_return co_await confirm_for_cash(call, **order);
    WayToPay way{body->payment_method, body->payment_method_id,
                 body->save_payment_method.value_or(false)};
    co_return co_await pay_by_gateway(call, **order, std::move(way));
}

Task<Outcome> create_intent(Call& call) {
    const auto body = read_json<CreateIntentBody>(call.request().body);
    if (!body) co_return body.error();
    const auto order = co_await find_own_order(call, body->order_id);
    if (!order) co_return order.error();
    WayToPay way{body->payment_method.value_or((*order)->payment_method), body->payment_method_id,
                 body->save_payment_method.value_or(false)};
    if (way.gateway == PaymentMethod::cash_on_delivery)
        co_return refuse(ErrorCode::invalid_input, "paymentMethod",
                         "has no intent: confirm the order with POST /orders/{id}/payment");
    co_return co_await pay_by_gateway(call, **order, std::move(way));
}

Task<Outcome> confirm(Call& call, const Order& order, const std::string& intent) {
    if (!intent.empty() && (!order.payment || order.payment->intent != intent))
        co_return refuse(ErrorCode::conflict, "paymentIntentId",
                         "is not the order's last way to pay");
    OrderCommand command = ConfirmPayment{call.principal().actor()};
    co_return co_await pay_or_confirm(call, order.id, std::move(command));
}

Task<Outcome> confirm_order_payment(Call& call) {
    const auto order = co_await find_own_order(call);
    if (!order) co_return order.error();
    const auto body = read_json<ConfirmPaymentBody>(call.request().body);
    if (!body) co_return body.error();
    co_return co_await confirm(call, **order, body->payment_intent_id);
}

/// By operators, or by the vendor who sells all of it.
Task<Outcome> collect_cash(Call& call) {
    const auto order = co_await find_own_order(call);
    if (!order) co_return order.error();
    if (call.principal().vendor && (*order)->vendor_orders.size() > 1)
        co_return refuse(ErrorCode::forbidden, "a vendor has a part of the order only");
    const auto body = read_json<CollectPaymentBody>(call.request().body);
    if (!body) co_return body.error();
    OrderCommand command = CollectPayment{PaymentId{call.services().ids.next()}, body->amount,
                                          call.principal().actor()};
    Render<Order> render = [](const Order& next) {
        return order_answer(next, "The payment has been collected");
    };
    co_return co_await change_order(call, (*order)->id, std::move(command), std::move(render));
}

Task<OrderIdFound> order_of_payment(Call& call, PaymentId id) {
    auto found = co_await call.wait<OrderIdFound>([&](Promise<OrderIdFound> promise) {
        call.services().payments.order_of({call.tenant(), id}, std::move(promise));
    });
    if (!found && found.error().code == ErrorCode::not_found)
        co_return refuse(ErrorCode::not_found, "no such payment");
    co_return found;
}

/// A gateway's name for a payment, of one of the gateways offered here.
Task<OrderIdFound> order_of_intent(Call& call, std::string intent) {
    for (const auto gateway : call.services().settings.payment_methods) {
        if (gateway == PaymentMethod::cash_on_delivery) continue;
        auto found = co_await call.wait<OrderIdFound>([&](Promise<OrderIdFound> promise) {
            call.services().payments.order_of_intent(call.tenant(), gateway, intent,
                                                     std::move(promise));
        });
        if (found || found.error().code != ErrorCode::not_found) co_return found;
    }
    co_return refuse(ErrorCode::not_found, "no such payment");
}

Task<OrderIdFound> order_to_confirm(Call& call, const ConfirmIntentBody& body) {
    if (!body.payment_id && !body.order_id && body.payment_intent_id.empty())
        co_return refuse(ErrorCode::invalid_input, "paymentId",
                         "or orderId or paymentIntentId is required");
    if (!body.payment_id && !body.order_id)
        co_return co_await order_of_intent(call, body.payment_intent_id);
    if (!body.payment_id) co_return *body.order_id;
    const auto order = co_await order_of_payment(call, *body.payment_id);
    if (order && body.order_id && *body.order_id != *order)
        co_return refuse(ErrorCode::invalid_input, "paymentId", "is not a payment of the order");
    co_return order;
}

Task<Outcome> confirm_intent(Call& call) {
    const auto body = read_json<ConfirmIntentBody>(call.request().body);
    if (!body) co_return body.error();
    const auto id = co_await order_to_confirm(call, *body);
    if (!id) co_return id.error();
    const auto order = co_await find_own_order(call, *id);
    if (!order) co_return order.error();
    co_return co_await confirm(call, **order, body->payment_intent_id);
}

/// What waits for an operator concerns whole orders.

Task<Outcome> list_stuck(Call& call) {
    const auto parameters = read_query<PageBody>(call.request().query);
    if (!parameters) co_return parameters.error();
    const PageQuery query{parameters->page, parameters->limit, {}};
    auto page = co_await call.wait<Result<StuckPage>>([&](Promise<Result<StuckPage>> promise) {
        call.services().payments.stuck(call.tenant(), query, std::move(promise));
    });
    if (!page) co_return page.error();
    Answer answer;
    answer.body = stuck_json(std::move(*page), query);
    co_return answer;
}

/// Answered once it is decided; what comes of the try shows in the order later.
Task<Outcome> change_payment(Call& call, OrderCommand command, std::string_view message) {
    const auto payment = call.path_id<PaymentId>("paymentId");
    if (!payment) co_return payment.error();
    const auto order = co_await order_of_payment(call, *payment);
    if (!order) co_return order.error();
    Render<Order> render = [message](const Order& next) { return order_answer(next, message); };
    co_return co_await change_order(call, *order, std::move(command), std::move(render));
}

Task<Outcome> retry_attempt(Call& call) {
    const auto body = read_json<RetryBody>(call.request().body);
    if (!body) co_return body.error();
    OrderCommand command = RetryNow{body->attempt_key, call.principal().actor()};
    co_return co_await change_payment(call, std::move(command), "The payment is tried again");
}

Task<Outcome> give_up_attempt(Call& call) {
    const auto body = read_json<GiveUpBody>(call.request().body);
    if (!body) co_return body.error();
    OrderCommand command = GiveUp{body->attempt_key, call.principal().actor(), body->reason};
    co_return co_await change_payment(call, std::move(command), "The payment is tried no more");
}

}  // namespace
}  // namespace souk
