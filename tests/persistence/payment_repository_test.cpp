// Payments as they read back, with their orders and by whatever else they are known by.

#include "persistence/payment_repository.hpp"

#include "persistence/cart_repository.hpp"
#include "persistence/order_repository.hpp"
#include "tests/persistence/paying_shop.hpp"
#include "tests/support/here.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

/// Every field has a value of its own that is not its default.
Order order_with_everything() {
    auto order = being_paid(placed_order(1));
    order.discount =
        AppliedDiscount{id<DiscountId>(1),
                        nasty,
                        {DiscountType::fixed_amount, 500, 200, Currency{{'J', 'O', 'D'}}}};
    auto& payment = *order.payment;
    payment.id = id<PaymentId>(2);
    payment.method = nasty;
    payment.state = PaymentState::partially_refunded;
    payment.intent = nasty + "intent";
    payment.client_secret = nasty + "secret";
    payment.captured = 1'100;
    payment.refunded = 40;
    payment.fee = -3;
    payment.pays_order = payment.graced = payment.disputed = true;
    payment.last_error = nasty + "error";
    payment.created_at = paying_time + 1us;
    PaymentAttempt attempt{.number = 1, .step = GatewayStep::refund};
    attempt.state = AttemptState::given_up;
    attempt.key = nasty + "key";
    attempt.intent = nasty + "its intent";
    attempt.method = nasty;
    attempt.amount = 7;
    attempt.refund_id = id<RefundId>(3);
    attempt.tries = 8;
    attempt.forgiven = 6;
    attempt.due_at = paying_time + 2us;
    attempt.uncertain = attempt.stuck = true;
    attempt.reason = nasty;
    payment.attempts = {attempt, {.number = 2, .key = "bare"}};
    Refund refund{.id = id<RefundId>(3), .amount = 40, .reason = nasty};
    refund.restock = {{id<OrderItemId>(9), 2}, {id<OrderItemId>(8), 1}};
    refund.actor = nasty;
    refund.state = RefundState::done;
    refund.intent = nasty + "intent";
    refund.owed = true;
    refund.settled_as = 1;
    refund.requested_at = paying_time + 3us;
    // The later one has the lower id.
    payment.refunds = {refund, {.id = id<RefundId>(1), .amount = 1}};
    payment.strays = {{nasty, 60, 50}, {"a", 5, 0}};
    return order;
}

Order read(PayingShop& shop, const OrderId& order) {
    auto orders = find_orders(shop.db, here({order}));
    REQUIRE(orders);
    REQUIRE(orders->size() == 1);
    return std::move(orders->front().second);
}

}  // namespace

TEST_CASE("a payment reads as it was written", "[persistence][payment]") {
    PayingShop shop;
    const auto written = order_with_everything();
    shop.commit({new_order(written)});
    const auto order = read(shop, written.id);
    CHECK(order.discount == written.discount);
    REQUIRE(order.payment);
    CHECK(order.payment->attempts == written.payment->attempts);
    CHECK(order.payment->refunds == written.payment->refunds);
    CHECK(order.payment->strays == written.payment->strays);
    CHECK(order.payment == written.payment);
}

TEST_CASE("an order without a payment or a discount reads so, beside one that has both",
          "[persistence][payment]") {
    PayingShop shop;
    const auto paid = order_with_everything();
    const auto plain = placed_order(2);
    const auto begun = being_paid(placed_order(3));
    shop.commit({new_order(paid), new_order(plain), new_order(begun)});
    CHECK_FALSE(read(shop, plain.id).payment);
    CHECK_FALSE(read(shop, plain.id).discount);
    CHECK(read(shop, begun.id).payment == begun.payment);
    CHECK(find_orders(shop.db, here({paid.id, plain.id, begun.id}))->size() == 3);
}

TEST_CASE("a payment that changed reads as it became", "[persistence][payment]") {
    PayingShop shop;
    const auto before = placed_order(1);
    shop.commit({new_order(before)});
    const auto begun = being_paid(before, {attempt_of(before, 1, GatewayStep::authorize)});
    shop.commit({order_change(before, begun)});
    auto second = begun;
    second.version = 2;
    CHECK(read(shop, before.id).payment == begun.payment);

    // All of it but what tells the rows apart.
    auto next = order_with_everything();
    next.payment->id = begun.payment->id;
    next.payment->attempts[0].key = begun.payment->attempts[0].key;
    shop.commit({order_change(second, next)});
    CHECK(read(shop, before.id).payment == next.payment);

    auto third = next;
    third.version = 3;
    auto last = third;
    auto& refunds = last.payment->refunds;
    refunds[0].owed = false;
    refunds[0].amount = 30;
    refunds[0].restock.clear();
    refunds[1].state = RefundState::under_way;
    refunds[1].settled_as = 2;
    std::swap(last.payment->strays[0], last.payment->strays[1]);
    last.payment->strays[0].refunded = 5;
    shop.commit({order_change(third, last)});
    CHECK(read(shop, before.id).payment == last.payment);
}

