// What operators do to reservations, orders and payments, and what is in the audit of it.

#include "app/views/console_actions.hpp"

#include <algorithm>

#include "persistence/audit_repository.hpp"
#include "persistence/batch_writer.hpp"
#include "protocol/console_action_json.hpp"
#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

struct Desk {
    /// Without a database no payment is found by its id.
    explicit Desk(const ConnectionOptions& database = {.url = "host=/nowhere"})
        : reads({.connection = database, .threads = 1}) {
        world.store.put_stock(sku(1), 10);
    }

    ConsoleWish wish(ConsoleVerb verb, std::string id) {
        return {.verb = verb,
                .id = std::move(id),
                .reason = "a test",
                .minutes = 15,
                .refund_id = RefundId{world.ids.next()},
                .audit_id = AuditId{world.ids.next()},
                .actor = "key_1"};
    }
    std::shared_ptr<Result<ConsoleReport>> begin(ConsoleWish wish) {
        auto told = std::make_shared<Result<ConsoleReport>>(Error{});
        actions.act(std::move(wish), ConsoleActions::Done([told](auto report) { *told = report; }));
        return told;
    }
    Result<ConsoleReport> act(ConsoleWish wish) {
        const auto told = begin(std::move(wish));
        world.settle();
        return *told;
    }
    ReservationId reserve() {
        return parse_id<ReservationId>(world.reserve(sku(1), 2, 15min)->body).value();
    }
    void tell(const OrderId& id, OrderCommand command) {
        world.system.orders().tell(
            id, {std::move(command), {}, [](const Order&) { return Answer{}; }, Reply{}});
    }
    Order& row(const OrderId& id) { return world.store.orders.at(id); }
    OrderId paid_order() {
        const auto id = world.order_to_pay(sku(1));
        world.tell(id, Pay{PaymentMethod::sandbox, "good", PaymentId{world.ids.next()}, "guest"});
        REQUIRE(row(id).payment_status == PaymentStatus::paid);
        return id;
    }

    World world;
    ReadPool reads;
    ConsoleActions actions{world.system, reads, world.clock};
};

std::string value_of(const std::vector<StateField>& state, std::string_view name) {
    const auto field = std::ranges::find(state, name, &StateField::name);
    return field == state.end() ? "none" : field->value;
}

}  // namespace

TEST_CASE("what is so already touches nothing and is not in the audit", "[app][console]") {
    Desk desk;
    auto passivate = desk.wish(ConsoleVerb::passivate, stock_key_text(sku(1)));
    passivate.kind = EntityKind::stock;
    const auto report = desk.act(passivate);
    REQUIRE(report);
    CHECK(report->touched == 0);
    CHECK_FALSE(report->audit_id);
    CHECK(desk.world.store.audit.empty());
    REQUIRE(desk.world.reserve(sku(1), 1, 15min).has_value());
    const auto done = desk.act(passivate);
    CHECK(done->touched == 1);
    REQUIRE(desk.world.store.audit.size() == 1);
    CHECK(done->audit_id == desk.world.store.audit.front().id);
}

TEST_CASE("the audit of a passivation says what was asked, for a busy actor leaves later",
          "[app][console]") {
    Desk desk;
    REQUIRE(desk.world.reserve(sku(1), 1, 15min).has_value());
    auto passivate = desk.wish(ConsoleVerb::passivate, stock_key_text(sku(1)));
    passivate.kind = EntityKind::stock;
    const auto report = desk.act(passivate);
    REQUIRE(report);
    CHECK(value_of(report->before, "live") == "yes");
    CHECK(value_of(report->after, "asked") == "passivate");
    CHECK(value_of(report->after, "live") == "none");
    REQUIRE(desk.world.store.audit.size() == 1);
    CHECK(read_state(desk.world.store.audit.front().after) == report->after);
    CHECK(desk.world.system.figures().stocks.live == 0);
}

TEST_CASE("a server that nobody uses is drained all the same", "[app][console]") {
    Desk desk;
    const auto drained = desk.begin(desk.wish(ConsoleVerb::drain, ""));
    desk.world.settle();
    desk.actions.tick();
    REQUIRE(drained->has_value());
    CHECK(desk.actions.draining());
    CHECK(desk.act(desk.wish(ConsoleVerb::drain, ""))->touched == 0);
    CHECK(desk.world.store.audit.size() == 1);
    desk.act(desk.wish(ConsoleVerb::resume, ""));
    CHECK_FALSE(desk.actions.draining());
}

