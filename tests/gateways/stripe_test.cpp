// The gateway as a whole, against a server that says what Stripe would.

#include "gateways/stripe.hpp"

#include <future>

#include "gateways/gateway_pool.hpp"
#include "gateways/stripe_request.hpp"
#include "tests/gateways/fake_server.hpp"
#include "tests/gateways/requests.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

struct FixedClock final : Clock {
    TimePoint now() const override { return time; }
    TimePoint time{noon + 1min};
};

const auto held =
    json_answer(200, R"({"object":"payment_intent","id":"pi_1","status":"requires_capture"})");
const auto broken = json_answer(500, R"({"error":{"type":"api_error"}})");
const auto found = json_answer(200, R"({"object":"search_result","data":[
    {"object":"payment_intent","id":"pi_9","status":"requires_capture"}]})");
const auto not_found = json_answer(200, R"({"object":"search_result","data":[]})");

struct Shop {
    explicit Shop(FakeServer::Handler handler) : server(std::move(handler)) {}

    FixedClock clock;
    FakeServer server;
    StripeGateway stripe{
        {.secret_key = "sk_test_1", .api_base = server.address(), .http = {.total_timeout = 500ms}},
        clock};
};

bool is_search(const FakeRequest& request) {
    return request.target.starts_with("/v1/payment_intents/search");
}

}  // namespace

TEST_CASE("a request carries the key, the version and the secret", "[gateways][stripe]") {
    Shop shop([](const FakeRequest&) { return held; });
    const auto request = authorization("pm_card_visa");
    const auto answer = shop.stripe.ask(request, soon());
    CHECK(answer.status == GatewayStatus::authorized);
    CHECK(answer.intent == "pi_1");
    const auto sent = shop.server.requests().at(0);
    CHECK(sent.header("authorization") == "Bearer sk_test_1");
    CHECK(sent.header("stripe-version") == stripe_version);
    CHECK(sent.header("idempotency-key") == request.idempotency_key);
    CHECK(sent.header("content-type") == "application/x-www-form-urlencoded");
    CHECK(sent.body == stripe_request(request)->form);
}

TEST_CASE("a look-up by intent reads and changes nothing", "[gateways][stripe]") {
    Shop shop([](const FakeRequest&) { return held; });
    const auto request = look_up_of(authorization("pm_card_visa"), "pi_1");
    CHECK(shop.stripe.ask(request, soon()).status == GatewayStatus::authorized);
    const auto sent = shop.server.requests().at(0);
    CHECK(sent.method == "GET");
    CHECK(sent.header("idempotency-key").empty());
}

TEST_CASE("an authorization without an answer is looked up by saying it again",
          "[gateways][stripe]") {
    Shop shop([](const FakeRequest&) { return held; });
    const auto first = authorization("pm_card_visa");
    const auto answer = shop.stripe.ask(look_up_of(first), soon());
    CHECK(answer.status == GatewayStatus::authorized);
    CHECK(answer.intent == "pi_1");
    REQUIRE(shop.server.requests().size() == 1);
    CHECK(shop.server.requests()[0].header("idempotency-key") == first.idempotency_key);
    CHECK(shop.server.requests()[0].body == stripe_request(first)->form);
}

TEST_CASE("when all that is kept under the key is an error, the metadata is searched",
          "[gateways][stripe]") {
    Shop shop([](const FakeRequest& request) { return is_search(request) ? found : broken; });
    const auto answer = shop.stripe.ask(look_up_of(authorization("pm_card_visa")), soon());
    CHECK(answer.status == GatewayStatus::authorized);
    CHECK(answer.intent == "pi_9");
    CHECK(shop.server.requests().size() == 2);
}

TEST_CASE("a search that finds nothing yet proves nothing", "[gateways][stripe]") {
    Shop shop([](const FakeRequest& request) { return is_search(request) ? not_found : broken; });
    const auto request = look_up_of(authorization("pm_card_visa"));
    CHECK(shop.stripe.ask(request, soon()).status == GatewayStatus::unknown);
}

TEST_CASE("a key that may have been forgotten is never said again", "[gateways][stripe]") {
    Shop shop([](const FakeRequest&) { return not_found; });
    const auto request = look_up_of(authorization("pm_card_visa"));
    shop.clock.time = noon + 24h;
    CHECK(shop.stripe.ask(request, soon()).status == GatewayStatus::unknown);
    shop.clock.time = noon + 26h;
    CHECK(shop.stripe.ask(request, soon()).status == GatewayStatus::not_found);
    for (const auto& sent : shop.server.requests()) CHECK(is_search(sent));
}