TEST_CASE("a cart's discount reads as it was written, changed and taken off",
          "[persistence][cart]") {
    PayingShop shop;
    Cart cart;
    cart.id = id<CartId>(1);
    cart.created_at = cart.updated_at = cart.expires_at = paying_time;
    cart.version = 1;
    const AppliedDiscount discount{id<DiscountId>(1), nasty, {DiscountType::percentage, 2'000}};
    const auto change = [&](std::optional<AppliedDiscount> next) {
        ChangeSet set;
        set.cart.before = std::make_shared<Cart>(cart);
        cart.discount = std::move(next);
        ++cart.version;
        set.cart.next = std::make_shared<Cart>(cart);
        shop.commit({set});
        return find_carts(shop.db, here({cart.id}))->front().second.discount;
    };
    cart.discount = discount;
    ChangeSet made;
    made.cart.next = std::make_shared<Cart>(cart);
    shop.commit({made});
    CHECK(find_carts(shop.db, here({cart.id}))->front().second.discount == discount);
    auto other = discount;
    other.terms = {DiscountType::fixed_amount, 500, 1'000, Currency{}};
    CHECK(change(other) == other);
    CHECK(change(std::nullopt) == std::nullopt);
}

TEST_CASE("an order is found by its payment", "[persistence][payment]") {
    PayingShop shop;
    const auto order = being_paid(placed_order(1));
    shop.commit({new_order(order), new_order(being_paid(placed_order(2)))});
    CHECK(*find_order_of_payment(shop.db, order.payment->id) == here({order.id}).front());
    CHECK(*find_order_of_payment(shop.db, PaymentId{}) == std::nullopt);
}

TEST_CASE("an order is found by any intent it ever had, at its own gateway",
          "[persistence][payment]") {
    PayingShop shop;
    auto order = placed_order(1);
    order = being_paid(order, {attempt_of(order, 1, GatewayStep::authorize)});
    order.payment->intent = "pi_now";
    order.payment->attempts[0].intent = "pi_before";
    order.payment->strays = {{"pi_stray", 5, 0}};
    shop.commit({new_order(order), new_order(being_paid(placed_order(2)))});
    for (const auto* intent : {"pi_now", "pi_before", "pi_stray"}) {
        CHECK(*find_order_of_intent(shop.db, PaymentMethod::sandbox, intent) ==
              here({order.id}).front());
        CHECK(*find_order_of_intent(shop.db, PaymentMethod::stripe, intent) == std::nullopt);
    }
    CHECK(*find_order_of_intent(shop.db, PaymentMethod::sandbox, "pi_none") == std::nullopt);
    // Who has no name yet is not found under it.
    auto nameless = being_paid(placed_order(3));
    nameless.payment->intent.clear();
    shop.commit({new_order(nameless)});
    CHECK(*find_order_of_intent(shop.db, PaymentMethod::sandbox, "") == std::nullopt);
}

TEST_CASE("a gateway's event is known once it was written", "[persistence][payment]") {
    PayingShop shop;
    CHECK_FALSE(*has_gateway_event(shop.db, PaymentMethod::stripe, "evt_1"));
    ChangeSet change;
    change.gateway_event =
        GatewayEventRecord{PaymentMethod::stripe, "evt_1", "type", std::nullopt, paying_time};
    shop.commit({change});
    CHECK(*has_gateway_event(shop.db, PaymentMethod::stripe, "evt_1"));
    CHECK_FALSE(*has_gateway_event(shop.db, PaymentMethod::sandbox, "evt_1"));
}

TEST_CASE("gateways' events are forgotten in bounded steps", "[persistence][payment]") {
    PayingShop shop;
    REQUIRE(shop.db.run_script(
        "INSERT INTO gateway_events (gateway, id, type, created, received_at) "
        "SELECT 1, n::text, 'type', now(), timestamptz '2026-01-15 10:00Z' + n * interval '1 hour' "
        "FROM generate_series(0, 3) n"));
    const auto oldest = *parse_rfc3339("2026-01-15T13:00:00Z");
    CHECK(*purge_gateway_events(shop.db, oldest, 2) == 2);
    CHECK(*purge_gateway_events(shop.db, oldest, 2) == 1);
    CHECK(*purge_gateway_events(shop.db, oldest, 2) == 0);
    CHECK(*has_gateway_event(shop.db, PaymentMethod::stripe, "3"));
}

TEST_CASE("attempts that are due come earliest first; those that are stuck or over do not",
          "[persistence][payment]") {
    PayingShop shop;
    const auto due = [&](std::uint64_t number, Duration in, bool stuck = false,
                         AttemptState state = AttemptState::open) {
        auto order = placed_order(number);
        order = being_paid(order, {attempt_of(order, 1, GatewayStep::authorize, state)});
        order.payment->attempts[0].due_at = paying_time + in;
        order.payment->attempts[0].stuck = stuck;
        shop.commit({new_order(order)});
        return order;
    };
    due(1, 3s);
    const auto earliest = due(2, 1s);
    due(3, 2s);
    due(4, 0s, true);
    due(5, 0s, false, AttemptState::done);
    const auto found = find_due_attempts(shop.db, paying_time + 3s, 10);
    REQUIRE(found);
    REQUIRE(found->size() == 2);
    CHECK(found->at(0).order_id == earliest.id);
    CHECK(found->at(0).key == earliest.payment->attempts[0].key);
    CHECK(found->at(0).due_at == paying_time + 1s);
    CHECK(found->at(1).order_id == id<OrderId>(3));
    CHECK(find_due_attempts(shop.db, paying_time + 1h, 1)->size() == 1);
    CHECK(find_due_attempts(shop.db, paying_time + 1h, 10)->size() == 3);
    CHECK(find_due_attempts(shop.db, paying_time, 10)->empty());
}

TEST_CASE("attempts that are stuck come longest waiting first, by page", "[persistence][payment]") {
    PayingShop shop;
    for (std::uint64_t number = 1; number <= 3; ++number) {
        auto order = placed_order(number);
        order = being_paid(order, {attempt_of(order, 1, GatewayStep::authorize, AttemptState::done),
                                   attempt_of(order, 2, GatewayStep::capture)});
        order.payment->attempts[1].stuck = true;
        order.payment->attempts[1].reason = nasty;
        order.payment->attempts[1].due_at = paying_time - std::chrono::seconds{number};
        shop.commit({new_order(order)});
    }
    auto fine = placed_order(4);
    fine = being_paid(fine, {attempt_of(fine, 1, GatewayStep::authorize)});
    shop.commit({new_order(fine)});
    const auto page = find_stuck_attempts(shop.db, default_tenant, 2, 0);
    REQUIRE(page);
    CHECK(page->total == 3);
    REQUIRE(page->lines.size() == 2);
    const auto order = read(shop, id<OrderId>(3));
    const auto& line = page->lines[0];
    CHECK(line.order_id == order.id);
    CHECK(line.order_number == order.number);
    CHECK(line.payment_id == order.payment->id);
    CHECK(line.total == order.totals.total);
    CHECK(line.currency == order.currency);
    CHECK(line.attempt == order.payment->attempts[1]);
    CHECK(page->lines[1].order_id == id<OrderId>(2));
    const auto rest = find_stuck_attempts(shop.db, default_tenant, 2, 2);
    REQUIRE(rest->lines.size() == 1);
    CHECK(rest->lines[0].order_id == id<OrderId>(1));
}

TEST_CASE("what waits is listed: for an operator, for its time, and refunds that were given up",
          "[persistence][payment]") {
    PayingShop shop;
    const auto add = [&](std::uint64_t number, const auto& change) {
        auto order = placed_order(number);
        order = being_paid(order, {attempt_of(order, 1, GatewayStep::capture, AttemptState::done),
                                   attempt_of(order, 2, GatewayStep::refund)});
        auto& payment = *order.payment;
        payment.captured = order.totals.total;
        payment.attempts[1].refund_id = id<RefundId>(number);
        payment.refunds = {{.id = id<RefundId>(number), .amount = 1}};
        change(payment.attempts[1], payment.refunds[0]);
        shop.commit({new_order(order)});
    };
    add(1, [](PaymentAttempt& attempt, Refund&) { attempt.stuck = true; });
    add(2, [](PaymentAttempt&, Refund&) {});
    const auto give_up = [](PaymentAttempt& attempt, Refund& refund) {
        attempt.state = AttemptState::given_up;
        refund.state = RefundState::given_up;
    };
    add(3, give_up);
    add(4, [&](PaymentAttempt& attempt, Refund& refund) {
        give_up(attempt, refund);
        refund.state = RefundState::done;  // it was found to have been paid all the same
    });
    add(5, [](PaymentAttempt& attempt, Refund&) { attempt.state = AttemptState::done; });
    const auto waiting = find_waiting_attempts(shop.db, 10);
    REQUIRE(waiting);
    REQUIRE(waiting->size() == 3);
    for (std::uint64_t i = 0; i < 3; ++i) CHECK(waiting->at(i).order_id == id<OrderId>(i + 1));
    CHECK(waiting->at(2).attempt.state == AttemptState::given_up);
}

TEST_CASE("a given-up refund that its charge has no room for hides none that fits",
          "[persistence][payment]") {
    PayingShop shop;
    const auto add = [&](std::uint64_t number, const auto& change) {
        auto order = placed_order(number);
        order = being_paid(order, {attempt_of(order, 1, GatewayStep::capture, AttemptState::done),
                                   attempt_of(order, 2, GatewayStep::refund)});
        auto& payment = *order.payment;
        auto& given_up = payment.attempts[1];
        given_up.state = AttemptState::given_up;
        given_up.refund_id = id<RefundId>(number);
        given_up.amount = 60;
        given_up.intent = payment.intent;
        // The later ones come first, so that what does not fit would take the only place.
        given_up.due_at = paying_time + std::chrono::minutes{static_cast<int>(number)};
        payment.captured = 100;
        payment.refunds = {{.id = id<RefundId>(number), .amount = 60}};
        payment.refunds[0].state = RefundState::given_up;
        payment.refunds[0].intent = payment.intent;
        change(order, payment);
        shop.commit({new_order(order)});
    };
    const auto other = [](Payment& payment, std::uint64_t number, RefundState state) {
        Refund refund{.id = id<RefundId>(number), .amount = 50};
        refund.state = state;
        refund.intent = payment.intent;
        payment.refunds.push_back(refund);
    };
    add(1, [](Order&, Payment&) {});
    add(2, [](Order&, Payment& payment) { payment.refunded = 50; });
    add(3, [&](Order&, Payment& payment) { other(payment, 103, RefundState::queued); });
    add(4, [&](Order& order, Payment& payment) {
        other(payment, 104, RefundState::under_way);
        auto attempt = attempt_of(order, 3, GatewayStep::refund);
        attempt.intent = payment.intent;
        attempt.state = AttemptState::open;
        payment.attempts.push_back(attempt);
    });
    add(5, [](Order&, Payment& payment) {
        payment.strays = {{"pi_stray", 60, 10}};
        payment.attempts[1].intent = payment.refunds[0].intent = "pi_stray";
    });
    add(6, [](Order&, Payment& payment) {
        payment.captured = 0;
        payment.strays = {{"pi_other", 60, 0}};
        payment.attempts[1].intent = payment.refunds[0].intent = "pi_other";
    });
    const auto given_up = [&](std::int64_t limit) {
        const auto waiting = find_waiting_attempts(shop.db, limit);
        REQUIRE(waiting);
        std::vector<OrderId> orders;
        for (const auto& line : *waiting)
            if (line.attempt.state == AttemptState::given_up) orders.push_back(line.order_id);
        return orders;
    };
    CHECK(given_up(10) == std::vector{id<OrderId>(1), id<OrderId>(6)});
    CHECK(given_up(1) == std::vector{id<OrderId>(6)});
}

TEST_CASE("what waits is found without reading what is over", "[persistence][payment]") {
    PayingShop shop;
    REQUIRE(shop.db.run_script(R"(
        INSERT INTO payment_attempts
        SELECT gen_random_uuid(), 1, 4, CASE WHEN i % 1000 = 0 THEN 0 ELSE 1 END, 'key' || i, '', '',
               1, gen_random_uuid(), 1, 0, now(), false, i % 2000 = 0, ''
        FROM generate_series(1, 20000) i;
        ANALYZE payment_attempts; BEGIN)"));
    REQUIRE(find_waiting_attempts(shop.db, 10));
    CHECK(shop.number("SELECT seq_tup_read::bigint FROM pg_stat_xact_user_tables "
                      "WHERE relname = 'payment_attempts'") == 0);
}
