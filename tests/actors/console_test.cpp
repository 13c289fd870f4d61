// What operators see and do: figures, the watch, quarantine, restarts, pauses and drains.

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

KindDesk& stocks(World& world) { return world.system.desk_of(EntityKind::stock); }
std::string id_of(const StockKey& key) { return stock_key_text(key); }

ErrorCode crash(World& world, const StockKey& key) {
    Outcome told = Error{ErrorCode::not_found, "never answered"};
    world.system.stocks().adjust(
        key, {AdjustStock{.quantity = 1, .reason = "count"},
              {},
              [](const StockView&) -> Answer { throw std::runtime_error("a mistake"); },
              Reply{[&](Outcome given) { told = std::move(given); }}});
    world.settle();
    return told.error().code;
}

Insides insides_of(World& world, const StockKey& key) {
    Insides found;
    stocks(world).inspect(id_of(key), Promise<Result<Insides>>([&](Result<Insides> insides) {
                              found = std::move(*insides);
                          }));
    world.settle();
    return found;
}

std::string value_of(const std::vector<StateField>& state, std::string_view name) {
    const auto field = std::ranges::find(state, name, &StateField::name);
    return field == state.end() ? "none" : field->value;
}

/// Until only reads and the lane have something to do.
void run_actors(World& world) {
    while (world.system.ready_actors() > 0) world.system.run_actor(0);
}

std::vector<ActorLine> top(World& world, ActorSort sort, std::int64_t limit = 10) {
    std::vector<ActorLine> lines;
    stocks(world).add_top({.sort = sort, .limit = limit}, lines);
    return lines;
}

}  // namespace

TEST_CASE("letters that wait are in the mailbox's figure until they are handled",
          "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 50);
    for (int i = 0; i < 3; ++i)
        world.system.stocks().reserve({ReserveMany{.id = ReservationId{world.ids.next()},
                                                   .units = {{sku(1), 1}},
                                                   .expires_at = world.clock.now() + 1min},
                                       {},
                                       [](const Reservation&) { return Answer{}; },
                                       Reply{}});
    CHECK(stocks(world).actor(id_of(sku(1))).mailbox == 3);
    world.settle();
    const auto actor = stocks(world).actor(id_of(sku(1)));
    CHECK(actor.mailbox == 0);
    CHECK(actor.messages == 3);
    CHECK(actor.live);
    CHECK(stocks(world).line().messages >= 3);
}

TEST_CASE("nothing is timed and nothing is kept while nobody looks", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 50);
    auto& watch = world.system.watch();
    watch.follow(EntityKind::stock, id_of(sku(1)));
    REQUIRE(world.reserve(sku(1), 1, 15min).has_value());
    CHECK(watch.last_of(EntityKind::stock, id_of(sku(1))).empty());
    CHECK(watch.handling().counts().total() == 0);
    CHECK_FALSE(stocks(world).actor(id_of(sku(1))).handling_ns.has_value());
}

TEST_CASE("while somebody looks, a message is known by its request, with lane and commit",
          "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 50);
    auto& watch = world.system.watch();
    watch.look(world.clock.now());
    watch.follow(EntityKind::stock, id_of(sku(1)));
    REQUIRE(world.reserve(sku(1), 1, 15min).has_value());
    const auto messages = watch.messages_of("test");
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].what == "reserve");
    CHECK(messages[0].id == id_of(sku(1)));
    CHECK(messages[0].lane_ns.value_or(-1) >= 0);
    CHECK(messages[0].commit_ns.value_or(-1) >= 0);
    CHECK(watch.last_of(EntityKind::stock, id_of(sku(1))).size() == 1);
    CHECK(stocks(world).actor(id_of(sku(1))).slowest_ns.has_value());
    CHECK(world.system.lane().waits().counts().total() == 1);
}

TEST_CASE("the watch goes off ten seconds after the last look, and forgets", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 50);
    auto& watch = world.system.watch();
    watch.look(world.clock.now());
    REQUIRE(world.reserve(sku(1), 1, 15min).has_value());
    for (int i = 0; i < 9; ++i) world.advance(1s);
    CHECK(watch.on());
    watch.look(world.clock.now());
    for (int i = 0; i < 9; ++i) world.advance(1s);
    CHECK(watch.on());
    world.advance(1s);
    CHECK_FALSE(watch.on());
    CHECK(watch.messages_of("test").empty());
}

