#include <algorithm>
#include <array>
#include <string>

#include "http/routes/buyer_access.hpp"
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

/// Where a cart and its lines are: a guest's by its id, a person's without one.
struct CartHome {
    std::string cart;   // shows it
    std::string empty;  // takes everything out of it
    std::string items;  // with its lines
    Access access;
    std::array<std::string_view, 5> operation_ids;
};

const CartHome guests_cart{
    "/cart/{cartId}",
    "/cart/{cartId}",
    "/cart/{cartId}/items",
    Access::owner(),
    {"getCart", "clearCart", "addCartItem", "updateCartItem", "removeCartItem"}};
const CartHome own_cart{
    "/cart",
    "/cart/clear",
    "/cart/items",
    Access::user(),
    {"getOwnCart", "clearOwnCart", "addOwnCartItem", "updateOwnCartItem", "removeOwnCartItem"}};

void add_item_routes(Router& router, const CartHome& home) {
    using enum ErrorCode;
    router.add({.method = Method::get,
                .pattern = home.cart,
                .handler = show_cart,
                .access = home.access,
                .doc = {.operation_id = home.operation_ids[0],
                        .summary = "Show a cart",
                        .tag = "Cart",
                        .answer = &dto_info<Data<CartView>>,
                        .etag = true}});
    router.add({.method = Method::del,
                .pattern = home.empty,
                .handler = clear_cart,
                .access = home.access,
                .doc = {.operation_id = home.operation_ids[1],
                        .summary = "Take everything out of a cart",
                        .tag = "Cart",
                        .errors = {conflict, gone},
                        .answer = &dto_info<MessageOnly>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
    router.add({.method = Method::post,
                .pattern = home.items,
                .handler = add_item,
                .access = home.access,
                .doc = {.operation_id = home.operation_ids[2],
                        .summary = "Put units of a variant into a cart",
                        .tag = "Cart",
                        .errors = {insufficient_stock, gone, unprocessable},
                        .body = &dto_info<AddItemBody>,
                        .answer = &dto_info<DataWithMessage<CartView>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
    router.add({.method = Method::put,
                .pattern = home.items + "/{itemId}",
                .handler = update_item,
                .access = home.access,
                .doc = {.operation_id = home.operation_ids[3],
                        .summary = "Change the quantity of a line",
                        .tag = "Cart",
                        .errors = {insufficient_stock, gone, unprocessable},
                        .body = &dto_info<UpdateItemBody>,
                        .answer = &dto_info<DataWithMessage<CartView>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
    router.add({.method = Method::del,
                .pattern = home.items + "/{itemId}",
                .handler = remove_item,
                .access = home.access,
                .doc = {.operation_id = home.operation_ids[4],
                        .summary = "Take a line out of a cart",
                        .tag = "Cart",
                        .errors = {conflict, gone},
                        .answer = &dto_info<DataWithMessage<CartView>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
}

}  // namespace

void add_cart_routes(Router& router) {
    router.add({.method = Method::post,
                .pattern = "/cart",
                .handler = create_cart,
                .access = Access::everyone(),
                .doc = {.operation_id = "createCart",
                        .summary = "Create a guest's cart, whose id is the secret that owns it; "
                                   "who has logged in gets their own",
                        .tag = "Cart",
                        .success = {200, 201},
                        .body = &dto_info<CreateCartBody>,
                        .answer = &dto_info<Data<CartView>>,
                        .etag = true}});
    add_item_routes(router, guests_cart);
    add_item_routes(router, own_cart);
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

/// Units of everything the answer will show.
Task<Result<std::shared_ptr<StockLevels>>> levels_around(Call& call, const Cart& cart,
                                                         std::optional<StockKey> also) {
    auto keys = skus_of(cart);
    if (also) keys.push_back(*also);
    co_return co_await stock_levels(call, std::move(keys));
}

Answer shown_as_made(const Cart& cart, SkuUnits units) {
    auto answer = show_as(std::move(units), {})(cart);
    answer.status = cart.version == 1 ? 201 : 200;
    answer.location = std::string{api_base} + "/cart/" + to_text(cart.id);
    return answer;
}

/// A person's cart, in the currency they ask for unless there is something in it.
Task<Outcome> give_own_cart(Call& call, Currency currency) {
    const auto cart = co_await current_cart(call, call.principal().user_id, currency);
    if (!cart) co_return cart.error();
    const auto levels = co_await levels_around(call, **cart, std::nullopt);
    if (!levels) co_return levels.error();
    auto units = units_from(call, *levels);
    if ((*cart)->currency == currency || !(*cart)->items.empty())
        co_return shown_as_made(**cart, std::move(units));
    Render<Cart> render = [units](const Cart& next) { return shown_as_made(next, units); };
    CartCommand command = ChangeCurrency{currency};
    co_return co_await change_cart(call, (*cart)->id, std::move(command), std::move(render));
}

Task<Outcome> create_cart(Call& call) {
    const auto body = read_json<CreateCartBody>(call.request().body);
    if (!body) co_return body.error();
    if (const auto named = co_await may_name(call, body->customer_id); !named)
        co_return named.error();
    if (call.principal().is_user()) co_return co_await give_own_cart(call, body->currency);
    const auto& services = call.services();
    const CartId id{services.ids.next()};
    CartCommand command = CreateCart{id, body->customer_id, body->currency,
                                     services.clock.now() + services.settings.cart_lifetime};
    Render<Cart> render = [](const Cart& cart) {
        return shown_as_made(cart, [](StockKey) { return std::int64_t{0}; });
    };
    co_return co_await change_cart(call, id, std::move(command), std::move(render));
}

Task<Outcome> show_cart(Call& call) {
    const auto cart = co_await cart_in_question(call);
    if (!cart) co_return cart.error();
    auto keys = skus_of(**cart);
    const auto levels = co_await stock_levels(call, std::move(keys));
    if (!levels) co_return levels.error();
    co_return show_as(units_from(call, *levels), {})(**cart);
}

Task<Outcome> clear_cart(Call& call) {
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto cart = co_await cart_in_question(call);
    if (!cart) co_return cart.error();
    CartCommand command = ClearCart{*expected};
    Render<Cart> render = [](const Cart& next) {
        Answer answer;
        answer.body = R"({"message":"Cart cleared successfully"})";
        answer.etag = etag_of(next.version);
        return answer;
    };
    co_return co_await change_cart(call, (*cart)->id, std::move(command), std::move(render));
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
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto body = read_json<AddItemBody>(call.request().body);
    if (!body) co_return body.error();
    const auto offer = co_await offer_of(call, *body);
    if (!offer) co_return offer.error();
    const StockKey key{(*offer)->variant_id, (*offer)->seller_id};
    const auto cart = co_await cart_in_question(call);
    if (!cart) co_return cart.error();
    const auto levels = co_await levels_around(call, **cart, key);
    if (!levels) co_return levels.error();

    const auto& services = call.services();
    CartCommand command = AddCartItem{CartItemId{services.ids.next()}, **offer, body->quantity,
                                      (*levels)->at(key), *expected};
    auto render = show_as(units_from(call, *levels), "Item added to cart successfully");
    co_return co_await change_cart(call, (*cart)->id, std::move(command), std::move(render));
}

Task<Outcome> update_item(Call& call) {
    const auto item_id = call.path_id<CartItemId>("itemId");
    if (!item_id) co_return item_id.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto body = read_json<UpdateItemBody>(call.request().body);
    if (!body) co_return body.error();
    const auto cart = co_await cart_in_question(call);
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
    co_return co_await change_cart(call, (*cart)->id, std::move(command), std::move(render));
}

Task<Outcome> remove_item(Call& call) {
    const auto item_id = call.path_id<CartItemId>("itemId");
    if (!item_id) co_return item_id.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto cart = co_await cart_in_question(call);
    if (!cart) co_return cart.error();
    const auto levels = co_await levels_around(call, **cart, std::nullopt);
    if (!levels) co_return levels.error();

    CartCommand command = RemoveCartItem{*item_id, *expected};
    auto render = show_as(units_from(call, *levels), "Item removed from cart successfully");
    co_return co_await change_cart(call, (*cart)->id, std::move(command), std::move(render));
}

}  // namespace
}  // namespace souk