TEST_CASE("who waits for a drain is told when it is ended instead", "[app][console]") {
    Desk desk;
    const auto drained = desk.begin(desk.wish(ConsoleVerb::drain, ""));
    desk.world.settle();
    CHECK(drained->error().message.empty());
    desk.act(desk.wish(ConsoleVerb::resume, ""));
    CHECK(drained->error().code == ErrorCode::conflict);
}

TEST_CASE("a reservation that is released already stays as it is", "[app][console]") {
    Desk desk;
    const auto id = desk.reserve();
    const auto wish = desk.wish(ConsoleVerb::release_reservation, to_text(id));
    CHECK(desk.act(wish)->touched == 1);
    CHECK(desk.world.stock(sku(1))->reserved == 0);
    const auto again = desk.act(wish);
    REQUIRE(again);
    CHECK(again->touched == 0);
    CHECK_FALSE(again->audit_id);
    CHECK(desk.world.store.audit.size() == 1);
}

TEST_CASE("a reservation that is confirmed meanwhile is not released", "[app][console]") {
    Desk desk;
    const auto id = desk.reserve();
    const auto told = desk.begin(desk.wish(ConsoleVerb::release_reservation, to_text(id)));
    desk.world.system.stocks().close({CloseMany{id, ReservationState::confirmed},
                                      {},
                                      [](const Reservation&) { return Answer{}; },
                                      Reply{}});
    desk.world.settle();
    CHECK(told->error().code == ErrorCode::conflict);
    CHECK(desk.world.store.stocks.at(sku(1)).on_hand == 8);
    CHECK(desk.world.store.audit.empty());
    CHECK(desk.act(desk.wish(ConsoleVerb::release_reservation, to_text(id))).error().code ==
          ErrorCode::conflict);
}

TEST_CASE("a reservation that an order took over meanwhile is not released", "[app][console]") {
    Desk desk;
    auto& world = desk.world;
    const auto cart = world.cart_with({{sku(1), 2}});
    const ReservationId id{world.ids.next()};
    world.system.stocks().reserve({ReserveMany{.id = id,
                                               .units = {{sku(1), 2}},
                                               .cart_id = cart,
                                               .expires_at = world.clock.now() + 15min},
                                   {},
                                   [](const Reservation&) { return Answer{}; },
                                   Reply{}});
    world.settle();
    world.system.carts().place_order(
        cart, {world.wish("wish"), {}, [](const Order&) { return Answer{}; }, Reply{}});
    const auto told = desk.begin(desk.wish(ConsoleVerb::release_reservation, to_text(id)));
    world.settle();
    CHECK(told->error().code == ErrorCode::conflict);
    CHECK(world.store.stocks.at(sku(1)).reserved == 2);
    CHECK(world.store.audit.empty());
}

TEST_CASE("an order that goes on meanwhile is not cancelled for its reservation",
          "[app][console]") {
    Desk desk;
    auto& world = desk.world;
    const auto cart = world.cart_with({{sku(1), 2}});
    REQUIRE(world.place(cart).has_value());
    const auto id = world.order_of(cart);
    const auto wish =
        desk.wish(ConsoleVerb::release_reservation, to_text(desk.row(id).reservation_id));
    SECTION("while it is looked at") {
        (void)world.order(id);
        desk.tell(id, ConfirmOrder{});
        const auto told = desk.begin(wish);
        world.settle();
        CHECK(told->error().code == ErrorCode::conflict);
    }
    SECTION("before") {
        desk.tell(id, ConfirmOrder{});
        world.settle();
        CHECK(desk.act(wish).error().code == ErrorCode::conflict);
    }
    CHECK(desk.row(id).status == OrderStatus::confirmed);
    CHECK(world.store.audit.empty());
}

TEST_CASE("a refund is previewed, given once, and is in the audit", "[app][console]") {
    Desk desk;
    const auto id = desk.paid_order();
    const auto total = desk.row(id).totals.total;
    auto wish = desk.wish(ConsoleVerb::refund_order, to_text(id));
    wish.amount = 100;
    wish.dry_run = true;
    const auto preview = desk.act(wish);
    REQUIRE(preview);
    CHECK(preview->touched == 1);
    CHECK(value_of(preview->before, "refundable") == std::to_string(total));
    CHECK(value_of(preview->after, "refundable") == std::to_string(total - 100));
    CHECK(desk.row(id).payment->refunds.empty());
    wish.dry_run = false;
    REQUIRE(desk.act(wish));
    CHECK(desk.world.gateway.refunded_of(id) == 100);
    const auto repeated = desk.act(wish);
    REQUIRE(repeated);
    CHECK(repeated->touched == 0);
    CHECK(desk.world.gateway.refunded_of(id) == 100);
    REQUIRE(desk.world.store.audit.size() == 1);
    CHECK(desk.world.store.audit.front().action == "orders.refund");
    wish.refund_id = RefundId{desk.world.ids.next()};
    wish.amount = total;
    CHECK(desk.act(wish).error().code == ErrorCode::unprocessable);
}

