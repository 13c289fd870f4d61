#include "domain/payment.hpp"

#include <set>

#include "domain/order.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
const PaymentPolicy policy{};
using Status = GatewayStatus;
using State = PaymentState;

OrderItemId item_id(std::uint64_t number) { return {uuid_v7(now, 5, number)}; }

Order placed(Amount total = 6'372) {
    Order order;
    order.id = OrderId{uuid_v7(now, 0, 1)};
    order.payment_method = PaymentMethod::stripe;
    OrderItem item{.id = item_id(1), .quantity = 3};
    item.offer.variant_id = VariantId{uuid_v7(now, 6, 1)};
    order.items = {item};
    order.totals = {.subtotal = total, .total = total};
    order.vendor_orders = {{VendorId{uuid_v7(now, 2, 1)}, OrderStatus::pending, order.totals}};
    order.reserved_until = now + 15min;
    order.history = {{OrderStatus::pending, PaymentStatus::pending, "guest", "placed", now}};
    order.version = 1;
    return order;
}

const Pay pay{PaymentMethod::stripe, "pm_card_visa", PaymentId{uuid_v7(now, 1, 1)}, "guest"};
const CancelOrder cancel{"guest", "changed my mind", {}};

Pay pay_with(std::string method) {
    auto command = pay;
    command.method = std::move(method);
    return command;
}

OrderChange after(const Order& order, const OrderCommand& command, TimePoint at = now) {
    return decide(order, command, at, policy).value();
}

ErrorCode refusal(const Order& order, const OrderCommand& command, TimePoint at = now) {
    return decide(order, command, at, policy).error().code;
}

std::string key(std::int64_t number, GatewayStep step) {
    return attempt_key(placed().id, number, step);
}

GatewayReported answer(std::int64_t number, GatewayStep step, Status status,
                       const std::string& intent = "pi_1") {
    GatewayReported report{.key = key(number, step), .step = step};
    report.answer.status = status;
    report.answer.intent = intent;
    report.random = 0.5;
    return report;
}

GatewayReported looked_up(std::int64_t number, GatewayStep step, Status status,
                          const std::string& intent = "pi_1") {
    auto report = answer(number, step, status, intent);
    report.step = GatewayStep::look_up;
    return report;
}

WebhookReported webhook(Status status, const std::string& intent = "pi_1", Amount captured = 0,
                        Amount refunded = 0) {
    WebhookReported report;
    report.facts.status = status;
    report.facts.intent = intent;
    report.facts.captured = captured;
    report.facts.refunded = refunded;
    return report;
}

Order begun() { return after(placed(), pay).next; }
Order waiting_for_buyer() {
    return after(begun(), answer(1, GatewayStep::authorize, Status::requires_action)).next;
}
Order capturing() {
    return after(begun(), answer(1, GatewayStep::authorize, Status::authorized)).next;
}
Order paid() { return after(capturing(), answer(2, GatewayStep::capture, Status::captured)).next; }

RefundPayment refund(std::uint64_t number, std::optional<Amount> amount) {
    return {RefundId{uuid_v7(now, 7, number)}, amount, "damaged", {}, "key_1"};
}

const GatewayRequest& only_call(const OrderChange& change) {
    REQUIRE(change.calls.size() == 1);
    return change.calls.front().request;
}

}  // namespace

