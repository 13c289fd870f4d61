// A gateway that does not answer, or answers late, twice or in any order.

#include "tests/domain/paid_order.hpp"

using namespace souk;
using namespace std::chrono_literals;

TEST_CASE("after an unknown outcome the gateway is asked what happened, never to do it again",
          "[domain][payment]") {
    const auto unknown =
        after(begun(), answer(1, GatewayStep::authorize, Status::unknown, "")).next;
    const auto due = unknown.payment->attempts.front().due_at;
    CHECK(due == now + 500ms);
    CHECK(after(unknown, AttemptDue{key(1, GatewayStep::authorize)}, due - 1us).calls.empty());
    const auto asked = after(unknown, AttemptDue{key(1, GatewayStep::authorize)}, due);
    CHECK(only_call(asked).step == GatewayStep::look_up);
    CHECK(only_call(asked).idempotency_key == key(1, GatewayStep::authorize));
    SECTION("it happened") {
        const auto found =
            after(asked.next, looked_up(1, GatewayStep::authorize, Status::authorized));
        CHECK(only_call(found).step == GatewayStep::capture);
    }
    SECTION("it did not") {
        const auto missing =
            after(asked.next, looked_up(1, GatewayStep::authorize, Status::not_found, ""));
        CHECK(only_call(missing).step == GatewayStep::authorize);
        CHECK(only_call(missing).idempotency_key == key(1, GatewayStep::authorize));
    }
    SECTION("nobody can say") {
        const auto again =
            after(asked.next, looked_up(1, GatewayStep::authorize, Status::unavailable, "")).next;
        CHECK(
            only_call(after(again, AttemptDue{key(1, GatewayStep::authorize)}, due + 1min)).step ==
            GatewayStep::look_up);
    }
}

TEST_CASE("a call that nobody answered is looked up, as after a crash", "[domain][payment]") {
    const auto due = now + policy.answer_time;
    const auto change = after(capturing(), AttemptDue{key(2, GatewayStep::capture)}, due);
    CHECK(only_call(change).step == GatewayStep::look_up);
    const auto not_taken =
        after(change.next, looked_up(2, GatewayStep::capture, Status::authorized), due);
    CHECK(only_call(not_taken).step == GatewayStep::capture);
    CHECK(only_call(not_taken).idempotency_key == key(2, GatewayStep::capture));
}

TEST_CASE("a gateway that is not there is asked the same again", "[domain][payment]") {
    const auto away =
        after(begun(), answer(1, GatewayStep::authorize, Status::unavailable, "")).next;
    const auto again = after(away, AttemptDue{key(1, GatewayStep::authorize)}, now + 1s);
    CHECK(only_call(again).step == GatewayStep::authorize);
    CHECK(again.calls.front().try_number == 2);
}

TEST_CASE("a late answer to an earlier try does not make the last one certain",
          "[domain][payment]") {
    auto order = after(begun(), AttemptDue{key(1, GatewayStep::authorize)}, now + 30s).next;
    auto late = answer(1, GatewayStep::authorize, Status::unavailable, "");
    late.try_number = 1;
    CHECK(after(order, late, now + 31s).next.version == order.version);
}

