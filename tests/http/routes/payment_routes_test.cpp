#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

Headers with_cart(std::string id) { return {{"x-cart-id", std::move(id)}}; }
Headers with_key(std::string key) { return {{"x-api-key", std::move(key)}}; }

constexpr std::string_view visa =
    R"({"paymentMethod":"sandbox","paymentMethodId":"pm_card_visa","savePaymentMethod":false})";

/// A guest's order that waits to be paid by card.
struct Payer {
    Shop shop;
    std::string cart = shop.cart_with(2);
    std::string order = shop.order_of(cart, "sandbox");

    Response post(std::string path, std::string_view body) {
        return shop.ask(Method::post, std::move(path), std::string{body}, with_cart(cart));
    }
    Response pay(std::string_view body = visa) {
        return post("/orders/" + order + "/payment", body);
    }
    Response confirm(std::string_view body = {}) {
        return post("/orders/" + order + "/confirm-payment", body);
    }
    Order& row() { return shop.orders.rows.begin()->second; }
    std::string payment() { return to_text(row().payment->id); }
};

ShopGateway answering(GatewayStatus status, std::string reason = {}) {
    return [status, reason](const GatewayRequest&) {
        return GatewayAnswer{
            .status = status, .intent = "pi_1", .client_secret = "pi_1_secret_x", .reason = reason};
    };
}

std::optional<GatewayAnswer> too_slow(const GatewayRequest&) { return std::nullopt; }

}  // namespace

TEST_CASE("cash on delivery confirms an order", "[http][payment]") {
    Shop shop;
    const auto cart = shop.cart_with(2);
    const auto order = "/orders/" + shop.order_of(cart);
    const auto pay = [&](const std::string& body) {
        return shop.ask(Method::post, order + "/payment", body, with_cart(cart));
    };
    CHECK(pay(R"({})").status == 400);
    const std::string cash = R"({"paymentMethod":"cash_on_delivery","confirmationRequired":true})";
    const auto paid = pay(cash);
    CHECK(paid.status == 200);
    CHECK(contains(paid, R"({"data":{"order":{"id":)"));
    CHECK(contains(paid, R"("status":"confirmed","paymentStatus":"pending")"));
    CHECK(contains(paid, R"("payment":null)"));
    CHECK(contains(paid, R"("message":"Order confirmed for cash on delivery")"));
    CHECK(pay(cash).status == 200);
    shop.ask(Method::post, order + "/cancel", {}, with_cart(cart));
    CHECK(pay(cash).status == 409);
}

TEST_CASE("a card that is good pays the order, as 001 answers", "[http][payment]") {
    Payer payer;
    const auto paid = payer.pay();
    CAPTURE(paid.body);
    CHECK(paid.status == 200);
    CHECK(contains(paid, R"({"data":{"paymentIntent":{"id":"pi_1",)"));
    CHECK(contains(paid, R"("status":"succeeded"},"order":{"id":)"));
    CHECK(contains(paid, R"("status":"confirmed","paymentStatus":"paid")"));
    CHECK(contains(paid, R"("amountCaptured":6872,"amountRefunded":0)"));
    CHECK_FALSE(contains(paid, R"("message")"));
    CHECK(payer.shop.orders.asked == std::vector{GatewayStep::authorize, GatewayStep::capture});
    CHECK(payer.pay().body == paid.body);  // its first answer may have been lost
    CHECK(payer.pay(R"({"paymentMethod":"sandbox","paymentMethodId":"pm_other"})").status == 409);
    CHECK(payer.shop.orders.asked.size() == 2);
}

