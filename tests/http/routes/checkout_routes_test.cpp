#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

std::string estimate(std::string_view cart, std::string_view country) {
    return R"({"cartId":")" + std::string{cart} + R"(","shippingAddress":{"country":")" +
           std::string{country} + R"(","city":"Amman"}})";
}

std::string discount(std::string_view cart, std::string_view code) {
    return R"({"cartId":")" + std::string{cart} + R"(","discountCode":")" + std::string{code} +
           R"("})";
}

Discount twenty_percent() {
    Discount terms;
    terms.code = "SAVE20";
    terms.terms = discount_terms(DiscountType::percentage, 20, 0, std::nullopt).value();
    terms.version = 1;
    return terms;
}

}  // namespace

TEST_CASE("shipping is quoted, and the cart remembers where it goes", "[http][checkout]") {
    Shop shop;
    const auto id = shop.cart_with(2);
    const auto quoted = shop.ask(Method::post, "/checkout/shipping", estimate(id, "JO"));
    CHECK(quoted.status == 200);
    CHECK(contains(quoted, R"({"data":{"methods":[{"id":"standard")"));
    CHECK(contains(quoted, R"("price":500,)"));
    const auto cart = shop.ask(Method::get, "/cart/" + id);
    CHECK(contains(cart, R"("tax":472)"));
    CHECK(contains(cart, R"("shipping":500)"));
    CHECK(contains(cart, R"("total":6872)"));
}

TEST_CASE("an estimate is refused as 001 lists", "[http][checkout]") {
    Shop shop;
    const auto id = shop.cart_with(1);
    const auto elsewhere = shop.ask(Method::post, "/checkout/shipping", estimate(id, "FR"));
    CHECK(elsewhere.status == 422);
    const auto no_cart = shop.ask(Method::post, "/checkout/shipping",
                                  estimate("cart_00000000000000000000000063", "JO"));
    CHECK(no_cart.status == 400);
    CHECK(contains(no_cart, R"("field":"cartId")"));
    CHECK(shop.ask(Method::post, "/checkout/shipping", estimate(id, "jo")).status == 400);
    CHECK(shop.ask(Method::post, "/checkout/shipping").status == 400);
}

TEST_CASE("a discount is applied as in 001, and taken off again", "[http][checkout]") {
    Shop shop;
    shop.discounts.rows = {{"SAVE20", twenty_percent()}};
    const auto id = shop.cart_with(2);
    const auto applied = shop.ask(Method::post, "/checkout/discount", discount(id, " save20"));
    CAPTURE(applied.body);
    CHECK(applied.status == 200);
    CHECK(contains(applied, R"({"data":{"code":"SAVE20","type":"percentage","value":20,)"
                            R"("discountAmount":1180,"cart":{"id":")" +
                                id));
    CHECK(contains(applied, R"("subtotal":5900,)"));
    CHECK(contains(applied, R"("discount":1180,"total":4720,)"));
    CHECK(contains(applied, R"("discountCode":"SAVE20")"));
    CHECK(contains(applied, R"("message":"Discount applied successfully")"));
    CHECK(contains(applied, "ETag: \"3\""));
    CHECK(contains(shop.ask(Method::get, "/cart/" + id), R"("discountCode":"SAVE20")"));
    CHECK(shop.ask(Method::post, "/checkout/discount", discount(id, "SAVE20")).status == 409);

    const auto body = R"({"cartId":")" + id + R"("})";
    const auto removed = shop.ask(Method::del, "/checkout/discount", body);
    CHECK(removed.status == 200);
    CHECK(contains(removed, R"("discount":0,"total":5900,)"));
    CHECK(contains(removed, R"("discountCode":null)"));
    CHECK(shop.ask(Method::del, "/checkout/discount", body).status == 200);
}

TEST_CASE("the order keeps the code it was placed with", "[http][checkout]") {
    Shop shop;
    shop.discounts.rows = {{"SAVE20", twenty_percent()}};
    const auto id = shop.cart_with(2);
    shop.ask(Method::post, "/checkout/discount", discount(id, "SAVE20"));
    const auto placed = shop.ask(Method::post, "/orders", Shop::order_body(id));
    CHECK(placed.status == 201);
    CHECK(contains(placed, R"("discount":1180,)"));
    CHECK(contains(placed, R"("discountCode":"SAVE20")"));
    CHECK(shop.ask(Method::post, "/checkout/discount", discount(id, "SAVE20")).status == 409);
    CHECK(shop.ask(Method::del, "/checkout/discount", R"({"cartId":")" + id + R"("})").status ==
          409);
}

TEST_CASE("a discount is refused as 001 lists", "[http][checkout]") {
    Shop shop;
    auto over = twenty_percent();
    over.ends_at = shop.clock.now();
    auto used_up = twenty_percent();
    used_up.usage_limit = 0;
    auto large = twenty_percent();
    large.terms.minimum = 5901;
    auto off = twenty_percent();
    off.active = false;
    shop.discounts.rows = {{"OVER", over}, {"USED", used_up}, {"LARGE", large}, {"OFF", off}};
    const auto id = shop.cart_with(2);
    const struct {
        std::string body;
        int status;
        std::string_view field;
    } rows[] = {
        {discount(id, "NONE"), 400, "discountCode"},
        {discount(id, "OFF"), 400, "discountCode"},
        {discount(id, ""), 400, "discountCode"},
        {discount(id, std::string(101, 'x')), 400, "discountCode"},
        {discount("cart_00000000000000000000000063", "OVER"), 400, "cartId"},
        {discount("nonsense", "OVER"), 400, "cartId"},
        {discount(id, "OVER"), 410, "discountCode"},
        {discount(id, "USED"), 410, "discountCode"},
        {discount(id, "LARGE"), 422, "discountCode"},
    };
    for (const auto& [body, status, field] : rows) {
        CAPTURE(body);
        const auto refused = shop.ask(Method::post, "/checkout/discount", body);
        CHECK(refused.status == status);
        CHECK(contains(refused, R"("field":")" + std::string{field}));
    }
    CHECK(shop.ask(Method::del, "/checkout/discount",
                   R"({"cartId":"cart_00000000000000000000000063"})")
              .status == 400);
    CHECK(shop.ask(Method::del, "/checkout/discount").status == 400);
}

}  // namespace souk