TEST_CASE("what a continuation lets run is not counted as its own time", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 50);
    world.system.watch().look(world.clock.now());
    const auto cart = world.cart_with({{sku(1), 1}});
    REQUIRE(world.place(cart).has_value());
    std::vector<std::string> seen;
    for (const auto& message : world.system.watch().messages_of("test"))
        seen.push_back(message.what);
    CHECK(std::ranges::count(seen, "place order") == 1);
    CHECK(std::ranges::count(seen, "go on with order") == 1);
}

TEST_CASE("a trace has every SKU and the code that a checkout asked", "[actors][console]") {
    World world;
    for (std::uint64_t i = 1; i <= 2; ++i) world.store.put_stock(sku(i), 50);
    world.system.watch().look(world.clock.now());
    const auto cart = world.cart_with({{sku(1), 1}, {sku(2), 1}});
    REQUIRE(world.place(cart).has_value());
    std::vector<std::string> prepared;
    for (const auto& message : world.system.watch().messages_of("test"))
        if (message.what == "prepare reserve") prepared.push_back(message.id);
    CHECK(prepared == std::vector{id_of(sku(1)), id_of(sku(2))});
}

TEST_CASE("a reservation of many SKUs is traced, its commit once", "[actors][console]") {
    World world;
    for (std::uint64_t i = 1; i <= 2; ++i) world.store.put_stock(sku(i), 50);
    world.system.watch().look(world.clock.now());
    world.system.stocks().reserve({ReserveMany{.id = ReservationId{world.ids.next()},
                                               .units = {{sku(1), 1}, {sku(2), 1}},
                                               .expires_at = world.clock.now() + 1min},
                                   {.request_id = "many"},
                                   [](const Reservation&) { return Answer{}; },
                                   Reply{}});
    world.settle();
    const auto messages = world.system.watch().messages_of("many");
    REQUIRE(messages.size() == 2);
    CHECK(std::ranges::count_if(
              messages, [](const auto& message) { return message.commit_ns.has_value(); }) == 1);
}

TEST_CASE("a trace has more messages of a request than are kept of an actor", "[actors][console]") {
    MessageWatch watch;
    for (int i = 0; i < 300; ++i) {
        const auto record = std::make_shared<MessageRecord>();
        record->request_id = "many SKUs";
        watch.note(record);
    }
    CHECK(watch.messages_of("many SKUs").size() == 300);
}