TEST_CASE("a declined card is 402, and another one may pay", "[http][payment]") {
    Payer payer;
    payer.shop.orders.gateway = answering(GatewayStatus::declined, "insufficient_funds");
    const auto declined = payer.pay();
    CHECK(declined.status == 402);
    CHECK(contains(declined, R"("code":"PAYMENT_ERROR")"));
    CHECK(contains(declined, "insufficient_funds"));
    const auto shown =
        payer.shop.ask(Method::get, "/orders/" + payer.order, {}, with_cart(payer.cart));
    CHECK(contains(shown, R"("paymentStatus":"failed")"));
    CHECK(contains(shown, R"("lastError":"insufficient_funds")"));
    CHECK(payer.confirm().status == 402);
    payer.shop.orders.gateway = generous;
    CHECK(payer.pay(R"({"paymentMethod":"sandbox","paymentMethodId":"pm_other"})").status == 200);
}

TEST_CASE("a card that asks the buyer for something is confirmed afterwards", "[http][payment]") {
    Payer payer;
    payer.shop.orders.gateway = answering(GatewayStatus::requires_action);
    const auto asked = payer.pay();
    CHECK(asked.status == 200);
    CHECK(contains(asked, R"("paymentIntent":{"id":"pi_1","clientSecret":"pi_1_secret_x",)"
                          R"("status":"requires_action"})"));
    CHECK(contains(asked, R"("paymentStatus":"processing")"));
    CHECK(contains(asked, R"("gateway":"sandbox","status":"requires_action")"));
    CHECK(payer.pay().body == asked.body);

    payer.shop.orders.gateway = generous;
    CHECK(payer.confirm(R"({"paymentIntentId":"pi_2"})").status == 409);
    const auto confirmed = payer.confirm(R"({"paymentIntentId":"pi_1"})");
    CHECK(confirmed.status == 200);
    CHECK(contains(confirmed, R"("status":"succeeded"})"));
    CHECK(payer.confirm().status == 200);
}

TEST_CASE("the client secret is told to whoever pays and nobody else", "[http][payment]") {
    Payer payer;
    payer.shop.orders.gateway = answering(GatewayStatus::requires_action);
    CHECK(contains(payer.pay(), "pi_1_secret_x"));
    const auto path = "/orders/" + payer.order;
    const auto admin = with_key(payer.shop.keys.add({"admin"}));
    const auto vendor = with_key(payer.shop.keys.add({"orders:read"}, payer.shop.serum.seller));
    for (const auto& headers : {with_cart(payer.cart), admin, vendor})
        for (const auto* more : {"", "/status"})
            CHECK_FALSE(
                contains(payer.shop.ask(Method::get, path + more, {}, headers), "secret_x"));
    CHECK(contains(payer.shop.ask(Method::get, path, {}, vendor), R"("payment":null)"));
}

TEST_CASE("a payment whose gateway is slow is answered as processing", "[http][payment]") {
    Payer payer;
    payer.shop.orders.gateway = too_slow;
    const auto slow = payer.pay();
    CHECK(slow.status == 200);
    CHECK(contains(slow, R"("paymentIntent":{"id":null,"clientSecret":null,)"
                         R"("status":"processing"})"));
    CHECK(contains(slow, R"("paymentStatus":"processing")"));
    CHECK(payer.pay(R"({"paymentMethod":"sandbox","paymentMethodId":"pm_x"})").status == 409);
}

TEST_CASE("a gateway that is down is 503 with the time to try again", "[http][payment]") {
    Payer payer;
    payer.shop.orders.refusal = Error{ErrorCode::unavailable, "sandbox does not answer", {}, 15};
    const auto refused = payer.pay();
    CHECK(refused.status == 503);
    CHECK(contains(refused, "Retry-After: 15"));
}

