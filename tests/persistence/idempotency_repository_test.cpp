#include "persistence/idempotency_repository.hpp"

#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;

namespace {

const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00Z");
using std::chrono::hours;

void put(Connection& db, const std::string& key, TimePoint at) {
    REQUIRE(
        query(db,
              "INSERT INTO idempotency_keys (caller, key, request_hash, status, body, location, "
              "etag, created_at) VALUES ('guest', $1, 'hash', 201, '{\"a\":1}', '/x', '\"1\"', $2)",
              key, at));
}

}  // namespace

TEST_CASE("an answer is found under its caller and key for a day", "[persistence][idempotency]") {
    TestDatabase database;
    auto db = database.connect();
    put(db, "k", now);
    const auto record = find_idempotency_record(db, default_tenant, "guest", "k", now - hours{24});
    REQUIRE(record);
    REQUIRE(*record);
    CHECK((*record)->request_hash == "hash");
    CHECK((*record)->status == 201);
    CHECK((*record)->body == "{\"a\":1}");
    CHECK((*record)->location == "/x");
    CHECK((*record)->etag == "\"1\"");
    CHECK_FALSE(*find_idempotency_record(db, default_tenant, "other", "k", now - hours{24}));
    CHECK_FALSE(*find_idempotency_record(db, default_tenant, "guest", "l", now - hours{24}));
    CHECK_FALSE(*find_idempotency_record(db, default_tenant, "guest", "k", now + hours{1}));
}

TEST_CASE("old answers are forgotten in bounded steps", "[persistence][idempotency]") {
    TestDatabase database;
    auto db = database.connect();
    for (const auto* key : {"a", "b", "c"}) put(db, key, now - hours{25});
    put(db, "young", now);
    CHECK(*purge_idempotency_records(db, now - hours{24}, 2) == 2);
    CHECK(*purge_idempotency_records(db, now - hours{24}, 2) == 1);
    CHECK(*purge_idempotency_records(db, now - hours{24}, 2) == 0);
    CHECK(*find_idempotency_record(db, default_tenant, "guest", "young", now - hours{24}));
}
