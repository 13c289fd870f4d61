#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

Headers with_cart(std::string id) { return {{"x-cart-id", std::move(id)}}; }
Headers with_key(std::string key) { return {{"x-api-key", std::move(key)}}; }

}  // namespace

TEST_CASE("a cart becomes one order at three addresses", "[http][order]") {
    Shop shop;
    const auto cart = shop.cart_with(2);
    const auto body = Shop::order_body(cart);
    const auto placed = shop.ask(Method::post, "/orders", body);
    CHECK(placed.status == 201);
    const auto id = text_of(placed, "id");
    CHECK(contains(placed, "Location: /api/v1/orders/" + id));
    CHECK(contains(placed, R"("message":"Order created successfully")"));
    CHECK(contains(placed, R"("total":6872)"));
    CHECK(contains(placed, R"("status":"pending")"));
    CHECK(shop.ask(Method::post, "/orders/checkout", body).body == placed.body);
    CHECK(shop.ask(Method::post, "/cart/checkout", body).body == placed.body);
    const auto other = shop.ask(Method::post, "/orders", Shop::order_body(cart, R"(,"notes":"x")"));
    CHECK(other.status == 409);
}

TEST_CASE("an order is refused as 001 lists", "[http][order]") {
    Shop shop;
    const auto cart = shop.cart_with(2);
    const auto post = [&](const std::string& body) {
        return shop.ask(Method::post, "/orders", body);
    };
    const auto no_cart = post(Shop::order_body("cart_00000000000000000000000063"));
    CHECK(no_cart.status == 400);
    CHECK(contains(no_cart, R"("field":"cartId")"));
    CHECK(post(Shop::order_body(text_of(shop.ask(Method::post, "/cart"), "id"))).status == 400);
    CHECK(post(Shop::order_body(cart, R"(,"expectedTotal":1)")).status == 409);
    CHECK(post(Shop::order_body(cart, R"(,"surprise":1)")).status == 400);
    auto elsewhere = Shop::order_body(cart);
    elsewhere.replace(elsewhere.find("\"JO\""), 4, "\"FR\"");
    CHECK(post(elsewhere).status == 422);
    auto other_method = Shop::order_body(cart);
    other_method.replace(other_method.find("\"standard\""), 10, "\"by_air\"");
    CHECK(post(other_method).status == 422);
    CHECK(shop.orders.rows.empty());
}

TEST_CASE("an order is shown to its buyer, its vendors and operators, and to nobody else",
          "[http][order]") {
    Shop shop;
    const auto cart = shop.cart_with(2);
    const auto path = "/orders/" + shop.order_of(cart);
    const auto vendor = shop.serum.seller;
    const auto stranger = shop.cream.seller;
    const struct {
        Headers headers;
        int status;
    } rows[] = {
        {{}, 401},
        {with_cart(cart), 200},
        {with_cart(text_of(shop.ask(Method::post, "/cart"), "id")), 404},
        {with_cart("nonsense"), 404},
        {with_key(shop.keys.add({"orders:read"})), 200},
        {with_key(shop.keys.add({"admin"})), 200},
        {with_key(shop.keys.add({"inventory:read"})), 403},
        {with_key(shop.keys.add({"orders:read"}, vendor)), 200},
        {with_key(shop.keys.add({"orders:read"}, stranger)), 404},
        {with_key("souk_wrong"), 401},
    };
    for (const auto& [headers, status] : rows) {
        CHECK(shop.ask(Method::get, path, {}, headers).status == status);
        CHECK(shop.ask(Method::get, path + "/status", {}, headers).status == status);
    }
    const auto seen = shop.ask(Method::get, path, {}, rows[7].headers);
    CHECK(contains(seen, R"("cartId":null)"));
    CHECK_FALSE(contains(seen, cart));
    CHECK(shop.ask(Method::get, "/orders/order_00000000000000000000000063", {}, with_cart(cart))
              .status == 404);
    CHECK(shop.ask(Method::get, "/orders/nonsense", {}, with_cart(cart)).status == 404);
    CHECK(shop.ask(Method::get, "/orders/nonsense").status == 401);
}

TEST_CASE("an order is cancelled by POST and by PUT, twice without harm", "[http][order]") {
    for (const auto method : {Method::post, Method::put}) {
        Shop shop;
        const auto cart = shop.cart_with(2);
        const auto path = "/orders/" + shop.order_of(cart) + "/cancel";
        CHECK(shop.ask(method, path).status == 401);
        const auto stale = Headers{{"x-cart-id", cart}, {"if-match", "\"7\""}};
        CHECK(shop.ask(method, path, {}, stale).status == 412);
        const auto cancelled =
            shop.ask(method, path, R"({"reason":"changed my mind"})", with_cart(cart));
        CHECK(cancelled.status == 200);
        CHECK(contains(cancelled, R"("status":"cancelled")"));
        CHECK(contains(cancelled, "changed my mind"));
        CHECK(shop.ask(method, path, {}, with_cart(cart)).status == 200);
    }
}

TEST_CASE("only its buyer and operators may change a whole order", "[http][order]") {
    Shop shop;
    const auto path = "/orders/" + shop.order_of(shop.cart_with(1)) + "/cancel";
    const auto vendor = shop.keys.add({"orders:write"}, shop.serum.seller);
    CHECK(shop.ask(Method::post, path, {}, with_key(vendor)).status == 403);
    CHECK(shop.ask(Method::post, path, {}, with_key(shop.keys.add({"orders:read"}))).status == 403);
    CHECK(shop.ask(Method::post, path, {}, with_key(shop.keys.add({"orders:write"}))).status ==
          200);
}

TEST_CASE("an order is placed with a way to pay that is offered", "[http][order]") {
    Shop shop;
    const auto cart = shop.cart_with(1);
    const auto place = [&](std::string_view method) {
        return shop.ask(Method::post, "/orders", Shop::order_body(cart, {}, method));
    };
    const auto refused = place("stripe");
    CHECK(refused.status == 422);
    CHECK(contains(refused, R"("field":"paymentMethod")"));
    CHECK(place("paypal").status == 400);
    const auto placed = place("sandbox");
    CHECK(placed.status == 201);
    CHECK(contains(placed, R"("paymentMethod":"sandbox")"));
    CHECK(contains(placed, R"("payment":null)"));
}

TEST_CASE("a card number in any text of an order is refused, but for its phone", "[http][order]") {
    Shop shop;
    const auto body = Shop::order_body(shop.cart_with(1), R"(,"notes":"card 4242 4242 4242 4242")");
    const auto refused = shop.ask(Method::post, "/orders", body);
    CHECK(refused.status == 400);
    CHECK(contains(refused, R"("field":"notes")"));
    CHECK_FALSE(contains(refused, "4242"));
    CHECK(shop.orders.rows.empty());
}

}  // namespace souk
