#include "persistence/outbox_repository.hpp"

#include "persistence/books.hpp"
#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint noon{std::chrono::hours{500'000}};

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};

    /// As the lane writes them.
    void write(int count, TimePoint at) {
        REQUIRE(query(db,
                      "INSERT INTO outbox (lane, sequence, type, entity, version, payload, "
                      "request_id, at, tenant_id) SELECT 0, l.outbox + n, 'x', 'order_x', 1, '{}', "
                      "'', $2, $3 FROM lanes l, generate_series(1, $1::bigint) n",
                      std::int64_t{count}, at, default_tenant));
        REQUIRE(query(db, "UPDATE lanes SET outbox = outbox + $1", std::int64_t{count}));
    }
    /// Where the outbox begins, and that nothing is missing behind it.
    std::int64_t begins() {
        CHECK(find_outbox_differences(db)->empty());
        return query(db, "SELECT coalesce(min(sequence), 0) FROM outbox")
            ->front()
            .get<std::int64_t>(0);
    }
    std::int64_t purge(TimePoint oldest = noon, std::int64_t limit = 100) {
        const auto purged = purge_events(db, oldest, limit);
        REQUIRE(purged);
        return *purged;
    }
};

}  // namespace

TEST_CASE("old events are forgotten once every relay has passed them on", "[persistence][outbox]") {
    Fixture fixture;
    REQUIRE(begin_relay(fixture.db, "slow", noon));
    REQUIRE(begin_relay(fixture.db, "quick", noon));
    fixture.write(10, noon - 1h);
    CHECK(fixture.purge() == 0);
    REQUIRE(move_relay(fixture.db, "quick", 10, noon));
    REQUIRE(move_relay(fixture.db, "slow", 4, noon));
    CHECK(fixture.purge() == 4);
    CHECK(fixture.begins() == 5);
    REQUIRE(move_relay(fixture.db, "slow", 10, noon));
    CHECK(fixture.purge() == 6);
    CHECK(fixture.begins() == 0);
    fixture.write(1, noon - 1h);
    CHECK(fixture.begins() == 11);
}

TEST_CASE("young events stay, and so does what stands behind one", "[persistence][outbox]") {
    Fixture fixture;
    fixture.write(2, noon - 1h);
    fixture.write(1, noon);
    fixture.write(2, noon - 1h);  // a clock went back
    CHECK(fixture.purge() == 2);
    CHECK(fixture.begins() == 3);
    CHECK(fixture.purge() == 0);
}

TEST_CASE("events are forgotten piece by piece", "[persistence][outbox]") {
    Fixture fixture;
    fixture.write(25, noon - 1h);
    CHECK(fixture.purge(noon, 10) == 10);
    CHECK(fixture.purge(noon, 10) == 10);
    CHECK(fixture.begins() == 21);
    CHECK(fixture.purge(noon, 10) == 5);
    CHECK(fixture.purge(noon, 10) == 0);
}

TEST_CASE("a gap behind what was forgotten is found", "[persistence][outbox][books]") {
    Fixture fixture;
    fixture.write(10, noon - 1h);
    CHECK(fixture.purge(noon, 4) == 4);
    REQUIRE(query(fixture.db, "DELETE FROM outbox WHERE sequence = 7"));
    CHECK(find_outbox_differences(fixture.db)->size() == 1);
}
