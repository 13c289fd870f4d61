// The facts of Stripe's events, of old and new versions, and nothing from what is no event.

#include "gateways/stripe_event.hpp"

#include "tests/gateways/requests.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

std::string event_of(const std::string& type, const std::string& object) {
    return R"({"id":"evt_1","object":"event","api_version":"2020-08-27","created":1643723400,
               "livemode":false,"type":")" +
           type + R"(","data":{"object":)" + object + "}}";
}

GatewayEvent read(const std::string& type, const std::string& object) {
    const auto event = read_stripe_event(event_of(type, object));
    REQUIRE(event);
    return *event;
}

std::string payment(const std::string& more) {
    return R"({"id":"pi_1","object":"payment_intent","amount":1299,"currency":"usd",
               "metadata":{"orderId":")" +
           to_text(some_order) + R"(","paymentId":")" + to_text(some_payment) +
           R"(","idempotencyKey":"key_1"})" + more + "}";
}

}  // namespace

TEST_CASE("a payment that succeeded brings its order and its money", "[gateways][webhook]") {
    const auto event =
        read("payment_intent.succeeded",
             payment(R"(,"status":"succeeded","amount_received":1299,"latest_charge":"ch_1")"));
    CHECK(event.id == "evt_1");
    CHECK(event.kind == GatewayEventKind::payment_succeeded);
    CHECK(event.type == "payment_intent.succeeded");
    CHECK(to_rfc3339(event.created) == "2022-02-01T13:50:00.000Z");
    CHECK_FALSE(event.live);
    CHECK(event.subject == "pi_1");
    CHECK(event.intent == "pi_1");
    CHECK(event.charge == "ch_1");
    CHECK(event.status == "succeeded");
    CHECK(event.currency->text() == "USD");
    CHECK(event.amount == 1'299);
    CHECK(event.captured == 1'299);
    CHECK(event.order_id == some_order);
    CHECK(event.payment_id == some_payment);
    CHECK(event.key == "key_1");
    const auto answer = answer_of(event);
    REQUIRE(answer);
    CHECK(answer->status == GatewayStatus::captured);
    CHECK(answer->captured == 1'299);
}

TEST_CASE("a failed payment says why", "[gateways][webhook]") {
    const auto event = read("payment_intent.payment_failed",
                            payment(R"(,"last_payment_error":{"code":"card_declined",
                                        "decline_code":"insufficient_funds"})"));
    CHECK(event.kind == GatewayEventKind::payment_failed);
    CHECK(event.reason == "insufficient_funds");
    CHECK(answer_of(event)->status == GatewayStatus::declined);
    CHECK(read("payment_intent.payment_failed",
               payment(R"(,"last_payment_error":{"code":"expired_card"})"))
              .reason == "expired_card");
}

TEST_CASE("a text that no row can hold is left out of the news", "[gateways][webhook]") {
    const auto event = read("payment_intent.payment_failed",
                            payment(R"(,"last_payment_error":{"code":"card\u0000declined"})"));
    CHECK(event.kind == GatewayEventKind::payment_failed);
    CHECK(event.reason.find('\0') == std::string::npos);
}

TEST_CASE("the other news of a payment are told apart", "[gateways][webhook]") {
    const std::pair<const char*, GatewayStatus> rows[] = {
        {"payment_intent.amount_capturable_updated", GatewayStatus::authorized},
        {"payment_intent.requires_action", GatewayStatus::requires_action},
        {"payment_intent.canceled", GatewayStatus::cancelled},
    };
    for (const auto& [type, status] : rows) {
        CAPTURE(type);
        CHECK(answer_of(read(type, payment("")))->status == status);
        CHECK(stripe_type(read(type, payment("")).kind) == type);
    }
}

TEST_CASE("the charge is found where older versions have it", "[gateways][webhook]") {
    CHECK(read("payment_intent.succeeded",
               payment(R"(,"charges":{"object":"list","data":[{"id":"ch_old"}]})"))
              .charge == "ch_old");
    CHECK(read("payment_intent.succeeded", payment(R"(,"latest_charge":{"id":"ch_new"})")).charge ==
          "ch_new");
}

TEST_CASE("a refund tells totals of its payment", "[gateways][webhook]") {
    const auto event = read("charge.refunded",
                            R"({"id":"ch_1","object":"charge","payment_intent":"pi_1",
        "amount":1299,"amount_captured":1299,"amount_refunded":500,"currency":"usd"})");
    CHECK(event.intent == "pi_1");
    CHECK(event.charge == "ch_1");
    CHECK(event.captured == 1'299);
    CHECK(event.refunded == 500);
    CHECK(answer_of(event)->status == GatewayStatus::refunded);
    CHECK(answer_of(event)->refunded == 500);
}

TEST_CASE("money that was held and never taken is not given back, though Stripe calls it refunded",
          "[gateways][webhook]") {
    const auto released = read("charge.refunded",
                               R"({"id":"ch_1","object":"charge","payment_intent":"pi_1",
        "amount":1299,"amount_captured":0,"amount_refunded":1299,"currency":"usd"})");
    CHECK(answer_of(released)->status == GatewayStatus::cancelled);
    CHECK(released.refunded == 0);
    const auto in_part = read("charge.refunded",
                              R"({"id":"ch_1","object":"charge","payment_intent":"pi_1",
        "amount":1299,"amount_captured":1000,"amount_refunded":499,"currency":"usd"})");
    CHECK(answer_of(in_part)->status == GatewayStatus::refunded);
    CHECK(in_part.captured == 1'000);
    CHECK(in_part.refunded == 200);
}

TEST_CASE("a dispute names its payment, its amount and its reason", "[gateways][webhook]") {
    const auto event = read("charge.dispute.created",
                            R"({"id":"dp_1","object":"dispute","charge":"ch_1",
        "payment_intent":"pi_1","amount":1000,"currency":"jod","reason":"fraudulent",
        "status":"needs_response"})");
    CHECK(event.kind == GatewayEventKind::dispute_opened);
    CHECK(event.subject == "dp_1");
    CHECK(event.intent == "pi_1");
    CHECK(event.charge == "ch_1");
    CHECK(event.amount == 1'000);
    CHECK(event.currency->text() == "JOD");
    CHECK(event.reason == "fraudulent");
    CHECK_FALSE(answer_of(event));
}

TEST_CASE("a paid invoice names its subscription, in old and new versions", "[gateways][webhook]") {
    const auto old = read("invoice.payment_succeeded",
                          R"({"id":"in_1","object":"invoice","subscription":"sub_1",
        "payment_intent":"pi_1","charge":"ch_1","amount_paid":900,"currency":"usd"})");
    CHECK(old.kind == GatewayEventKind::invoice_paid);
    CHECK(old.subscription == "sub_1");
    CHECK(old.intent == "pi_1");
    CHECK(old.captured == 900);
    const auto now = read("invoice.payment_succeeded",
                          R"({"id":"in_1","object":"invoice","amount_paid":900,"currency":"usd",
        "parent":{"subscription_details":{"subscription":"sub_2"}}})");
    CHECK(now.subscription == "sub_2");
    CHECK(now.intent.empty());
}