TEST_CASE("a trace that may lack messages says so, and explains no time by their absence",
          "[actors][console]") {
    ManualClock clock;
    MessageWatch watch;
    const auto handle = [&](const std::string& request_id) {
        const auto record = std::make_shared<MessageRecord>();
        record->at = clock.now();
        record->request_id = request_id;
        record->handler_ns = 1'000;
        watch.note(record);
    };
    const auto answer = [&](const std::string& request_id, Duration took) {
        watch.note(RequestLine{
            .at = clock.now(), .request_id = request_id, .took_ns = took.count() * 1'000});
    };
    watch.look(clock.now());
    clock.advance(1s);
    for (int i = 0; i < 2; ++i) handle("early");
    clock.advance(10ms);
    answer("early", 10ms);
    answer("older", 1s + 11ms);  // than the look
    CHECK_FALSE(trace_of(watch, "early")->incomplete);
    CHECK(trace_of(watch, "early")->elsewhere_ns == 9'998'000);
    CHECK(trace_of(watch, "older")->incomplete);
    for (int i = 0; i < 8'191; ++i) handle("others");
    const auto trace = trace_of(watch, "early");
    REQUIRE(trace);
    CHECK(trace->messages.size() == 1);
    CHECK(trace->incomplete);
    CHECK_FALSE(trace->elsewhere_ns);
    clock.advance(10ms);
    handle("late");
    answer("late", 0ms);
    CHECK_FALSE(trace_of(watch, "late")->incomplete);
    CHECK_FALSE(trace_of(watch, "never was"));
}

TEST_CASE("the busiest actors come first, by what is asked for", "[actors][console]") {
    World world;
    for (std::uint64_t i = 1; i <= 5; ++i) {
        world.store.put_stock(sku(i), 100);
        for (std::uint64_t times = 0; times < i; ++times)
            REQUIRE(world.reserve(sku(i), 1, 15min).has_value());
    }
    top(world, ActorSort::rate);
    world.advance(2s);
    for (int i = 0; i < 4; ++i) REQUIRE(world.reserve(sku(2), 1, 15min).has_value());
    world.advance(2s);
    const auto busiest = top(world, ActorSort::rate, 2);
    REQUIRE(busiest.size() == 2);
    CHECK(busiest[0].id == id_of(sku(2)));
    CHECK(busiest[0].messages_per_minute == 4 * 60 / 4);
    CHECK(busiest[1].messages_per_minute == 0);
}

TEST_CASE("an actor is found by a part of its id", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    world.store.put_stock(sku(2), 5);
    REQUIRE(world.reserve(sku(1), 1, 15min).has_value());
    REQUIRE(world.reserve(sku(2), 1, 15min).has_value());
    std::vector<ActorLine> lines;
    stocks(world).add_top({.id = to_text(sku(2).variant), .limit = 10}, lines);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].id == id_of(sku(2)));
}

TEST_CASE(
    "an actor shows what it has in memory, and the rows say the same when nothing is going on",
    "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 9);
    REQUIRE(world.reserve(sku(1), 4, 15min).has_value());
    const auto insides = insides_of(world, sku(1));
    CHECK(value_of(insides.state, "onHand") == "9");
    CHECK(value_of(insides.state, "reserved") == "4");
    CHECK(value_of(insides.state, "openReservations") == "1");
    CHECK(insides.under_way == 0);
    std::optional<RowState> row;
    stocks(world).read_row(id_of(sku(1)), Promise<Result<std::optional<RowState>>>(
                                              [&](auto found) { row = std::move(*found); }));
    world.settle();
    REQUIRE(row);
    CHECK(row->state == insides.state);
    CHECK(insides_of(world, sku(7)).state.empty());  // and is not made live by being looked at
    CHECK(stocks(world).line().live == 1);
}

TEST_CASE("a quarantined entity refuses commands, shows what is committed, and harms no other",
          "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    world.store.put_stock(sku(2), 5);
    REQUIRE(world.reserve(sku(1), 2, 15min).has_value());
    for (int i = 0; i < 3; ++i) CHECK(crash(world, sku(1)) == ErrorCode::internal);
    const auto refusal = world.reserve(sku(1), 1, 15min);
    CHECK(refusal.error().code == ErrorCode::unavailable);
    CHECK(refusal.error().message.find("quarantined") != std::string::npos);
    REQUIRE(world.stock(sku(1)));
    CHECK(world.stock(sku(1))->reserved == 2);
    CHECK(world.reserve(sku(2), 1, 15min).has_value());
    const auto shown = top(world, ActorSort::restarts);
    REQUIRE(shown.size() == 1);
    CHECK(shown[0].quarantined);
    CHECK(shown[0].restarts == 3);
    CHECK(shown[0].last_error == "a mistake");
    world.advance(1h);
    CHECK(world.reserve(sku(1), 1, 15min).error().code == ErrorCode::unavailable);
    CHECK(stocks(world).release(id_of(sku(1))));
    CHECK_FALSE(stocks(world).release(id_of(sku(1))));
    CHECK(world.reserve(sku(1), 1, 15min).has_value());
}

TEST_CASE("what is quarantined is a line of every sort, though it is not live",
          "[actors][console]") {
    World world;
    for (std::uint64_t i = 1; i <= 3; ++i) {
        world.store.put_stock(sku(i), 5);
        REQUIRE(world.reserve(sku(i), 1, 15min).has_value());
    }
    CHECK(stocks(world).quarantine(id_of(sku(2))));
    world.settle();
    REQUIRE(stocks(world).line().live == 2);
    for (const auto sort :
         {ActorSort::mailbox, ActorSort::rate, ActorSort::slowest, ActorSort::restarts}) {
        CAPTURE(sort);
        std::vector<ActorLine> found;
        stocks(world).add_top({.id = to_text(sku(2).variant), .sort = sort, .limit = 10}, found);
        REQUIRE(found.size() == 1);
        CHECK(found[0].id == id_of(sku(2)));
        CHECK(found[0].quarantined);
        CHECK_FALSE(found[0].live);
    }
    CHECK(top(world, ActorSort::mailbox).size() == 3);
    const auto first = top(world, ActorSort::mailbox, 1);  // the others are as busy
    REQUIRE(first.size() == 1);
    CHECK(first[0].quarantined);
}

TEST_CASE("what is quarantined and has not ended yet is one line", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    REQUIRE(world.reserve(sku(1), 1, 15min).has_value());
    CHECK(stocks(world).quarantine(id_of(sku(1))));
    CHECK(top(world, ActorSort::mailbox).size() == 1);
}

TEST_CASE("an operator may quarantine what is live", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    REQUIRE(world.reserve(sku(1), 2, 15min).has_value());
    CHECK(stocks(world).quarantine(id_of(sku(1))));
    CHECK(world.reserve(sku(1), 1, 15min).error().code == ErrorCode::unavailable);
    CHECK(stocks(world).line().live == 0);
    CHECK(stocks(world).line().quarantined == 1);
    stocks(world).release(id_of(sku(1)));
    CHECK(world.reserve(sku(1), 3, 15min).has_value());
}

TEST_CASE("a restart reads the rows again and loses nothing", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    REQUIRE(world.reserve(sku(1), 2, 15min).has_value());
    world.store.stocks.at(sku(1)).on_hand = 7;  // what only a new life can see
    CHECK(stocks(world).restart(id_of(sku(1))));
    world.settle();
    CHECK(stocks(world).line().live == 0);
    CHECK(world.reserve(sku(1), 5, 15min).has_value());
    CHECK(stocks(world).actor(id_of(sku(1))).restarts == 1);
    CHECK_FALSE(stocks(world).restart(id_of(sku(9))));
}

TEST_CASE("a busy actor that is asked to leave does so once its changes are settled",
          "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    REQUIRE(world.reserve(sku(1), 1, 15min).has_value());
    Outcome told = Error{ErrorCode::internal, "never answered"};
    world.system.stocks().reserve({ReserveMany{.id = ReservationId{world.ids.next()},
                                               .units = {{sku(1), 2}},
                                               .expires_at = world.clock.now() + 1min},
                                   {},
                                   [](const Reservation&) { return Answer{}; },
                                   Reply{[&](Outcome given) { told = std::move(given); }}});
    CHECK(stocks(world).passivate(id_of(sku(1))));
    run_actors(world);
    REQUIRE(told.has_error());  // its change is on its way through the lane
    CHECK(stocks(world).line().live == 1);
    world.settle();
    CHECK(told.has_value());
    CHECK(stocks(world).line().live == 0);
    CHECK(stocks(world).line().passivated == 1);
    CHECK(world.stock(sku(1))->reserved == 3);
}

TEST_CASE("messages to an actor that is asked to leave are answered, and activate it again",
          "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    REQUIRE(world.reserve(sku(1), 1, 15min).has_value());
    const auto reserve_one = [&](Outcome& told) {
        world.system.stocks().reserve({ReserveMany{.id = ReservationId{world.ids.next()},
                                                   .units = {{sku(1), 1}},
                                                   .expires_at = world.clock.now() + 1min},
                                       {},
                                       [](const Reservation&) { return Answer{}; },
                                       Reply{[&](Outcome given) { told = std::move(given); }}});
    };
    Outcome first = Error{ErrorCode::internal, "never answered"};
    auto second = first;
    reserve_one(first);
    stocks(world).passivate(id_of(sku(1)));
    run_actors(world);
    reserve_one(second);  // waits in the mailbox while the first is committed
    while (first.has_error()) REQUIRE(world.system.run_lane());
    world.settle();
    CHECK(second.has_value());
    CHECK(stocks(world).line().passivated == 1);
    CHECK(stocks(world).line().live == 1);  // which nobody has asked to leave
    CHECK(world.stock(sku(1))->reserved == 3);
}

TEST_CASE("a cart that is asked to leave during its checkout ends it first", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto cart = world.cart_with({{sku(1), 1}});
    Outcome told = Error{ErrorCode::internal, "never answered"};
    world.system.carts().place_order(cart,
                                     {world.wish("wish"),
                                      {},
                                      [](const Order&) { return Answer{.status = 201}; },
                                      Reply{[&](Outcome given) { told = std::move(given); }}});
    run_actors(world);
    auto& carts = world.system.desk_of(EntityKind::cart);
    CHECK(carts.passivate(to_text(cart)));
    world.settle();
    CHECK(told.has_value());
    CHECK(carts.line().live == 0);
}

TEST_CASE("a restart in the middle of a commit waits for it", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    Outcome told = Error{ErrorCode::internal, "never answered"};
    world.system.stocks().reserve({ReserveMany{.id = ReservationId{world.ids.next()},
                                               .units = {{sku(1), 2}},
                                               .expires_at = world.clock.now() + 1min},
                                   {},
                                   [](const Reservation&) { return Answer{}; },
                                   Reply{[&](Outcome given) { told = std::move(given); }}});
    stocks(world).restart(id_of(sku(1)));
    world.settle();
    const auto seen = world.stock(sku(1));
    REQUIRE(seen);
    CHECK(seen->reserved == (told ? 2 : 0));
    CHECK(world.reserve(sku(1), told ? 3 : 5, 15min).has_value());
}

TEST_CASE("a paused kind takes no commands and shows its state", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    world.store.put_stock(sku(2), 5);
    REQUIRE(world.reserve(sku(1), 1, 15min).has_value());
    const auto cart = world.cart_with({{sku(1), 1}, {sku(2), 1}});
    stocks(world).pause(true);
    CHECK(world.place(cart).error().code == ErrorCode::unavailable);
    CHECK(stocks(world).line().paused);
    CHECK(world.reserve(sku(1), 1, 15min).error().code == ErrorCode::unavailable);
    CHECK(world.stock(sku(1))->reserved == 1);
    CHECK(world.stock(sku(2))->on_hand == 5);
    CHECK(stocks(world).line().refused >= 2);
    stocks(world).pause(false);
    CHECK(world.place(cart).has_value());
    CHECK(world.reserve(sku(1), 1, 15min).has_value());
}

TEST_CASE("a drained system empties its memory and takes no new work", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto cart = world.cart_with({{sku(1), 1}});
    REQUIRE(world.reserve(sku(1), 1, 15min).has_value());
    world.system.drain(true);
    for (const auto kind : {EntityKind::stock, EntityKind::cart})
        world.system.desk_of(kind).passivate_all();
    world.settle();
    CHECK(world.system.figures().live == 0);
    CHECK(world.place(cart).error().code == ErrorCode::unavailable);
    CHECK(world.cart(cart) != nullptr);
    CHECK(world.system.figures().live == 0);
    world.system.drain(false);
    CHECK(world.place(cart).has_value());
}

TEST_CASE("a checkout that has begun ends although the system is drained", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto cart = world.cart_with({{sku(1), 1}});
    Outcome told = Error{ErrorCode::internal, "never answered"};
    world.system.carts().place_order(cart,
                                     {world.wish("wish"),
                                      {},
                                      [](const Order&) { return Answer{.status = 201}; },
                                      Reply{[&](Outcome given) { told = std::move(given); }}});
    world.system.drain(true);
    world.settle();
    CHECK(told.has_value());
}

TEST_CASE("a repeated checkout is answered although its order takes no commands",
          "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto cart = world.cart_with({{sku(1), 1}});
    REQUIRE(world.place(cart).has_value());
    auto& orders = world.system.desk_of(EntityKind::order);
    CHECK(orders.quarantine(to_text(world.order_of(cart))));
    const auto repeated = world.place(cart);
    REQUIRE(repeated.has_value());
    CHECK(repeated->replayed);
}

TEST_CASE("memory is shown beside the row whatever the kind, quarantined or not",
          "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto cart = world.cart_with({{sku(1), 1}});
    REQUIRE(world.place(cart).has_value());
    auto& code = world.store.discounts["CODE"];
    code.code = "CODE";
    code.version = 1;
    const auto order = world.order_of(cart);
    const std::vector<std::pair<EntityKind, std::string>> all{{EntityKind::stock, id_of(sku(1))},
                                                              {EntityKind::cart, to_text(cart)},
                                                              {EntityKind::order, to_text(order)},
                                                              {EntityKind::discount, "CODE"}};
    for (const auto& [kind, id] : all) {
        CAPTURE(id);
        auto& desk = world.system.desk_of(kind);
        for (const bool quarantined : {false, true}) {
            if (quarantined) desk.quarantine(id);
            world.settle();
            std::optional<RowState> row;
            desk.read_row(id, Promise<Result<std::optional<RowState>>>(
                                  [&](auto found) { row = std::move(*found); }));
            world.settle();
            REQUIRE(row);
            CHECK_FALSE(row->state.empty());
            CHECK(desk.actor(id).quarantined == quarantined);
        }
    }
}

TEST_CASE("a drained system begins no reservation of many SKUs", "[actors][console]") {
    World world;
    for (std::uint64_t i = 1; i <= 2; ++i) world.store.put_stock(sku(i), 5);
    const auto reserve_both = [&] {
        Outcome told = Error{ErrorCode::internal, "never answered"};
        world.system.stocks().reserve({ReserveMany{.id = ReservationId{world.ids.next()},
                                                   .units = {{sku(1), 1}, {sku(2), 1}},
                                                   .expires_at = world.clock.now() + 1min},
                                       {},
                                       [](const Reservation&) { return Answer{}; },
                                       Reply{[&](Outcome given) { told = std::move(given); }}});
        world.settle();
        return told;
    };
    world.system.drain(true);
    const auto refused = reserve_both();
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::unavailable);
    CHECK(refused.error().retry_after_s > 0);
    CHECK(world.store.stocks.at(sku(1)).reserved == 0);
    CHECK(stocks(world).line().refused == 1);
    world.system.drain(false);
    CHECK(reserve_both().has_value());
}

