// Paying, over a gateway that is honest and a line that is not.

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

struct Paying {
    explicit Paying(std::int64_t on_hand = 10) {
        world.store.put_stock(sku(1), on_hand);
        id = world.order_to_pay(sku(1));
        total = row().totals.total;
    }

    const Order& row() { return world.store.orders.at(id); }
    const Payment& payment() { return *row().payment; }

    std::shared_ptr<Outcome> send(OrderCommand command) {
        auto outcome = std::make_shared<Outcome>(Error{ErrorCode::internal, "never answered"});
        world.system.orders().tell(
            id, {std::move(command),
                 {.request_id = "test", .actor = "guest"},
                 [](const Order& order) {
                     return Answer{.body = std::to_string(static_cast<int>(order.payment_status))};
                 },
                 Reply{[outcome](Outcome given) { *outcome = std::move(given); }}});
        return outcome;
    }
    Outcome tell(OrderCommand command) {
        const auto outcome = send(std::move(command));
        world.settle();
        return *outcome;
    }
    Pay wish(const std::string& method = "good") {
        return {PaymentMethod::sandbox, method, PaymentId{world.ids.next()}, "guest"};
    }
    void wait(Duration time) {
        for (Duration waited{}; waited < time; waited += 1s) world.advance(1s);
    }

    /// Money is where the books say it is, whatever happened.
    void check_books() {
        std::map<Account, Amount> balances;
        Amount sum = 0;
        for (const auto& [reference, entry] : world.store.ledger) {
            CHECK(sums_to_zero(entry));
            for (const auto& posting : entry.postings) {
                sum += posting.amount;
                balances[posting.account] += posting.amount;
            }
        }
        CHECK(sum == 0);
        const auto taken = world.gateway.captured_of(id) - world.gateway.refunded_of(id);
        CHECK(
            balances[{.kind = AccountKind::gateway_clearing, .gateway = PaymentMethod::sandbox}] ==
            taken);
        CHECK(world.gateway.captures_of(id) <= 1);
        const bool stands = row().status != OrderStatus::cancelled;
        CHECK(taken == (stands && row().payment_status == PaymentStatus::paid ? total : 0));
        const auto& stock = world.store.stocks.at(sku(1));
        CHECK(stock.reserved == (row().status == OrderStatus::pending ? 1 : 0));
    }

    World world;
    OrderId id;
    Amount total{};
};

const std::string paid = std::to_string(static_cast<int>(PaymentStatus::paid));
const std::string failed = std::to_string(static_cast<int>(PaymentStatus::failed));
const std::string processing = std::to_string(static_cast<int>(PaymentStatus::processing));

}  // namespace

TEST_CASE("who pays is told when the money is taken, and the units are sold with it",
          "[actors][payment]") {
    Paying order;
    const auto outcome = order.tell(order.wish());
    REQUIRE(outcome.has_value());
    CHECK(outcome->body == paid);
    CHECK(order.row().status == OrderStatus::confirmed);
    CHECK(order.world.store.stocks.at(sku(1)).on_hand == 9);
    CHECK(order.world.gateway.captured_of(order.id) == order.total);
    order.check_books();
}

TEST_CASE("an attempt is on disk before the gateway hears of it", "[actors][payment]") {
    Paying order;
    order.world.gateway.silent = true;
    (void)order.send(order.wish());
    while (order.world.gateway.asked.empty()) REQUIRE(order.world.system.step());
    const auto* attempt =
        find_attempt(order.payment(), order.world.gateway.asked.front().idempotency_key);
    REQUIRE(attempt != nullptr);
    CHECK(attempt->state == AttemptState::open);
}

TEST_CASE("fifty payments of one order at once take the money once", "[actors][payment]") {
    Paying order;
    std::vector<std::shared_ptr<Outcome>> outcomes;
    for (int i = 0; i < 50; ++i) outcomes.push_back(order.send(order.wish()));
    order.world.settle();
    for (const auto& outcome : outcomes) {
        if (*outcome)
            CHECK((*outcome)->body == paid);
        else
            CHECK(outcome->error().code == ErrorCode::conflict);
    }
    CHECK(outcomes.front()->has_value());
    order.check_books();
}

