#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

std::string estimate(std::string_view cart, std::string_view country) {
    return R"({"cartId":")" + std::string{cart} + R"(","shippingAddress":{"country":")" +
           std::string{country} + R"(","city":"Amman"}})";
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

}  // namespace souk
