#include "domain/audit.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

AuditEntry entry() {
    AuditEntry entry;
    entry.actor = "ab";
    entry.action = "users.ban";
    entry.touched = 1;
    entry.before = "[]";
    return entry;
}

}  // namespace

TEST_CASE("no two entries have the same text", "[domain][audit]") {
    const auto text = audit_text(entry(), TimePoint{});
    CHECK(text == audit_text(entry(), TimePoint{}));
    CHECK(text != audit_text(entry(), TimePoint{std::chrono::microseconds{1}}));
    auto moved = entry();  // the same letters, in other places
    moved.actor = "a";
    moved.actor_name = "b";
    CHECK(text != audit_text(moved, TimePoint{}));
    for (auto part : {&AuditEntry::actor, &AuditEntry::actor_name, &AuditEntry::action,
                      &AuditEntry::target, &AuditEntry::reason, &AuditEntry::request_id,
                      &AuditEntry::before, &AuditEntry::after, &AuditEntry::address}) {
        auto other = entry();
        other.*part += "x";
        CHECK(text != audit_text(other, TimePoint{}));
    }
    auto other = entry();
    other.touched = 2;
    CHECK(text != audit_text(other, TimePoint{}));
    other = entry();
    other.kind = AuditKind::security;
    CHECK(text != audit_text(other, TimePoint{}));
    other = entry();
    other.id.uuid.bytes[0] = 1;
    CHECK(text != audit_text(other, TimePoint{}));
    other = entry();
    other.tenant.uuid.bytes[0] = 9;
    CHECK(text != audit_text(other, TimePoint{}));
}

TEST_CASE("failures in a row are told less and less", "[domain][audit]") {
    int told = 0;
    for (std::int64_t failures = 1; failures <= 1'000; ++failures)
        told += is_failure_told(failures) ? 1 : 0;
    CHECK(told == 5 + 7);  // 8, 16, … 512
    CHECK(is_failure_told(5));
    CHECK_FALSE(is_failure_told(6));
}