TEST_CASE("so many wait for one order's gateway and no more, and all of them are told",
          "[actors][payment]") {
    Paying order;
    order.world.gateway.silent = true;
    auto wish = order.wish();
    std::vector<std::shared_ptr<Outcome>> outcomes;
    for (int i = 0; i < 101; ++i) outcomes.push_back(order.send(wish));
    order.world.settle();
    CHECK(outcomes.back()->error().code == ErrorCode::unavailable);
    order.world.gateway.silent = false;
    order.world.settle();
    for (std::size_t i = 0; i < 100; ++i) {
        REQUIRE(outcomes[i]->has_value());
        CHECK((*outcomes[i])->body == paid);
    }
    order.check_books();
}

TEST_CASE("a declined payment leaves the order to be paid another way", "[actors][payment]") {
    Paying order;
    CHECK(order.tell(order.wish("declined"))->body == failed);
    CHECK(order.row().status == OrderStatus::pending);
    CHECK(payment_error(order.payment())->code == ErrorCode::payment_failed);
    CHECK(order.tell(order.wish())->body == paid);
    order.check_books();
}

TEST_CASE("a buyer who has to do something is told so, and confirms", "[actors][payment]") {
    Paying order;
    CHECK(order.tell(order.wish("needs_buyer"))->body == processing);
    CHECK(order.payment().state == PaymentState::requires_action);
    CHECK(order.payment().client_secret == "pi_1_secret");
    CHECK(order.tell(ConfirmPayment{"guest"})->body == paid);
    order.check_books();
}

TEST_CASE("a lost answer is looked up, never asked for anew, at every step", "[actors][payment]") {
    using Line = FakeGateway::Line;
    const auto lines = GENERATE(
        std::deque<Line>{Line::answer_lost}, std::deque<Line>{Line::request_lost},
        std::deque<Line>{Line::closed}, std::deque<Line>{Line::good, Line::answer_lost},
        std::deque<Line>{Line::good, Line::request_lost},
        std::deque<Line>{Line::good, Line::closed},
        std::deque<Line>{Line::answer_lost, Line::answer_lost, Line::request_lost, Line::closed});
    Paying order;
    order.world.gateway.lines = lines;
    const auto outcome = order.tell(order.wish());
    REQUIRE(outcome.has_value());
    CHECK(outcome->body == processing);
    order.wait(5min);
    CHECK(order.row().payment_status == PaymentStatus::paid);
    CHECK(order.world.gateway.intents.size() == 1);
    order.check_books();
}

TEST_CASE("a gateway that says nothing is looked up when its time is over", "[actors][payment]") {
    Paying order;
    order.world.gateway.silent = true;
    const auto outcome = order.send(order.wish());
    order.world.settle();
    order.wait(40s);
    CHECK((*outcome)->body == processing);
    order.world.gateway.silent = false;
    order.wait(5min);
    CHECK(order.row().payment_status == PaymentStatus::paid);
    order.check_books();
}

TEST_CASE("a webhook before the answer, and the answer after it, give one result",
          "[actors][payment]") {
    Paying order;
    order.world.gateway.lines = {FakeGateway::Line::good, FakeGateway::Line::answer_lost};
    const auto outcome = order.tell(order.wish());
    REQUIRE(order.row().payment_status == PaymentStatus::processing);
    const auto facts = order.world.gateway.facts("pi_1");
    REQUIRE(facts.status == GatewayStatus::captured);
    REQUIRE(order.tell(WebhookReported{.facts = facts}).has_value());
    CHECK(order.row().payment_status == PaymentStatus::paid);
    REQUIRE(order.tell(WebhookReported{.facts = facts}).has_value());
    order.wait(3min);
    CHECK(order.row().payment_status == PaymentStatus::paid);
    order.check_books();
}

TEST_CASE("an event is recorded with its effect, and also when it has none", "[actors][payment]") {
    Paying order;
    REQUIRE(order.tell(order.wish()).has_value());
    const AskContext context{
        .request_id = "hook",
        .actor = "gateway",
        .gateway_event = GatewayEventRecord{.gateway = PaymentMethod::sandbox, .id = "evt_1"}};
    Outcome outcome = Error{ErrorCode::internal, "never answered"};
    order.world.system.orders().tell(
        order.id, {WebhookReported{.facts = order.world.gateway.facts("pi_1")}, context,
                   [](const Order&) { return Answer{}; },
                   Reply{[&](Outcome given) { outcome = std::move(given); }}});
    order.world.settle();
    CHECK(outcome.has_value());
    REQUIRE(order.world.store.gateway_events.size() == 1);
    CHECK(order.world.store.gateway_events.front().id == "evt_1");
}

