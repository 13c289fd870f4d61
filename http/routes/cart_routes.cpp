#include <algorithm>
#include <string>

#include "http/routes/lookups.hpp"
#include "http/routes/routes.hpp"
#include "protocol/cart_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"

namespace souk {
namespace {

Task<Outcome> create_cart(Call& call);
Task<Outcome> show_cart(Call& call);
Task<Outcome> clear_cart(Call& call);
Task<Outcome> add_item(Call& call);
Task<Outcome> update_item(Call& call);
Task<Outcome> remove_item(Call& call);

}  // namespace

void add_cart_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::post,
                .pattern = "/cart",
                .handler = create_cart,
                .access = Access::everyone(),
                .doc = {.operation_id = "createCart",
                        .summary = "Create a cart; its id is the secret that owns it",
                        .tag = "Cart",
                        .success = {201},
                        .body = &dto_info<CreateCartBody>,
                        .answer = &dto_info<Data<CartView>>,
                        .etag = true}});
    router.add({.method = Method::get,
                .pattern = "/cart/{cartId}",
                .handler = show_cart,
                .access = Access::owner(),
                .doc = {.operation_id = "getCart",
                        .summary = "Show a cart",
                        .tag = "Cart",
                        .answer = &dto_info<Data<CartView>>,
                        .etag = true}});
    router.add({.method = Method::del,
                .pattern = "/cart/{cartId}",
                .handler = clear_cart,
                .access = Access::owner(),
                .doc = {.operation_id = "clearCart",
                        .summary = "Take everything out of a cart",
                        .tag = "Cart",
                        .errors = {conflict, gone},
                        .answer = &dto_info<MessageOnly>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
    router.add({.method = Method::post,
                .pattern = "/cart/{cartId}/items",
                .handler = add_item,
                .access = Access::owner(),
                .doc = {.operation_id = "addCartItem",
                        .summary = "Put units of a variant into a cart",
                        .tag = "Cart",
                        .errors = {insufficient_stock, gone, unprocessable},
                        .body = &dto_info<AddItemBody>,
                        .answer = &dto_info<DataWithMessage<CartView>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
    router.add({.method = Method::put,
                .pattern = "/cart/{cartId}/items/{itemId}",
                .handler = update_item,
                .access = Access::owner(),
                .doc = {.operation_id = "updateCartItem",
                        .summary = "Change the quantity of a line",
                        .tag = "Cart",
                        .errors = {insufficient_stock, gone, unprocessable},
                        .body = &dto_info<UpdateItemBody>,
                        .answer = &dto_info<DataWithMessage<CartView>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
    router.add({.method = Method::del,
                .pattern = "/cart/{cartId}/items/{itemId}",
                .handler = remove_item,
                .access = Access::owner(),
                .doc = {.operation_id = "removeCartItem",
                        .summary = "Take a line out of a cart",
                        .tag = "Cart",
                        .errors = {conflict, gone},
                        .answer = &dto_info<DataWithMessage<CartView>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
}

namespace {

Render<Cart> show_as(SkuUnits units, std::string_view message) {
    return [units = std::move(units), message](const Cart& cart) {
        Answer answer;
        answer.body = enveloped(cart_json(cart, units), message);
        answer.etag = etag_of(cart.version);
        return answer;
    };
}

Task<Outcome> change_cart(Call& call, CartId id, CartCommand command, Render<Cart> render) {
    co_return co_await call.wait<Outcome>([&](Reply reply) {
        call.services().carts.tell(
            id, {std::move(command), call.ask_context(), std::move(render), std::move(reply)});
    });
}

/// Units of everything the answer will show; the cart must exist.
Task<Result<std::shared_ptr<StockLevels>>> levels_around(Call& call, CartId id,
                                                         std::optional<StockKey> also) {
    const auto cart = co_await find_cart(call, id);
    if (!cart) co_return cart.error();
    auto keys = skus_of(**cart);
    if (also) keys.push_back(*also);
    co_return co_await stock_levels(call, std::move(keys));
}

Task<Outcome> create_cart(Call& call) {
    const auto body = read_json<CreateCartBody>(call.request().body);
    if (!body) co_return body.error();
    const auto& services = call.services();
    const CartId id{services.ids.next()};
    CartCommand command = CreateCart{id, body->customer_id, body->currency,
                                     services.clock.now() + services.settings.cart_lifetime};
    Render<Cart> render = [](const Cart& cart) {
        auto answer = show_as([](StockKey) { return std::int64_t{0}; }, {})(cart);
        answer.status = 201;
        answer.location = std::string{api_base} + "/cart/" + to_text(cart.id);
        return answer;
    };
    co_return co_await change_cart(call, id, std::move(command), std::move(render));
}

Task<Outcome> show_cart(Call& call) {
    const auto id = call.path_id<CartId>("cartId");
    if (!id) co_return id.error();
    const auto cart = co_await find_cart(call, *id);
    if (!cart) co_return cart.error();
    auto keys = skus_of(**cart);
    const auto levels = co_await stock_levels(call, std::move(keys));
    if (!levels) co_return levels.error();
    co_return show_as(units_from(call, *levels), {})(**cart);
}

Task<Outcome> clear_cart(Call& call) {
    const auto id = call.path_id<CartId>("cartId");
    if (!id) co_return id.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    CartCommand command = ClearCart{*expected};
    Render<Cart> render = [](const Cart& cart) {
        Answer answer;
        answer.body = R"({"message":"Cart cleared successfully"})";
        answer.etag = etag_of(cart.version);
        return answer;
    };
    co_return co_await change_cart(call, *id, std::move(command), std::move(render));
}

Error invalid_item(std::string field, std::string message) {
    return {
        ErrorCode::invalid_input, "Invalid input data", {{std::move(field), std::move(message)}}};
}

/// The offer a body names; 001 calls a wrong product or variant the body's mistake.
Task<OfferFound> offer_of(Call& call, const AddItemBody& body) {
    const auto variant = body.variant_id;
    const auto product = body.product_id;
    auto offer = co_await call.wait<OfferFound>([&](Promise<OfferFound> promise) {
        call.services().catalogue.offer({call.tenant(), variant}, std::move(promise));
    });
    if (!offer && offer.error().code == ErrorCode::not_found)
        co_return invalid_item("variantId", "names nothing that is for sale");
    if (offer && (*offer)->product_id != product)
        co_return invalid_item("productId", "is not the product of this variant");
    co_return offer;
}

Task<Outcome> add_item(Call& call) {
    const auto id = call.path_id<CartId>("cartId");
    if (!id) co_return id.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto body = read_json<AddItemBody>(call.request().body);
    if (!body) co_return body.error();
    const auto offer = co_await offer_of(call, *body);
    if (!offer) co_return offer.error();
    const StockKey key{(*offer)->variant_id, (*offer)->seller_id};
    const auto levels = co_await levels_around(call, *id, key);
    if (!levels) co_return levels.error();

    const auto& services = call.services();
    CartCommand command = AddCartItem{CartItemId{services.ids.next()}, **offer, body->quantity,
                                      (*levels)->at(key), *expected};
    auto render = show_as(units_from(call, *levels), "Item added to cart successfully");
    co_return co_await change_cart(call, *id, std::move(command), std::move(render));
}

Task<Outcome> update_item(Call& call) {
    const auto id = call.path_id<CartId>("cartId");
    if (!id) co_return id.error();
    const auto item_id = call.path_id<CartItemId>("itemId");
    if (!item_id) co_return item_id.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto body = read_json<UpdateItemBody>(call.request().body);
    if (!body) co_return body.error();
    const auto cart = co_await find_cart(call, *id);
    if (!cart) co_return cart.error();
    const auto line = std::ranges::find((*cart)->items, *item_id, &CartItem::id);
    if (line == (*cart)->items.end())
        co_return refuse(ErrorCode::not_found, "no such item in the cart");
    const StockKey key{line->offer.variant_id, line->offer.seller_id};
    auto keys = skus_of(**cart);
    const auto levels = co_await stock_levels(call, std::move(keys));
    if (!levels) co_return levels.error();

    CartCommand command = UpdateCartItem{*item_id, body->quantity, (*levels)->at(key), *expected};
    auto render = show_as(units_from(call, *levels), "Cart item updated successfully");
    co_return co_await change_cart(call, *id, std::move(command), std::move(render));
}

Task<Outcome> remove_item(Call& call) {
    const auto id = call.path_id<CartId>("cartId");
    if (!id) co_return id.error();
    const auto item_id = call.path_id<CartItemId>("itemId");
    if (!item_id) co_return item_id.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto levels = co_await levels_around(call, *id, std::nullopt);
    if (!levels) co_return levels.error();

    CartCommand command = RemoveCartItem{*item_id, *expected};
    auto render = show_as(units_from(call, *levels), "Item removed from cart successfully");
    co_return co_await change_cart(call, *id, std::move(command), std::move(render));
}

}  // namespace
}  // namespace souk
