// Accounts over a real database, with a clock that moves when told. What the API makes of it is in
// tests/e2e/identity.test.mjs.

#include "app/views/accounts_view.hpp"

#include "app/mail_room.hpp"
#include "app/random_ids.hpp"
#include "persistence/query.hpp"
#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

constexpr int quick = 4;

class Letters final : public Mailer {
public:
    Result<void> send(const Mail& mail) override {
        last = mail.text;
        return {};
    }
    std::string token() const {
        const auto at = last.find("/#/");
        return last.substr(last.find('/', at + 3) + 1, 43);
    }
    std::string last;
};

AccountSettings settings() {
    AccountSettings settings;
    settings.sessions.max_sessions = 3;
    return settings;
}

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    SteppedClock clock;
    RandomIds ids{clock};
    ReadPool reads{{.connection = database.options(), .threads = 1}};
    HashPool hashing{{.threads = 1, .queue = 8, .cost = quick}};
    std::shared_ptr<const KeyRing> ring =
        std::make_shared<KeyRing>(std::vector{SigningKey::make({clock.now(), clock.now()})});
    AccountsView accounts{reads, hashing, [this] { return ring; }, clock, ids, settings()};
    Letters letters;
    MailRoom room{reads, letters, clock, {"https://shop.example"}};

    Fixture() {
        reads.start();
        hashing.start();
        REQUIRE(sign_up());
        REQUIRE(room.send_due());
        REQUIRE(done([&](auto promise) { accounts.verify_email(letters.token(), {}, promise); }));
    }
    ~Fixture() {
        hashing.stop();
        reads.stop();
    }

    template <class Start>
    static Result<void> done(Start start) {
        return awaited<Result<void>>(start);
    }
    Result<void> sign_up(const std::string& password = "correct horse") {
        return done([&](auto promise) {
            accounts.sign_up({default_tenant, "Amal@example.com", password, "Amal", "Khalil", ""},
                             promise);
        });
    }
    Result<LoggedIn> log_in(const std::string& password = "correct horse",
                            const std::string& address = "192.0.2.1") {
        return awaited<Result<LoggedIn>>([&](auto promise) {
            accounts.log_in({default_tenant, "amal@EXAMPLE.com", password}, {"a phone", address},
                            promise);
        });
    }
    Result<LoggedIn> refresh(const std::string& token) {
        return awaited<Result<LoggedIn>>([&](auto promise) {
            accounts.refresh(token, {"a phone", "192.0.2.1"}, promise);
        });
    }
    Result<SignedIn> authenticate(const std::string& token) {
        return awaited<Result<SignedIn>>(
            [&](auto promise) { accounts.authenticate(token, promise); });
    }
};

}  // namespace

TEST_CASE("an access token ends with its quarter of an hour", "[app][accounts]") {
    Fixture fixture;
    const auto tokens = fixture.log_in();
    REQUIRE(tokens);
    const auto signed_in = fixture.authenticate(tokens->access_token);
    REQUIRE(signed_in);
    CHECK(signed_in->user == tokens->user.id);
    CHECK(signed_in->session == tokens->session);
    fixture.clock.advance(15min - 1s);
    CHECK(fixture.authenticate(tokens->access_token));
    fixture.clock.advance(1s);
    CHECK(fixture.authenticate(tokens->access_token).error().code == ErrorCode::unauthenticated);
}

TEST_CASE("the role of now counts, not that of the token", "[app][accounts]") {
    Fixture fixture;
    const auto tokens = fixture.log_in();
    CHECK(fixture.authenticate(tokens->access_token)->role == Role::customer);
    REQUIRE(query(fixture.db, "UPDATE users SET role = $1", Role::admin));
    fixture.clock.advance(31s);
    CHECK(fixture.authenticate(tokens->access_token)->role == Role::admin);
}

TEST_CASE("a session that another server ended is believed in for half a minute at most",
          "[app][accounts]") {
    Fixture fixture;
    const auto tokens = fixture.log_in();
    REQUIRE(fixture.authenticate(tokens->access_token));
    REQUIRE(query(fixture.db, "UPDATE sessions SET ended_at = $1", fixture.clock.now()));
    fixture.clock.advance(31s);
    CHECK_FALSE(fixture.authenticate(tokens->access_token));
}

