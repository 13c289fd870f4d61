// Calls wait in a bounded queue, are answered once, and end when the pool does.

#include "gateways/gateway_pool.hpp"

#include <atomic>
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
    GatewayPool pool(gateway, {2, 4});
    Waiting call;
    REQUIRE(pool.submit(authorization("a"), soon(), soon(), call.callback()));
    gateway.go.count_down();
    CHECK(call.answer.get().intent == "a");
}

TEST_CASE("a full queue refuses a call and never answers it", "[gateways][pool]") {
    HeldGateway gateway;
    GatewayPool pool(gateway, {1, 1});
    Waiting running;
    Waiting queued;
    REQUIRE(pool.submit(authorization("a"), soon(), soon(), running.callback()));
    gateway.begun.wait();  // the one thread is busy
    REQUIRE(pool.submit(authorization("b"), soon(), soon(), queued.callback()));
    CHECK(pool.waiting() == 1);
    CHECK_FALSE(pool.submit(authorization("c"), soon(), soon(),
                            [](const GatewayAnswer&) { FAIL("answered"); }));
    gateway.go.count_down();
    CHECK(running.answer.get().intent == "a");
    CHECK(queued.answer.get().intent == "b");
}

TEST_CASE("a call that waits when it was to begin is not asked", "[gateways][pool]") {
    HeldGateway gateway;
    gateway.go.count_down();
    GatewayPool pool(gateway, {1, 4});
    const auto past = std::chrono::steady_clock::now() - 1ms;
    Waiting step;
    Waiting look_up;
    REQUIRE(pool.submit(authorization("a"), past, soon(), step.callback()));
    REQUIRE(pool.submit(look_up_of(authorization("a")), past, soon(), look_up.callback()));
    CHECK(step.answer.get().status == GatewayStatus::not_asked);
    CHECK(look_up.answer.get().status == GatewayStatus::not_asked);
    CHECK_FALSE(gateway.begun.try_wait());
}

TEST_CASE("stopping answers those that wait, lets the running call end, and takes no more",
          "[gateways][pool]") {
    HeldGateway gateway;
    GatewayPool pool(gateway, {1, 4});
    Waiting running;
    Waiting queued;
    REQUIRE(pool.submit(authorization("a"), soon(), soon(), running.callback()));
    gateway.begun.wait();
    REQUIRE(pool.submit(authorization("b"), soon(), soon(), queued.callback()));
    std::thread stopper([&] { pool.stop(); });
    CHECK(queued.answer.get().status == GatewayStatus::not_asked);
    gateway.go.count_down();
    stopper.join();
    CHECK(running.answer.get().status == GatewayStatus::authorized);
    CHECK_FALSE(pool.submit(authorization("c"), soon(), soon(), {}));
}

TEST_CASE("a gateway that throws leaves the outcome unknown", "[gateways][pool]") {
    HeldGateway gateway;
    GatewayPool pool(gateway, {1, 4});
    Waiting call;
    REQUIRE(pool.submit(authorization("throws"), soon(), soon(), call.callback()));
    const auto answer = call.answer.get();
    CHECK(answer.status == GatewayStatus::unknown);
    CHECK(answer.reason == "a mistake");
}

TEST_CASE("what ends a payment that was begun goes before what begins one", "[gateways][pool]") {
    HeldGateway gateway;
    GatewayPool pool(gateway, {1, 2});
    Waiting running;
    std::vector<std::string> order;  // on the pool's one thread
    std::promise<void> all;
    const auto submit = [&](GatewayStep step, const char* name) {
        auto request = authorization(name);
        request.step = step;
        return pool.submit(std::move(request), soon(), soon(), [&](const GatewayAnswer& given) {
            order.push_back(given.intent);
            if (order.size() == 4) all.set_value();
        });
    };
    REQUIRE(pool.submit(authorization("first"), soon(), soon(), running.callback()));
    gateway.begun.wait();
    CHECK(submit(GatewayStep::authorize, "a"));
    CHECK(submit(GatewayStep::authorize, "b"));
    CHECK(submit(GatewayStep::capture, "capture"));
    CHECK(submit(GatewayStep::look_up, "look-up"));
    CHECK_FALSE(submit(GatewayStep::authorize, "c"));
    CHECK_FALSE(submit(GatewayStep::refund, "refund"));
    gateway.go.count_down();
    all.get_future().wait();
    CHECK(order == std::vector<std::string>{"capture", "look-up", "a", "b"});
}

TEST_CASE("the outlook is what waits, at the pace of the calls that were answered",
          "[gateways][pool]") {
    HeldGateway gateway;
    std::atomic<std::int64_t> now_ms{0};
    const auto now = [&] { return Deadline{std::chrono::milliseconds{now_ms}}; };
    GatewayPool pool(gateway, {1, 3, now});
    const Deadline late{1h};
    Waiting first;
    REQUIRE(pool.submit(authorization("a"), late, late, first.callback()));
    gateway.begun.wait();
    CHECK(pool.outlook(0).wait == 0s);  // nothing is known of its pace yet
    CHECK_FALSE(pool.outlook(2).full);
    CHECK(pool.outlook(3).full);
    now_ms = 400;
    gateway.go.count_down();
    (void)first.answer.get();
    CHECK(pool.outlook(0).wait == 0s);
    CHECK(pool.outlook(3).wait == 6 * 400ms);
}
