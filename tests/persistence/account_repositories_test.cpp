// People, sessions, links, lockouts, mails and signing keys against the real database.

#include "persistence/link_token_repository.hpp"
#include "persistence/lockout_repository.hpp"
#include "persistence/mail_repository.hpp"
#include "persistence/session_repository.hpp"
#include "persistence/signing_key_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_repository.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00Z");

StoredUser person(std::uint64_t number, const std::string& email) {
    StoredUser stored;
    auto& user = stored.user;
    user.id = UserId{uuid_v7(now, 1, number)};
    user.email = email;
    user.first_name = "Amal";
    user.last_name = "Khalil";
    user.created_at = now;
    user.updated_at = now;
    stored.password_hash = "$2b$04$hash";
    return stored;
}

Session session_of(const User& user, std::uint64_t number) {
    Session session;
    session.id = SessionId{uuid_v7(now, 2, number)};
    session.user_id = user.id;
    session.device = "a phone";
    session.address = "192.0.2.1";
    session.created_at = now;
    session.last_used_at = now + std::chrono::seconds{number};
    session.expires_at = now + 24h * 90;
    return session;
}

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    StoredUser amal = person(1, "amal@example.com");

    Fixture() { REQUIRE(insert_user(db, amal)); }
};

MailJob mail(std::uint64_t number, TimePoint at = now) {
    return {MailId{uuid_v7(at, 3, number)},
            default_tenant,
            MailKind::password_reset,
            "amal@example.com",
            {},
            at};
}

}  // namespace

TEST_CASE("a user is found by id and by address, in one tenant alone", "[persistence][user]") {
    Fixture fixture;
    const auto by_id = find_user(fixture.db, fixture.amal.user.id);
    REQUIRE((by_id && *by_id));
    CHECK((*by_id)->user == fixture.amal.user);
    CHECK((*by_id)->password_hash == "$2b$04$hash");
    const auto by_email = find_user(fixture.db, default_tenant, "amal@example.com");
    REQUIRE((by_email && *by_email));
    CHECK((*by_email)->user.id == fixture.amal.user.id);
    CHECK_FALSE(*find_user(fixture.db, TenantId{uuid_v7(now, 9, 9)}, "amal@example.com"));
    CHECK_FALSE(*find_user(fixture.db, UserId{}));
}

TEST_CASE("an address belongs to its first user", "[persistence][user]") {
    Fixture fixture;
    REQUIRE(insert_user(fixture.db, person(2, "amal@example.com")));
    CHECK((*find_user(fixture.db, default_tenant, "amal@example.com"))->user.id ==
          fixture.amal.user.id);
    CHECK_FALSE(insert_user(fixture.db, person(3, "Upper@example.com")));
}

TEST_CASE("a hash is replaced only while it is the one that was checked", "[persistence][user]") {
    Fixture fixture;
    const auto id = fixture.amal.user.id;
    const auto hash = [&] { return (*find_user(fixture.db, id))->password_hash; };
    REQUIRE(replace_hash(fixture.db, id, "another", "new"));
    CHECK(hash() == "$2b$04$hash");
    REQUIRE(replace_hash(fixture.db, id, "$2b$04$hash", "new"));
    CHECK(hash() == "new");
    REQUIRE(save_password(fixture.db, id, "newer", now));
    CHECK(hash() == "newer");
}

TEST_CASE("who never proves their address is forgotten, and nobody else", "[persistence][user]") {
    Fixture fixture;
    auto verified = person(2, "noor@example.com");
    verified.user.state = AccountState::active;
    REQUIRE(insert_user(fixture.db, verified));
    CHECK(*purge_unverified_users(fixture.db, now, 10) == 0);
    CHECK(*purge_unverified_users(fixture.db, now + 1us, 10) == 1);
    CHECK(*find_user(fixture.db, verified.user.id));
}

