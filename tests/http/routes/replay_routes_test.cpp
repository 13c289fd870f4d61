// Whose an Idempotency-Key is: an answer is replayed to nobody who could not have asked for it.

#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

constexpr std::string_view visa = R"({"paymentMethod":"sandbox","paymentMethodId":"pm_card_visa"})";

struct Guest {
    Shop shop;
    std::string cart = shop.cart_with(2);
    std::string order = shop.order_of(cart, "sandbox");

    Response pay(Headers headers, std::string key = "a-key") {
        headers.push_back({"idempotency-key", std::move(key)});
        return shop.ask(Method::post, "/orders/" + order + "/payment", std::string{visa},
                        std::move(headers));
    }
    static bool is_replay(const Response& response) {
        return response.headers.find("Idempotent-Replayed: true") != std::string::npos;
    }
};

}  // namespace

TEST_CASE("a guest's answer is replayed to who proves the same cart, and to nobody else",
          "[http][idempotency]") {
    Guest guest;
    const auto first = guest.pay({{"x-cart-id", guest.cart}});
    REQUIRE(first.status == 200);
    const auto again = guest.pay({{"x-cart-id", guest.cart}});
    CHECK(again.body == first.body);
    CHECK(Guest::is_replay(again));
    const auto other = guest.shop.cart_with(1);
    CHECK(guest.pay({}).status == 401);
    CHECK(guest.pay({{"x-cart-id", other}}).status == 404);
    CHECK_FALSE(Guest::is_replay(guest.pay({{"x-cart-id", other}})));
    for (const auto& record : guest.shop.book.records)
        CHECK(record.caller.find(guest.cart) == std::string::npos);
}

TEST_CASE("a key or a request id that holds a card's number is not taken over",
          "[http][idempotency]") {
    Guest guest;
    const auto refused = guest.pay({{"x-cart-id", guest.cart}}, "4242-4242-4242-4242");
    CHECK(refused.status == 400);
    CHECK_FALSE(contains(refused, "4242"));
    const auto answer =
        guest.pay({{"x-cart-id", guest.cart}, {"x-request-id", "4242424242424242"}}, "k");
    CHECK(answer.status == 200);
    CHECK(answer.headers.find("4242424242424242") == std::string::npos);
    CHECK(guest.shop.orders.contexts.back().request_id.starts_with("req_"));
}

TEST_CASE("a token is letters, digits, _ and -, and holds no card's number", "[http][payment]") {
    Guest guest;
    for (const auto* token : {"pm_4242424242424242", "tok4242424242424242x", "4242 4242 4242 4242",
                              "pm card", "pm.1"}) {
        const auto refused = guest.shop.ask(
            Method::post, "/orders/" + guest.order + "/payment",
            R"({"paymentMethod":"sandbox","paymentMethodId":")" + std::string{token} + "\"}",
            {{"x-cart-id", guest.cart}});
        CHECK(refused.status == 400);
        CHECK(contains(refused, R"("field":"paymentMethodId")"));
    }
    CHECK(guest.pay({{"x-cart-id", guest.cart}}).status == 200);
}

}  // namespace souk