TEST_CASE("paying is refused as 001 lists", "[http][payment]") {
    Payer payer;
    payer.shop.services.settings.payment_methods.push_back(PaymentMethod::stripe);
    const struct {
        std::string_view body;
        int status;
        std::string_view part;
    } rows[] = {
        {R"({"paymentMethod":"sandbox"})", 400, R"("field":"paymentMethodId")"},
        {R"({"paymentMethod":"sandbox","paymentMethodId":""})", 400, "is required"},
        {R"({"paymentMethod":"sandbox","paymentMethodId":"4242 4242 4242 4242"})", 400,
         R"("field":"paymentMethodId")"},
        {R"({"paymentMethod":"stripe","paymentMethodId":"pm_1"})", 400,
         R"("field":"paymentMethod")"},
        {R"({"paymentMethod":"paypal","paymentMethodId":"pm_1"})", 400,
         "must be one of cash_on_delivery, stripe, sandbox"},
        {R"({"paymentMethod":"sandbox","paymentMethodId":"pm_1","savePaymentMethod":true})", 422,
         R"("field":"savePaymentMethod")"},
        {R"({"paymentMethodId":"pm_1"})", 400, R"("field":"paymentMethod")"},
        {R"({"paymentMethod":"sandbox","paymentMethodId":"pm_1","cvc":"123"})", 400, "cvc"},
        {"", 400, "body"},
    };
    for (const auto& [body, status, part] : rows) {
        CAPTURE(body);
        const auto refused = payer.pay(body);
        CHECK(refused.status == status);
        CHECK(contains(refused, part));
    }
    CHECK(payer.shop.orders.asked.empty());
    payer.shop.services.settings.payment_methods = {PaymentMethod::cash_on_delivery};
    CHECK(contains(payer.pay(), "not offered"));
}

TEST_CASE("an order that is over is not paid any more", "[http][payment]") {
    Payer late;
    late.shop.clock.time += std::chrono::hours{1};
    CHECK(late.pay().status == 410);

    Payer cancelled;
    cancelled.post("/orders/" + cancelled.order + "/cancel", {});
    CHECK(cancelled.pay().status == 409);
    CHECK(cancelled.confirm().status == 409);
    CHECK(cancelled.shop.orders.asked.empty());
}

TEST_CASE("only its buyer and operators pay an order", "[http][payment]") {
    Payer payer;
    auto& shop = payer.shop;
    const struct {
        Headers headers;
        int status;
    } rows[] = {
        {{}, 401},
        {with_cart(shop.cart_with(1)), 404},
        {with_key(shop.keys.add({"orders:read"})), 403},
        {with_key(shop.keys.add({"orders:write"}, shop.serum.seller)), 403},
        {with_key(shop.keys.add({"orders:write"}, shop.cream.seller)), 403},
    };
    const auto named = R"({"orderId":")" + payer.order + R"(","paymentMethodId":"pm_1"})";
    const auto confirmed = R"({"orderId":")" + payer.order + R"("})";
    for (const auto& [headers, status] : rows) {
        const auto ask = [&](const std::string& path, std::string body) {
            return shop.ask(Method::post, path, std::move(body), headers).status;
        };
        CHECK(ask("/orders/" + payer.order + "/payment", std::string{visa}) == status);
        CHECK(ask("/orders/" + payer.order + "/confirm-payment", {}) == status);
        CHECK(ask("/payments/create-intent", named) == status);
        CHECK(ask("/payments/confirm", confirmed) == status);
    }
    CHECK(shop.orders.asked.empty());
}

TEST_CASE("a key is kept by the stage, with the answer that the gateway gave, a decline too",
          "[http][payment]") {
    Payer payer;
    const auto path = "/orders/" + payer.order + "/payment";
    const auto ask = [&](const std::string& key) {
        auto headers = with_cart(payer.cart);
        headers.emplace_back("idempotency-key", key);
        return payer.shop.ask(Method::post, path, std::string{visa}, headers);
    };
    payer.shop.orders.gateway = answering(GatewayStatus::declined, "expired_card");
    const auto declined = ask("k");
    CHECK(declined.status == 402);
    payer.shop.orders.gateway = generous;
    const auto same = ask("k");
    CHECK(same.status == 402);
    CHECK(same.body == declined.body);
    const auto paid = ask("l");
    CHECK(paid.status == 200);
    CHECK_FALSE(payer.shop.orders.contexts.back().idempotency);
    REQUIRE(payer.shop.book.records.size() == 2);
    CHECK(payer.shop.book.records.back().body == paid.body);
    const auto again = ask("l");
    CHECK(again.body == paid.body);
    CHECK(contains(again, "Idempotent-Replayed: true"));
}

