#include "persistence/connection.hpp"

#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;
using namespace std::chrono_literals;

TEST_CASE("a server that is not there is unavailable", "[persistence][connection]") {
    const auto db = Connection::open({.url = "host=/nonexistent dbname=souk"});
    REQUIRE_FALSE(db);
    CHECK(db.error().code == ErrorCode::unavailable);
    CHECK(db.error().retry_after_s > 0);
}

TEST_CASE("an error in SQL is internal and names its state", "[persistence][connection]") {
    TestDatabase database;
    auto db = database.connect();
    const auto rows = query(db, "SELECT 1/0");
    REQUIRE_FALSE(rows);
    CHECK(rows.error().code == ErrorCode::internal);
    CHECK(db.last_failure().sqlstate == "22012");
    CHECK(query(db, "SELECT 1"));
}

TEST_CASE("a statement over its time limit is unavailable and leaves the connection usable",
          "[persistence][connection]") {
    TestDatabase database;
    auto options = database.options();
    options.statement_timeout = 50ms;
    auto db = Connection::open(options);
    REQUIRE(db);
    const auto rows = query(*db, "SELECT pg_sleep(60)");
    REQUIRE_FALSE(rows);
    CHECK(rows.error().code == ErrorCode::unavailable);
    CHECK(db->last_failure().sqlstate == "57014");
    CHECK(query(*db, "SELECT 1"));
}

TEST_CASE("a connection cut by the server is unavailable and no longer alive",
          "[persistence][connection]") {
    TestDatabase database;
    auto db = database.connect();
    auto other = database.connect();
    const auto backend = PQbackendPID(db.native());
    REQUIRE(query(other, "SELECT pg_terminate_backend($1::int, 10000)", backend));
    const auto rows = query(db, "SELECT 1");
    REQUIRE_FALSE(rows);
    CHECK(rows.error().code == ErrorCode::unavailable);
    CHECK_FALSE(db.alive());
    CHECK_FALSE(query(db, "SELECT 1"));
}
