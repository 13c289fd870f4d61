// Calls wait in a bounded queue, are answered once, and end when the pool does.

#include "gateways/gateway_pool.hpp"

#include <future>
#include <latch>
#include <stdexcept>

#include "tests/gateways/requests.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

/// Answers each call only when the test lets it.
class HeldGateway final : public PaymentGateway {
public:
    std::string_view name() const override { return "held"; }
    Result<void> accepts(Amount, Currency) const override { return {}; }
    GatewayAnswer ask(const GatewayRequest& request, Deadline) override {
        if (request.method == "throws") throw std::runtime_error("a mistake");
        begun.count_down();
        go.wait();
        return {.status = GatewayStatus::authorized, .intent = request.method};
    }

    std::latch begun{1};
    std::latch go{1};
};

struct Waiting {
    std::promise<GatewayAnswer> promise;
    std::future<GatewayAnswer> answer{promise.get_future()};
    GatewayPool::Answered callback() {
        return [this](GatewayAnswer given) { promise.set_value(std::move(given)); };
    }
};

}  // namespace

TEST_CASE("a call is answered on another thread", "[gateways][pool]") {
    HeldGateway gateway;
    GatewayPool pool(gateway, 2, 4);
    Waiting call;
    REQUIRE(pool.submit(authorization("a"), soon(), call.callback()));
    gateway.go.count_down();
    CHECK(call.answer.get().intent == "a");
}

TEST_CASE("a full queue refuses a call and never answers it", "[gateways][pool]") {
    HeldGateway gateway;
    GatewayPool pool(gateway, 1, 1);
    Waiting running;
    Waiting queued;
    REQUIRE(pool.submit(authorization("a"), soon(), running.callback()));
    gateway.begun.wait();  // the one thread is busy
    REQUIRE(pool.submit(authorization("b"), soon(), queued.callback()));
    CHECK(pool.waiting() == 1);
    CHECK_FALSE(
        pool.submit(authorization("c"), soon(), [](const GatewayAnswer&) { FAIL("answered"); }));
    gateway.go.count_down();
    CHECK(running.answer.get().intent == "a");
    CHECK(queued.answer.get().intent == "b");
}

TEST_CASE("a call whose deadline passed in the queue is not asked", "[gateways][pool]") {
    HeldGateway gateway;
    gateway.go.count_down();
    GatewayPool pool(gateway, 1, 4);
    const auto past = std::chrono::steady_clock::now() - 1ms;
    Waiting step;
    Waiting look_up;
    REQUIRE(pool.submit(authorization("a"), past, step.callback()));
    REQUIRE(pool.submit(look_up_of(authorization("a")), past, look_up.callback()));
    CHECK(step.answer.get().status == GatewayStatus::unavailable);
    CHECK(look_up.answer.get().status == GatewayStatus::unknown);
    CHECK_FALSE(gateway.begun.try_wait());
}

TEST_CASE("stopping answers those that wait, lets the running call end, and takes no more",
          "[gateways][pool]") {
    HeldGateway gateway;
    GatewayPool pool(gateway, 1, 4);
    Waiting running;
    Waiting queued;
    REQUIRE(pool.submit(authorization("a"), soon(), running.callback()));
    gateway.begun.wait();
    REQUIRE(pool.submit(authorization("b"), soon(), queued.callback()));
    std::thread stopper([&] { pool.stop(); });
    CHECK(queued.answer.get().status == GatewayStatus::unavailable);
    gateway.go.count_down();
    stopper.join();
    CHECK(running.answer.get().status == GatewayStatus::authorized);
    CHECK_FALSE(pool.submit(authorization("c"), soon(), {}));
}

TEST_CASE("a gateway that throws leaves the outcome unknown", "[gateways][pool]") {
    HeldGateway gateway;
    GatewayPool pool(gateway, 1, 4);
    Waiting call;
    REQUIRE(pool.submit(authorization("throws"), soon(), call.callback()));
    const auto answer = call.answer.get();
    CHECK(answer.status == GatewayStatus::unknown);
    CHECK(answer.reason == "a mistake");
}