TEST_CASE("a suspended account goes on for half a minute at most", "[app][accounts]") {
    Fixture fixture;
    const auto tokens = fixture.log_in();
    REQUIRE(fixture.authenticate(tokens->access_token));
    REQUIRE(query(fixture.db, "UPDATE users SET state = $1", AccountState::suspended));
    fixture.clock.advance(31s);
    CHECK_FALSE(fixture.authenticate(tokens->access_token));
    CHECK_FALSE(fixture.refresh(tokens->refresh_token));
}

TEST_CASE("a token that is remembered is still its key's", "[app][accounts]") {
    Fixture fixture;
    const auto tokens = fixture.log_in();
    REQUIRE(fixture.authenticate(tokens->access_token));
    const auto now = fixture.clock.now();
    fixture.ring = std::make_shared<KeyRing>(std::vector{SigningKey::make({now, now})});
    fixture.clock.advance(61s);
    CHECK_FALSE(fixture.authenticate(tokens->access_token));
}

TEST_CASE("wrong passwords from elsewhere lock nobody out at home", "[app][accounts]") {
    Fixture fixture;
    int refused = 0;
    for (int i = 0; i < 50; ++i) {
        const auto answer = fixture.log_in("a guess", "198.51.100.7");
        refused += answer.error().code == ErrorCode::rate_limited ? 1 : 0;
    }
    CHECK(refused == 44);
    CHECK(fixture.log_in("correct horse", "198.51.100.7").error().code == ErrorCode::rate_limited);
    CHECK(fixture.log_in("correct horse", "192.0.2.1"));
    fixture.clock.advance(30s);
    CHECK(fixture.log_in("correct horse", "198.51.100.7"));
}

TEST_CASE("one address that tries many accounts has to wait", "[app][accounts]") {
    Fixture fixture;
    const auto guess = [&](int number) {
        return awaited<Result<LoggedIn>>([&](auto promise) {
            fixture.accounts.log_in(
                {default_tenant, "p" + std::to_string(number) + "@example.com", "a guess"},
                {"", "198.51.100.7"}, promise);
        });
    };
    int refused = 0;
    for (int i = 0; i < 110; ++i)
        refused += guess(i).error().code == ErrorCode::rate_limited ? 1 : 0;
    CHECK(refused == 9);
}

TEST_CASE("logging in often is no guessing", "[app][accounts]") {
    Fixture fixture;
    for (int i = 0; i < 20; ++i) REQUIRE(fixture.log_in());
}

TEST_CASE("beyond the limit of devices the one unused for longest is logged out",
          "[app][accounts]") {
    Fixture fixture;
    std::vector<LoggedIn> devices;
    for (int i = 0; i < 4; ++i) {
        devices.push_back(*fixture.log_in());
        REQUIRE(fixture.authenticate(devices.back().access_token));
        fixture.clock.advance(1s);
    }
    CHECK_FALSE(fixture.authenticate(devices[0].access_token));
    CHECK(fixture.authenticate(devices[1].access_token));
}

TEST_CASE("an exchanged refresh token is a theft after its leeway, and no sooner",
          "[app][accounts]") {
    Fixture fixture;
    const auto first = fixture.log_in();
    const auto second = fixture.refresh(first->refresh_token);
    REQUIRE(second);
    fixture.clock.advance(9s);
    CHECK(fixture.refresh(first->refresh_token).error().code == ErrorCode::conflict);
    CHECK(fixture.authenticate(second->access_token));
    fixture.clock.advance(1s);
    CHECK(fixture.refresh(first->refresh_token).error().code == ErrorCode::unauthenticated);
    CHECK_FALSE(fixture.authenticate(second->access_token));
    CHECK_FALSE(fixture.refresh(second->refresh_token));
}

TEST_CASE("a session ends for good, however often it is refreshed", "[app][accounts]") {
    Fixture fixture;
    auto tokens = fixture.log_in();
    for (int week = 0; week < 15; ++week) {
        fixture.clock.advance(24h * 6);
        const auto next = fixture.refresh(tokens->refresh_token);
        if (!next) {
            CHECK(week == 14);
            return;
        }
        tokens = next;
    }
    FAIL("the session did not end");
}

