// Gateways behind their circuit breakers: one that fails stops being asked, and others go on.

#include "app/payment_desk.hpp"

#include <atomic>

#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

class StubGateway final : public PaymentGateway {
public:
    std::string_view name() const override { return "stub"; }
    Result<void> accepts(Amount amount, Currency) const override {
        if (amount == 13) return refuse(ErrorCode::unprocessable, "amount", "is not served");
        return {};
    }
    GatewayAnswer ask(const GatewayRequest&, Deadline) override {
        ++asked;
        return {.status = status};
    }
    std::atomic<GatewayStatus> status{GatewayStatus::authorized};
    std::atomic<int> asked{0};
};

struct Desk {
    Desk() {
        desk.add(PaymentMethod::sandbox, gateway);
        desk.add(PaymentMethod::stripe, other);
    }
    GatewayAnswer answer(PaymentMethod method = PaymentMethod::sandbox) {
        return *awaited<Result<GatewayAnswer>>([&](Promise<Result<GatewayAnswer>> promise) {
            desk.ask(method, {.step = GatewayStep::authorize},
                     [promise](GatewayAnswer given) { promise(std::move(given)); });
        });
    }
    GatewayStatus ask(PaymentMethod method = PaymentMethod::sandbox) {
        return answer(method).status;
    }

    SteppedClock clock;
    StubGateway gateway;
    StubGateway other;
    PaymentDesk desk{clock, {.threads = 1, .queue = 4, .breaker = {.failures = 3}}};
};

}  // namespace

TEST_CASE("a gateway that keeps failing is not asked for a while, and then tried again",
          "[app][payment]") {
    Desk desk;
    desk.gateway.status = GatewayStatus::unknown;
    for (int i = 0; i < 3; ++i) CHECK(desk.ask() == GatewayStatus::unknown);
    CHECK(desk.desk.breaker_of(PaymentMethod::sandbox) == BreakerState::open);
    CHECK(desk.ask() == GatewayStatus::not_asked);
    CHECK(desk.gateway.asked == 3);
    const auto refusal = desk.desk.admits(PaymentMethod::sandbox, 100, Currency{});
    CHECK(refusal.error().code == ErrorCode::unavailable);
    CHECK(refusal.error().retry_after_s >= 1);
    CHECK(desk.desk.admits(PaymentMethod::stripe, 100, Currency{}));
    CHECK(desk.ask(PaymentMethod::stripe) == GatewayStatus::authorized);

    desk.gateway.status = GatewayStatus::authorized;
    desk.clock.advance(20s);
    CHECK(desk.desk.admits(PaymentMethod::sandbox, 100, Currency{}));
    CHECK(desk.ask() == GatewayStatus::authorized);
    CHECK(desk.desk.breaker_of(PaymentMethod::sandbox) == BreakerState::closed);
}

TEST_CASE("a decline is an answer and opens no breaker", "[app][payment]") {
    Desk desk;
    desk.gateway.status = GatewayStatus::declined;
    for (int i = 0; i < 10; ++i) CHECK(desk.ask() == GatewayStatus::declined);
    CHECK(desk.desk.breaker_of(PaymentMethod::sandbox) == BreakerState::closed);
}

TEST_CASE("what fails while the breaker is open is told when to come back", "[app][payment]") {
    Desk desk;
    desk.gateway.status = GatewayStatus::unavailable;
    CHECK(desk.answer().wait == 0s);
    (void)desk.ask();
    CHECK(desk.answer().wait == 15s);  // it opened the breaker
    desk.clock.advance(5s);
    CHECK(desk.answer().wait == 10s);  // not asked
    desk.clock.advance(10s);
    CHECK(desk.answer().wait == 15s);  // the probe
    desk.clock.advance(15s);
    desk.gateway.status = GatewayStatus::authorized;
    CHECK(desk.answer().wait == 0s);
}

TEST_CASE("what is not offered or not served is refused before anything is begun",
          "[app][payment]") {
    Desk desk;
    CHECK(desk.desk.admits(PaymentMethod::cash_on_delivery, 100, Currency{}).error().code ==
          ErrorCode::unprocessable);
    CHECK(desk.desk.admits(PaymentMethod::sandbox, 13, Currency{}).error().code ==
          ErrorCode::unprocessable);
    CHECK(desk.ask(PaymentMethod::cash_on_delivery) == GatewayStatus::unavailable);
}
