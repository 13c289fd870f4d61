#include "http/routes/lookups.hpp"
#include "http/routes/routes.hpp"
#include "protocol/checkout_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"

namespace souk {
namespace {

Task<Outcome> estimate_shipping(Call& call);

}  // namespace

void add_checkout_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::post,
                .pattern = "/checkout/shipping",
                .handler = estimate_shipping,
                .access = Access::owner(),
                .doc = {.operation_id = "estimateShipping",
                        .summary = "What sending a cart there costs; the cart remembers where",
                        .tag = "Checkout",
                        .errors = {conflict, gone, unprocessable},
                        .body = &dto_info<ShippingBody>,
                        .answer = &dto_info<Data<ShippingQuotes>>}});
}

namespace {

Task<Outcome> estimate_shipping(Call& call) {
    const auto body = read_json<ShippingBody>(call.request().body);
    if (!body) co_return body.error();
    const auto cart = co_await cart_of_body(call, body->cart_id);
    if (!cart) co_return cart.error();
    const auto tables = call.services().tables.current();
    const auto destination = destination_of(body->shipping_address);
    const auto quotes =
        quote_shipping(tables->zones, destination, (*cart)->currency, parcel_count(**cart));
    if (!quotes) co_return quotes.error();

    CartCommand command = EstimateShipping{
        destination, tax_rate_for(tables->tax_rules, destination), quotes->front().method};
    // The cart may have changed meanwhile: parcels are counted in the state that is answered for.
    Render<Cart> render = [tables, destination](const Cart& state) {
        const auto current =
            quote_shipping(tables->zones, destination, state.currency, parcel_count(state));
        Answer answer;
        answer.body = enveloped(shipping_quotes_json(*current));
        return answer;
    };
    auto outcome = co_await call.wait<Outcome>([&](Reply reply) {
        call.services().carts.tell(body->cart_id, {std::move(command), call.ask_context(),
                                                   std::move(render), std::move(reply)});
    });
    co_return blame_cart_id(std::move(outcome));
}

}  // namespace
}  // namespace souk