TEST_CASE("paying commits an attempt and asks for its authorisation", "[domain][payment]") {
    const auto change = after(placed(), pay);
    const auto& call = only_call(change);
    CHECK(call.step == GatewayStep::authorize);
    CHECK(call.amount == 6'372);
    CHECK(call.method == "pm_card_visa");
    CHECK(call.idempotency_key == to_text(placed().id) + ":1:authorize");
    CHECK(change.next.payment->attempts.front().key == call.idempotency_key);
    CHECK(change.next.payment_status == PaymentStatus::processing);
    CHECK(change.next.status == OrderStatus::pending);
    CHECK(change.next.version == 2);
    CHECK(change.stock == StockEffect::none);
}

TEST_CASE("paying again with the same token, under way or done, is a harmless repeat",
          "[domain][payment]") {
    for (const auto& order : {begun(), waiting_for_buyer(), capturing(), paid()}) {
        const auto again = after(order, pay);
        CHECK(again.next.version == order.version);
        CHECK(again.calls.empty());
    }
}

TEST_CASE("what cannot be paid says why", "[domain][payment]") {
    auto other = pay;
    other.gateway = PaymentMethod::sandbox;
    CHECK(refusal(placed(), other) == ErrorCode::invalid_input);
    CHECK(refusal(placed(), pay_with("")) == ErrorCode::invalid_input);
    CHECK(refusal(placed(), pay_with("4242 4242 4242 4242")) == ErrorCode::invalid_input);
    CHECK(refusal(placed(), pay, now + 15min) == ErrorCode::gone);
    CHECK(refusal(after(placed(), cancel).next, pay) == ErrorCode::conflict);
    CHECK(refusal(paid(), pay_with("pm_other")) == ErrorCode::conflict);
    CHECK(refusal(begun(), pay_with("pm_other")) == ErrorCode::conflict);
    CHECK(refusal(capturing(), pay_with("pm_other")) == ErrorCode::conflict);
    CHECK(refusal(placed(), ConfirmOrder{PaymentMethod::stripe, "guest"}) == ErrorCode::conflict);
}

TEST_CASE("an authorised payment is captured while the reservation lasts longer",
          "[domain][payment]") {
    const auto change =
        after(begun(), answer(1, GatewayStep::authorize, Status::authorized), now + 14min);
    CHECK(only_call(change).step == GatewayStep::capture);
    CHECK(only_call(change).intent == "pi_1");
    CHECK(only_call(change).amount == 6'372);
    CHECK(change.extend_until == now + 24min);
    CHECK(change.next.reserved_until == now + 24min);
    CHECK(change.next.payment_status == PaymentStatus::processing);
}

TEST_CASE("a capture confirms the order, deducts its units and posts it, at once",
          "[domain][payment]") {
    const auto change = after(capturing(), answer(2, GatewayStep::capture, Status::captured));
    CHECK(change.next.status == OrderStatus::confirmed);
    CHECK(change.next.payment_status == PaymentStatus::paid);
    CHECK(change.next.stock_deducted);
    CHECK(change.stock == StockEffect::confirm);
    CHECK(change.next.payment->captured == 6'372);
    REQUIRE(change.entries.size() == 1);
    CHECK(sums_to_zero(change.entries.front()));
    CHECK(change.next.history.back().payment_status == PaymentStatus::paid);
}

TEST_CASE("what the buyer has to do is shown, and confirmed afterwards", "[domain][payment]") {
    auto report = answer(1, GatewayStep::authorize, Status::requires_action);
    report.answer.client_secret = "pi_1_secret";
    const auto waiting = after(begun(), report).next;
    CHECK(waiting.payment->state == State::requires_action);
    CHECK(waiting.payment->client_secret == "pi_1_secret");
    const auto confirming = after(waiting, ConfirmPayment{"guest"});
    CHECK(only_call(confirming).step == GatewayStep::confirm);
    CHECK(only_call(confirming).intent == "pi_1");
    const auto again = after(confirming.next, ConfirmPayment{"guest"});
    CHECK(again.next.version == confirming.next.version);
    CHECK(after(confirming.next, webhook(Status::requires_action)).next.version ==
          confirming.next.version);
    const auto authorized =
        after(confirming.next, answer(2, GatewayStep::confirm, Status::authorized));
    CHECK(only_call(authorized).step == GatewayStep::capture);
    CHECK(authorized.next.payment->client_secret.empty());
    CHECK(refusal(placed(), ConfirmPayment{"guest"}) == ErrorCode::conflict);
    CHECK(refusal(waiting, ConfirmPayment{"guest"}, now + 15min) == ErrorCode::gone);
}

TEST_CASE("a declined payment is a 402 and may be tried another way", "[domain][payment]") {
    auto report = answer(1, GatewayStep::authorize, Status::declined);
    report.answer.reason = "insufficient_funds";
    const auto declined = after(begun(), report).next;
    CHECK(declined.payment_status == PaymentStatus::failed);
    CHECK(declined.status == OrderStatus::pending);
    CHECK(payment_error(*declined.payment)->code == ErrorCode::payment_failed);
    CHECK(payment_error(*declined.payment)->message == "insufficient_funds");
    const auto again = after(declined, pay_with("pm_other"));
    CHECK(only_call(again).idempotency_key == key(2, GatewayStep::authorize));
    CHECK_FALSE(payment_error(*again.next.payment).has_value());
    CHECK(refusal(declined, ConfirmPayment{"guest"}) == ErrorCode::payment_failed);
}

TEST_CASE("an order may be paid in so many ways and no more", "[domain][payment]") {
    auto order = placed();
    for (std::int64_t way = 1; way <= policy.max_ways; ++way) {
        order = after(order, pay).next;
        order = after(order, answer(way, GatewayStep::authorize, Status::declined, "")).next;
    }
    CHECK(refusal(order, pay) == ErrorCode::conflict);
}

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

TEST_CASE("cancelling before the capture releases the authorisation", "[domain][payment]") {
    const auto waiting = after(waiting_for_buyer(), cancel);
    CHECK(waiting.stock == StockEffect::release);
    CHECK(only_call(waiting).step == GatewayStep::cancel);
    const auto voided = after(waiting.next, answer(2, GatewayStep::cancel, Status::cancelled)).next;
    CHECK(voided.payment->state == State::voided);
    CHECK_FALSE(next_due(*voided.payment).has_value());
}

TEST_CASE("cancelling during an authorisation waits for its end, then releases it",
          "[domain][payment]") {
    const auto cancelled = after(begun(), cancel);
    CHECK(cancelled.calls.empty());
    const auto late = after(cancelled.next, answer(1, GatewayStep::authorize, Status::authorized));
    CHECK(only_call(late).step == GatewayStep::cancel);
    CHECK(late.stock == StockEffect::none);
    const auto declined =
        after(cancelled.next, answer(1, GatewayStep::authorize, Status::declined)).next;
    CHECK(declined.payment->state == State::voided);
    const auto never =
        after(cancelled.next, answer(1, GatewayStep::authorize, Status::unavailable, "")).next;
    CHECK(never.payment->state == State::voided);
}

TEST_CASE("cancelling during a capture waits for its end, then refunds it in full",
          "[domain][payment]") {
    const auto cancelled = after(capturing(), cancel);
    CHECK(cancelled.next.status == OrderStatus::cancelled);
    CHECK(cancelled.calls.empty());
    const auto captured = after(cancelled.next, answer(2, GatewayStep::capture, Status::captured));
    CHECK(captured.next.status == OrderStatus::cancelled);
    CHECK(captured.stock == StockEffect::none);
    CHECK(only_call(captured).step == GatewayStep::refund);
    CHECK(only_call(captured).amount == 6'372);
    CHECK(captured.next.payment->refunds.front().owed);
    const auto refunded =
        after(captured.next, answer(3, GatewayStep::refund, Status::refunded)).next;
    CHECK(refunded.payment_status == PaymentStatus::refunded);
    const auto not_taken =
        after(cancelled.next, answer(2, GatewayStep::capture, Status::unavailable));
    CHECK(only_call(not_taken).step == GatewayStep::cancel);
}

TEST_CASE("cancelling a paid order puts its units back and refunds what is left",
          "[domain][payment]") {
    auto order = after(paid(), refund(1, 1'000)).next;
    order = after(order, answer(3, GatewayStep::refund, Status::refunded)).next;
    CHECK(order.payment_status == PaymentStatus::partially_refunded);
    const auto cancelled = after(order, cancel);
    CHECK(cancelled.stock == StockEffect::restock);
    CHECK(cancelled.restock.front().second == 3);
    CHECK(only_call(cancelled).amount == 5'372);
    CHECK(after(cancelled.next, cancel).calls.empty());
}

TEST_CASE("a refund that was wished for before the order ended is owed from then on",
          "[domain][payment]") {
    auto order = after(after(paid(), refund(1, 1'000)).next, cancel).next;
    order = after(order, answer(3, GatewayStep::refund, Status::declined)).next;
    CHECK(order.payment->refunds.front().state != RefundState::failed);
    CHECK(refundable(*order.payment) == 0);
}

TEST_CASE("expiry gives a payment that is under way a grace, once", "[domain][payment]") {
    for (const auto& order : {begun(), waiting_for_buyer()}) {
        const auto graced = after(order, ExpireOrder{}, now + 15min);
        CHECK(graced.next.status == OrderStatus::pending);
        CHECK(graced.extend_until == now + 25min);
        CHECK(graced.stock == StockEffect::none);
        CHECK(refusal(graced.next, ExpireOrder{}, now + 25min - 1us) == ErrorCode::conflict);
        const auto expired = after(graced.next, ExpireOrder{}, now + 25min);
        CHECK(expired.next.status == OrderStatus::cancelled);
        CHECK(expired.stock == StockEffect::expire);
    }
    const auto declined = after(begun(), answer(1, GatewayStep::authorize, Status::declined)).next;
    CHECK(after(declined, ExpireOrder{}, now + 15min).next.status == OrderStatus::cancelled);
}

TEST_CASE("a late success after expiry is released, or refunded", "[domain][payment]") {
    auto order = after(begun(), ExpireOrder{}, now + 15min).next;
    order = after(order, ExpireOrder{}, now + 25min).next;
    const auto held =
        after(order, answer(1, GatewayStep::authorize, Status::authorized), now + 26min);
    CHECK(only_call(held).step == GatewayStep::cancel);
    const auto taken = after(held.next, webhook(Status::captured), now + 27min);
    CHECK(only_call(taken).step == GatewayStep::refund);
    CHECK(taken.next.payment->state == State::paid);
    CHECK(taken.next.status == OrderStatus::cancelled);
    CHECK(taken.entries.front().postings.back().account.kind == AccountKind::customer_payable);
}

TEST_CASE("a capture that ends past the grace finds the order over, expired or not yet",
          "[domain][payment]") {
    const auto late = now + 15min;
    const auto change = after(capturing(), answer(2, GatewayStep::capture, Status::captured), late);
    CHECK(change.next.status == OrderStatus::cancelled);
    CHECK(change.stock == StockEffect::expire);
    CHECK(only_call(change).step == GatewayStep::refund);
}

TEST_CASE("when stock has lost the units, the payment is undone", "[domain][payment]") {
    auto held = answer(1, GatewayStep::authorize, Status::authorized);
    held.units_lost = true;
    const auto released = after(begun(), held);
    CHECK(released.next.status == OrderStatus::cancelled);
    CHECK(only_call(released).step == GatewayStep::cancel);
    auto taken = answer(2, GatewayStep::capture, Status::captured);
    taken.units_lost = true;
    const auto refunded = after(capturing(), taken);
    CHECK(refunded.stock == StockEffect::none);
    CHECK(only_call(refunded).step == GatewayStep::refund);
}

TEST_CASE("another amount than the order's does not pay it", "[domain][payment]") {
    const auto change = after(capturing(), webhook(Status::captured, "pi_1", 6'371));
    CHECK(change.next.status == OrderStatus::cancelled);
    CHECK(only_call(change).amount == 6'371);
}

TEST_CASE("a buyer who turns to another way does not pay twice", "[domain][payment]") {
    const auto other = after(waiting_for_buyer(), pay_with("pm_other"));
    REQUIRE(other.calls.size() == 2);
    CHECK(other.calls[0].request.step == GatewayStep::cancel);
    CHECK(other.calls[1].request.step == GatewayStep::authorize);
    CHECK(after(other.next, webhook(Status::authorized, "pi_1")).calls.empty());
    const auto order =
        after(other.next, answer(3, GatewayStep::authorize, Status::authorized, "pi_2")).next;
    const auto both = after(order, webhook(Status::captured, "pi_1"));
    CHECK(both.next.status == OrderStatus::pending);
    CHECK(only_call(both).step == GatewayStep::refund);
    CHECK(only_call(both).intent == "pi_1");
    const auto settled =
        after(both.next, answer(4, GatewayStep::capture, Status::captured, "pi_2")).next;
    CHECK(settled.status == OrderStatus::confirmed);
    CHECK(settled.payment_status == PaymentStatus::paid);
    CHECK(refundable(*settled.payment) == 6'372);
}

TEST_CASE("a late success of a way that was declined is released", "[domain][payment]") {
    auto order = after(begun(), answer(1, GatewayStep::authorize, Status::declined)).next;
    const auto told = after(order, webhook(Status::authorized));
    CHECK(only_call(told).step == GatewayStep::cancel);
    CHECK(told.next.payment->state == State::failed);
    CHECK(payment_error(*told.next.payment).has_value());
    const auto released = after(told.next, answer(2, GatewayStep::cancel, Status::cancelled)).next;
    CHECK(released.payment->state == State::failed);
    CHECK(released.payment->last_error == order.payment->last_error);
    order = after(order, pay_with("pm_other")).next;
    const auto late = after(order, webhook(Status::authorized, "pi_1"));
    CHECK(only_call(late).step == GatewayStep::cancel);
    CHECK(late.next.payment->state == State::processing);
}

TEST_CASE("a declined capture is voided and may be paid another way", "[domain][payment]") {
    const auto declined = after(capturing(), answer(2, GatewayStep::capture, Status::declined));
    CHECK(declined.next.payment_status == PaymentStatus::failed);
    CHECK(only_call(declined).step == GatewayStep::cancel);
    const auto stale = after(declined.next, webhook(Status::authorized));
    CHECK(stale.next.version == declined.next.version);
    const auto again = after(declined.next, pay_with("pm_other")).next;
    const auto held = after(again, answer(4, GatewayStep::authorize, Status::authorized, "pi_2"));
    CHECK(only_call(held).step == GatewayStep::capture);
    CHECK(only_call(held).intent == "pi_2");
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

TEST_CASE("refunds add up, those under way included", "[domain][payment]") {
    CHECK(refusal(begun(), refund(1, 1)) == ErrorCode::conflict);
    CHECK(refusal(placed(), refund(1, 1)) == ErrorCode::conflict);
    CHECK(refusal(paid(), refund(1, 6'373)) == ErrorCode::unprocessable);
    CHECK(refusal(paid(), refund(1, 0)) == ErrorCode::unprocessable);
    CHECK(refusal(paid(), refund(1, -1)) == ErrorCode::unprocessable);
    const auto first = after(paid(), refund(1, 6'000));
    CHECK(only_call(first).amount == 6'000);
    CHECK(refusal(first.next, refund(2, 373)) == ErrorCode::unprocessable);
    const auto second = after(first.next, refund(2, {}));
    CHECK(second.calls.empty());
    CHECK(refusal(second.next, refund(3, {})) == ErrorCode::conflict);
    CHECK(after(second.next, refund(1, 6'000)).next.version == second.next.version);
    CHECK(refusal(second.next, refund(1, 5'000)) == ErrorCode::conflict);
    const auto next = after(second.next, answer(3, GatewayStep::refund, Status::refunded));
    CHECK(only_call(next).amount == 372);
    CHECK(next.next.payment_status == PaymentStatus::partially_refunded);
    const auto all = after(next.next, answer(4, GatewayStep::refund, Status::refunded)).next;
    CHECK(all.payment_status == PaymentStatus::refunded);
    CHECK(all.payment->refunded == 6'372);
}

TEST_CASE("the gateway's total tells whether a refund stands", "[domain][payment]") {
    auto order = after(paid(), refund(1, 1'000)).next;
    order = after(order, answer(3, GatewayStep::refund, Status::unknown)).next;
    order = after(order, AttemptDue{key(3, GatewayStep::refund)}, now + 1s).next;
    auto told = looked_up(3, GatewayStep::refund, Status::captured);
    CHECK(only_call(after(order, told)).step == GatewayStep::refund);
    told.answer.refunded = 1'000;
    CHECK(after(order, told).next.payment->refunded == 1'000);
    const auto hooked = after(order, webhook(Status::refunded, "pi_1", 6'372, 1'000)).next;
    CHECK(hooked.payment->refunded == 1'000);
    CHECK(after(hooked, webhook(Status::refunded, "pi_1", 6'372, 1'000)).next.version ==
          hooked.version);
}

TEST_CASE("a refund made at the gateway is put on record", "[domain][payment]") {
    const auto change = after(paid(), webhook(Status::refunded, "pi_1", 6'372, 500));
    CHECK(change.next.payment->refunded == 500);
    CHECK(change.next.payment->refunds.front().actor == "gateway");
    REQUIRE(change.entries.size() == 1);
    const auto unheard = after(capturing(), webhook(Status::refunded, "pi_1", 6'372, 6'372));
    CHECK(unheard.next.payment->refunded == 6'372);
    CHECK(unheard.next.payment_status == PaymentStatus::refunded);
}

TEST_CASE("a refund that was wished for may fail, one that is owed waits for operators",
          "[domain][payment]") {
    auto wished = after(paid(), refund(1, 1'000)).next;
    wished = after(wished, answer(3, GatewayStep::refund, Status::declined)).next;
    CHECK(wished.payment->refunds.front().state == RefundState::failed);
    CHECK(refundable(*wished.payment) == 6'372);
    auto owed = after(paid(), cancel).next;
    owed = after(owed, answer(3, GatewayStep::refund, Status::declined)).next;
    CHECK(owed.payment->refunds.front().state == RefundState::under_way);
    CHECK(needs_operator(*owed.payment));
    const auto again = after(owed, RetryNow{key(4, GatewayStep::refund), "key_1"});
    CHECK(only_call(again).idempotency_key == key(4, GatewayStep::refund));
    const auto given_up = after(owed, GiveUp{key(4, GatewayStep::refund), "key_1", "paid in cash"});
    CHECK(given_up.next.payment->refunds.front().state == RefundState::given_up);
    CHECK(refundable(*given_up.next.payment) == 6'372);
}

TEST_CASE("a refund restocks the lines it names, and no unit twice", "[domain][payment]") {
    auto command = refund(1, 1'000);
    command.restock = {{item_id(1), 2}};
    const auto change = after(paid(), command);
    CHECK(change.stock == StockEffect::restock);
    REQUIRE(change.restock.size() == 1);
    CHECK(change.restock.front().second == 2);
    auto more = refund(2, 1'000);
    more.restock = {{item_id(1), 2}};
    CHECK(refusal(change.next, more) == ErrorCode::unprocessable);
    more.restock = {{item_id(1), 1}, {item_id(1), 1}};
    CHECK(refusal(change.next, more) == ErrorCode::unprocessable);
    more.restock = {{item_id(2), 1}};
    CHECK(refusal(change.next, more) == ErrorCode::unprocessable);
    CHECK(after(change.next, cancel).restock.front().second == 1);
}

TEST_CASE("an order that costs nothing is paid without a gateway", "[domain][payment]") {
    auto command = pay;
    command.method.clear();
    const auto change = after(placed(0), command);
    CHECK(change.calls.empty());
    CHECK(change.next.status == OrderStatus::confirmed);
    CHECK(change.next.payment_status == PaymentStatus::paid);
    CHECK(change.stock == StockEffect::confirm);
}

TEST_CASE("an order that ends before it is paid gives its discount back", "[domain][payment]") {
    auto order = placed();
    order.discount = AppliedDiscount{DiscountId{}, "SAVE20", {}};
    CHECK(after(order, cancel).release_discount);
    CHECK(after(order, ExpireOrder{}, now + 15min).release_discount);
    auto sold = paid();
    sold.discount = order.discount;
    CHECK_FALSE(after(sold, cancel).release_discount);
    CHECK_FALSE(after(placed(), cancel).release_discount);
}

TEST_CASE("a dispute is noted once", "[domain][payment]") {
    auto news = webhook(Status::captured);
    news.disputed = true;
    const auto change = after(paid(), news);
    CHECK(change.next.payment->disputed);
    CHECK(after(change.next, news).next.version == change.next.version);
}
