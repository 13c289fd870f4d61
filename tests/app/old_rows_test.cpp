// What has served its time is forgotten, and nothing that has not.

#include "app/old_rows.hpp"

#include "persistence/query.hpp"
#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

TEST_CASE("a round forgets all old keys, events and sandbox payments, piece by piece",
          "[app][old_rows]") {
    TestDatabase database;
    auto db = database.connect();
    SteppedClock clock;
    ReadPool reads{{.connection = database.options(), .threads = 1}};
    reads.start();
    auto sandbox = SandboxGateway::open({}, clock);
    REQUIRE(sandbox);
    (*sandbox)->ask({.idempotency_key = "k", .amount = 100, .method = "pm_card_visa"},
                    std::chrono::steady_clock::now() + 1min);
    clock.advance(1h);
    for (const auto& event : (*sandbox)->due_events()) (*sandbox)->told(event.id);
    clock.advance(31 * 24h);
    REQUIRE(query(db,
                  "INSERT INTO gateway_events (gateway, id, type, created, received_at) "
                  "SELECT 1, n::text, 'type', $1::timestamptz, $1::timestamptz - CASE n WHEN 0 "
                  "THEN interval '29 days' ELSE interval '31 days' END "
                  "FROM generate_series(0, 10001) n",
                  clock.now()));
    REQUIRE(
        query(db,
              "INSERT INTO idempotency_keys (caller, key, request_hash, status, body, location, "
              "etag, created_at) SELECT 'guest', n::text, 'h', 200, '', '', '', "
              "$1::timestamptz - n * interval '20 hours' FROM generate_series(1, 2) n",
              clock.now()));

    OldRows rows(reads, sandbox->get(), clock, 30 * 24h);
    rows.forget();
    const auto left = [&] {
        return awaited<Result<std::int64_t>>([&](Promise<Result<std::int64_t>> promise) {
            reads.read(
                [](Connection& connection) -> Result<std::int64_t> {
                    const auto count = query(connection,
                                             "SELECT (SELECT count(*) FROM gateway_events) * 10 + "
                                             "(SELECT count(*) FROM idempotency_keys)");
                    if (!count) return count.error();
                    return count->front().get<std::int64_t>(0);
                },
                [promise](Result<std::int64_t> count) { promise(std::move(count)); });
        });
    };
    (void)left();  // the first piece is behind it, and has asked for the second
    CHECK(*left() == 11);
    CHECK(*(*sandbox)->forget(clock.now(), 10) == 0);
}
