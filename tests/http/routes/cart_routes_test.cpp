#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

std::string item(std::string_view product, std::string_view variant, std::string_view quantity) {
    return R"({"productId":")" + std::string{product} + R"(","variantId":")" +
           std::string{variant} + R"(","quantity":)" + std::string{quantity} + "}";
}

}  // namespace

TEST_CASE("a cart is made, and its address is told", "[http][cart]") {
    Shop shop;
    const auto made = shop.ask(Method::post, "/cart", R"({"currency":"JOD","customerId":null})");
    CHECK(made.status == 201);
    const auto id = text_of(made, "id");
    CHECK(contains(made, "Location: /api/v1/cart/" + id));
    CHECK(contains(made, "ETag: \"1\""));
    CHECK(contains(made, R"("currency":"JOD")"));
    CHECK(shop.ask(Method::post, "/cart").status == 201);
    const auto shown = shop.ask(Method::get, "/cart/" + id);
    CHECK(shown.status == 200);
    CHECK(shown.body == made.body);
}

TEST_CASE("items are added, changed and removed as in 001", "[http][cart]") {
    Shop shop;
    const auto id = text_of(shop.ask(Method::post, "/cart"), "id");
    const auto items = "/cart/" + id + "/items";
    const auto added =
        shop.ask(Method::post, items, item(shop.serum_product, shop.serum_variant, "2"));
    CHECK(added.status == 200);
    CHECK(contains(added, R"("message":"Item added to cart successfully")"));
    CHECK(contains(added, R"("inventoryCount":10)"));
    CHECK(contains(added, R"("subtotal":5900)"));

    const auto line = items + "/" + to_text(shop.carts.rows.begin()->second.items[0].id);
    const auto changed = shop.ask(Method::put, line, R"({"quantity":3})");
    CHECK(changed.status == 200);
    CHECK(contains(changed, R"("subtotal":8850)"));
    const auto removed = shop.ask(Method::del, line);
    CHECK(removed.status == 200);
    CHECK(contains(removed, R"("items":[])"));
    CHECK(shop.ask(Method::del, line).status == 404);
    CHECK(shop.ask(Method::put, line, R"({"quantity":3})").status == 404);
}

TEST_CASE("adding an item is refused as 001 lists", "[http][cart]") {
    Shop shop;
    const auto id = text_of(shop.ask(Method::post, "/cart"), "id");
    const auto& product = shop.serum_product;
    const auto& variant = shop.serum_variant;
    const std::string nothing = "00000000000000000000000063";
    const struct {
        std::string body;
        int status;
        std::string_view part;
    } rows[] = {
        {item(product, "var_" + nothing, "1"), 400, R"("field":"variantId")"},
        {item("prod_" + nothing, variant, "1"), 400, R"("field":"productId")"},
        {item(product, "var_1", "1"), 400, R"("field":"variantId")"},
        {item(product, variant, "11"), 409, "INVENTORY_ERROR"},
        {item(product, variant, "0"), 422, R"("field":"quantity")"},
        {item(product, variant, "-1"), 422, R"("field":"quantity")"},
        {item(product, variant, "1001"), 422, R"("field":"quantity")"},
        {item(product, variant, "\"1\""), 400, R"("field":"quantity")"},
    };
    for (const auto& [body, status, part] : rows) {
        CAPTURE(body);
        const auto response = shop.ask(Method::post, "/cart/" + id + "/items", body);
        CHECK(response.status == status);
        CHECK(contains(response, part));
    }
    CHECK(shop.ask(Method::post, "/cart/cart_" + nothing + "/items", rows[0].body).status == 400);
    CHECK(shop.ask(Method::post, "/cart/cart_" + nothing + "/items", item(product, variant, "1"))
              .status == 404);
    CHECK(shop.ask(Method::get, "/cart/cart_" + nothing).status == 404);
    CHECK(shop.ask(Method::get, "/cart/nonsense").status == 404);
}

TEST_CASE("a cart is cleared with a message alone", "[http][cart]") {
    Shop shop;
    const auto id = shop.cart_with(2);
    const auto cleared = shop.ask(Method::del, "/cart/" + id);
    CHECK(cleared.status == 200);
    CHECK(cleared.body == R"({"message":"Cart cleared successfully"})");
    CHECK(contains(shop.ask(Method::get, "/cart/" + id), R"("itemCount":0)"));
}

TEST_CASE("a stale If-Match stops a change, an ETag that still holds saves an answer",
          "[http][cart]") {
    Shop shop;
    const auto id = shop.cart_with(2);
    CHECK(shop.ask(Method::del, "/cart/" + id, {}, {{"if-match", "\"1\""}}).status == 412);
    CHECK(shop.ask(Method::del, "/cart/" + id, {}, {{"if-match", "\"x\""}}).status == 412);
    const auto same = shop.ask(Method::get, "/cart/" + id, {}, {{"if-none-match", "\"2\""}});
    CHECK(same.status == 304);
    CHECK(same.body.empty());
    CHECK(shop.ask(Method::del, "/cart/" + id, {}, {{"if-match", "\"2\""}}).status == 200);
}

TEST_CASE("counts are shown for SKUs that are not in memory too", "[http][cart]") {
    Shop shop;
    shop.stocks.live = false;
    const auto id = shop.cart_with(2);
    CHECK(contains(shop.ask(Method::get, "/cart/" + id), R"("inventoryCount":10)"));
    shop.stocks.rows.clear();
    CHECK(
        contains(shop.ask(Method::get, "/cart/" + id), R"("available":false,"inventoryCount":0)"));
}

}  // namespace souk
