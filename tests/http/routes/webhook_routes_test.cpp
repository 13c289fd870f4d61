#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

const std::string event = R"({ "id" : "evt_1", "type" : "payment_intent.succeeded" })";

Headers signed_by_stripe() { return {{"stripe-signature", "t=1,v1=abc"}}; }

Response hear(Shop& shop, const std::string& body, Headers headers) {
    return shop.ask(Method::post, "/webhooks/stripe", body, std::move(headers));
}

}  // namespace

TEST_CASE("an event is handed over as it came, and received in 001's words", "[http][webhook]") {
    Shop shop;
    const auto heard = hear(shop, event, signed_by_stripe());
    CHECK(heard.status == 200);
    CHECK(heard.body == R"({"received":true})");
    CHECK(shop.webhooks.last_body == event);
    CHECK(shop.webhooks.last_signature == "t=1,v1=abc");
}

TEST_CASE("Stripe's address is the unversioned one of 001, and the versioned one too",
          "[http][webhook]") {
    Shop shop;
    for (const auto* path : {"/api/webhooks/stripe", "/api/v1/webhooks/stripe"}) {
        const auto match = shop.router.find(Method::post, path);
        REQUIRE(match.route);
        // No limit per address: all of a gateway's events come from a few.
        CHECK(match.route->rate == RateClass::unlimited);
        CHECK(match.route->access.kind == Access::Kind::everyone);
        CHECK_FALSE(match.route->is_keyed());
    }
}

TEST_CASE("an event that is refused tells Stripe whether to send it again", "[http][webhook]") {
    using enum ErrorCode;
    const struct {
        ErrorCode code;
        int status;
    } rows[] = {
        {invalid_input, 400}, {unauthenticated, 401}, {unprocessable, 422}, {unavailable, 503}};
    for (const auto& [code, status] : rows) {
        Shop shop;
        shop.webhooks.outcome = refuse(code, "why");
        const auto refused = hear(shop, event, signed_by_stripe());
        CHECK(refused.status == status);
        CHECK(contains(refused, R"("error":{"code":)"));
        CHECK(contains(refused, "Retry-After") == (status == 503));
    }
}

TEST_CASE("an event without signature, without body or of absurd size goes no further",
          "[http][webhook]") {
    Shop shop;
    const auto bare = hear(shop, event, {});
    CHECK(bare.status == 400);
    CHECK(contains(bare, "Stripe-Signature"));
    CHECK(hear(shop, {}, signed_by_stripe()).status == 400);
    CHECK(hear(shop, std::string(256 * 1024 + 1, ' '), signed_by_stripe()).status == 413);
    CHECK(shop.webhooks.last_body.empty());
    CHECK(hear(shop, std::string(256 * 1024, ' '), signed_by_stripe()).status == 200);
}

TEST_CASE("no earlier answer stands in for an event's signature", "[http][webhook]") {
    Shop shop;
    auto headers = signed_by_stripe();
    headers.emplace_back("idempotency-key", "k");
    CHECK(hear(shop, event, headers).status == 200);
    CHECK(shop.book.records.empty());
    shop.webhooks.outcome = refuse(ErrorCode::unauthenticated, "why");
    CHECK(hear(shop, event, headers).status == 401);
}

}  // namespace souk
