#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

Headers with_key(std::string key) { return {{"x-api-key", std::move(key)}}; }

std::string path_of(const StockKey& key) {
    return "/inventory/" + to_text(key.variant) + "/" + to_text(key.seller);
}

std::string reserve_of(std::string_view items, std::string_view more) {
    return R"({"items":[)" + std::string{items} + "]" + std::string{more} + "}";
}

std::string units(std::string_view variant, int quantity) {
    return R"({"variantId":")" + std::string{variant} + R"(","quantity":)" +
           std::to_string(quantity) + "}";
}

}  // namespace

TEST_CASE("stock is shown in both shapes", "[http][inventory]") {
    Shop shop;
    const auto first = shop.ask(
        Method::get, "/inventory/" + shop.serum_product + "/variants/" + shop.serum_variant);
    CHECK(first.status == 200);
    CHECK(contains(first, R"("inventoryCount":10,"available":true,"lowStock":true)"));
    const auto second = shop.ask(Method::get, path_of(shop.serum));
    CHECK(second.status == 200);
    CHECK(contains(second, R"("onHand":10,"reserved":0,"available":10)"));
    CHECK(contains(second, "ETag: \"1\""));
    CHECK(shop.ask(Method::get,
                   "/inventory/" + shop.serum_product + "/variants/" + shop.cream_variant)
              .status == 404);
    CHECK(shop.ask(Method::get, path_of({shop.serum.variant, shop.cream.seller})).status == 404);
    CHECK(shop.ask(Method::get, "/inventory/x/y").status == 404);
}

TEST_CASE("stock is changed with the scope, and by a vendor only at home", "[http][inventory]") {
    Shop shop;
    const auto path = path_of(shop.serum) + "/stock";
    const std::string body = R"({"mode":"set","quantity":50,"reason":"recount"})";
    const auto change = [&](const std::string& key) {
        return shop.ask(Method::put, path, body, with_key(key)).status;
    };
    CHECK(shop.ask(Method::put, path, body).status == 401);
    CHECK(change(shop.keys.add({"inventory:read"})) == 403);
    CHECK(change(shop.keys.add({"inventory:write"}, shop.cream.seller)) == 404);
    CHECK(change(shop.keys.add({"inventory:write"}, shop.serum.seller)) == 200);
    const auto key = with_key(shop.keys.add({"inventory:write"}));
    const auto adjusted =
        shop.ask(Method::put, path, R"({"mode":"adjust","quantity":-5,"reason":"broken"})", key);
    CHECK(contains(adjusted, R"("onHand":45)"));
    auto stale = key;
    stale.emplace_back("if-match", "\"99\"");
    CHECK(shop.ask(Method::put, path, body, stale).status == 412);
    CHECK(shop.ask(Method::put, path, R"({"mode":"set","quantity":-1,"reason":"x"})", key).status ==
          422);
}

TEST_CASE("units are reserved all or none, and short items are named", "[http][inventory]") {
    Shop shop;
    const auto key = with_key(shop.keys.add({"inventory:reserve"}));
    const auto both = units(shop.serum_variant, 4) + "," + units(shop.cream_variant, 1) + "," +
                      units(shop.serum_variant, 4);
    const auto held = shop.ask(Method::post, "/inventory/reserve", reserve_of(both, ""), key);
    CHECK(held.status == 201);
    CHECK(contains(held, R"("status":"open","expiresAt":"2026-01-15T00:15:00.000Z")"));
    CHECK(shop.stocks.rows[shop.serum].reserved == 8);

    const auto too_many = units(shop.serum_variant, 1) + "," + units(shop.serum_variant, 1) + "," +
                          units(shop.cream_variant, 3);
    const auto refused =
        shop.ask(Method::post, "/inventory/reserve", reserve_of(too_many, ""), key);
    CHECK(refused.status == 409);
    CHECK(contains(refused, "INVENTORY_ERROR"));
    CHECK(contains(refused, R"("field":"items[2].quantity")"));
    CHECK_FALSE(contains(refused, R"("field":"items[0].quantity")"));
}

TEST_CASE("a guest reserves for a cart, a key needs the scope", "[http][inventory]") {
    Shop shop;
    const auto item = units(shop.serum_variant, 1);
    const auto for_cart = [&](const std::string& id) {
        return reserve_of(item, R"(,"cartId":")" + id + "\"");
    };
    const auto post = [&](const std::string& body, Headers headers = {}) {
        return shop.ask(Method::post, "/inventory/reserve", body, std::move(headers)).status;
    };
    const auto cart = shop.cart_with(1);
    CHECK(post(reserve_of(item, "")) == 401);
    CHECK(post(reserve_of(item, ""), with_key(shop.keys.add({"orders:read"}))) == 403);
    CHECK(post(for_cart(cart)) == 201);
    CHECK(post(for_cart("cart_00000000000000000000000063")) == 400);
    shop.order_of(cart);
    CHECK(post(for_cart(cart)) == 409);
}

TEST_CASE("what is wrong with a reservation is named by item", "[http][inventory]") {
    Shop shop;
    const auto key = with_key(shop.keys.add({"inventory:reserve"}));
    const auto unknown = units("var_00000000000000000000000063", 1);
    const auto refused =
        shop.ask(Method::post, "/inventory/reserve",
                 reserve_of(units(shop.serum_variant, 1) + "," + unknown, ""), key);
    CHECK(refused.status == 400);
    CHECK(contains(refused, R"("field":"items[1].variantId")"));
    shop.services.settings.max_reservation_time = std::chrono::minutes{30};
    const auto too_long =
        shop.ask(Method::post, "/inventory/reserve",
                 reserve_of(units(shop.serum_variant, 1), R"(,"reservationMinutes":31)"), key);
    CHECK(too_long.status == 422);
}

TEST_CASE("a reservation is released by its id and confirmed by a key", "[http][inventory]") {
    Shop shop;
    const auto key = with_key(shop.keys.add({"inventory:reserve"}));
    const auto id = text_of(shop.ask(Method::post, "/inventory/reserve",
                                     reserve_of(units(shop.serum_variant, 1), ""), key),
                            "reservationId");
    CHECK(shop.ask(Method::post, "/inventory/confirm/" + id).status == 401);
    CHECK(contains(shop.ask(Method::post, "/inventory/confirm/" + id, {}, key),
                   R"("status":"confirmed")"));
    CHECK(contains(shop.ask(Method::post, "/inventory/release/" + id), R"("status":"released")"));
    CHECK(shop.ask(Method::post, "/inventory/release/res_00000000000000000000000063").status ==
          404);
    CHECK(shop.ask(Method::post, "/inventory/release/nonsense").status == 404);
}

TEST_CASE("ledger and low stock are for keys, a vendor's for itself", "[http][inventory]") {
    Shop shop;
    const auto vendor = with_key(shop.keys.add({"inventory:read"}, shop.serum.seller));
    const auto movements = path_of(shop.serum) + "/movements";
    CHECK(shop.ask(Method::get, movements).status == 401);
    CHECK(shop.ask(Method::get, movements, {}, vendor).status == 200);
    CHECK(shop.ask(Method::get, path_of(shop.cream) + "/movements", {}, vendor).status == 404);
    CHECK(shop.ask(Method::get, movements + "?limit=0", {}, vendor).status == 400);
    CHECK(shop.ask(Method::get, "/inventory/low-stock?page=2&limit=5", {}, vendor).status == 200);
    CHECK(shop.reports.asked_for == shop.serum.seller);
    CHECK(shop.ask(Method::get, "/inventory/low-stock?cursor=x", {}, vendor).status == 400);
}

}  // namespace souk