TEST_CASE("sessions are listed while they are open, the last used first",
          "[persistence][session]") {
    Fixture fixture;
    const auto& user = fixture.amal.user;
    for (std::uint64_t i = 1; i <= 3; ++i) REQUIRE(insert_session(fixture.db, session_of(user, i)));
    const auto first = session_of(user, 1).id;
    CHECK(*end_session(fixture.db, user.id, first, now) == std::vector{first});
    CHECK(end_session(fixture.db, user.id, first, now)->empty());
    CHECK(end_session(fixture.db, UserId{}, session_of(user, 2).id, now)->empty());
    const auto open = find_sessions(fixture.db, user.id, now, 10);
    REQUIRE(open->size() == 2);
    CHECK(open->front().id == session_of(user, 3).id);
    CHECK(find_sessions(fixture.db, user.id, now + 24h * 90, 10)->empty());
    const auto found = find_session(fixture.db, first);
    REQUIRE((found && *found));
    CHECK((*found)->session.ended_at == now);
    CHECK((*found)->user == user);
}

TEST_CASE("the sessions beyond the limit end, the longest unused first", "[persistence][session]") {
    Fixture fixture;
    const auto& user = fixture.amal.user;
    for (std::uint64_t i = 1; i <= 4; ++i) REQUIRE(insert_session(fixture.db, session_of(user, i)));
    const auto ended = end_surplus_sessions(fixture.db, user.id, 3, now);
    CHECK(*ended == std::vector{session_of(user, 1).id});
    CHECK(end_sessions(fixture.db, user.id, now)->size() == 3);
}

TEST_CASE("a refresh token is found with its session and its user", "[persistence][session]") {
    Fixture fixture;
    const auto session = session_of(fixture.amal.user, 1);
    REQUIRE(insert_session(fixture.db, session));
    REQUIRE(insert_refresh_token(fixture.db, Digest{1}, session, now + 1h));
    REQUIRE(mark_rotated(fixture.db, Digest{1}, now + 1min));
    const auto found = lock_refresh_token(fixture.db, default_tenant, Digest{1});
    REQUIRE((found && *found));
    CHECK((*found)->token.expires_at == now + 1h);
    CHECK((*found)->token.rotated_at == now + 1min);
    CHECK((*found)->owner.session.id == session.id);
    CHECK((*found)->owner.user == fixture.amal.user);
    CHECK_FALSE(*lock_refresh_token(fixture.db, default_tenant, Digest{2}));
    CHECK(*purge_refresh_tokens(fixture.db, now + 1h, 10) == 0);
    CHECK(*purge_refresh_tokens(fixture.db, now + 1h + 1us, 10) == 1);
    CHECK(*purge_sessions(fixture.db, now + 24h * 91, 10) == 1);
}

TEST_CASE("a lockout begins at zero and is kept", "[persistence][lockout]") {
    Fixture fixture;
    CHECK(*lock_lockout(fixture.db, default_tenant, Digest{1}) == Lockout{});
    const Lockout counted{7, now, now + 30s};
    REQUIRE(save_lockout(fixture.db, default_tenant, Digest{1}, counted));
    CHECK(*lock_lockout(fixture.db, default_tenant, Digest{1}) == counted);
    CHECK(*lock_lockout(fixture.db, default_tenant, Digest{2}) == Lockout{});
    CHECK(*purge_lockouts(fixture.db, now + 1us, 10) == 2);
}

TEST_CASE("a link is used with all of its purpose, and forgets its password",
          "[persistence][link_token]") {
    Fixture fixture;
    const auto user = fixture.amal.user.id;
    const auto link = [&](LinkPurpose purpose) {
        return StoredLink{{user, purpose, now + 1h, {}}, default_tenant, "hash"};
    };
    REQUIRE(insert_link(fixture.db, Digest{1}, link(LinkPurpose::verify_email)));
    REQUIRE(insert_link(fixture.db, Digest{2}, link(LinkPurpose::verify_email)));
    REQUIRE(insert_link(fixture.db, Digest{3}, link(LinkPurpose::reset_password)));
    CHECK((*find_link(fixture.db, default_tenant, Digest{1}))->password_hash == "hash");
    REQUIRE(use_links(fixture.db, user, LinkPurpose::verify_email, now));
    for (const auto hash : {Digest{1}, Digest{2}}) {
        const auto used = lock_link(fixture.db, default_tenant, hash);
        CHECK((*used)->link.used_at == now);
        CHECK_FALSE((*used)->password_hash);
    }
    CHECK_FALSE((*find_link(fixture.db, default_tenant, Digest{3}))->link.used_at);
    CHECK_FALSE(*find_link(fixture.db, default_tenant, Digest{4}));
    CHECK(*purge_links(fixture.db, now + 2h, 10) == 3);
}

