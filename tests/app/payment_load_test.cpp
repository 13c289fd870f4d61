// More buyers than a gateway can serve: what was begun is ended, new ones are told when to come.

#include <atomic>
#include <future>
#include <latch>

#include "app/payment_desk.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

/// Holds the first call until it is let go; every call takes 300 ms on the test's own stopwatch.
class SlowGateway final : public PaymentGateway {
public:
    std::string_view name() const override { return "slow"; }
    Result<void> accepts(Amount, Currency) const override { return {}; }
    GatewayAnswer ask(const GatewayRequest&, Deadline) override {
        if (asked++ > 0) begun.count_down();
        if (asked > 1) go.wait();
        now_ms += 300;
        return {.status = GatewayStatus::authorized};
    }
    std::atomic<int> asked{0};
    std::atomic<std::int64_t> now_ms{0};
    std::latch begun{1};
    std::latch go{1};
};

struct Desk {
    std::future<GatewayAnswer> ask(GatewayStep step = GatewayStep::authorize) {
        auto given = std::make_shared<std::promise<GatewayAnswer>>();
        desk.ask(PaymentMethod::stripe, {.step = step},
                 [given](GatewayAnswer answer) { given->set_value(std::move(answer)); });
        return given->get_future();
    }
    Result<void> admits() { return desk.admits(PaymentMethod::stripe, 100, Currency{}); }

    SteppedClock clock;
    SlowGateway gateway;
    PaymentDesk desk{
        clock,
        {.threads = 1, .queue = 20, .answer_time = 3s, .breaker = {.failures = 1}, .now = [this] {
             return Deadline{std::chrono::milliseconds{gateway.now_ms}};
         }}};
};

}  // namespace

TEST_CASE("payments that could not be asked for in time are refused, with a time to come back",
          "[app][payment]") {
    Desk desk;
    desk.desk.add(PaymentMethod::stripe, desk.gateway);
    (void)desk.ask().get();  // its pace is known now: 300 ms, one at a time
    auto held = desk.ask();
    desk.gateway.begun.wait();
    int admitted = 0;
    while (admitted < 20 && desk.admits()) ++admitted;
    // Each is an authorisation and a capture; the last must begin within 1.5 s.
    CHECK(admitted == 3);
    const auto refused = desk.admits();
    CHECK(refused.error().code == ErrorCode::unavailable);
    CHECK(refused.error().retry_after_s == 3);
    SECTION("until those that were admitted have had their time and did not come") {
        desk.clock.advance(3s);
        CHECK(desk.admits());
    }
    SECTION("also when they have come") {
        std::vector<std::future<GatewayAnswer>> asked;
        for (int i = 0; i < admitted; ++i) asked.push_back(desk.ask());
        CHECK_FALSE(desk.admits());
        desk.gateway.go.count_down();
        for (auto& one : asked) CHECK(one.get().status == GatewayStatus::authorized);
        CHECK(desk.admits());
    }
    desk.gateway.go.count_down(desk.gateway.go.try_wait() ? 0 : 1);
    (void)held.get();
}

TEST_CASE("calls that never left us say nothing of the gateway", "[app][payment]") {
    Desk desk;
    desk.desk.add(PaymentMethod::stripe, desk.gateway);
    (void)desk.ask().get();
    auto held = desk.ask();
    desk.gateway.begun.wait();
    std::vector<std::future<GatewayAnswer>> asked;
    for (int i = 0; i < 21; ++i) asked.push_back(desk.ask());
    const auto full = asked.back().get();
    CHECK(full.status == GatewayStatus::not_asked);
    CHECK(full.wait > 10s);
    desk.gateway.now_ms += 2'000;  // there would be time for an answer, but not for a slow one
    desk.gateway.go.count_down();
    const auto overdue = asked.front().get();
    CHECK(overdue.status == GatewayStatus::not_asked);
    CHECK(overdue.wait >= 1s);
    (void)held.get();
    CHECK(desk.desk.breaker_of(PaymentMethod::stripe) == BreakerState::closed);
}
