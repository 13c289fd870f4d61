// The chain over the audit, and what breaks it. Whoever breaks it here may do anything to the
// database but make another chain.

#include "app/audit_sealer.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;

namespace {

const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00Z");

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};

    void add(std::uint64_t number) {
        AuditEntry entry;
        entry.id = AuditId{uuid_v7(now, 5, number)};
        entry.actor = "user_1";
        entry.action = "auth.login";
        entry.before = "[]";
        entry.after = R"([{"name":"session","value":"é"}])";
        entry.kind = AuditKind::security;
        REQUIRE(insert_audit(db, entry, now + std::chrono::microseconds{number}));
    }
    void tamper(const char* sql) {
        REQUIRE(query(db, "SET session_replication_role = replica"));
        REQUIRE(query(db, sql));
        REQUIRE(query(db, "SET session_replication_role = origin"));
    }
    ChainReport verify(const std::optional<Digest>& expected = {}) {
        auto report = verify_audit(db, expected);
        REQUIRE(report);
        return *report;
    }
};

}  // namespace

TEST_CASE("rows get their seals in order, once", "[app][audit_sealer]") {
    Fixture fixture;
    for (std::uint64_t i = 1; i <= 5; ++i) fixture.add(i);
    CHECK(fixture.verify().waiting == 5);
    CHECK(*seal_audit(fixture.db, 3) == 3);
    CHECK(*seal_audit(fixture.db, 3) == 2);
    CHECK(*seal_audit(fixture.db, 3) == 0);
    const auto report = fixture.verify();
    CHECK(report.broken.empty());
    CHECK(report.end.place == 5);
    CHECK(report.waiting == 0);
}

TEST_CASE("a row that commits late takes a later place", "[app][audit_sealer]") {
    Fixture fixture;
    auto other = fixture.database.connect();
    REQUIRE(other.run_script("BEGIN"));
    AuditEntry late;
    late.id = AuditId{uuid_v7(now, 5, 99)};
    late.before = late.after = "[]";
    late.kind = AuditKind::security;
    REQUIRE(insert_audit(other, late, now));  // has the lower number
    fixture.add(2);
    CHECK(*seal_audit(fixture.db, 10) == 1);
    REQUIRE(other.run_script("COMMIT"));
    CHECK(*seal_audit(fixture.db, 10) == 1);
    const auto report = fixture.verify();
    CHECK(report.broken.empty());
    CHECK(report.end.place == 2);
}

TEST_CASE("what is changed, removed, inserted or cut off is found", "[app][audit_sealer]") {
    Fixture fixture;
    for (std::uint64_t i = 1; i <= 4; ++i) fixture.add(i);
    REQUIRE(seal_audit(fixture.db, 10));
    const auto sound = fixture.verify();
    REQUIRE(sound.broken.empty());
    const auto broken_by = [&](const char* sql) {
        fixture.tamper(sql);
        return fixture.verify().broken;
    };
    SECTION("changed") {
        CHECK(broken_by("UPDATE audit SET address = '192.0.2.9' WHERE sequence = 3")
                  .starts_with("row 3 at place 3 was changed"));
        CHECK(fixture.verify().end.place == 2);
    }
    SECTION("changed in its time") {
        CHECK_FALSE(
            broken_by("UPDATE audit SET at = at + interval '1 us' WHERE sequence = 1").empty());
    }
    SECTION("removed") {
        CHECK(broken_by("DELETE FROM audit WHERE sequence = 2") == "row 2 at place 2 was removed");
    }
    SECTION("removed with its seal") {
        CHECK(broken_by("WITH gone AS (DELETE FROM audit_seals WHERE place = 2) "
                        "DELETE FROM audit WHERE sequence = 2") ==
              "place 2 of the chain is missing");
    }
    SECTION("inserted") {
        CHECK(broken_by("INSERT INTO audit (id, at, actor, actor_name, action, target, reason, "
                        "request_id, touched, before, after, tenant_id, kind) "
                        "SELECT gen_random_uuid(), at, actor, actor_name, action, target, reason, "
                        "request_id, touched, before, after, tenant_id, kind "
                        "FROM audit WHERE sequence = 1")
                  .starts_with("row 5 is not of the chain"));
    }
    SECTION("cut off at its end") {
        CHECK(broken_by("WITH gone AS (DELETE FROM audit_seals WHERE place = 4) "
                        "DELETE FROM audit WHERE sequence = 4") ==
              "the chain ends at place 3 instead of 4");
    }
    SECTION("cut off, and its end as well") {
        fixture.tamper(
            "WITH gone AS (DELETE FROM audit_seals WHERE place = 4), "
            "shorter AS (UPDATE audit_chain SET place = 3, hash = "
            "(SELECT hash FROM audit_seals WHERE place = 3)) "
            "DELETE FROM audit WHERE sequence = 4");
        CHECK(fixture.verify().broken.empty());
        CHECK_FALSE(fixture.verify(sound.end.hash).has_expected);
    }
    SECTION("nothing") { CHECK(fixture.verify(sound.end.hash).has_expected); }
}
