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
    GatewayStatus ask(PaymentMethod method = PaymentMethod::sandbox,
                      GatewayStep step = GatewayStep::authorize) {
        return awaited<Result<GatewayAnswer>>([&](Promise<Result<GatewayAnswer>> promise) {
                   desk.ask(method, {.step = step},
                            [promise](GatewayAnswer answer) { promise(std::move(answer)); });
               })
            ->status;
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
    CHECK(desk.ask() == GatewayStatus::unavailable);
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

TEST_CASE("a look-up that was not made leaves its step in doubt", "[app][payment]") {
    Desk desk;
    desk.gateway.status = GatewayStatus::unavailable;
    for (int i = 0; i < 3; ++i) (void)desk.ask();
    CHECK(desk.ask(PaymentMethod::sandbox, GatewayStep::look_up) == GatewayStatus::unknown);
    CHECK(desk.ask(PaymentMethod::sandbox) == GatewayStatus::unavailable);
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