TEST_CASE("a refund of all that is left is of what was left when it was looked at",
          "[app][console]") {
    Desk desk;
    const auto id = desk.paid_order();
    const RefundPayment other{RefundId{desk.world.ids.next()}, 100, "late", {}, "key_2"};
    desk.tell(id, other);
    const auto report = desk.begin(desk.wish(ConsoleVerb::refund_order, to_text(id)));
    desk.world.settle();
    CHECK(report->error().code == ErrorCode::conflict);
    CHECK(desk.world.gateway.refunded_of(id) == 100);
    CHECK(desk.world.store.audit.empty());
}

namespace {

/// With a database, where payments are found by their ids and rows of the audit by theirs.
struct ReadingDesk {
    ReadingDesk() { desk.reads.start(); }

    void write(ChangeSet change) {
        BatchWriter writer(database.options(), "test");
        REQUIRE(writer.recover().status == CommitStatus::committed);
        change.at = desk.world.clock.now();
        const ChangeSet* batch[] = {&change};
        REQUIRE(writer.begin(batch).status == CommitStatus::committed);
        REQUIRE(writer.finish().status == CommitStatus::committed);
    }
    /// The order's row as it stands, also in memory.
    void write_order(const OrderId& id) {
        desk.world.system.desk_of(EntityKind::order).restart(to_text(id));
        desk.world.settle();
        ChangeSet change;
        change.order.next = std::make_shared<Order>(desk.row(id));
        write(std::move(change));
    }
    Result<ConsoleReport> act(ConsoleWish wish) {
        const auto told = desk.begin(std::move(wish));
        (void)awaited<Result<bool>>([&](Promise<Result<bool>> read) {
            desk.reads.read([](Connection&) { return Result<bool>{true}; }, read);
        });
        desk.world.settle();
        return *told;
    }
    ConsoleWish wish(ConsoleVerb verb, const PaymentId& id, std::string step = {}) {
        auto wish = desk.wish(verb, to_text(id));
        wish.step = std::move(step);
        return wish;
    }

    TestDatabase database;
    Desk desk{database.options()};
};

/// A refund of a paid order that operators gave up; gives the key of its step.
std::string given_up_refund(ReadingDesk& reading, const OrderId& id, Amount amount) {
    auto& world = reading.desk.world;
    world.gateway.lines = {FakeGateway::Line::request_lost};
    world.tell(id, RefundPayment{RefundId{world.ids.next()}, amount, "late", {}, "key_1"});
    auto& payment = *reading.desk.row(id).payment;
    payment.attempts.back().state = AttemptState::given_up;
    payment.refunds.back().state = RefundState::given_up;
    reading.desk.world.system.desk_of(EntityKind::order).restart(to_text(id));
    world.settle();
    return payment.attempts.back().key;
}

}  // namespace

TEST_CASE("a refund that was given up is due again when it is retried", "[app][console]") {
    ReadingDesk reading;
    auto& world = reading.desk.world;
    const auto id = reading.desk.paid_order();
    (void)given_up_refund(reading, id, 100);
    reading.write_order(id);
    const auto payment = reading.desk.row(id).payment->id;
    CHECK(reading.act(reading.wish(ConsoleVerb::give_up_payment, payment))->touched == 0);
    const auto report = reading.act(reading.wish(ConsoleVerb::retry_payment, payment));
    REQUIRE(report);
    CHECK(report->touched == 1);
    CHECK(value_of(report->before, "givenUp") == "yes");
    for (int i = 0; i < 60; ++i) world.advance(1s);
    CHECK(world.gateway.refunded_of(id) == 100);
    CHECK(reading.desk.row(id).payment->refunds.back().state == RefundState::done);
    REQUIRE(world.store.audit.size() == 1);
    CHECK(reading.act(reading.wish(ConsoleVerb::retry_payment, payment))->touched == 0);
}

