// What operators give up may have happened all the same.

#include "tests/domain/paid_order.hpp"

using namespace souk;

namespace {

Order authorization_given_up() {
    const auto stuck = stuck_on(begun(), 1, Step::authorize, Status::unknown);
    return after(stuck, GiveUp{key(1, Step::authorize), "key_1", "closed"}).next;
}

}  // namespace

TEST_CASE("an authorisation in doubt is looked up once when it is given up, and released",
          "[domain][payment]") {
    const auto stuck = stuck_on(begun(), 1, Step::authorize, Status::unknown);
    const auto given_up = after(stuck, GiveUp{key(1, Step::authorize), "key_1", "closed"});
    CHECK(only_call(given_up).step == Step::look_up);
    CHECK(given_up.next.payment->state == State::failed);
    CHECK_FALSE(next_due(*given_up.next.payment).has_value());
    SECTION("it had happened") {
        const auto held = after(given_up.next, looked_up(1, Step::authorize, Status::authorized));
        CHECK(only_call(held).step == Step::cancel);
        CHECK(only_call(held).intent == "pi_1");
    }
    SECTION("it had happened, and another way is tried meanwhile") {
        const auto other = after(given_up.next, pay_with("pm_other")).next;
        const auto held = after(other, looked_up(1, Step::authorize, Status::authorized));
        CHECK(only_call(held).step == Step::cancel);
        CHECK(held.next.payment->state == State::processing);
    }
    SECTION("it had not, or nobody can say") {
        for (const auto status :
             {Status::not_found, Status::declined, Status::unknown, Status::not_asked}) {
            const auto order = after(given_up.next, looked_up(1, Step::authorize, status, "")).next;
            CHECK(order.payment->state == State::failed);
            CHECK_FALSE(next_due(*order.payment).has_value());
        }
    }
}

TEST_CASE("an authorisation that surely did not happen is given up without a question",
          "[domain][payment]") {
    const auto stuck = stuck_on(begun(), 1, Step::authorize, Status::unavailable);
    CHECK(after(stuck, GiveUp{key(1, Step::authorize), "key_1", "closed"}).calls.empty());
}

TEST_CASE("a refund given up in doubt stands when the gateway says so", "[domain][payment]") {
    const auto stuck =
        stuck_on(after(paid(), refund(1, 1'000)).next, 3, Step::refund, Status::unknown);
    const auto given_up = after(stuck, GiveUp{key(3, Step::refund), "key_1", "by bank"});
    CHECK(only_call(given_up).step == Step::look_up);
    CHECK(given_up.next.payment->refunds.front().state == RefundState::given_up);
    auto stands = looked_up(3, Step::refund, Status::captured);
    stands.answer.refunded = 1'000;
    const auto order = after(given_up.next, stands).next;
    REQUIRE(order.payment->refunds.size() == 1);
    CHECK(order.payment->refunds.front().state == RefundState::done);
    CHECK(order.payment->refunded == 1'000);
    CHECK(refusal(order, RetryNow{key(3, Step::refund), "key_1"}) == ErrorCode::conflict);
}

TEST_CASE("the refund of a stray charge that was given up can be asked for again",
          "[domain][payment]") {
    auto order = authorization_given_up();
    order = after(order, pay_with("pm_other")).next;
    order = after(order, answer(2, Step::authorize, Status::authorized, "pi_2")).next;
    order = after(order, answer(3, Step::capture, Status::captured, "pi_2")).next;
    order = after(order, webhook(Status::captured, "pi_9", 6'372)).next;
    order = stuck_on(order, 4, Step::refund, Status::unavailable);
    order = after(order, GiveUp{key(4, Step::refund), "key_1", "later"}).next;
    CHECK(order.payment->refunds.front().state == RefundState::given_up);
    CHECK(refusal(order, RetryNow{key(2, Step::authorize), "key_1"}) == ErrorCode::not_found);
    const auto again = after(order, RetryNow{key(4, Step::refund), "key_1"});
    CHECK(only_call(again).step == Step::refund);
    CHECK(only_call(again).intent == "pi_9");
    CHECK(again.next.payment->refunds.front().state == RefundState::under_way);
    const auto back = after(again.next, answer(4, Step::refund, Status::refunded, "pi_9")).next;
    CHECK(back.payment->strays.front().refunded == 6'372);
    CHECK(refusal(back, RetryNow{key(4, Step::refund), "key_1"}) == ErrorCode::not_found);
}

TEST_CASE("a refund that was given up is not taken up when the money has gone another way",
          "[domain][payment]") {
    auto order = after(paid(), refund(1, 6'000)).next;
    order = stuck_on(order, 3, Step::refund, Status::unavailable);
    order = after(order, GiveUp{key(3, Step::refund), "key_1", "later"}).next;
    order = after(order, refund(2, 1'000)).next;
    CHECK(refusal(order, RetryNow{key(3, Step::refund), "key_1"}) == ErrorCode::conflict);
    order = after(order, answer(4, Step::refund, Status::refunded)).next;
    CHECK(refusal(order, RetryNow{key(3, Step::refund), "key_1"}) == ErrorCode::conflict);
}

TEST_CASE("operators are asked about what is stuck, then what is due next, then what was given up",
          "[domain][payment]") {
    Payment payment;
    const auto add = [&](Step step, AttemptState state, bool stuck, int minutes) {
        PaymentAttempt attempt{.number = std::ssize(payment.attempts) + 1};
        attempt.step = step;
        attempt.state = state;
        attempt.stuck = stuck;
        attempt.due_at = now + std::chrono::minutes{minutes};
        payment.attempts.push_back(attempt);
    };
    add(Step::authorize, AttemptState::done, false, 0);
    add(Step::refund, AttemptState::given_up, false, 1);
    add(Step::refund, AttemptState::given_up, false, 2);
    add(Step::capture, AttemptState::given_up, false, 3);
    add(Step::refund, AttemptState::open, false, 9);
    add(Step::refund, AttemptState::open, false, 8);
    add(Step::cancel, AttemptState::open, true, 5);
    add(Step::cancel, AttemptState::open, true, 4);
    std::vector<std::int64_t> numbers;
    for (const auto* attempt : waiting_attempts(payment)) numbers.push_back(attempt->number);
    CHECK(numbers == std::vector<std::int64_t>{8, 7, 6, 5, 3, 2});
    CHECK(next_due(payment) == now + std::chrono::minutes{8});
}
