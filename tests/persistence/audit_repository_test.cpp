#include "persistence/audit_repository.hpp"

#include "persistence/batch_writer.hpp"
#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;

namespace {

const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00Z");

ChangeSet done(std::uint64_t number) {
    ChangeSet change;
    change.at = now;
    change.audit = AuditEntry{.id = {uuid_v7(now, 5, number)},
                              .actor = "key_1",
                              .actor_name = "Console operator",
                              .action = "actors.passivate",
                              .target = "stock " + std::to_string(number),
                              .reason = "a \"quoted\" reason",
                              .request_id = "req_1",
                              .touched = 1,
                              .before = R"([{"name":"live","value":"yes"}])",
                              .after = "[]"};
    return change;
}

}  // namespace

TEST_CASE("what operators did is read newest first, page by page", "[persistence][audit]") {
    TestDatabase database;
    BatchWriter writer(database.options(), "test");
    REQUIRE(writer.recover().status == CommitStatus::committed);
    for (std::uint64_t i = 1; i <= 3; ++i) {
        const auto change = done(i);
        const ChangeSet* batch[] = {&change};
        REQUIRE(writer.begin(batch).status == CommitStatus::committed);
        REQUIRE(writer.finish().status == CommitStatus::committed);
    }
    auto db = database.connect();
    const auto first = find_audit(db, {}, 2);
    REQUIRE(first);
    CHECK(count_audit(db, {}, 100).value() == 3);
    CHECK(find_audit_entry(db, done(2).audit->id)->value().entry.target == "stock 2");
    CHECK_FALSE(find_audit_entry(db, AuditId{})->has_value());
    CHECK(first->more);
    REQUIRE(first->rows.size() == 2);
    const auto& newest = first->rows.front();
    CHECK(newest.entry.target == "stock 3");
    CHECK(newest.entry.reason == "a \"quoted\" reason");
    CHECK(newest.entry.before == R"([{"name":"live","value":"yes"}])");
    CHECK(newest.at == now);
    const auto rest = find_audit(db, {}, 2, first->rows.back().sequence);
    REQUIRE(rest);
    CHECK_FALSE(rest->more);
    REQUIRE(rest->rows.size() == 1);
    CHECK(rest->rows.front().entry.target == "stock 1");
}

TEST_CASE("the audit is only ever added to", "[persistence][audit]") {
    TestDatabase database;
    auto db = database.connect();
    for (const auto* sql : {"UPDATE audit SET action = 'x'", "DELETE FROM audit", "TRUNCATE audit"})
        CHECK_FALSE(query(db, sql));
}