TEST_CASE("a subscription's life is three events", "[gateways][webhook]") {
    const std::pair<const char*, GatewayEventKind> rows[] = {
        {"customer.subscription.created", GatewayEventKind::subscription_created},
        {"customer.subscription.updated", GatewayEventKind::subscription_updated},
        {"customer.subscription.deleted", GatewayEventKind::subscription_deleted},
    };
    for (const auto& [type, kind] : rows) {
        const auto event =
            read(type, R"({"id":"sub_1","object":"subscription","status":"active"})");
        CAPTURE(type);
        CHECK(event.kind == kind);
        CHECK(event.subscription == "sub_1");
        CHECK(event.status == "active");
    }
}

TEST_CASE("an event of another type is genuine but unsupported", "[gateways][webhook]") {
    const auto event = read("radar.early_fraud_warning.created", R"({"object":"something"})");
    CHECK(event.kind == GatewayEventKind::unsupported);
    CHECK(event.type == "radar.early_fraud_warning.created");
    CHECK(event.id == "evt_1");
}

TEST_CASE("metadata that is not ours names no order", "[gateways][webhook]") {
    for (const auto* metadata :
         {R"({})", R"({"orderId":"6735"})", R"({"orderId":7})", R"([])", R"(null)"}) {
        const auto event = read("payment_intent.succeeded",
                                R"({"id":"pi_1","metadata":)" + std::string(metadata) + "}");
        CHECK_FALSE(event.order_id);
    }
}

TEST_CASE("amounts and currencies that cannot be are left out", "[gateways][webhook]") {
    const auto event = read("payment_intent.succeeded",
                            R"({"id":"pi_1","amount":-1,"amount_received":1e30,"currency":"xxx"})");
    CHECK(event.amount == 0);
    CHECK(event.captured == 0);
    CHECK_FALSE(event.currency);
}

TEST_CASE("what is no event is refused, whatever it is", "[gateways][webhook]") {
    const std::string whole = event_of("payment_intent.succeeded", payment(""));
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_FALSE(read_stripe_event(std::string_view(whole).substr(0, size)));
    for (const auto& body :
         {std::string("null"), std::string("[]"), std::string("{}"), std::string("\xff\xfe"),
          std::string(R"({"object":"event"})"), std::string(R"({"object":"v2.core.event"})"),
          event_of("payment_intent.succeeded", "null"), event_of("payment_intent.succeeded", "{}"),
          event_of("", payment("")), std::string(1'000, '['),
          R"({"object":"event","id":"evt_1","type":"a","created":-1,"data":{"object":{}}})" +
              std::string{},
          std::string(max_stripe_event_bytes + 1, ' ')}) {
        const auto event = read_stripe_event(body);
        REQUIRE_FALSE(event);
        CHECK(event.error().code == ErrorCode::invalid_input);
    }
}
