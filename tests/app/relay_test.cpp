#include "app/relay.hpp"

#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    SteppedClock clock;
    std::vector<std::int64_t> seen;
    bool refuses{false};

    Relay relay(std::int64_t batch = 100) {
        return Relay({"test",
                      {"order.confirmed"},
                      [this](Connection&, std::span<const OutboxEvent> events) -> Result<void> {
                          for (const auto& event : events) seen.push_back(event.sequence);
                          if (refuses) return refuse(ErrorCode::internal, "not now");
                          return {};
                      }},
                     database.options(), clock, nullptr, {.batch = batch});
    }
    /// As the lane writes them: events, and where they end, in one commit.
    void write(const std::string& type, int count = 1) {
        const auto script =
            "BEGIN; INSERT INTO outbox (lane, sequence, type, entity, version, "
            "payload, request_id, at) SELECT 0, l.outbox + n, '" +
            type + "', 'order_x', 1, '{}', '', now() FROM lanes l, generate_series(1, " +
            std::to_string(count) + ") n; UPDATE lanes SET outbox = outbox + " +
            std::to_string(count) + "; COMMIT";
        REQUIRE(db.run_script(script));
    }
    RelayRow row() {
        const auto rows = find_relays(db);
        REQUIRE(rows);
        REQUIRE(rows->size() == 1);
        return rows->front();
    }
};

void drain(Relay& relay) {
    for (auto more = relay.pass_on();; more = relay.pass_on()) {
        REQUIRE(more);
        if (!*more) return;
    }
}

using Sequences = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a relay passes on its own events from where it began, each once", "[app][relay]") {
    Fixture fixture;
    fixture.write("order.confirmed", 3);  // before its time
    auto relay = fixture.relay();
    drain(relay);
    CHECK(fixture.seen.empty());
    fixture.write("stock.changed", 5);
    fixture.write("order.confirmed", 2);
    CHECK(fixture.row().waits_since);
    drain(relay);
    drain(relay);
    CHECK(fixture.seen == Sequences{9, 10});
    CHECK(fixture.row().cursor == 10);
    CHECK_FALSE(fixture.row().waits_since);
    CHECK(relay.figures().passed_on == 2);
}

TEST_CASE("a relay goes on where another with its name has ended", "[app][relay]") {
    Fixture fixture;
    {
        auto first = fixture.relay();
        drain(first);
        fixture.write("order.confirmed", 3);
        drain(first);
    }
    fixture.write("order.confirmed", 2);
    auto second = fixture.relay();
    drain(second);
    CHECK(fixture.seen == Sequences{1, 2, 3, 4, 5});
}

TEST_CASE("a long outbox is passed on in pieces", "[app][relay]") {
    Fixture fixture;
    auto relay = fixture.relay(10);
    drain(relay);
    fixture.write("order.confirmed", 25);
    CHECK(*relay.pass_on());
    CHECK(fixture.row().cursor == 10);
    drain(relay);
    CHECK(fixture.seen.size() == 25);
}

TEST_CASE("what a handler refuses is passed on again, and moves no cursor", "[app][relay]") {
    Fixture fixture;
    auto relay = fixture.relay();
    drain(relay);
    fixture.write("order.confirmed");
    fixture.refuses = true;
    CHECK(relay.pass_on().error().message == "not now");
    CHECK(fixture.row().cursor == 0);
    fixture.refuses = false;
    drain(relay);
    CHECK(fixture.seen == Sequences{1, 1});
    CHECK(fixture.row().cursor == 1);
}

TEST_CASE("nothing that is not committed is passed by", "[app][relay]") {
    Fixture fixture;
    auto relay = fixture.relay();
    drain(relay);
    auto writer = fixture.database.connect();
    REQUIRE(writer.run_script(
        "BEGIN; INSERT INTO outbox (lane, sequence, type, entity, version, payload, request_id, at)"
        " VALUES (0, 1, 'order.confirmed', 'order_x', 1, '{}', '', now());"
        "UPDATE lanes SET outbox = 1"));
    drain(relay);
    CHECK(fixture.row().cursor == 0);
    REQUIRE(writer.run_script("COMMIT"));
    drain(relay);
    CHECK(fixture.seen == Sequences{1});
}

TEST_CASE("a relay that is ahead of a restored outbox goes back to its end", "[app][relay]") {
    Fixture fixture;
    {
        auto relay = fixture.relay();
        drain(relay);
        fixture.write("order.confirmed", 5);
        drain(relay);
    }
    REQUIRE(fixture.db.run_script(
        "DELETE FROM outbox WHERE sequence > 2; UPDATE lanes SET outbox = 2"));
    fixture.seen.clear();
    auto relay = fixture.relay();
    drain(relay);
    fixture.write("order.confirmed");
    drain(relay);
    CHECK(fixture.seen == Sequences{3});
}
