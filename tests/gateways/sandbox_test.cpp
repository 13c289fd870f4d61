// Every path of a payment, without an account and without money.

#include "gateways/sandbox.hpp"

#include <set>

#include "tests/gateways/requests.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

struct Shop {
    explicit Shop(SandboxOptions options = {}) {
        auto opened = SandboxGateway::open(std::move(options), clock);
        REQUIRE(opened);
        sandbox = std::move(*opened);
    }

    GatewayAnswer ask(const GatewayRequest& request) { return sandbox->ask(request, soon()); }
    GatewayAnswer pay_with(const std::string& token) { return ask(authorization(token)); }
    GatewayAnswer go_on(GatewayStep step, const GatewayAnswer& payment, Amount amount = 1'299,
                        std::string_view number = "2") {
        return ask(step_of(step, payment.intent, amount, number));
    }
    GatewayAnswer look_up(const GatewayAnswer& payment) {
        return go_on(GatewayStep::look_up, payment);
    }

    SteppedClock clock;
    std::unique_ptr<SandboxGateway> sandbox;
};

}  // namespace

TEST_CASE("a good card is authorised, captured and refunded in parts", "[gateways][sandbox]") {
    Shop shop;
    const auto held = shop.pay_with("pm_card_visa");
    CHECK(held.status == GatewayStatus::authorized);
    CHECK(held.intent.starts_with("pi_sandbox_"));
    CHECK_FALSE(held.client_secret.empty());
    const auto taken = shop.go_on(GatewayStep::capture, held);
    CHECK(taken.status == GatewayStatus::captured);
    CHECK(taken.captured == 1'299);
    CHECK(taken.fee == 68);  // 2.9 % and 30
    const auto part = shop.go_on(GatewayStep::refund, held, 300, "3");
    CHECK(part.status == GatewayStatus::refunded);
    CHECK(part.refunded == 300);
    CHECK(part.reference.starts_with("re_sandbox_"));
    CHECK(shop.look_up(held).status == GatewayStatus::captured);
    const auto rest = shop.go_on(GatewayStep::refund, held, 999, "4");
    CHECK(rest.refunded == 1'299);
    CHECK(rest.reference != part.reference);
    CHECK(shop.look_up(held).status == GatewayStatus::refunded);
    const auto more = shop.go_on(GatewayStep::refund, held, 1, "5");
    CHECK(more.status == GatewayStatus::declined);
    CHECK(more.reason == "charge_already_refunded");
}

TEST_CASE("each card comes to what its name says", "[gateways][sandbox]") {
    const std::pair<const char*, const char*> declined[] = {
        {"pm_card_chargeDeclined", "generic_decline"},
        {"pm_card_visa_chargeDeclined", "generic_decline"},
        {"pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"},
        {"pm_card_chargeDeclinedLostCard", "lost_card"},
        {"pm_card_chargeDeclinedStolenCard", "stolen_card"},
        {"pm_card_chargeDeclinedExpiredCard", "expired_card"},
        {"pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"},
        {"pm_card_chargeDeclinedProcessingError", "processing_error"},
        {"pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"},
        {"pm_card_radarBlock", "fraudulent"},
        {"pm_card_of_nobody", "invalid_payment_method"},
    };
    for (const auto& [token, reason] : declined) {
        Shop shop;
        const auto answer = shop.pay_with(token);
        CAPTURE(token);
        CHECK(answer.status == GatewayStatus::declined);
        CHECK(answer.reason == reason);
        CHECK(shop.go_on(GatewayStep::capture, answer).status == GatewayStatus::declined);
        CHECK(shop.sandbox->captures().empty());
    }
    std::set<std::string_view> tokens;
    for (const auto& card : sandbox_cards()) CHECK(tokens.insert(card.token).second);
}

TEST_CASE("a card that asks the buyer is confirmed, or fails then", "[gateways][sandbox]") {
    const std::pair<const char*, GatewayStatus> rows[] = {
        {"pm_card_authenticationRequired", GatewayStatus::authorized},
        {"pm_card_threeDSecure2Required", GatewayStatus::authorized},
        {"pm_card_threeDSecureRequiredChargeDeclined", GatewayStatus::declined},
        {"pm_sandbox_authenticationFailed", GatewayStatus::declined},
    };
    for (const auto& [token, end] : rows) {
        Shop shop;
        CAPTURE(token);
        const auto asked = shop.pay_with(token);
        CHECK(asked.status == GatewayStatus::requires_action);
        CHECK(shop.go_on(GatewayStep::capture, asked, 1'299, "x").status ==
              GatewayStatus::requires_action);
        const auto confirmed = shop.go_on(GatewayStep::confirm, asked);
        CHECK(confirmed.status == end);
        CHECK(confirmed.reason.empty() == (end == GatewayStatus::authorized));
    }
}

TEST_CASE("the same key gets the same answer, and other facts under it are an error",
          "[gateways][sandbox]") {
    Shop shop;
    const auto held = shop.pay_with("pm_card_visa");
    const auto again = shop.pay_with("pm_card_visa");
    CHECK(again.intent == held.intent);
    auto other = authorization("pm_card_visa");
    other.amount = 1;
    CHECK(shop.ask(other).status == GatewayStatus::unknown);
    CHECK(shop.ask(other).reason == "idempotency_error");
    for (int i = 0; i < 3; ++i) shop.go_on(GatewayStep::capture, held);
    for (int i = 0; i < 3; ++i) shop.go_on(GatewayStep::refund, held, 100, "3");
    const auto captures = shop.sandbox->captures();
    REQUIRE(captures.size() == 1);
    CHECK(captures[0].captured == 1'299);
    CHECK(captures[0].refunded == 100);
    CHECK(captures[0].order_id == some_order);
}

TEST_CASE("a step that does not fit is answered with how the payment stands",
          "[gateways][sandbox]") {
    Shop shop;
    const auto held = shop.pay_with("pm_card_visa");
    CHECK(shop.go_on(GatewayStep::capture, held, 1'300, "a").reason == "amount_too_large");
    CHECK(shop.go_on(GatewayStep::refund, held, 1, "b").reason == "charge_not_refundable");
    CHECK(shop.go_on(GatewayStep::cancel, held, 0, "c").status == GatewayStatus::cancelled);
    CHECK(shop.go_on(GatewayStep::cancel, held, 0, "d").status == GatewayStatus::cancelled);
    const auto late = shop.go_on(GatewayStep::capture, held, 1'299, "e");
    CHECK(late.status == GatewayStatus::cancelled);
    CHECK(late.reason == "payment_intent_unexpected_state");
    CHECK(shop.go_on(GatewayStep::capture, {.intent = "pi_none"}, 1, "f").status ==
          GatewayStatus::declined);
    CHECK(shop.sandbox->captures().empty());
}

TEST_CASE("a capture may take less than was held", "[gateways][sandbox]") {
    Shop shop;
    const auto held = shop.pay_with("pm_card_visa");
    CHECK(shop.go_on(GatewayStep::capture, held, 1'000).captured == 1'000);
    CHECK(shop.go_on(GatewayStep::refund, held, 1'001, "3").reason == "invalid_charge_amount");
}

TEST_CASE("an answer that is lost loses no money: the look-up and the next try find it",
          "[gateways][sandbox]") {
    Shop shop;
    const auto request = authorization("pm_sandbox_authorizeAnswerLost");
    const auto lost = shop.ask(request);
    CHECK(lost.status == GatewayStatus::unknown);
    CHECK(lost.intent.empty());
    const auto found = shop.ask(look_up_of(request));
    CHECK(found.status == GatewayStatus::authorized);
    CHECK(shop.ask(request).intent == found.intent);

    Shop other;
    const auto held = other.pay_with("pm_sandbox_captureAnswerLost");
    CHECK(other.go_on(GatewayStep::capture, held).status == GatewayStatus::unknown);
    CHECK(other.sandbox->captures().size() == 1);
    CHECK(other.look_up(held).status == GatewayStatus::captured);
    CHECK(other.go_on(GatewayStep::capture, held).captured == 1'299);
}

TEST_CASE("a request that is lost has done nothing", "[gateways][sandbox]") {
    Shop shop;
    const auto request = authorization("pm_sandbox_authorizeRequestLost");
    CHECK(shop.ask(request).status == GatewayStatus::unknown);
    CHECK(shop.ask(look_up_of(request)).status == GatewayStatus::not_found);
    CHECK(shop.ask(request).status == GatewayStatus::authorized);
}

TEST_CASE("a gateway that is away twice is there the third time", "[gateways][sandbox]") {
    Shop shop;
    const auto request = authorization("pm_sandbox_authorizeAwayTwice");
    CHECK(shop.ask(request).status == GatewayStatus::unavailable);
    CHECK(shop.ask(request).status == GatewayStatus::unavailable);
    CHECK(shop.ask(look_up_of(request)).status == GatewayStatus::not_found);
    CHECK(shop.ask(request).status == GatewayStatus::authorized);

    Shop other;
    const auto held = other.pay_with("pm_sandbox_captureAwayTwice");
    CHECK(other.go_on(GatewayStep::capture, held).status == GatewayStatus::unavailable);
    CHECK(other.go_on(GatewayStep::capture, held).status == GatewayStatus::unavailable);
    CHECK(other.go_on(GatewayStep::capture, held).status == GatewayStatus::captured);
}

TEST_CASE("captures and refunds can be declined for good", "[gateways][sandbox]") {
    Shop shop;
    const auto held = shop.pay_with("pm_sandbox_captureDeclined");
    CHECK(shop.go_on(GatewayStep::capture, held).reason == "charge_expired_for_capture");
    Shop other;
    const auto taken = other.pay_with("pm_sandbox_refundDeclined");
    CHECK(other.go_on(GatewayStep::capture, taken).status == GatewayStatus::captured);
    CHECK(other.go_on(GatewayStep::refund, taken, 1, "3").reason == "charge_not_refundable");
}

TEST_CASE("a late decision is told by an event, and looked up", "[gateways][sandbox]") {
    const std::tuple<const char*, GatewayStatus, GatewayEventKind> rows[] = {
        {"pm_sandbox_authorizedLate", GatewayStatus::authorized,
         GatewayEventKind::payment_authorized},
        {"pm_sandbox_declinedLate", GatewayStatus::declined, GatewayEventKind::payment_failed},
    };
    for (const auto& [token, end, kind] : rows) {
        Shop shop({.decision_delay = 5s});
        CAPTURE(token);
        const auto begun = shop.pay_with(token);
        CHECK(begun.status == GatewayStatus::processing);
        CHECK(shop.sandbox->next_event_at() == shop.clock.now() + 5s);
        CHECK(shop.sandbox->due_events().empty());
        CHECK(shop.look_up(begun).status == GatewayStatus::processing);
        shop.clock.advance(5s);
        const auto events = shop.sandbox->due_events();
        REQUIRE(events.size() == 1);
        CHECK(events[0].kind == kind);
        CHECK(events[0].intent == begun.intent);
        CHECK(events[0].order_id == some_order);
        CHECK(answer_of(events[0])->status == end);
        CHECK(shop.look_up(begun).status == end);
    }
}

TEST_CASE("each change is told by an event, until somebody took note", "[gateways][sandbox]") {
    Shop shop({.event_delay = 1s, .event_retry_delay = 10s});
    const auto held = shop.pay_with("pm_card_createDispute");
    shop.go_on(GatewayStep::capture, held);
    shop.clock.advance(1s);
    const auto events = shop.sandbox->due_events();
    std::set<GatewayEventKind> kinds;
    for (const auto& event : events) {
        kinds.insert(event.kind);
        const bool before = event.kind == GatewayEventKind::payment_authorized;
        CHECK(event.captured == (before ? 0 : 1'299));
    }
    CHECK(kinds == std::set{GatewayEventKind::payment_authorized,
                            GatewayEventKind::payment_succeeded, GatewayEventKind::dispute_opened});
    CHECK(shop.sandbox->due_events().empty());
    shop.sandbox->told(events[0].id);
    shop.sandbox->told(events[1].id);
    shop.clock.advance(10s);
    const auto again = shop.sandbox->due_events();
    REQUIRE(again.size() == 1);
    CHECK(again[0].id == events[2].id);
    CHECK(again[0].created == events[2].created);
    shop.sandbox->told(again[0].id);
    CHECK_FALSE(shop.sandbox->next_event_at());
}

TEST_CASE("it takes as long as it is told to", "[gateways][sandbox]") {
    int waits = 0;
    Shop shop({.before_answer = [&] { ++waits; }});
    shop.pay_with("pm_card_visa");
    CHECK(waits == 1);
}

TEST_CASE("so many events are told at once and no more, the oldest first", "[gateways][sandbox]") {
    Shop shop;
    for (int i = 0; i < 5; ++i) {
        shop.sandbox->ask(authorization("pm_card_visa", std::to_string(i)), soon());
        shop.clock.advance(10s);
    }
    const auto first = shop.sandbox->due_events(3);
    const auto rest = shop.sandbox->due_events(3);
    REQUIRE(first.size() == 3);
    REQUIRE(rest.size() == 2);
    CHECK(first.back().created < rest.front().created);
}
