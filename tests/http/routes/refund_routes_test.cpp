#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

Headers with_key(std::string key) { return {{"x-api-key", std::move(key)}}; }

/// An order of two units that was paid by card, and an operator.
struct Desk {
    Shop shop;
    std::string cart = shop.cart_with(2);
    std::string order = shop.order_of(cart, "sandbox");
    std::string refunds = "/orders/" + order + "/refunds";
    Headers operators = with_key(shop.keys.add({"payments:write"}));

    Desk() {
        shop.ask(Method::post, "/orders/" + order + "/payment",
                 R"({"paymentMethod":"sandbox","paymentMethodId":"pm_card_visa"})",
                 {{"x-cart-id", cart}});
    }
    Response refund(const std::string& body) {
        return shop.ask(Method::post, refunds, body, operators);
    }
    std::string line() { return to_text(shop.orders.rows.begin()->second.items.front().id); }
};

}  // namespace

TEST_CASE("a part is refunded, then the rest", "[http][refund]") {
    Desk desk;
    const auto part = desk.refund(R"({"amount":1000,"reason":"late"})");
    CAPTURE(part.body);
    CHECK(part.status == 201);
    CHECK(contains(part, "Location: /api/v1" + desk.refunds));
    CHECK(contains(part, R"({"data":{"refund":{"id":"refund_)"));
    CHECK(contains(part, R"("amount":1000,"status":"succeeded","reason":"late","actor":"key_)"));
    CHECK(contains(part, R"("paymentStatus":"partially_refunded")"));
    CHECK(contains(part, R"("amountRefunded":1000)"));
    const auto rest = desk.refund(R"({"reason":"sorry"})");
    CHECK(rest.status == 201);
    CHECK(contains(rest, R"("amount":5872)"));
    CHECK(contains(rest, R"("paymentStatus":"refunded")"));
    CHECK(desk.refund(R"({"reason":"more"})").status == 409);

    const auto shown = desk.shop.ask(Method::get, desk.refunds, {}, desk.operators);
    CHECK(shown.status == 200);
    CHECK(contains(shown, R"({"data":[{"id":"refund_)"));
    CHECK(contains(shown, R"("reason":"sorry")"));
}

TEST_CASE("units go back on the shelf with the money", "[http][refund]") {
    Desk desk;
    const auto restock = [&](int quantity) {
        return R"({"amount":1,"reason":"broken","restock":[{"itemId":")" + desk.line() +
               R"(","quantity":)" + std::to_string(quantity) + "}]}";
    };
    CHECK(desk.refund(restock(3)).status == 422);
    const auto done = desk.refund(restock(2));
    CHECK(done.status == 201);
    CHECK(contains(done, R"("restock":[{"itemId":")" + desk.line() + R"(","quantity":2}])"));
    CHECK(desk.refund(restock(1)).status == 422);
}

TEST_CASE("each bad refund is refused", "[http][refund]") {
    Desk desk;
    const struct {
        std::string body;
        int status;
        std::string_view part;
    } rows[] = {
        {R"({"amount":1})", 400, R"("field":"reason")"},
        {R"({"amount":1,"reason":""})", 400, R"("field":"reason")"},
        {R"({"amount":0,"reason":"x"})", 400, R"("field":"amount")"},
        {R"({"amount":-5,"reason":"x"})", 400, R"("field":"amount")"},
        {R"({"amount":"5","reason":"x"})", 400, R"("field":"amount")"},
        {R"({"amount":6873,"reason":"x"})", 422, R"("field":"amount")"},
        {R"({"reason":"4242424242424242"})", 400, R"("field":"reason")"},
        {R"({"reason":"x","restock":[{"itemId":"item_1","quantity":1}]})", 400,
         R"("field":"restock[0].itemId")"},
        {R"({"reason":"x","restock":[{"itemId":"orderitem_00000000000000000000000063",)"
         R"("quantity":1}]})",
         422, R"("field":"restock")"},
        {R"({"reason":"x","restock":[{"itemId":"orderitem_00000000000000000000000063",)"
         R"("quantity":0}]})",
         400, R"("field":"restock[0].quantity")"},
        {R"({"reason":"x","restock":null})", 400, R"("field":"restock")"},
    };
    for (const auto& [body, status, part] : rows) {
        CAPTURE(body);
        const auto refused = desk.refund(body);
        CHECK(refused.status == status);
        CHECK(contains(refused, part));
    }
    CHECK(desk.shop.orders.rows.begin()->second.payment->refunds.empty());
}

TEST_CASE("what was not paid cannot be refunded", "[http][refund]") {
    Shop shop;
    const auto path = "/orders/" + shop.order_of(shop.cart_with(1)) + "/refunds";
    const auto key = with_key(shop.keys.add({"payments:write"}));
    CHECK(shop.ask(Method::post, path, R"({"reason":"x"})", key).status == 409);
    CHECK(shop.ask(Method::get, path, {}, key).body == R"({"data":[]})");
}

TEST_CASE("refunds are for operators", "[http][refund]") {
    Desk desk;
    auto& shop = desk.shop;
    const struct {
        Headers headers;
        int reads;
        int writes;
    } rows[] = {
        {{}, 401, 401},
        {{{"x-cart-id", desk.cart}}, 401, 401},
        {with_key(shop.keys.add({"orders:write"})), 403, 403},
        {with_key(shop.keys.add({"payments:read"})), 200, 403},
        {with_key(shop.keys.add({"payments:write"}, shop.serum.seller)), 403, 403},
        {with_key(shop.keys.add({"payments:write"}, shop.cream.seller)), 403, 403},
        {with_key(shop.keys.add({"admin"})), 200, 201},
    };
    for (const auto& [headers, reads, writes] : rows) {
        CHECK(shop.ask(Method::get, desk.refunds, {}, headers).status == reads);
        CHECK(shop.ask(Method::post, desk.refunds, R"({"reason":"x"})", headers).status == writes);
    }
}

TEST_CASE("a refund's key travels with its commit", "[http][refund]") {
    Desk desk;
    auto headers = desk.operators;
    headers.emplace_back("idempotency-key", "k");
    CHECK(desk.shop.ask(Method::post, desk.refunds, R"({"reason":"x"})", headers).status == 201);
    CHECK(desk.shop.orders.contexts.back().idempotency);
}

}  // namespace souk