TEST_CASE("a given-up refund that fits no more hides none that does", "[app][console]") {
    ReadingDesk reading;
    auto& desk = reading.desk;
    const auto id = desk.paid_order();
    const auto total = desk.row(id).totals.total;
    const auto fits = given_up_refund(reading, id, 100);
    desk.world.advance(1s);
    const auto too_much = given_up_refund(reading, id, total);
    desk.row(id).payment->attempts.back().due_at += 1s;
    desk.row(id).payment->refunded = total - 100;
    reading.write_order(id);
    const auto payment = desk.row(id).payment->id;
    auto wish = reading.wish(ConsoleVerb::retry_payment, payment);
    wish.dry_run = true;
    const auto report = reading.act(wish);
    REQUIRE(report);
    CHECK(value_of(report->before, "step") == fits);
    wish.step = too_much;
    CHECK(reading.act(wish).error().code == ErrorCode::conflict);
}

TEST_CASE("an operator acts on the step that he names, and on no other", "[app][console]") {
    ReadingDesk reading;
    auto& desk = reading.desk;
    const auto id = desk.paid_order();
    const auto first = given_up_refund(reading, id, 100);
    desk.world.advance(1s);
    const auto second = given_up_refund(reading, id, 200);
    reading.write_order(id);
    const auto payment = desk.row(id).payment->id;
    const auto retry = [&](std::string step) {
        return reading.act(reading.wish(ConsoleVerb::retry_payment, payment, std::move(step)));
    };
    const auto report = retry(first);
    REQUIRE(report);
    CHECK(value_of(report->before, "step") == first);
    for (int i = 0; i < 60; ++i) desk.world.advance(1s);
    CHECK(desk.world.gateway.refunded_of(id) == 100);
    CHECK(retry(first).error().code == ErrorCode::conflict);  // it is done by now
    CHECK(retry("order_1:9:refund").error().code == ErrorCode::not_found);
    const auto give_up = reading.wish(ConsoleVerb::give_up_payment, payment, second);
    CHECK(reading.act(give_up).error().code == ErrorCode::conflict);
    CHECK(desk.world.store.audit.size() == 1);
}

TEST_CASE("a repeat is answered from the row that the first left", "[app][console]") {
    ReadingDesk reading;
    auto& desk = reading.desk;
    auto wish = desk.wish(ConsoleVerb::pause_kind, "");
    wish.kind = EntityKind::stock;
    wish.audit_id_of_repeats = AuditId{desk.world.ids.next()};
    const auto first = reading.act(wish);
    REQUIRE(first);
    REQUIRE(desk.world.store.audit.size() == 1);
    ChangeSet change;
    change.audit = desk.world.store.audit.front();
    reading.write(std::move(change));
    desk.world.system.desk_of(EntityKind::stock).pause(false);  // somebody else has resumed it
    const auto again = reading.act(wish);
    REQUIRE(again);
    CHECK(again->audit_id == first->audit_id);
    CHECK(again->touched == first->touched);
    CHECK(again->before == first->before);
    CHECK(again->after == first->after);
    CHECK_FALSE(desk.world.system.desk_of(EntityKind::stock).paused());
    CHECK(desk.world.store.audit.size() == 1);

    desk.world.advance(24h);  // the key may be used again
    CHECK(reading.act(wish)->audit_id == wish.audit_id);
    CHECK(desk.world.system.desk_of(EntityKind::stock).paused());
    CHECK(desk.world.store.audit.size() == 2);
}

TEST_CASE("of two who pause a kind at once one touches something", "[app][console]") {
    Desk desk;
    auto pause = desk.wish(ConsoleVerb::pause_kind, "");
    pause.kind = EntityKind::stock;
    auto other = desk.wish(ConsoleVerb::pause_kind, "");
    other.kind = EntityKind::stock;
    const auto first = desk.begin(pause);
    const auto second = desk.begin(other);
    desk.world.settle();
    REQUIRE(*first);
    REQUIRE(*second);
    CHECK((*first)->touched == 1);  // the kind, of which nothing is in memory
    CHECK((*second)->touched == 0);
    CHECK(desk.world.store.audit.size() == 1);
    CHECK(desk.world.system.desk_of(EntityKind::stock).paused());
}

TEST_CASE("of two who drain the server at once one touches something", "[app][console]") {
    Desk desk;
    const auto first = desk.begin(desk.wish(ConsoleVerb::drain, ""));
    const auto second = desk.begin(desk.wish(ConsoleVerb::drain, ""));
    desk.world.settle();
    REQUIRE(*second);
    CHECK((*second)->touched == 0);
    desk.actions.tick();
    CHECK((*first)->touched == 1);
    CHECK_FALSE((*first)->unfinished);
    CHECK(desk.world.store.audit.size() == 1);
}

