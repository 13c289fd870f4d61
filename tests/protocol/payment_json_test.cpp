#include "protocol/payment_json.hpp"

#include "protocol/order_json.hpp"
#include "protocol/read_json.hpp"
#include "tests/protocol/samples.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

bool contains(const std::string& json, std::string_view part) {
    return json.find(part) != std::string::npos;
}

Order paid_order() {
    auto order = sample_order();
    order.payment_method = PaymentMethod::stripe;
    Payment payment;
    payment.id = sample_id<PaymentId>(9);
    payment.gateway = PaymentMethod::stripe;
    payment.method = "pm_1";
    payment.state = PaymentState::partially_refunded;
    payment.intent = "pi_1";
    payment.client_secret = "pi_1_secret_x";
    payment.captured = 6872;
    payment.refunded = 1000;
    payment.created_at = sample_time();
    Refund refund{.id = sample_id<RefundId>(10), .amount = 1000, .reason = "late"};
    refund.actor = "key_1";
    refund.state = RefundState::done;
    refund.intent = "pi_1";
    refund.restock = {{sample_id<OrderItemId>(7), 1}};
    refund.requested_at = sample_time();
    payment.refunds = {refund};
    order.payment = payment;
    return order;
}

}  // namespace

TEST_CASE("an order shows its payment, but not its client secret or token", "[protocol][payment]") {
    const auto json = order_json(paid_order());
    CAPTURE(json);
    CHECK(contains(
        json, R"("payment":{"id":"pay_00000000000000000000000009","gateway":"stripe",)"
              R"("status":"partially_refunded","paymentIntentId":"pi_1","amountCaptured":6872,)"
              R"("amountRefunded":1000,"disputed":false,)"
              R"("refunds":[{"id":"refund_0000000000000000000000000a","amount":1000,)"
              R"("status":"succeeded","reason":"late","actor":"key_1",)"
              R"("restock":[{"itemId":"orderitem_00000000000000000000000007","quantity":1}],)"
              R"("requestedAt":"2026-01-15T10:00:00.000Z"}],"lastError":null,)"
              R"("createdAt":"2026-01-15T10:00:00.000Z"})"));
    CHECK_FALSE(contains(json, "secret_x"));
    CHECK_FALSE(contains(json, "pm_1"));
    CHECK(contains(order_json(sample_order()), R"("payment":null)"));
}

TEST_CASE("a vendor's part of an order has no payment", "[protocol][payment]") {
    const auto json = order_json(part_of(paid_order(), sample_id<VendorId>(3)));
    CHECK(contains(json, R"("payment":null)"));
    CHECK_FALSE(contains(json, "pi_1"));
}

TEST_CASE("the answer to paying is 001's, its status in Stripe's words", "[protocol][payment]") {
    const std::pair<PaymentState, std::string_view> rows[] = {
        {PaymentState::pending, "requires_payment_method"},
        {PaymentState::processing, "processing"},
        {PaymentState::requires_action, "requires_action"},
        {PaymentState::authorized, "processing"},
        {PaymentState::paid, "succeeded"},
        {PaymentState::partially_refunded, "succeeded"},
        {PaymentState::refunded, "succeeded"},
        {PaymentState::failed, "requires_payment_method"},
        {PaymentState::voided, "canceled"},
    };
    auto order = paid_order();
    for (const auto& [state, word] : rows) {
        order.payment->state = state;
        CHECK(
            contains(paid_order_json(order),
                     R"({"paymentIntent":{"id":"pi_1","clientSecret":"pi_1_secret_x","status":")" +
                         std::string{word} + R"("},"order":{"id":"order_)"));
    }
    order.payment->intent.clear();
    order.payment->client_secret.clear();
    CHECK(contains(paid_order_json(order), R"({"id":null,"clientSecret":null,)"));
}

TEST_CASE("an order shows the code whose use it took", "[protocol][order]") {
    auto order = sample_order();
    CHECK(contains(order_json(order), R"("discountCode":null)"));
    order.discount = AppliedDiscount{{}, "SAVE20", {}};
    CHECK(contains(order_json(order), R"("discountCode":"SAVE20")"));
}

TEST_CASE("every bad field of a refund is named in one answer", "[protocol][payment]") {
    const auto read = read_json<RefundBody>(
        R"({"amount":0,"restock":[{"itemId":"x","quantity":0},{"quantity":1001}],"all":true})");
    REQUIRE_FALSE(read);
    std::vector<std::string> fields;
    for (const auto& detail : read.error().details) fields.push_back(detail.field);
    CHECK(fields == std::vector<std::string>{"amount", "restock[0].itemId", "restock[0].quantity",
                                             "restock[1].quantity", "restock[1].itemId", "all",
                                             "reason"});
}

TEST_CASE("the operators' queue shows what to decide by", "[protocol][payment]") {
    StuckAttempt row;
    row.order_id = sample_id<OrderId>(6);
    row.order_number = "SOUK-2026-000042";
    row.payment_id = sample_id<PaymentId>(9);
    row.attempt.key = "order_1:2:capture";
    row.attempt.step = GatewayStep::capture;
    row.attempt.method = "pm_1";
    row.attempt.tries = 8;
    row.attempt.uncertain = true;
    row.attempt.due_at = sample_time();
    row.total = 6872;
    CHECK(stuck_json({{row}, 1}, {}) ==
          R"({"data":[{"orderId":"order_00000000000000000000000006",)"
          R"("orderNumber":"SOUK-2026-000042","paymentId":"pay_00000000000000000000000009",)"
          R"("attemptKey":"order_1:2:capture","step":"capture","paymentIntentId":null,"amount":0,)"
          R"("orderTotal":6872,"currency":"USD","tries":8,"mayHaveHappened":true,"reason":null,)"
          R"("dueAt":"2026-01-15T10:00:00.000Z"}],"pagination":{"page":1,"limit":20,"total":1,)"
          R"("totalPages":1,"hasNext":false,"hasPrev":false}})");
    row.attempt.tries = 0;
    CHECK(contains(stuck_json({{row}, 1}, {}), R"("dueAt":null)"));
}

TEST_CASE("an event is received in 001's words", "[protocol][payment]") {
    CHECK(webhook_received_json() == R"({"received":true})");
}
