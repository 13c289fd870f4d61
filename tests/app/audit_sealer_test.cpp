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

    void add(std::uint64_t number, const std::string& actor = "user_1",
             const std::string& action = "auth.login", const std::string& target = "") {
        AuditEntry entry;
        entry.id = AuditId{uuid_v7(now, 5, number)};
        entry.actor = actor;
        entry.action = action;
        entry.target = target;
        entry.address = "192.0.2." + std::to_string(number);
        entry.reason = "because " + std::to_string(number);
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
        CHECK(broken_by("UPDATE audit SET action = 'auth.logout' WHERE sequence = 3")
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
        CHECK(broken_by("INSERT INTO audit (id, at, actor, actor_name, action, target, request_id, "
                        "touched, before, after, tenant_id, kind, address_digest, reason_digest) "
                        "SELECT gen_random_uuid(), at, actor, actor_name, action, target, "
                        "request_id, touched, before, after, tenant_id, kind, address_digest, "
                        "reason_digest FROM audit WHERE sequence = 1")
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

TEST_CASE("a personal part that was changed is found", "[app][audit_sealer]") {
    Fixture fixture;
    for (std::uint64_t i = 1; i <= 3; ++i) fixture.add(i);
    REQUIRE(seal_audit(fixture.db, 10));
    const auto broken_by = [&](const char* sql) {
        fixture.tamper(sql);
        return fixture.verify().broken;
    };
    SECTION("the address") {
        CHECK(broken_by("UPDATE audit_personal SET address = '192.0.2.9' WHERE sequence = 2")
                  .starts_with("the address of row 2 at place 2 was changed"));
    }
    SECTION("the reason") {
        CHECK(broken_by("UPDATE audit_personal SET reason = 'another' WHERE sequence = 2")
                  .starts_with("the reason of row 2 at place 2 was changed"));
    }
    SECTION("its digest with it") {
        CHECK(broken_by("WITH p AS (UPDATE audit_personal SET address = '192.0.2.9' "
                        "WHERE sequence = 2 RETURNING *) "
                        "UPDATE audit SET address_digest = souk_digest(p.address_salt, p.address) "
                        "FROM p WHERE audit.sequence = 2")
                  .starts_with("row 2 at place 2 was changed"));
    }
    SECTION("emptied as if it had been erased") {
        CHECK(broken_by("UPDATE audit_personal SET address = '', address_salt = '', "
                        "address_erased = gen_random_uuid() WHERE sequence = 2")
                  .starts_with("parts of rows are gone, and nobody erased user user_"));
    }
    SECTION("emptied without a word") {
        CHECK(broken_by("UPDATE audit_personal SET address = '', address_salt = '' "
                        "WHERE sequence = 2")
                  .starts_with("the address of row 2 at place 2 was changed"));
    }
    SECTION("removed") {
        CHECK(broken_by("DELETE FROM audit_personal WHERE sequence = 2") ==
              "row 2 at place 2 was removed");
    }
}

TEST_CASE("what was erased with its person is no fault of the chain", "[app][audit_sealer]") {
    Fixture fixture;
    const UserId amal{uuid_v7(now, 5, 7)};
    for (std::uint64_t i = 1; i <= 3; ++i) fixture.add(i, to_text(amal));
    fixture.add(4);
    fixture.add(5, "soukd", "users.erase", "user " + to_text(amal));
    REQUIRE(seal_audit(fixture.db, 10));
    const auto before = fixture.verify();
    CHECK(*erase_from_audit(fixture.db, default_tenant, amal, 2) == 2);
    CHECK(*erase_from_audit(fixture.db, default_tenant, amal, 10) == 2);  // and why they went
    CHECK(*erase_from_audit(fixture.db, default_tenant, amal, 10) == 0);
    const auto report = fixture.verify(before.end.hash);
    CHECK(report.broken.empty());
    CHECK(report.has_expected);
    CHECK(report.erased == 4);
    const auto texts = query(fixture.db, "SELECT address FROM audit_personal ORDER BY sequence");
    REQUIRE(texts);
    CHECK((*texts)[0].text(0).empty());
    CHECK((*texts)[3].text(0) == "192.0.2.4");
    SECTION("and is found when it comes back") {
        fixture.tamper("UPDATE audit_personal SET address = '192.0.2.9' WHERE sequence = 1");
        CHECK(fixture.verify().broken.starts_with(
            "the address of row 1 at place 1 was erased and is there"));
    }
}

// Rows from before their personal parts could go: sealed with them, and sealed once more without.
TEST_CASE("a row with an older seal may lose its parts once it has a newer one",
          "[app][audit_sealer]") {
    Fixture fixture;
    const UserId amal{uuid_v7(now, 5, 7)};
    fixture.add(1, to_text(amal));
    fixture.add(2, "soukd", "users.erase", "user " + to_text(amal));
    const auto rows = find_unsealed(fixture.db, 10);
    REQUIRE(rows);
    Digest hash{};
    std::vector<Seal> seals;
    for (const auto& row : *rows) {
        hash = seal_of(hash, row, SealCovers::parts);
        seals.push_back({std::ssize(seals) + 1, row.sequence, hash});
    }
    REQUIRE(insert_seals(fixture.db, seals));
    fixture.tamper("UPDATE audit_seals SET covers = 0");
    fixture.tamper("INSERT INTO audit_unsealed SELECT sequence FROM audit");
    CHECK(fixture.verify().broken.empty());
    SECTION("and is checked until then") {
        fixture.tamper("UPDATE audit_personal SET address = '192.0.2.9' WHERE sequence = 1");
        CHECK(fixture.verify().broken.starts_with("row 1 at place 1 was changed"));
    }
    SECTION("not before") {
        REQUIRE(erase_from_audit(fixture.db, default_tenant, amal, 10));
        CHECK(fixture.verify().broken.find("has no other") != std::string::npos);
    }
    SECTION("and is checked by the newer one from then on") {
        REQUIRE(seal_audit(fixture.db, 10));
        REQUIRE(erase_from_audit(fixture.db, default_tenant, amal, 10));
        const auto report = fixture.verify(hash);
        CHECK(report.broken.empty());
        CHECK(report.has_expected);
        CHECK(report.end.place == 4);
        fixture.tamper("UPDATE audit SET action = 'auth.logout' WHERE sequence = 1");
        CHECK(fixture.verify().broken.starts_with("row 1 at place 3 was changed"));
    }
}