TEST_CASE("a drain that takes too long is answered as unfinished", "[app][console]") {
    Desk desk;
    REQUIRE(desk.world.reserve(sku(1), 1, 15min).has_value());
    const auto told = desk.begin(desk.wish(ConsoleVerb::drain, ""));
    while (desk.world.store.audit.empty()) REQUIRE(desk.world.system.step());
    desk.world.clock.advance(11s);
    REQUIRE(desk.world.system.figures().live == 1);  // it has had no time to leave
    desk.actions.tick();
    REQUIRE(*told);
    CHECK((*told)->unfinished);
    CHECK(value_of((*told)->after, "live") == "1");
    CHECK(desk.actions.draining());
}

namespace {

/// A mail that the mail server refused.
MailId dead_mail(ReadingDesk& reading) {
    auto db = reading.database.connect();
    MailJob job;
    job.id = MailId{reading.desk.world.ids.next()};
    job.kind = MailKind::verification;
    job.recipient = "amal@example.com";
    job.created_at = reading.desk.world.clock.now();
    REQUIRE(insert_mail_job(db, job));
    REQUIRE(*finish_mail_job(db, job, job.created_at, MailState::dead, "550"));
    return job.id;
}

/// The action and all the reads that it asks for.
Result<ConsoleReport> act_on_mail(ReadingDesk& reading, ConsoleWish wish) {
    const auto told = reading.desk.begin(std::move(wish));
    for (int i = 0; i < 3; ++i) {
        (void)awaited<Result<bool>>([&](Promise<Result<bool>> read) {
            reading.desk.reads.read([](Connection&) { return Result<bool>{true}; }, read);
        });
        reading.desk.world.settle();
    }
    return *told;
}

std::vector<StoredAuditEntry> audit_of_mails(ReadingDesk& reading) {
    auto db = reading.database.connect();
    auto list = find_audit(db, {}, 100);
    REQUIRE(list);
    return std::move(list->rows);
}

MailState state_of(ReadingDesk& reading, MailId id) {
    auto db = reading.database.connect();
    return find_mail(db, id)->value().state;
}

}  // namespace

TEST_CASE("a dead mail is retried or dropped, with a row in the audit", "[app][console]") {
    ReadingDesk reading;
    const auto id = dead_mail(reading);
    auto preview = reading.desk.wish(ConsoleVerb::retry_mail, to_text(id));
    preview.dry_run = true;
    CHECK(act_on_mail(reading, preview)->touched == 1);
    CHECK(state_of(reading, id) == MailState::dead);
    CHECK(audit_of_mails(reading).empty());

    const auto dropped =
        act_on_mail(reading, reading.desk.wish(ConsoleVerb::drop_mail, to_text(id)));
    REQUIRE(dropped);
    CHECK(value_of(dropped->before, "state") == "dead");
    CHECK(value_of(dropped->after, "state") == "dropped");
    CHECK(state_of(reading, id) == MailState::dropped);
    CHECK(audit_of_mails(reading).size() == 1);

    CHECK(act_on_mail(reading, reading.desk.wish(ConsoleVerb::drop_mail, to_text(id)))->touched ==
          0);
    const auto late = act_on_mail(reading, reading.desk.wish(ConsoleVerb::retry_mail, to_text(id)));
    CHECK(late.error().code == ErrorCode::conflict);
    CHECK(audit_of_mails(reading).size() == 1);

    const auto other = dead_mail(reading);
    CHECK(
        act_on_mail(reading, reading.desk.wish(ConsoleVerb::retry_mail, to_text(other)))->touched ==
        1);
    CHECK(state_of(reading, other) == MailState::waiting);
    const MailId none{reading.desk.world.ids.next()};
    CHECK(act_on_mail(reading, reading.desk.wish(ConsoleVerb::drop_mail, to_text(none)))
              .error()
              .code == ErrorCode::not_found);
}

TEST_CASE("what happens to a mail and its row in the audit are one commit", "[app][console]") {
    ReadingDesk reading;
    const auto first = reading.desk.wish(ConsoleVerb::drop_mail, to_text(dead_mail(reading)));
    REQUIRE(act_on_mail(reading, first));
    const auto id = dead_mail(reading);
    auto wish = reading.desk.wish(ConsoleVerb::drop_mail, to_text(id));
    wish.audit_id = first.audit_id;  // there is such a row: the audit refuses another
    CHECK_FALSE(act_on_mail(reading, wish));
    CHECK(state_of(reading, id) == MailState::dead);
    CHECK(audit_of_mails(reading).size() == 1);
}