TEST_CASE("an intent is created and confirmed by what the body names", "[http][payment]") {
    Payer payer;
    payer.shop.orders.gateway = answering(GatewayStatus::requires_action);
    const auto created =
        payer.post("/payments/create-intent",
                   R"({"orderId":")" + payer.order + R"(","paymentMethodId":"pm_1"})");
    CHECK(created.status == 200);
    CHECK(contains(created, R"({"data":{"paymentIntent":{"id":"pi_1")"));
    CHECK(contains(created, R"("id":")" + payer.payment() + R"(","gateway":"sandbox")"));

    payer.shop.orders.gateway = generous;
    const std::string nothing = "00000000000000000000000063";
    const struct {
        std::string body;
        int status;
        std::string_view part;
    } rows[] = {
        {"{}", 400, R"("field":"paymentId")"},
        {R"({"paymentId":"pi_1"})", 400, "must be an id that starts with pay_"},
        {R"({"paymentId":"pay_)" + nothing + R"("})", 404, "no such payment"},
        {R"({"orderId":"order_)" + nothing + R"("})", 404, "no such order"},
        {R"({"paymentId":")" + payer.payment() + R"(","orderId":"order_)" + nothing + R"("})", 400,
         R"("field":"paymentId")"},
        {R"({"paymentId":")" + payer.payment() + R"(","paymentIntentId":"pi_2"})", 409,
         R"("field":"paymentIntentId")"},
        {R"({"paymentIntentId":"pi_2"})", 404, "no such payment"},
        {R"({"paymentIntentId":"pi_1"})", 200, R"("status":"succeeded")"},
        {R"({"paymentId":")" + payer.payment() + R"("})", 200, R"("status":"succeeded")"},
        {R"({"orderId":")" + payer.order + R"(","paymentIntentId":"pi_1"})", 200,
         R"("status":"succeeded")"},
    };
    for (const auto& [body, status, part] : rows) {
        CAPTURE(body);
        const auto answer = payer.post("/payments/confirm", body);
        CHECK(answer.status == status);
        CHECK(contains(answer, part));
    }
}

TEST_CASE("who delivers for cash says when it was collected", "[http][payment]") {
    Shop shop;
    const auto cart = shop.cart_with(2);
    const auto order = "/orders/" + shop.order_of(cart);
    const auto operators = with_key(shop.keys.add({"payments:write"}));
    const auto collect = [&](const Headers& who, const std::string& body = {}) {
        return shop.ask(Method::post, order + "/collect-payment", body, who);
    };
    CHECK(collect(operators).status == 409);
    shop.ask(Method::post, order + "/payment", R"({"paymentMethod":"cash_on_delivery"})",
             with_cart(cart));
    CHECK(collect(with_cart(cart)).status == 401);
    CHECK(collect(with_key(shop.keys.add({"payments:read"}))).status == 403);
    const VendorId stranger{shop.ids.next()};
    CHECK(collect(with_key(shop.keys.add({"payments:write"}, stranger))).status == 404);
    CHECK(collect(operators, R"({"amount":1})").status == 422);
    CHECK(collect(operators, R"({"amount":-1})").status == 400);
    auto& row = shop.orders.rows.begin()->second;
    const auto vendor = row.vendor_orders.front().vendor_id;
    const auto seller = with_key(shop.keys.add({"payments:write"}, vendor));
    const auto total = std::to_string(row.totals.total);
    const auto collected = collect(seller, R"({"amount":)" + total + "}");
    CHECK(collected.status == 200);
    CHECK(contains(collected, R"("paymentStatus":"paid")"));
    CHECK(contains(collected, R"("amountCaptured":)" + total));
    CHECK(contains(collected, R"("message":"The payment has been collected")"));
    CHECK(collect(operators).status == 200);
    row.vendor_orders.push_back(row.vendor_orders.front());
    CHECK(collect(seller).status == 403);
    CHECK(collect(operators).status == 200);
}

