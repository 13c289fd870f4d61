// Cash goes through the same steps as a card, and nobody is asked.

#include "gateways/cash_on_delivery.hpp"

#include "tests/gateways/requests.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("cash is held, taken and given back without asking anybody", "[gateways][cash]") {
    CashOnDelivery cash;
    const auto held = cash.ask(authorization("cash"), soon());
    CHECK(held.status == GatewayStatus::authorized);
    CHECK(held.intent == "cash_" + to_text(some_payment));
    CHECK(held.captured == 0);
    const auto taken = cash.ask(step_of(GatewayStep::capture, held.intent, 1'299), soon());
    CHECK(taken.status == GatewayStatus::captured);
    CHECK(taken.captured == 1'299);
    const auto back = cash.ask(step_of(GatewayStep::refund, held.intent, 299), soon());
    CHECK(back.status == GatewayStatus::refunded);
    CHECK(back.refunded == 299);
    const auto released = cash.ask(step_of(GatewayStep::cancel, held.intent, 0), soon());
    CHECK(released.status == GatewayStatus::cancelled);
}

TEST_CASE("a look-up of cash says that the step in doubt is still to be done", "[gateways][cash]") {
    CashOnDelivery cash;
    auto look_up = step_of(GatewayStep::look_up, "", 1'299);
    CHECK(cash.ask(look_up, soon()).status == GatewayStatus::not_found);
    look_up.intent = "cash_1";
    CHECK(cash.ask(look_up, soon()).status == GatewayStatus::authorized);
}

TEST_CASE("nothing at all cannot be paid in cash", "[gateways][cash]") {
    CHECK(CashOnDelivery{}.accepts(1, *parse_currency("JOD")));
    CHECK_FALSE(CashOnDelivery{}.accepts(0, *parse_currency("USD")));
}
