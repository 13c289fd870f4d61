#include "app/mail_room.hpp"

#include "http/digest.hpp"
#include "persistence/link_token_repository.hpp"
#include "persistence/mail_repository.hpp"
#include "persistence/tenant_repository.hpp"
#include "persistence/user_repository.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

class FakeMailer final : public Mailer {
public:
    Result<void> send(const Mail& mail) override {
        if (down) return refuse(ErrorCode::unavailable, "no answer");
        if (mail.to == refused) return refuse(ErrorCode::unprocessable, "550 unknown");
        sent.push_back(mail);
        return {};
    }
    bool down{false};
    std::string refused;
    std::vector<Mail> sent;
};

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    SteppedClock clock;
    ReadPool reads{{.connection = database.options(), .threads = 1}};
    FakeMailer mailer;
    MailRoom room{reads, mailer, clock, {"https://shop.example/"}};
    std::uint64_t jobs{0};
    std::uint64_t users{0};

    Fixture() { reads.start(); }

    void add_user(AccountState state, const std::string& email = "amal@example.com") {
        StoredUser stored;
        stored.user.id = UserId{uuid_v7(clock.now(), 1, ++users)};
        stored.user.email = email;
        stored.user.state = state;
        stored.password_hash = "a hash";
        REQUIRE(insert_user(db, stored));
    }
    void ask(MailKind kind, std::optional<std::string> hash = {},
             const std::string& email = "amal@example.com") {
        const MailJob job{MailId{uuid_v7(clock.now(), 2, ++jobs)},
                          default_tenant,
                          kind,
                          email,
                          std::move(hash),
                          clock.now()};
        REQUIRE(insert_mail_job(db, job));
    }
    std::int64_t open_jobs() {
        const auto rows = query(db, "SELECT count(*) FROM mail_jobs WHERE done_at IS NULL");
        return rows->front().get<std::int64_t>(0);
    }
};

std::string token_in(const Mail& mail, const std::string& page) {
    const auto before = "https://shop.example/#/" + page + "/";
    const auto at = mail.text.find(before);
    REQUIRE(at != std::string::npos);
    return mail.text.substr(at + before.size(), 43);
}

}  // namespace

TEST_CASE("a registration gets a link that its password comes with", "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::unverified);
    fixture.ask(MailKind::registration, "a hash");
    CHECK(*fixture.room.send_due() == 1);
    REQUIRE(fixture.mailer.sent.size() == 1);
    CHECK(fixture.mailer.sent.front().to == "amal@example.com");
    const auto token = token_in(fixture.mailer.sent.front(), "verify-email");
    const auto link = find_link(fixture.db, default_tenant, sha256({token}));
    REQUIRE((link && *link));
    CHECK((*link)->link.purpose == LinkPurpose::verify_email);
    CHECK((*link)->link.expires_at == fixture.clock.now() + 24h);
    CHECK((*link)->password_hash == "a hash");
    CHECK(*fixture.room.send_due() == 0);
}

TEST_CASE("a mail says whose it is, and its link leads there", "[app][mail_room]") {
    Fixture fixture;
    const TenantId shop{uuid_v7(fixture.clock.now(), 3, 1)};
    Tenant tenant{shop, "lavender", "Lavender & Co", {}, fixture.clock.now()};
    tenant.site_url = "https://lavender.example/shop/";
    REQUIRE(insert_tenant(fixture.db, tenant));
    StoredUser stored;
    stored.user.id = UserId{uuid_v7(fixture.clock.now(), 1, 99)};
    stored.user.tenant = shop;
    stored.user.email = "amal@example.com";
    stored.user.state = AccountState::active;
    REQUIRE(insert_user(fixture.db, stored));
    const auto ask = [&] {
        REQUIRE(
            insert_mail_job(fixture.db, {MailId{uuid_v7(fixture.clock.now(), 2, ++fixture.jobs)},
                                         shop,
                                         MailKind::password_reset,
                                         "amal@example.com",
                                         {},
                                         fixture.clock.now()}));
        REQUIRE(fixture.room.send_due());
        return fixture.mailer.sent.back();
    };
    const auto mail = ask();
    CHECK(mail.subject == "Lavender & Co: Choose another password");
    CHECK(mail.from_name == "Lavender & Co");
    CHECK(mail.text.find("https://lavender.example/shop/#/reset-password/") != std::string::npos);
    auto moved = tenant;
    moved.name = "Rose";
    moved.site_url.clear();
    REQUIRE(save_tenant(fixture.db, tenant, moved));
    CHECK(ask().subject == "Rose: Choose another password");
    CHECK(ask().text.find("https://shop.example/#/reset-password/") != std::string::npos);
    CHECK(fixture.room.figures().sent == 3);
}

