// The table of what Stripe can say and what it means for a payment.

#include "gateways/stripe_answer.hpp"

#include "tests/gateways/requests.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

GatewayAnswer answer(GatewayStep step, int status, std::string body, std::string intent = {}) {
    return stripe_answer(step_of(step, std::move(intent), 1'299), {.outcome = HttpOutcome::answered,
                                                                   .status = status,
                                                                   .body = std::move(body),
                                                                   .request_id = "req_1"});
}

std::string intent_of(const std::string& status, const std::string& more = {}) {
    return R"({"object":"payment_intent","id":"pi_1","client_secret":"pi_1_secret","currency":"usd",
               "status":")" +
           status + "\"" + more + "}";
}

std::string error_of(const std::string& fields) { return R"({"error":{)" + fields + "}}"; }

}  // namespace

TEST_CASE("each status of a payment intent has one meaning", "[gateways][stripe]") {
    const std::pair<const char*, GatewayStatus> rows[] = {
        {"requires_action", GatewayStatus::requires_action},
        {"requires_confirmation", GatewayStatus::requires_action},
        {"requires_payment_method", GatewayStatus::declined},
        {"processing", GatewayStatus::processing},
        {"requires_capture", GatewayStatus::authorized},
        {"canceled", GatewayStatus::cancelled},
        {"succeeded", GatewayStatus::captured},
        {"something_new", GatewayStatus::unknown},
        {"", GatewayStatus::unknown},
    };
    for (const auto& [status, meaning] : rows) {
        CAPTURE(status);
        CHECK(answer(GatewayStep::authorize, 200, intent_of(status)).status == meaning);
    }
}

TEST_CASE("an answer brings the intent, its secret and its charge", "[gateways][stripe]") {
    const auto held = answer(GatewayStep::authorize, 200,
                             intent_of("requires_capture", R"(,"latest_charge":"ch_1")"));
    CHECK(held.intent == "pi_1");
    CHECK(held.client_secret == "pi_1_secret");
    CHECK(held.reference == "ch_1");
    CHECK(held.reason.empty());
}