TEST_CASE("an unreachable Stripe leaves a step undone and a look-up unanswered",
          "[gateways][stripe]") {
    const FixedClock clock;
    StripeGateway stripe({.secret_key = "sk_test_1", .api_base = refusing_address()}, clock);
    const auto request = authorization("pm_card_visa");
    CHECK(stripe.ask(request, soon()).status == GatewayStatus::unavailable);
    CHECK(stripe.ask(look_up_of(request), soon()).status == GatewayStatus::unknown);
    CHECK(stripe.ask(look_up_of(request, "pi_1"), soon()).status == GatewayStatus::unknown);
}

TEST_CASE("a silent Stripe leaves the outcome unknown", "[gateways][stripe]") {
    Shop shop([](const FakeRequest&) { return FakeAnswer{}; });
    CHECK(shop.stripe.ask(authorization("pm_card_visa"), soon()).status == GatewayStatus::unknown);
    const auto look_up = look_up_of(authorization("pm_card_visa"));
    CHECK(shop.stripe.ask(look_up, soon()).status == GatewayStatus::unknown);
    CHECK(shop.server.requests().size() == 2);  // no search after a silence
}

TEST_CASE("many may ask at once, each gets its own answer, and connections are few",
          "[gateways][stripe]") {
    Shop shop([](const FakeRequest& request) {
        const auto id = "pi_" + request.header("idempotency-key").substr(5);
        return json_answer(
            200, R"({"object":"payment_intent","status":"requires_capture","id":")" + id + "\"}");
    });
    constexpr int calls = 40;
    std::vector<std::future<GatewayAnswer>> answers;
    GatewayPool pool(shop.stripe, {4, calls});
    for (int i = 0; i < calls; ++i) {
        auto request = authorization("pm_card_visa");
        request.idempotency_key = "call_" + std::to_string(i);
        auto promise = std::make_shared<std::promise<GatewayAnswer>>();
        answers.push_back(promise->get_future());
        REQUIRE(pool.submit(request, soon(), soon(), [promise](GatewayAnswer answer) {
            promise->set_value(std::move(answer));
        }));
    }
    for (int i = 0; i < calls; ++i)
        CHECK(answers[static_cast<std::size_t>(i)].get().intent == "pi_" + std::to_string(i));
    CHECK(shop.server.connections() <= 4);
}

TEST_CASE("what cannot be told to Stripe is declined without asking", "[gateways][stripe]") {
    Shop shop([](const FakeRequest&) { return held; });
    auto request = authorization("pm_card_visa");
    request.currency = *parse_currency("JOD");
    const auto answer = shop.stripe.ask(request, soon());
    CHECK(answer.status == GatewayStatus::declined);
    CHECK(answer.reason == "of a currency with three decimals must end in 0 to be taken by card");
    CHECK_FALSE(shop.stripe.accepts(1'299, request.currency));
    CHECK(shop.server.requests().empty());
}

TEST_CASE("the secret never shows in an answer", "[gateways][stripe]") {
    for (const auto& reply :
         {json_answer(401, R"({"error":{"message":"Invalid API Key: sk_test_1"}})"),
          json_answer(500, "sk_test_1"), FakeAnswer{.closes = true}}) {
        Shop shop([&](const FakeRequest&) { return reply; });
        const auto answer = shop.stripe.ask(authorization("pm_card_visa"), soon());
        CHECK(answer.reason.find("sk_test_1") == std::string::npos);
    }
}

TEST_CASE("options that would not work or leak the secret are named", "[gateways][stripe]") {
    const auto wrong = [](std::string key, std::string base) {
        const auto checked = StripeGateway::check({.secret_key = key, .api_base = base});
        return checked ? std::string{} : checked.error().details.at(0).field;
    };
    CHECK(wrong("sk_test_1", "https://api.stripe.com").empty());
    CHECK(wrong("rk_live_1", "http://127.0.0.1:8080").empty());
    CHECK(wrong("", "https://api.stripe.com") == "secret_key");
    CHECK(wrong("pk_test_1", "https://api.stripe.com") == "secret_key");
    CHECK(wrong("sk_test_1\n", "https://api.stripe.com") == "secret_key");
    CHECK(wrong("sk_test_1", "http://api.stripe.com") == "api_base");
    CHECK(wrong("sk_test_1", "https://api.stripe.com/") == "api_base");
}