TEST_CASE("of those who register one address, all but the first choose their password by the link",
          "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::unverified);
    fixture.ask(MailKind::registration, "a hash");
    REQUIRE(fixture.room.send_due());
    const auto first = token_in(fixture.mailer.sent.back(), "verify-email");
    fixture.ask(MailKind::registration, "another hash");
    REQUIRE(fixture.room.send_due());
    const auto second = token_in(fixture.mailer.sent.back(), "reset-password");
    CHECK(find_link(fixture.db, default_tenant, sha256({first}))->value().link.used_at);
    CHECK_FALSE(find_link(fixture.db, default_tenant, sha256({second}))->value().password_hash);
}

TEST_CASE("who asks for the link again chooses the password by it", "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::unverified);
    fixture.ask(MailKind::verification);
    REQUIRE(fixture.room.send_due());
    const auto token = token_in(fixture.mailer.sent.back(), "reset-password");
    CHECK(find_link(fixture.db, default_tenant, sha256({token}))->value().link.purpose ==
          LinkPurpose::reset_password);
}

TEST_CASE("who has an account already is told so and gets no link", "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::active);
    fixture.ask(MailKind::registration, "a hash");
    REQUIRE(fixture.room.send_due());
    REQUIRE(fixture.mailer.sent.size() == 1);
    CHECK(fixture.mailer.sent.front().subject == "You have an account already");
    CHECK(query(fixture.db, "SELECT 1 FROM link_tokens")->empty());
}

TEST_CASE("a verified address gets no other link to verify it", "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::active);
    fixture.ask(MailKind::verification);
    CHECK(*fixture.room.send_due() == 1);
    CHECK(fixture.mailer.sent.empty());
    CHECK(fixture.open_jobs() == 0);
}

TEST_CASE("an unknown address gets no mail, and its job is done", "[app][mail_room]") {
    Fixture fixture;
    fixture.ask(MailKind::password_reset);
    CHECK(*fixture.room.send_due() == 1);
    CHECK(fixture.mailer.sent.empty());
    CHECK(fixture.open_jobs() == 0);
}

TEST_CASE("nobody gets more than five mails of a kind an hour", "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::active);
    for (int i = 0; i < 8; ++i) fixture.ask(MailKind::password_reset);
    REQUIRE(fixture.room.send_due());
    CHECK(fixture.mailer.sent.size() == 5);
    fixture.clock.advance(40min);
    for (int i = 0; i < 8; ++i) fixture.ask(MailKind::password_reset);
    REQUIRE(fixture.room.send_due());
    CHECK(fixture.mailer.sent.size() == 5);
    fixture.clock.advance(20min + 1s);  // what was not sent counts for nothing
    fixture.ask(MailKind::password_reset);
    REQUIRE(fixture.room.send_due());
    CHECK(fixture.mailer.sent.size() == 6);
}

TEST_CASE("a mail that nobody takes is tried again, later and later, and in the end given up",
          "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::active);
    fixture.ask(MailKind::password_reset);
    fixture.mailer.down = true;
    CHECK(*fixture.room.send_due() == 1);
    CHECK(*fixture.room.send_due() == 0);
    fixture.clock.advance(10s);
    CHECK(*fixture.room.send_due() == 1);
    fixture.clock.advance(10s);
    CHECK(*fixture.room.send_due() == 0);
    SECTION("it leaves when somebody does") {
        fixture.mailer.down = false;
        fixture.clock.advance(10s);
        CHECK(*fixture.room.send_due() == 1);
        CHECK(fixture.mailer.sent.size() == 1);
        CHECK(fixture.open_jobs() == 0);
    }
    SECTION("it is given up with its reason") {
        for (int i = 0; i < 12; ++i) {
            fixture.clock.advance(1h);
            REQUIRE(fixture.room.send_due());
        }
        CHECK(fixture.open_jobs() == 0);
        CHECK(query(fixture.db, "SELECT failure FROM mail_jobs")->front().text(0) == "no answer");
    }
}

TEST_CASE("a mail that is refused for good is a dead letter at once, and holds none back",
          "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::active);
    fixture.add_user(AccountState::active, "noor@example.com");
    fixture.mailer.refused = "amal@example.com";
    fixture.ask(MailKind::password_reset);
    fixture.ask(MailKind::password_reset, {}, "noor@example.com");
    CHECK(*fixture.room.send_due() == 2);
    REQUIRE(fixture.mailer.sent.size() == 1);
    CHECK(fixture.mailer.sent.front().to == "noor@example.com");
    const auto dead = find_dead_mails(fixture.db, 10);
    REQUIRE((dead && dead->size() == 1));
    CHECK(dead->front().job.tries == 1);
    CHECK(dead->front().failure == "550 unknown");

    SECTION("retried, it has all its tries before it") {
        fixture.mailer.refused.clear();
        const auto id = dead->front().job.id;
        CHECK(*retry_dead_mail(fixture.db, id, fixture.clock.now()));
        CHECK_FALSE(*retry_dead_mail(fixture.db, id, fixture.clock.now()));
        CHECK(*fixture.room.send_due() == 1);
        CHECK(fixture.mailer.sent.size() == 2);
        CHECK(find_mail(fixture.db, id)->value().state == MailState::sent);
    }
    SECTION("dropped, it is not retried any more") {
        const auto id = dead->front().job.id;
        CHECK(*drop_dead_mail(fixture.db, id));
        CHECK_FALSE(*drop_dead_mail(fixture.db, id));
        CHECK_FALSE(*retry_dead_mail(fixture.db, id, fixture.clock.now()));
        CHECK(count_mail_jobs(fixture.db)->dead == 0);
    }
}

