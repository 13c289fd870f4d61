#include "http/routes/buyer_access.hpp"
#include "http/routes/lookups.hpp"
#include "http/routes/routes.hpp"
#include "protocol/checkout_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"

namespace souk {
namespace {

Task<Outcome> estimate_shipping(Call& call);
Task<Outcome> apply_discount(Call& call);
Task<Outcome> remove_discount(Call& call);

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
    router.add({.method = Method::post,
                .pattern = "/checkout/discount",
                .handler = apply_discount,
                .access = Access::owner(),
                .doc = {.operation_id = "applyDiscount",
                        .summary = "Put a discount code on a cart; its order takes the use",
                        .tag = "Checkout",
                        .errors = {conflict, gone, unprocessable},
                        .body = &dto_info<DiscountBody>,
                        .answer = &dto_info<DataWithMessage<DiscountedCart>>,
                        .etag = true}});
    router.add({.method = Method::del,
                .pattern = "/checkout/discount",
                .handler = remove_discount,
                .access = Access::owner(),
                .doc = {.operation_id = "removeDiscount",
                        .summary = "Take the discount code off a cart",
                        .tag = "Checkout",
                        .errors = {conflict, gone},
                        .body = &dto_info<RemoveDiscountBody>,
                        .answer = &dto_info<DataWithMessage<CartView>>,
                        .etag = true}});
}

namespace {

Task<Outcome> change_cart_of_body(Call& call, CartId id, CartCommand command, Render<Cart> render) {
    auto outcome = co_await call.wait<Outcome>([&](Reply reply) {
        call.services().carts.tell(
            id, {std::move(command), call.ask_context(), std::move(render), std::move(reply)});
    });
    co_return blame_cart_id(std::move(outcome));
}

Task<Outcome> estimate_shipping(Call& call) {
    const auto body = read_json<ShippingBody>(call.request().body);
    if (!body) co_return body.error();
    const auto cart = co_await cart_of_body(call, body->cart_id);
    if (!cart) co_return cart.error();
    const auto tables = call.services().tables.current(call.tenant());
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
    co_return co_await change_cart_of_body(call, body->cart_id, std::move(command),
                                           std::move(render));
}

using Quoted = Result<AppliedDiscount>;

/// Who buys is not known by e-mail yet: limits per customer are checked again by the order.
Task<Quoted> quote(Call& call, std::string code, const Cart& cart) {
    Buyer buyer{cart.customer_id, {}};
    co_return co_await call.wait<Quoted>([&](Promise<Quoted> quoted) {
        call.services().discounts.quote({call.tenant(), std::move(code)}, std::move(buyer),
                                        cart.totals.subtotal, cart.currency, std::move(quoted));
    });
}

/// A cart, and the units that an answer about it shows.
struct CartInView {
    std::shared_ptr<const Cart> cart;
    SkuUnits units;
};

Task<Result<CartInView>> look_at_cart(Call& call, CartId id) {
    const auto cart = co_await cart_of_body(call, id);
    if (!cart) co_return cart.error();
    auto keys = skus_of(**cart);
    const auto levels = co_await stock_levels(call, std::move(keys));
    if (!levels) co_return levels.error();
    co_return CartInView{*cart, units_from(call, *levels)};
}

Task<Outcome> apply_discount(Call& call) {
    const auto body = read_json<DiscountBody>(call.request().body);
    if (!body) co_return body.error();
    const auto seen = co_await look_at_cart(call, body->cart_id);
    if (!seen) co_return seen.error();
    auto code = body->code;
    const auto quoted = co_await quote(call, std::move(code), *seen->cart);
    if (!quoted) co_return quoted.error();
    CartCommand command = ApplyDiscount{*quoted};
    Render<Cart> render = [units = seen->units](const Cart& next) {
        Answer answer;
        answer.body = enveloped(discounted_cart_json(next, units), "Discount applied successfully");
        answer.etag = etag_of(next.version);
        return answer;
    };
    co_return co_await change_cart_of_body(call, body->cart_id, std::move(command),
                                           std::move(render));
}

Task<Outcome> remove_discount(Call& call) {
    const auto body = read_json<RemoveDiscountBody>(call.request().body);
    if (!body) co_return body.error();
    const auto seen = co_await look_at_cart(call, body->cart_id);
    if (!seen) co_return seen.error();
    CartCommand command = RemoveDiscount{};
    Render<Cart> render = [units = seen->units](const Cart& next) {
        Answer answer;
        answer.body = enveloped(cart_json(next, units), "Discount removed successfully");
        answer.etag = etag_of(next.version);
        return answer;
    };
    co_return co_await change_cart_of_body(call, body->cart_id, std::move(command),
                                           std::move(render));
}

}  // namespace
}  // namespace souk