TEST_CASE("a kind that an operator paused stays paused through a drain", "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    stocks(world).pause(true);
    world.system.drain(true);
    world.system.drain(false);
    CHECK(stocks(world).paused());
    CHECK(world.reserve(sku(1), 1, 15min).error().code == ErrorCode::unavailable);
    world.system.drain(true);
    stocks(world).pause(false);
    CHECK_FALSE(stocks(world).line().paused);
    CHECK(world.reserve(sku(1), 1, 15min).error().message == "the server is being drained");
    world.system.drain(false);
    CHECK(world.reserve(sku(1), 1, 15min).has_value());
}

TEST_CASE("a request that asks for a fault crashes what it reaches", "[actors][console]") {
#ifdef SOUK_FAULTS
    World world;
    world.store.put_stock(sku(1), 5);
    Outcome told = Answer{};
    world.system.stocks().adjust(sku(1), {AdjustStock{.quantity = 1, .reason = "count"},
                                          {.request_id = "souk-fault-crash-1"},
                                          [](const StockView&) { return Answer{}; },
                                          Reply{[&](Outcome given) { told = std::move(given); }}});
    world.settle();
    REQUIRE(told.has_error());
    CHECK(told.error().code == ErrorCode::internal);
    CHECK(stocks(world).actor(id_of(sku(1))).restarts == 1);
#else
    SUCCEED("this build has no fault switches");
#endif
}

TEST_CASE("a reservation may be let last longer, and leaves its row in the audit",
          "[actors][console]") {
    World world;
    world.store.put_stock(sku(1), 5);
    const auto made = world.reserve(sku(1), 2, 15min);
    REQUIRE(made.has_value());
    const auto id = parse_id<ReservationId>(made->body).value();
    Outcome told = Error{ErrorCode::internal, "never answered"};
    AskContext context;
    context.audit = AuditEntry{.action = "reservations.extend", .reason = "they called"};
    const auto until = world.clock.now() + 1h;
    world.system.extend(id, until, context, Reply{[&](Outcome given) { told = std::move(given); }});
    world.settle();
    REQUIRE(told.has_value());
    CHECK(world.store.reservations.at(id).lines.front().line.expires_at == until);
    REQUIRE(world.store.audit.size() == 1);
    CHECK(world.store.audit.front().reason == "they called");
    world.advance(16min);
    CHECK(world.stock(sku(1))->reserved == 2);
}