TEST_CASE("a job whose mail cannot be written holds none back", "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::active);
    fixture.add_user(AccountState::active, "noor@example.com");
    fixture.ask(MailKind::password_reset);
    fixture.clock.advance(1s);
    fixture.ask(MailKind::password_reset, {}, "noor@example.com");
    REQUIRE(fixture.db.run_script(
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.user_id = (SELECT id FROM users WHERE email = 'amal@example.com') THEN "
        "RAISE EXCEPTION 'spoilt'; END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER spoil BEFORE INSERT ON link_tokens FOR EACH ROW EXECUTE FUNCTION spoil()"));
    CHECK(*fixture.room.send_due() == 2);
    REQUIRE(fixture.mailer.sent.size() == 1);
    CHECK(fixture.mailer.sent.front().to == "noor@example.com");
    CHECK(fixture.open_jobs() == 1);
    for (int i = 0; i < 12; ++i) {
        fixture.clock.advance(1h);
        REQUIRE(fixture.room.send_due());
    }
    CHECK(fixture.open_jobs() == 0);
    CHECK(count_mail_jobs(fixture.db)->dead == 1);
}

TEST_CASE("while the mail server is silent one mail a round finds that out", "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::active);
    fixture.ask(MailKind::password_reset);
    fixture.ask(MailKind::verification);
    fixture.ask(MailKind::registration);
    fixture.mailer.down = true;
    CHECK(*fixture.room.send_due() == 1);
    CHECK(count_mail_jobs(fixture.db)->retrying == 1);
}

TEST_CASE("who loses the race for a mail changes nothing of it", "[app][mail_room]") {
    Fixture fixture;
    fixture.ask(MailKind::password_reset);
    const auto now = fixture.clock.now();
    const auto slow = claim_mail_job(fixture.db, now, now + 1min);
    REQUIRE((slow && *slow));
    CHECK_FALSE(claim_mail_job(fixture.db, now, now + 1min)->has_value());
    const auto quick = claim_mail_job(fixture.db, now + 1min, now + 2min);
    REQUIRE((quick && *quick));
    CHECK_FALSE(*finish_mail_job(fixture.db, **slow, now, MailState::dead, "too late"));
    CHECK_FALSE(*postpone_mail_job(fixture.db, **slow, now + 1h, "too late"));
    CHECK(*finish_mail_job(fixture.db, **quick, now, MailState::sent, ""));
    CHECK_FALSE(*finish_mail_job(fixture.db, **quick, now, MailState::dead, "twice"));
    CHECK(find_mail(fixture.db, (*quick)->id)->value().state == MailState::sent);
}

TEST_CASE("a mail is the same mail when it is repeated, and says so", "[app][mail_room]") {
    Fixture fixture;
    fixture.add_user(AccountState::active);
    fixture.ask(MailKind::registration);
    const auto asked_at = fixture.clock.now();
    fixture.clock.advance(1h);
    REQUIRE(fixture.room.send_due());
    REQUIRE(fixture.mailer.sent.size() == 1);
    CHECK(fixture.mailer.sent.front().id.starts_with("mail_"));
    CHECK(fixture.mailer.sent.front().at == asked_at);
    CHECK_FALSE(fixture.mailer.sent.front().html.empty());
}

TEST_CASE("a mail about an order that is not there, or is no news any more, is not sent",
          "[app][mail_room]") {
    Fixture fixture;
    MailJob job{MailId{uuid_v7(fixture.clock.now(), 3, 1)},
                default_tenant,
                MailKind::order_confirmed,
                "amal@example.com",
                {},
                fixture.clock.now()};
    job.about = to_text(OrderId{uuid_v7(fixture.clock.now(), 4, 1)});
    REQUIRE(insert_mail_job(fixture.db, job));
    CHECK(*fixture.room.send_due() == 1);
    CHECK(fixture.mailer.sent.empty());
    CHECK(find_mail(fixture.db, job.id)->value().state == MailState::needless);
}