TEST_CASE("a capture brings what was taken and what Stripe keeps of it", "[gateways][stripe]") {
    const auto charge = [](const std::string& currency) {
        return R"(,"amount_received":1299,"latest_charge":{"id":"ch_1","amount_refunded":0,
                   "balance_transaction":{"fee":68,"currency":")" +
               currency + "\"}}";
    };
    const auto taken =
        answer(GatewayStep::capture, 200, intent_of("succeeded", charge("usd")), "pi_1");
    CHECK(taken.status == GatewayStatus::captured);
    CHECK(taken.captured == 1'299);
    CHECK(taken.reference == "ch_1");
    CHECK(taken.fee == 68);
    // Paid out in another currency: the fee is not in the payment's.
    CHECK(answer(GatewayStep::capture, 200, intent_of("succeeded", charge("eur")), "pi_1").fee ==
          0);
    // Not there yet.
    CHECK(answer(GatewayStep::capture, 200,
                 intent_of("succeeded", R"(,"latest_charge":{"balance_transaction":null})"), "pi_1")
              .fee == 0);
}

TEST_CASE("a look-up of a payment that is all given back says so", "[gateways][stripe]") {
    const auto money = [](const char* refunded) {
        return intent_of("succeeded", R"(,"amount_received":1299,"latest_charge":{"id":"ch_1",
                                         "amount_refunded":)" +
                                          std::string(refunded) + "}");
    };
    const auto part = answer(GatewayStep::look_up, 200, money("299"), "pi_1");
    CHECK(part.status == GatewayStatus::captured);
    CHECK(part.refunded == 299);
    const auto all = answer(GatewayStep::look_up, 200, money("1299"), "pi_1");
    CHECK(all.status == GatewayStatus::refunded);
    CHECK(all.refunded == 1'299);
}

TEST_CASE("each status of a refund has one meaning", "[gateways][stripe]") {
    const std::pair<const char*, GatewayStatus> rows[] = {
        {"succeeded", GatewayStatus::refunded},         {"pending", GatewayStatus::processing},
        {"requires_action", GatewayStatus::processing}, {"failed", GatewayStatus::declined},
        {"canceled", GatewayStatus::declined},
    };
    for (const auto& [status, meaning] : rows) {
        const auto refund = answer(GatewayStep::refund, 200,
                                   R"({"object":"refund","id":"re_1","failure_reason":"unknown",
            "charge":{"amount_captured":1299,"amount_refunded":500},"status":")" +
                                       std::string(status) + "\"}",
                                   "pi_1");
        CAPTURE(status);
        CHECK(refund.status == meaning);
        CHECK(refund.reference == "re_1");
        CHECK(refund.intent == "pi_1");
        CHECK(refund.captured == 1'299);
        CHECK(refund.refunded == 500);
    }
}

TEST_CASE("a declined card says why, as exactly as Stripe knows", "[gateways][stripe]") {
    const auto declined =
        answer(GatewayStep::authorize, 402, error_of(R"("type":"card_error","code":"card_declined",
                           "decline_code":"insufficient_funds","charge":"ch_1",
                           "payment_intent":{"id":"pi_1"})"));
    CHECK(declined.status == GatewayStatus::declined);
    CHECK(declined.reason == "insufficient_funds");
    CHECK(declined.intent == "pi_1");
    CHECK(declined.reference == "ch_1");
    CHECK(answer(GatewayStep::authorize, 402,
                 error_of(R"("type":"card_error","code":"expired_card")"))
              .reason == "expired_card");
    const auto later = answer(
        GatewayStep::look_up, 200,
        intent_of("requires_payment_method", R"(,"last_payment_error":{"code":"card_declined",
                                                "decline_code":"lost_card"})"),
        "pi_1");
    CHECK(later.status == GatewayStatus::declined);
    CHECK(later.reason == "lost_card");
}

TEST_CASE("a token that Stripe does not know is no decline of the buyer's", "[gateways][stripe]") {
    const auto unknown = answer(
        GatewayStep::authorize, 400,
        error_of(
            R"("type":"invalid_request_error","code":"resource_missing","param":"payment_method")"));
    CHECK(unknown.status == GatewayStatus::declined);
    CHECK(unknown.reason == invalid_payment_method);
    const auto other = answer(
        GatewayStep::authorize, 400,
        error_of(R"("type":"invalid_request_error","code":"amount_too_small","param":"amount")"));
    CHECK(other.reason == "amount_too_small");
}

TEST_CASE("each refusal has one meaning", "[gateways][stripe]") {
    struct Row {
        int status;
        const char* error;
        GatewayStatus step;     // of a capture
        GatewayStatus look_up;  // of a look-up
    };
    using enum GatewayStatus;
    const Row rows[] = {
        {400, R"("type":"invalid_request_error","code":"amount_too_large")", declined, declined},
        {400, R"("type":"idempotency_error")", unknown, unknown},
        {401, R"("type":"invalid_request_error")", unavailable, unknown},
        {403, R"("type":"invalid_request_error")", unavailable, unknown},
        {404, R"("type":"invalid_request_error","code":"resource_missing")", declined, not_found},
        {409, R"("type":"idempotency_error","code":"idempotency_key_in_use")", unknown, unknown},
        {424, R"("type":"api_error")", unknown, unknown},
        {429, R"("type":"invalid_request_error","code":"rate_limit")", unavailable, unknown},
        {429, R"("type":"invalid_request_error","code":"lock_timeout")", unavailable, unknown},
        {500, R"("type":"api_error")", unknown, unknown},
        {503, R"("type":"api_error")", unknown, unknown},
    };
    for (const auto& row : rows) {
        CAPTURE(row.status, row.error);
        CHECK(answer(GatewayStep::capture, row.status, error_of(row.error), "pi_1").status ==
              row.step);
        CHECK(answer(GatewayStep::look_up, row.status, error_of(row.error), "pi_1").status ==
              row.look_up);
    }
}

TEST_CASE("a step that came too late is answered with how the payment stands",
          "[gateways][stripe]") {
    const auto late = [](const char* status) {
        return error_of(R"("type":"invalid_request_error","code":"payment_intent_unexpected_state",
                           "payment_intent":)" +
                        intent_of(status, R"(,"amount_received":1299)"));
    };
    const auto taken = answer(GatewayStep::capture, 400, late("succeeded"), "pi_1");
    CHECK(taken.status == GatewayStatus::captured);
    CHECK(taken.captured == 1'299);
    CHECK(taken.reason == "payment_intent_unexpected_state");
    CHECK(answer(GatewayStep::capture, 400, late("canceled"), "pi_1").status ==
          GatewayStatus::cancelled);
    CHECK(answer(GatewayStep::cancel, 400, late("succeeded"), "pi_1").status ==
          GatewayStatus::captured);
    CHECK(answer(GatewayStep::confirm, 400, late("requires_capture"), "pi_1").status ==
          GatewayStatus::authorized);
}

TEST_CASE("what cannot be read, or is of another payment, leaves the outcome unknown",
          "[gateways][stripe]") {
    for (const auto* body : {"", "{", "[]", "null", "<html>", R"({"object":"customer"})",
                             R"({"object":"payment_intent"})", R"({"error":"no object"})"}) {
        CAPTURE(body);
        for (const int status : {200, 400, 402, 404, 409, 500, 302})
            CHECK(answer(GatewayStep::capture, status, body, "pi_1").status ==
                  GatewayStatus::unknown);
    }
    CHECK(answer(GatewayStep::capture, 200, intent_of("succeeded"), "pi_2").status ==
          GatewayStatus::unknown);
    CHECK(answer(GatewayStep::capture, 200, std::string(100, '['), "pi_1").status ==
          GatewayStatus::unknown);
    CHECK(answer(GatewayStep::capture, 200, intent_of("succeeded", R"(,"amount_received":-5)"),
                 "pi_1")
              .captured == 0);
}

TEST_CASE("an unclear answer names Stripe's request for those who ask Stripe",
          "[gateways][stripe]") {
    CHECK(answer(GatewayStep::capture, 500, error_of(R"("type":"api_error")"), "pi_1").reason ==
          "500: api_error (req_1)");
}

TEST_CASE("what was never sent surely had no effect, a lost answer may have had one",
          "[gateways][stripe]") {
    const auto after = [](GatewayStep step, HttpOutcome outcome) {
        return stripe_answer(step_of(step, "pi_1", 1), {.outcome = outcome, .problem = "why"});
    };
    const auto not_sent = after(GatewayStep::capture, HttpOutcome::not_sent);
    CHECK(not_sent.status == GatewayStatus::unavailable);
    CHECK(not_sent.intent == "pi_1");
    CHECK(not_sent.reason == "why");
    CHECK(after(GatewayStep::capture, HttpOutcome::lost).status == GatewayStatus::unknown);
    CHECK(after(GatewayStep::look_up, HttpOutcome::not_sent).status == GatewayStatus::unknown);
}

TEST_CASE("a search that finds nothing knows no such payment", "[gateways][stripe]") {
    CHECK(answer(GatewayStep::look_up, 200, R"({"object":"search_result","data":[]})").status ==
          GatewayStatus::not_found);
    CHECK(answer(GatewayStep::look_up, 200,
                 R"({"object":"search_result","data":[)" + intent_of("requires_capture") + "]}")
              .status == GatewayStatus::authorized);
    CHECK(answer(GatewayStep::look_up, 200, R"({"object":"search_result"})").status ==
          GatewayStatus::unknown);
}
