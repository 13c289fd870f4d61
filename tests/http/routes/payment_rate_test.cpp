// Trying cards is slowed down.

#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {

TEST_CASE("a guest's payments have a stricter limit of their own, and keys have theirs",
          "[http][payment]") {
    Shop shop;
    shop.services.settings.guest_requests_per_minute = 100;
    shop.services.settings.strict_requests_per_minute = 20;
    const auto key = shop.keys.add({"orders:write"});
    for (const auto* path : {"/orders/x/payment", "/orders/x/confirm-payment",
                             "/payments/create-intent", "/payments/confirm"}) {
        CAPTURE(path);
        shop.limits.taken.clear();
        shop.ask(Method::post, path, "{}");
        REQUIRE(shop.limits.taken.size() == 1);
        CHECK(shop.limits.taken.back().first.starts_with("strict:ip:"));
        CHECK(shop.limits.taken.back().second == 20);
        shop.ask(Method::post, path, "{}", {{"x-api-key", key}});
        if (shop.limits.taken.size() > 1) CHECK(shop.limits.taken.back().second != 20);
    }
    shop.ask(Method::get, "/products");
    CHECK(shop.limits.taken.back().first.starts_with("all:ip:"));
    CHECK(shop.limits.taken.back().second == 100);
    shop.services.settings.strict_requests_per_minute = 0;
    shop.ask(Method::post, "/payments/confirm", "{}");
    CHECK(shop.limits.taken.back().first.starts_with("all:ip:"));
}

}  // namespace souk