TEST_CASE("an order cancelled while its payment is captured is refunded in full",
          "[actors][payment]") {
    Paying order;
    auto& gateway = order.world.gateway;
    gateway.silent = true;
    (void)order.send(order.wish());
    order.world.settle();
    gateway.silent = false;
    while (gateway.asked.size() < 2) REQUIRE((order.world.system.step() || gateway.step()));
    REQUIRE(gateway.asked.back().step == GatewayStep::capture);
    gateway.silent = true;
    CHECK(order.tell(CancelOrder{"guest", "changed my mind", {}}).has_value());
    CHECK(order.row().status == OrderStatus::cancelled);
    gateway.silent = false;
    order.world.settle();
    order.wait(1min);
    CHECK(gateway.refunded_of(order.id) == order.total);
    CHECK(order.row().payment_status == PaymentStatus::refunded);
    CHECK(order.world.store.stocks.at(sku(1)).on_hand == 10);
    order.check_books();
}

TEST_CASE("a payment under way outlives the reservation, which waits for it", "[actors][payment]") {
    Paying order;
    order.wait(14min);
    order.world.gateway.silent = true;
    (void)order.send(order.wish());
    order.world.settle();
    order.wait(3min);
    CHECK(order.row().status == OrderStatus::pending);
    CHECK(order.world.store.stocks.at(sku(1)).reserved == 1);
    order.world.gateway.silent = false;
    order.wait(3min);
    CHECK(order.row().payment_status == PaymentStatus::paid);
    order.check_books();
}

TEST_CASE("a success after the order has expired is given back", "[actors][payment]") {
    Paying order;
    order.world.gateway.silent = true;
    (void)order.send(order.wish());
    order.world.settle();
    order.wait(40min);
    CHECK(order.row().status == OrderStatus::cancelled);
    CHECK(order.world.store.stocks.at(sku(1)).reserved == 0);
    order.world.gateway.silent = false;
    order.wait(10min);
    CHECK(order.world.gateway.captured_of(order.id) == order.world.gateway.refunded_of(order.id));
    order.check_books();
}

TEST_CASE("while the gateway's breaker is open payments are refused and cash is not",
          "[actors][payment]") {
    Paying order;
    order.world.gateway.open = false;
    const auto outcome = order.tell(order.wish());
    CHECK(outcome.error().code == ErrorCode::unavailable);
    CHECK(outcome.error().retry_after_s == 15);
    const auto cash = order.world.cart_with({{sku(1), 1}});
    REQUIRE(order.world.place(cash).has_value());
    CHECK(order.world.tell(order.world.order_of(cash), ConfirmOrder{}).has_value());
    order.world.gateway.open = true;
    CHECK(order.tell(order.wish())->body == paid);
    order.check_books();
}

TEST_CASE("refunds add up to what was taken and no further", "[actors][payment]") {
    Paying order;
    REQUIRE(order.tell(order.wish()).has_value());
    const auto part = order.total / 3;
    CHECK(order.tell(RefundPayment{RefundId{order.world.ids.next()}, part, "late", {}, "key_1"}));
    CHECK(order.row().payment_status == PaymentStatus::partially_refunded);
    CHECK(order.tell(RefundPayment{RefundId{order.world.ids.next()}, order.total, "", {}, "key_1"})
              .error()
              .code == ErrorCode::unprocessable);
    const RestockLine line{order.row().items.front().id, 1};
    CHECK(order.tell(
        RefundPayment{RefundId{order.world.ids.next()}, std::nullopt, "all", {line}, "key_1"}));
    CHECK(order.row().payment_status == PaymentStatus::refunded);
    CHECK(order.world.gateway.refunded_of(order.id) == order.total);
    CHECK(order.world.store.stocks.at(sku(1)).on_hand == 10);
}

TEST_CASE("what is out of tries waits for an operator, who ends it", "[actors][payment]") {
    Paying order;
    REQUIRE(order.tell(order.wish()).has_value());
    order.world.gateway.lines.assign(20, FakeGateway::Line::closed);
    REQUIRE(
        order.tell(RefundPayment{RefundId{order.world.ids.next()}, std::nullopt, "", {}, "key_1"}));
    order.wait(40min);
    const auto stuck = order.payment().attempts.back();
    CHECK(stuck.stuck);
    CHECK(needs_operator(order.payment()));
    order.world.gateway.lines.clear();
    CHECK(order.tell(RetryNow{stuck.key, "key_1"}).has_value());
    CHECK(order.world.gateway.refunded_of(order.id) == order.total);
    CHECK(order.row().payment_status == PaymentStatus::refunded);
}