TEST_CASE("after so many tries operators decide", "[domain][payment]") {
    auto order = capturing();
    auto at = now;
    const auto capture = key(2, GatewayStep::capture);
    for (std::int64_t tries = 1; tries <= policy.retry.ceiling; ++tries) {
        order = after(order, answer(2, GatewayStep::capture, Status::unavailable), at).next;
        at += 3min;
        order = after(order, AttemptDue{capture}, at).next;
    }
    CHECK(needs_operator(*order.payment));
    CHECK_FALSE(next_due(*order.payment).has_value());
    CHECK(after(order, AttemptDue{capture}, at + 1h).calls.empty());
    SECTION("to try once more") {
        const auto again = after(order, RetryNow{capture, "key_1"});
        CHECK(only_call(again).step == GatewayStep::capture);
        CHECK_FALSE(needs_operator(*again.next.payment));
        CHECK(again.next.history.back().actor == "key_1");
    }
    SECTION("to give up, which ends the order and releases what is held") {
        const auto given_up = after(order, GiveUp{capture, "key_1", "gateway closed"});
        CHECK(given_up.next.status == OrderStatus::cancelled);
        CHECK(only_call(given_up).step == GatewayStep::cancel);
        const auto late = after(given_up.next, webhook(Status::captured));
        CHECK(late.next.payment->refunds.front().amount == 6'372);
        CHECK(only_call(late).step == GatewayStep::refund);
    }
    CHECK(refusal(order, GiveUp{"order_x:1:capture", "key_1", ""}) == ErrorCode::not_found);
    CHECK(refusal(order, RetryNow{key(1, GatewayStep::authorize), "k"}) == ErrorCode::not_found);
    CHECK(refusal(capturing(), GiveUp{capture, "key_1", ""}) == ErrorCode::conflict);
}

TEST_CASE("calls that nobody ever answers end with the operators too", "[domain][payment]") {
    auto order = begun();
    auto at = now;
    for (std::int64_t tries = 1; tries < policy.retry.ceiling; ++tries) {
        at += policy.answer_time;
        const auto change = after(order, AttemptDue{key(1, GatewayStep::authorize)}, at);
        CHECK(only_call(change).step == GatewayStep::look_up);
        order = change.next;
    }
    const auto last =
        after(order, AttemptDue{key(1, GatewayStep::authorize)}, at + policy.answer_time);
    CHECK(last.calls.empty());
    CHECK(needs_operator(*last.next.payment));
}

TEST_CASE("a webhook may come before the answer to the call that caused it", "[domain][payment]") {
    const auto authorized = after(begun(), webhook(Status::authorized));
    CHECK(only_call(authorized).step == GatewayStep::capture);
    CHECK(authorized.next.payment->intent == "pi_1");
    const auto late = after(authorized.next, answer(1, GatewayStep::authorize, Status::authorized));
    CHECK(late.next.version == authorized.next.version);
    const auto captured = after(begun(), webhook(Status::captured));
    CHECK(captured.next.status == OrderStatus::confirmed);
    CHECK(
        after(captured.next, answer(1, GatewayStep::authorize, Status::authorized)).calls.empty());
}

TEST_CASE("news that is older than what is known changes nothing", "[domain][payment]") {
    const auto order = paid();
    for (const auto status : {Status::authorized, Status::requires_action, Status::processing,
                              Status::declined, Status::cancelled, Status::captured})
        CHECK(after(order, webhook(status)).next.version == order.version);
    const auto held = capturing();
    for (const auto status : {Status::authorized, Status::requires_action, Status::declined})
        CHECK(after(held, webhook(status)).next.version == held.version);
}

TEST_CASE("a fee that is told later is posted once", "[domain][payment]") {
    auto news = webhook(Status::captured);
    news.facts.fee = 200;
    const auto change = after(paid(), news);
    REQUIRE(change.entries.size() == 1);
    CHECK(change.entries.front().kind == EntryKind::fee);
    CHECK(after(change.next, news).entries.empty());
}

TEST_CASE("a webhook of an order without a payment is not found", "[domain][payment]") {
    CHECK(refusal(placed(), webhook(Status::authorized)) == ErrorCode::not_found);
    CHECK(refusal(begun(), answer(7, GatewayStep::capture, Status::captured)) ==
          ErrorCode::not_found);
}

TEST_CASE("a void that the gateway refuses is looked into", "[domain][payment]") {
    auto order = after(waiting_for_buyer(), cancel).next;
    const auto refused = after(order, answer(2, GatewayStep::cancel, Status::declined));
    CHECK(only_call(refused).step == GatewayStep::look_up);
    const auto taken = after(refused.next, looked_up(2, GatewayStep::cancel, Status::captured));
    CHECK(only_call(taken).step == GatewayStep::refund);
    const auto nothing = after(refused.next, looked_up(2, GatewayStep::cancel, Status::declined));
    CHECK(nothing.next.payment->state == State::voided);
    const auto still = after(refused.next, looked_up(2, GatewayStep::cancel, Status::authorized));
    CHECK(only_call(still).step == GatewayStep::cancel);
}

TEST_CASE("a dispute is noted once", "[domain][payment]") {
    auto news = webhook(Status::captured);
    news.disputed = true;
    const auto change = after(paid(), news);
    CHECK(change.next.payment->disputed);
    CHECK(after(change.next, news).next.version == change.next.version);
}
