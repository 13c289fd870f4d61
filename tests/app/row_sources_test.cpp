// Where the actors of paying get their rows.

#include "app/row_sources.hpp"

#include <future>

#include "persistence/seeder.hpp"
#include "tests/app/written_payments.hpp"
#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/here.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00Z");

}  // namespace

TEST_CASE("discounts are loaded by their codes", "[app][row_sources]") {
    TestDatabase database;
    auto db = database.connect();
    REQUIRE(seed(db, {.products = 1, .hash_secret = [](auto) { return Digest{}; }}, now));
    ReadPool reads({.connection = database.options(), .threads = 1});
    const auto source = row_sources(database.options(), reads).discounts;
    const auto found = source(here<std::string>({"SAVE20", "NONE", "ONCE"}));
    REQUIRE(found);
    REQUIRE(found->size() == 2);
    for (const auto& [key, discount] : *found) CHECK(key.id == discount.code);
    const ConnectionOptions nowhere{.url = "host=/nowhere", .connect_timeout = 1s};
    CHECK_FALSE(row_sources(nowhere, reads).discounts(here<std::string>({"SAVE20"})));
}

TEST_CASE("attempts that are due are found without blocking", "[app][row_sources]") {
    TestDatabase database;
    const auto orders = write_payments(database, 3, false);
    ReadPool reads({.connection = database.options(), .threads = 1});
    reads.start();
    const auto find_due = row_sources(database.options(), reads).find_due_attempts;
    using Due = Result<std::vector<DueAttempt>>;
    const auto found = awaited<Due>([&](Promise<Due> promise) {
        find_due(orders[2].payment->attempts[0].due_at, 10, promise);
    });
    REQUIRE(found);
    REQUIRE(found->size() == 2);
    CHECK(found->front().order_id == orders[0].id);
    CHECK(found->front().key == orders[0].payment->attempts[0].key);
    reads.stop();
    const auto refused = awaited<Due>([&](Promise<Due> promise) { find_due(now, 10, promise); });
    CHECK(refused.error().code == ErrorCode::unavailable);
}
