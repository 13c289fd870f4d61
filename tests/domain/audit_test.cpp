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
    const PersonalDigests digests{"1a", "2b"};
    const auto text_of = [&](const AuditEntry& one) {
        return audit_text(one, TimePoint{}, digests);
    };
    const auto text = text_of(entry());
    CHECK(text == text_of(entry()));
    CHECK(text != audit_text(entry(), TimePoint{std::chrono::microseconds{1}}, digests));
    CHECK(text != audit_text(entry(), TimePoint{}, {"1a", "2c"}));
    CHECK(text != audit_text(entry(), TimePoint{}, {"1", "a2b"}));
    auto moved = entry();  // the same letters, in other places
    moved.actor = "a";
    moved.actor_name = "b";
    CHECK(text != text_of(moved));
    for (auto part :
         {&AuditEntry::actor, &AuditEntry::actor_name, &AuditEntry::action, &AuditEntry::target,
          &AuditEntry::request_id, &AuditEntry::before, &AuditEntry::after}) {
        auto other = entry();
        other.*part += "x";
        CHECK(text != text_of(other));
    }
    auto other = entry();
    other.touched = 2;
    CHECK(text != text_of(other));
    other = entry();
    other.kind = AuditKind::security;
    CHECK(text != text_of(other));
    other = entry();
    other.id.uuid.bytes[0] = 1;
    CHECK(text != text_of(other));
    other = entry();
    other.tenant.uuid.bytes[0] = 9;
    CHECK(text != text_of(other));
}

TEST_CASE("personal parts stand in the text as their digests alone", "[domain][audit]") {
    const PersonalDigests digests{"1a", "2b"};
    const auto text = audit_text(entry(), TimePoint{}, digests);
    for (auto part : {&AuditEntry::address, &AuditEntry::reason}) {
        auto other = entry();
        other.*part = "192.0.2.7";
        CHECK(text == audit_text(other, TimePoint{}, digests));
        CHECK(first_audit_text(entry(), TimePoint{}) != first_audit_text(other, TimePoint{}));
    }
}

TEST_CASE("failures in a row are told less and less", "[domain][audit]") {
    int told = 0;
    for (std::int64_t failures = 1; failures <= 1'000; ++failures)
        told += is_failure_told(failures) ? 1 : 0;
    CHECK(told == 5 + 7);  // 8, 16, … 512
    CHECK(is_failure_told(5));
    CHECK_FALSE(is_failure_told(6));
}