TEST_CASE("a mail is taken up by one, and again when its lease is over", "[persistence][mail]") {
    Fixture fixture;
    REQUIRE(insert_mail_job(fixture.db, mail(1)));
    auto other = fixture.database.connect();
    const auto claimed = claim_mail_job(fixture.db, now, now + 2min);
    REQUIRE(*claimed);
    CHECK((*claimed)->recipient == "amal@example.com");
    CHECK((*claimed)->tries == 1);
    CHECK_FALSE(*claim_mail_job(other, now + 1min, now + 3min));
    const auto again = claim_mail_job(other, now + 2min, now + 4min);
    CHECK((*again)->tries == 2);
    CHECK_FALSE(*postpone_mail_job(fixture.db, **claimed, now, "its lease is over"));
    CHECK(*postpone_mail_job(fixture.db, **again, now + 1h, "no answer"));
    CHECK_FALSE(*claim_mail_job(other, now + 1h - 1us, now + 2h));
    CHECK(*finish_mail_job(fixture.db, **again, now, MailState::sent, ""));
    CHECK_FALSE(*claim_mail_job(other, now + 24h, now + 48h));
    CHECK(*purge_mail_jobs(fixture.db, now + 1us, 10) == 1);
}

TEST_CASE("a mail that nobody ever takes up is forgotten too", "[persistence][mail]") {
    Fixture fixture;
    REQUIRE(insert_mail_job(fixture.db, mail(1)));
    CHECK(*purge_mail_jobs(fixture.db, now, 10) == 0);
    CHECK(*purge_mail_jobs(fixture.db, now + 1us, 10) == 1);
}

TEST_CASE("mails that were sent are counted by kind and recipient", "[persistence][mail]") {
    Fixture fixture;
    for (std::uint64_t i = 1; i <= 3; ++i) REQUIRE(insert_mail_job(fixture.db, mail(i)));
    CHECK(*finish_mail_job(fixture.db, mail(1), now, MailState::sent, ""));
    CHECK(*finish_mail_job(fixture.db, mail(2), now, MailState::dead, "given up"));
    CHECK(*count_mails_sent(fixture.db, mail(3), now) == 1);
    CHECK(*count_mails_sent(fixture.db, mail(1), now) == 0);
    CHECK(*count_mails_sent(fixture.db, mail(3), now + 1us) == 0);
    auto other = mail(4);
    other.kind = MailKind::verification;
    CHECK(*count_mails_sent(fixture.db, other, now) == 0);
}

TEST_CASE("signing keys come in the order they sign in", "[persistence][signing_key]") {
    Fixture fixture;
    REQUIRE(insert_signing_key(fixture.db, {"second", "sealed", {now, now + 1h}}));
    REQUIRE(insert_signing_key(fixture.db, {"first", "sealed", {now, now}}));
    const auto keys = find_signing_keys(fixture.db);
    REQUIRE(keys->size() == 2);
    CHECK(keys->front().id == "first");
    CHECK(keys->back().times.signs_from == now + 1h);
    REQUIRE(delete_signing_key(fixture.db, "first"));
    CHECK(find_signing_keys(fixture.db)->size() == 1);
}

TEST_CASE("what a refused piece of work did is undone", "[persistence][transaction]") {
    Fixture fixture;
    const auto refused = in_transaction(fixture.db, [&](Connection& db) -> Result<int> {
        REQUIRE(insert_user(db, person(2, "other@example.com")));
        return refuse(ErrorCode::conflict, "no");
    });
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK_FALSE(*find_user(fixture.db, default_tenant, "other@example.com"));
    const auto kept = in_transaction(fixture.db, [&](Connection& db) -> Result<int> {
        REQUIRE(insert_user(db, person(2, "other@example.com")));
        return 1;
    });
    CHECK(kept);
    CHECK(*find_user(fixture.db, default_tenant, "other@example.com"));
}