TEST_CASE("cash has no intent", "[http][payment]") {
    Shop shop;
    const auto cart = shop.cart_with(1);
    const auto body = R"({"orderId":")" + shop.order_of(cart) + R"("})";
    const auto refused = shop.ask(Method::post, "/payments/create-intent", body, with_cart(cart));
    CHECK(refused.status == 400);
    CHECK(contains(refused, "has no intent"));
    CHECK(shop.ask(Method::post, "/payments/confirm", body, with_cart(cart)).status == 409);
}

TEST_CASE("operators see what is stuck, by pages", "[http][payment]") {
    Shop shop;
    StuckAttempt stuck;
    stuck.order_number = "SOUK-2026-000042";
    stuck.attempt.key = "order_1:2:capture";
    stuck.attempt.step = GatewayStep::capture;
    stuck.attempt.amount = 6872;
    stuck.attempt.tries = 8;
    stuck.attempt.reason = "no answer";
    shop.payments.queue = {{stuck}, 21};
    const auto key = with_key(shop.keys.add({"payments:read"}));
    const auto page = shop.ask(Method::get, "/payments/stuck?page=2&limit=10", {}, key);
    CHECK(page.status == 200);
    CHECK(shop.payments.last_query.page == 2);
    CHECK(shop.payments.last_query.limit == 10);
    CHECK(contains(page, R"("attemptKey":"order_1:2:capture","step":"capture")"));
    CHECK(contains(page, R"("tries":8,)"));
    CHECK(contains(page, R"("total":21,"totalPages":3)"));
    CHECK(shop.ask(Method::get, "/payments/stuck?limit=101", {}, key).status == 400);
    CHECK(shop.ask(Method::get, "/payments/stuck").status == 401);
    const auto other = with_key(shop.keys.add({"orders:read"}));
    CHECK(shop.ask(Method::get, "/payments/stuck", {}, other).status == 403);
    const auto vendor = with_key(shop.keys.add({"payments:write"}, shop.serum.seller));
    CHECK(shop.ask(Method::get, "/payments/stuck", {}, vendor).status == 403);
}

TEST_CASE("operators try a stuck step again or give it up", "[http][payment]") {
    for (const auto* action : {"retry", "give-up"}) {
        CAPTURE(action);
        Payer payer;
        auto& shop = payer.shop;
        shop.orders.gateway = too_slow;
        payer.pay();
        auto& attempt = payer.row().payment->attempts.front();
        const auto path = "/payments/" + payer.payment() + "/" + action;
        const bool retries = action == std::string_view{"retry"};
        const auto body = R"({"attemptKey":")" + attempt.key +
                          (retries ? R"("})" : R"(","reason":"the gateway says no"})");
        const auto key = with_key(shop.keys.add({"payments:write"}));
        const auto vendor = with_key(shop.keys.add({"payments:write"}, shop.serum.seller));
        const auto ask = [&](const std::string& text, const Headers& headers) {
            return shop.ask(Method::post, path, text, headers);
        };
        CHECK(ask(body, {}).status == 401);
        CHECK(ask(body, with_cart(payer.cart)).status == 401);
        CHECK(ask(body, with_key(shop.keys.add({"payments:read"}))).status == 403);
        CHECK(ask(body, vendor).status == 403);
        CHECK(ask(R"({"attemptKey":""})", key).status == 400);
        CHECK(ask(retries ? R"({"attemptKey":"x"})" : R"({"attemptKey":"x","reason":"y"})", key)
                  .status == 404);
        CHECK(shop.ask(Method::post,
                       std::string{"/payments/pay_00000000000000000000000063/"} + action, body, key)
                  .status == 404);
        if (!retries) CHECK(ask(body, key).status == 409);
        attempt.stuck = true;
        const auto done = ask(body, key);
        CAPTURE(done.body);
        CHECK(done.status == 200);
        CHECK(contains(done, retries ? "payment tried again" : "the gateway says no"));
        CHECK_FALSE(payer.row().payment->attempts.front().stuck);
    }
}

}  // namespace souk