TEST_CASE("a log-in that a reset overtook opens no session", "[app][accounts]") {
    Fixture fixture;
    REQUIRE(Fixture::done([&](auto promise) {
        fixture.accounts.forgot_password(default_tenant, "amal@example.com", promise);
    }));
    REQUIRE(fixture.room.send_due());
    const auto before = fixture.log_in();
    REQUIRE(Fixture::done([&](auto promise) {
        fixture.accounts.reset_password(fixture.letters.token(), "another password", {}, promise);
    }));
    CHECK_FALSE(fixture.authenticate(before->access_token));
    CHECK(fixture.log_in().error().code == ErrorCode::unauthenticated);
    CHECK(fixture.log_in("another password"));
}

TEST_CASE("a hash follows the cost at the next log-in", "[app][accounts]") {
    Fixture fixture;
    HashPool dearer({.threads = 1, .queue = 8, .cost = quick + 1});
    dearer.start();
    AccountsView accounts(
        fixture.reads, dearer, [&] { return fixture.ring; }, fixture.clock, fixture.ids,
        settings());
    const auto tokens = awaited<Result<LoggedIn>>([&](auto promise) {
        accounts.log_in({default_tenant, "amal@example.com", "correct horse"}, {}, promise);
    });
    REQUIRE(tokens);
    // The one thread of each pool does one thing after the other.
    REQUIRE(awaited<Result<bool>>([&](auto promise) {
        dearer.verify(*dearer.enter(), "", std::nullopt,
                      [promise](Result<bool> right) { promise(right); });
    }));
    CHECK_FALSE(fixture.refresh("unknown"));
    const auto rows = query(fixture.db, "SELECT password_hash FROM users");
    CHECK(rows->front().text(0).starts_with("$2b$05$"));
}

TEST_CASE("without the database people are told to come back", "[app][accounts]") {
    Fixture fixture;
    const auto tokens = fixture.log_in();
    REQUIRE(fixture.authenticate(tokens->access_token));
    fixture.reads.stop();
    CHECK(fixture.authenticate(tokens->access_token));  // who is known is known
    CHECK(fixture.log_in().error().code == ErrorCode::unavailable);
    CHECK(fixture.sign_up().error().code == ErrorCode::unavailable);
    CHECK(fixture.refresh(tokens->refresh_token).error().code == ErrorCode::unavailable);
    fixture.clock.advance(31s);
    CHECK(fixture.authenticate(tokens->access_token).error().code == ErrorCode::unavailable);
}

TEST_CASE("another marketplace's secrets are as unknown as any", "[app][accounts][tenant]") {
    Fixture fixture;
    const auto tokens = fixture.log_in();
    REQUIRE(tokens);
    const Device elsewhere{"a phone", "192.0.2.1", "req_1", TenantId{fixture.ids.next()}};
    const auto refreshed = awaited<Result<LoggedIn>>(
        [&](auto promise) { fixture.accounts.refresh(tokens->refresh_token, elsewhere, promise); });
    CHECK(refreshed.error().code == ErrorCode::unauthenticated);
    CHECK(fixture.done([&](auto promise) {
        fixture.accounts.log_out(tokens->refresh_token, elsewhere, promise);
    }));
    CHECK(fixture.authenticate(tokens->access_token));
    REQUIRE(fixture.done([&](auto promise) {
        fixture.accounts.forgot_password(default_tenant, "amal@example.com", promise);
    }));
    REQUIRE(fixture.room.send_due());
    const auto link = fixture.letters.token();
    const auto reset_in = [&](const Device& device) {
        return fixture.done([&](auto promise) {
            fixture.accounts.reset_password(link, "another password", device, promise);
        });
    };
    CHECK(reset_in(elsewhere).error().code == ErrorCode::gone);
    CHECK(
        fixture.done([&](auto promise) { fixture.accounts.verify_email(link, elsewhere, promise); })
            .error()
            .code == ErrorCode::gone);
    // Nothing of it was used up.
    CHECK(reset_in({}));
}
