// Steps in flight while a gateway is away, or while more is asked of it than it can answer.

#include "tests/domain/paid_order.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

GatewayReported not_asked(std::int64_t number, Step step, Duration wait) {
    auto report = answer(number, step, Status::not_asked, "");
    report.answer.wait = wait;
    report.answer.reason = "the circuit breaker is open";
    return report;
}

const PaymentAttempt& attempt_of(const Order& order, std::int64_t number) {
    return order.payment->attempts.at(static_cast<std::size_t>(number - 1));
}

}  // namespace

TEST_CASE("a call that never left is no try, and comes back after the breaker's own time",
          "[domain][payment]") {
    const auto waiting = after(begun(), not_asked(1, Step::authorize, 15s)).next;
    CHECK(attempt_of(waiting, 1).tries == 0);
    CHECK_FALSE(attempt_of(waiting, 1).uncertain);
    CHECK(attempt_of(waiting, 1).reason == "the circuit breaker is open");
    const auto due = now + 15s + 3'750ms;
    CHECK(next_due(*waiting.payment) == due);
    CHECK(after(waiting, AttemptDue{key(1, Step::authorize)}, due - 1us).calls.empty());
    const auto again = after(waiting, AttemptDue{key(1, Step::authorize)}, due);
    CHECK(only_call(again).step == Step::authorize);
    CHECK(again.calls.front().try_number == 1);
}

TEST_CASE("a look-up that never left leaves its step in doubt", "[domain][payment]") {
    auto order = after(capturing(), answer(2, Step::capture, Status::unknown)).next;
    order = after(order, AttemptDue{key(2, Step::capture)}, now + 1s).next;
    auto report = not_asked(2, Step::capture, 15s);
    report.step = Step::look_up;
    order = after(order, report, now + 1s).next;
    CHECK(attempt_of(order, 2).uncertain);
    CHECK(attempt_of(order, 2).tries == 1);
    CHECK(only_call(after(order, AttemptDue{key(2, Step::capture)}, now + 1min)).step ==
          Step::look_up);
}

TEST_CASE("what is in flight ends by itself after an outage of any length", "[domain][payment]") {
    const bool probing = GENERATE(false, true);  // some of the calls are the breaker's probes
    auto order = capturing();
    auto at = now;
    for (int i = 0; i < 1'000; ++i) {
        auto report = not_asked(2, Step::capture, 15s);
        if (probing && i % 2 == 0) report.answer.status = Status::unavailable;
        order = after(order, report, at).next;
        REQUIRE_FALSE(needs_operator(*order.payment));
        at = *next_due(*order.payment);
        order = after(order, AttemptDue{key(2, Step::capture)}, at).next;
    }
    CHECK(attempt_of(order, 2).tries - attempt_of(order, 2).forgiven == 1);
    const auto captured = after(order, answer(2, Step::capture, Status::captured), at).next;
    CHECK(captured.payment->captured == 6'372);
    CHECK_FALSE(next_due(*captured.payment) > at + 1h);
}

TEST_CASE("an order that ended while its authorisation was held back asks nothing more",
          "[domain][payment]") {
    auto order = after(begun(), cancel).next;
    order = after(order, not_asked(1, Step::authorize, 15s)).next;
    CHECK(order.payment->state == State::voided);
    CHECK_FALSE(next_due(*order.payment).has_value());
}
