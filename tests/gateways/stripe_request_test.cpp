// What we say to Stripe, to the letter.

#include "gateways/stripe_request.hpp"

#include "tests/gateways/requests.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

bool has(const std::string& text, const std::string& part) {
    return ("&" + text + "&").find("&" + part + "&") != std::string::npos;
}

GatewayRequest of_amount(Amount amount, std::string_view currency) {
    auto request = authorization("pm_card_visa");
    request.amount = amount;
    request.currency = *parse_currency(currency);
    return request;
}

}  // namespace

TEST_CASE("an authorization confirms a card at once and leaves the capture for later",
          "[gateways][stripe]") {
    const auto call = *stripe_request(authorization("pm_card_visa"));
    CHECK(call.method == "POST");
    CHECK(call.path == "/v1/payment_intents");
    for (const auto* part :
         {"amount=1299", "currency=usd", "payment_method=pm_card_visa",
          "payment_method_types[]=card", "confirmation_method=manual", "capture_method=manual",
          "confirm=true", "use_stripe_sdk=true", "metadata[customerEmail]=buyer%40example.com"}) {
        CAPTURE(part);
        CHECK(has(call.form, part));
    }
    CHECK(has(call.form, "metadata[orderId]=" + to_text(some_order)));
    CHECK(has(call.form, "metadata[paymentId]=" + to_text(some_payment)));
    CHECK(has(call.form, "metadata[idempotencyKey]=" + to_text(some_order) + "%3A1%3Aauthorize"));
}

TEST_CASE("each step of a known payment has its place", "[gateways][stripe]") {
    const auto call = [](GatewayStep step) { return *stripe_request(step_of(step, "pi_1", 500)); };
    CHECK(call(GatewayStep::confirm).path == "/v1/payment_intents/pi_1/confirm");
    CHECK(call(GatewayStep::capture).path == "/v1/payment_intents/pi_1/capture");
    CHECK(has(call(GatewayStep::capture).form, "amount_to_capture=500"));
    CHECK(has(call(GatewayStep::capture).form, "expand[]=latest_charge.balance_transaction"));
    CHECK(call(GatewayStep::cancel).path == "/v1/payment_intents/pi_1/cancel");
    CHECK(call(GatewayStep::cancel).form.empty());
    CHECK(call(GatewayStep::refund).path == "/v1/refunds");
    CHECK(has(call(GatewayStep::refund).form, "payment_intent=pi_1"));
    CHECK(has(call(GatewayStep::refund).form, "amount=500"));
    CHECK(call(GatewayStep::look_up).method == "GET");
    CHECK(call(GatewayStep::look_up).path ==
          "/v1/payment_intents/pi_1?expand[]=latest_charge.balance_transaction");
}

TEST_CASE("a repetition says what the authorization said", "[gateways][stripe]") {
    const auto first = authorization("pm_card_visa");
    CHECK(stripe_repeat(look_up_of(first))->form == stripe_request(first)->form);
    CHECK(stripe_repeat(look_up_of(first))->path == "/v1/payment_intents");
}

TEST_CASE("a search asks for the key in the metadata", "[gateways][stripe]") {
    const auto call = *stripe_search(step_of(GatewayStep::look_up, "", 0, "7"));
    CHECK(call.method == "GET");
    CHECK(call.path == "/v1/payment_intents/search?query=metadata%5B%27idempotencyKey%27%5D%3A%27" +
                           to_text(some_order) + "%3A7%27&limit=1");
}

TEST_CASE("amounts go to Stripe in the currency's own smallest unit", "[gateways][stripe]") {
    CHECK(has(stripe_request(of_amount(500, "JPY"))->form, "amount=500"));
    CHECK(has(stripe_request(of_amount(5'120, "JOD"))->form, "amount=5120"));
    CHECK(has(stripe_request(of_amount(5'124, "USD"))->form, "amount=5124"));
}

TEST_CASE("fils that Stripe cannot take are refused, not rounded", "[gateways][stripe]") {
    for (const auto* currency : {"JOD", "KWD", "BHD", "OMR", "TND"}) {
        CAPTURE(currency);
        CHECK(stripe_request(of_amount(5'120, currency)));
        const auto refused = stripe_request(of_amount(5'124, currency));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::unprocessable);
        CHECK(refused.error().message ==
              "of a currency with three decimals must end in 0 to be taken by card");
    }
    auto capture = step_of(GatewayStep::capture, "pi_1", 5'124);
    capture.currency = *parse_currency("JOD");
    CHECK_FALSE(stripe_request(capture));
    CHECK_FALSE(stripe_accepts(1'000, *parse_currency("IQD")));
    CHECK_FALSE(stripe_accepts(0, *parse_currency("USD")));
    CHECK_FALSE(stripe_accepts(max_amount + 10, *parse_currency("USD")));
}

TEST_CASE("what could break out of a path, a query or a header is refused", "[gateways][stripe]") {
    for (const auto* intent : {"pi_1/capture", "../x", "pi_1?a=b", "pi 1", "pi_1\r\n"})
        CHECK_FALSE(stripe_request(step_of(GatewayStep::capture, intent, 500)));
    CHECK_FALSE(stripe_request(step_of(GatewayStep::capture, "", 500)));
    for (const auto& key :
         {std::string{}, std::string("a'b"), std::string("a\r\nb"), std::string(256, 'a')}) {
        auto request = authorization("pm_card_visa");
        request.idempotency_key = key;
        CHECK_FALSE(stripe_request(request));
        CHECK_FALSE(stripe_search(request));
    }
    CHECK_FALSE(stripe_request(authorization("")));
    CHECK_FALSE(stripe_request(authorization("pm_1&confirm=false")));
}
