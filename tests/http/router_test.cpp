#include "http/router.hpp"

#include <stdexcept>

#include "tests/support/catch.hpp"

namespace souk {
namespace {

Task<Outcome> nothing(Call&) { co_return Answer{}; }

void add(Router& router, Method method, std::string pattern, Mount mount = Mount::api) {
    router.add({method, std::move(pattern), nothing, {}, {}, RateClass::standard, mount});
}

std::string pattern_at(const Router& router, Method method, std::string_view path) {
    const auto match = router.find(method, path);
    return match.route ? match.route->pattern : "none, allow " + match.allow;
}

}  // namespace

TEST_CASE("every path answers below /api/v1 and /api", "[http][router]") {
    Router router;
    add(router, Method::get, "/cart/{cartId}");
    const std::string versioned = "/api/v1/cart/c1";
    const auto match = router.find(Method::get, versioned);
    REQUIRE(match.route);
    CHECK(match.values.find("cartId") == "c1");
    CHECK(match.canonical_path == "/cart/c1");
    CHECK(router.find(Method::get, "/api/cart/c1").canonical_path == "/cart/c1");
    CHECK_FALSE(router.find(Method::get, "/cart/c1").route);
    CHECK_FALSE(router.find(Method::get, "/api/v2/cart/c1").route);
}

TEST_CASE("system routes answer at the root, and health everywhere", "[http][router]") {
    Router router;
    add(router, Method::get, "/metrics", Mount::root);
    add(router, Method::get, "/health", Mount::both);
    CHECK(router.find(Method::get, "/metrics").route);
    CHECK_FALSE(router.find(Method::get, "/api/v1/metrics").route);
    for (const auto* path : {"/health", "/api/health", "/api/v1/health"}) {
        CHECK(router.find(Method::get, path).route);
    }
}

TEST_CASE("a page may stand at the root alone", "[http][router]") {
    Router router;
    add(router, Method::get, "/", Mount::root);
    CHECK(pattern_at(router, Method::get, "/") == "/");
    CHECK(pattern_at(router, Method::post, "/") == "none, allow GET, HEAD, OPTIONS");
    for (const auto* path : {"", "//", "/api", "/api/", "/api/v1", "/api/v1/"}) {
        CAPTURE(path);
        CHECK(pattern_at(router, Method::get, path) == "none, allow ");
    }
}

TEST_CASE("a literal segment wins over a parameter, and gives way where it leads nowhere",
          "[http][router]") {
    Router router;
    add(router, Method::get, "/inventory/low-stock");
    add(router, Method::get, "/inventory/{variantId}/{sellerId}");
    add(router, Method::get, "/inventory/{productId}/variants/{variantId}");
    add(router, Method::put, "/inventory/{variantId}/{sellerId}/stock");
    add(router, Method::del, "/cart/clear");
    add(router, Method::del, "/cart/{cartId}");
    CHECK(pattern_at(router, Method::get, "/api/inventory/low-stock") == "/inventory/low-stock");
    CHECK(pattern_at(router, Method::get, "/api/inventory/low-stock/s") ==
          "/inventory/{variantId}/{sellerId}");
    CHECK(pattern_at(router, Method::get, "/api/inventory/p/variants/v") ==
          "/inventory/{productId}/variants/{variantId}");
    CHECK(pattern_at(router, Method::get, "/api/inventory/p/variants") ==
          "/inventory/{variantId}/{sellerId}");
    CHECK(pattern_at(router, Method::put, "/api/inventory/v/s/stock") ==
          "/inventory/{variantId}/{sellerId}/stock");
    CHECK(pattern_at(router, Method::del, "/api/cart/clear") == "/cart/clear");
    const std::string path = "/api/inventory/p/variants/v";
    const auto match = router.find(Method::get, path);
    CHECK(match.values.find("productId") == "p");
    CHECK(match.values.find("variantId") == "v");
    CHECK(match.values.size == 2);
}

TEST_CASE("a known path with another method names the methods it has", "[http][router]") {
    Router router;
    add(router, Method::get, "/orders/{id}");
    add(router, Method::post, "/orders/{id}/cancel");
    add(router, Method::put, "/orders/{id}/cancel");
    CHECK(pattern_at(router, Method::post, "/api/orders/1") == "none, allow GET, HEAD, OPTIONS");
    CHECK(pattern_at(router, Method::get, "/api/orders/1/cancel") ==
          "none, allow POST, PUT, OPTIONS");
    CHECK(pattern_at(router, Method::head, "/api/orders/1") == "/orders/{id}");
}

TEST_CASE("paths that nobody declared are not found", "[http][router]") {
    Router router;
    add(router, Method::get, "/orders/{id}");
    const auto path = GENERATE("/api/orders", "/api/orders/", "/api/orders//", "/api/orders/1/",
                               "/api//orders/1", "/api", "/", "", "*", "/api/v1", "/apiorders/1");
    CAPTURE(path);
    CHECK(pattern_at(router, Method::get, path) == "none, allow ");
}

TEST_CASE("a route can be declared only once", "[http][router]") {
    Router router;
    add(router, Method::get, "/orders/{id}");
    CHECK_THROWS_AS(add(router, Method::get, "/orders/{orderId}"), std::logic_error);
    CHECK_NOTHROW(add(router, Method::put, "/orders/{orderId}"));
}

}  // namespace souk
