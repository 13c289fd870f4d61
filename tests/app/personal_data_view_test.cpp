// Gathering and erasing what is known of somebody, over a real database.

#include "app/views/personal_data_view.hpp"

#include "app/random_ids.hpp"
#include "app/user_command.hpp"
#include "app/views/address_books_view.hpp"
#include "app/views/key_desk_view.hpp"
#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

constexpr auto password = "correct horse";

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    SteppedClock clock;
    RandomIds ids{clock};
    ReadPool reads{{.connection = database.options(), .threads = 2}};
    HashPool hashing{{.threads = 1, .queue = 8, .cost = 4}};
    std::shared_ptr<const KeyRing> ring =
        std::make_shared<KeyRing>(std::vector{SigningKey::make({clock.now(), clock.now()})});
    AccountsView accounts{reads, hashing, [this] { return ring; }, clock, ids, {}};
    ApiKeysView keys{reads, clock, 600};
    KeyDeskView desk{reads, keys, clock, ids};
    PersonalDataView personal_data{reads, accounts, keys, clock, ids};
    User amal = make("amal@example.com");
    User omar = make("omar@example.com");

    Fixture() {
        reads.start();
        hashing.start();
        personal_data.start();
    }
    ~Fixture() {
        personal_data.stop();
        hashing.stop();
        reads.stop();
    }

    User make(const std::string& email, Role role = Role::customer) {
        auto user = put_user(db, {email, password, "Amal", "Khalil", role}, 4, clock, ids);
        REQUIRE(user);
        return *user;
    }
    Result<LoggedIn> log_in(const std::string& email, const std::string& with = password) {
        return awaited<Result<LoggedIn>>([&](auto promise) {
            accounts.log_in({default_tenant, email, with}, {"a phone", "192.0.2.1"}, promise);
        });
    }
    Result<SignedIn> authenticate(const LoggedIn& tokens) {
        return awaited<Result<SignedIn>>(
            [&](auto promise) { accounts.authenticate(tokens.access_token, promise); });
    }
    SignedIn signed_in(const std::string& email) { return *authenticate(*log_in(email)); }
    Result<void> erase(const SignedIn& who, const std::string& with) {
        return awaited<Result<void>>([&](auto promise) {
            personal_data.erase(who, with, {"a phone", "192.0.2.1", "req_1"}, promise);
        });
    }
    Result<void> erase_as(const User& manager, UserId id) {
        const ManagedBy by{{manager.id, manager.role},
                           {to_text(manager.id), "admin", "192.0.2.9", "req_2"}};
        return awaited<Result<void>>(
            [&](auto promise) { personal_data.erase_person(by, id, "they asked", promise); });
    }
    Result<std::string> gather(const SignedIn& who) {
        return awaited<Result<std::string>>(
            [&](auto promise) { personal_data.gather(who, promise); });
    }
    std::int64_t count(const std::string& what) {
        const auto rows = query_once(db, "SELECT count(*) FROM " + what, Parameters{});
        REQUIRE(rows);
        return rows->front().get<std::int64_t>(0);
    }
    void run(const std::string& script) { REQUIRE(db.run_script(script)); }
    void add_order(const User& user, int status) {
        run("INSERT INTO orders SELECT (json_populate_record(NULL::orders, json_build_object("
            "'id', gen_random_uuid(), 'number', 'SOUK-" +
            std::to_string(status) +
            "', 'cart_id', gen_random_uuid(), "
            "'tenant_id', (SELECT id FROM tenants), 'user_id', '" +
            to_hex(user.id.uuid) + "', 'customer_email', '', 'status', " + std::to_string(status) +
            ", 'payment_status', 0, 'payment_method', 0, 'currency', 'USD', 'subtotal', 0, "
            "'discount', 0, 'tax', 0, 'shipping', 0, 'total', 0, 'tax_basis_points', 0, "
            "'tax_inclusive', false, 'shipping_address', '{}', 'billing_address', '{}', "
            "'shipping_method', '{}', 'vendor_orders', '[]', 'estimated_delivery', "
            "'2026-01-20', 'tracking_number', '', 'notes', '', 'reservation_id', "
            "gen_random_uuid(), 'reserved_until', now(), 'stock_deducted', false, "
            "'created_at', now(), 'updated_at', now(), 'version', 1))).*");
    }
};

}  // namespace

TEST_CASE("who is erased is gone at once, and nobody else", "[app][personal_data]") {
    Fixture fixture;
    const auto tokens = fixture.log_in("amal@example.com");
    const auto others = fixture.log_in("omar@example.com");
    const auto who = fixture.authenticate(*tokens);
    REQUIRE(who);
    fixture.run(
        "INSERT INTO mail_jobs (id, tenant_id, kind, recipient, recipient_index, created_at, "
        "                       due_at) "
        "SELECT gen_random_uuid(), id, 2, 'amal@example.com', 'amal@example.com', now(), now() "
        "FROM tenants");
    REQUIRE_FALSE(fixture.log_in("amal@example.com", "wrong password"));
    REQUIRE(fixture.count("lockouts WHERE failures > 0") == 2);
    REQUIRE(fixture.erase(*who, password));
    CHECK_FALSE(fixture.authenticate(*tokens));
    CHECK(fixture.authenticate(*others));
    CHECK(fixture.log_in("amal@example.com").error().code == ErrorCode::unauthenticated);
    CHECK(fixture.log_in("omar@example.com"));
    CHECK(fixture.count("users WHERE email = 'amal@example.com'") == 0);
    CHECK(fixture.count("users WHERE state = 5 AND first_name = '' AND password_hash = ''") == 1);
    CHECK(fixture.count("sessions WHERE user_id = '" + to_hex(fixture.amal.id.uuid) + "'") == 0);
    CHECK(fixture.count("mail_jobs") == 0);
    CHECK(fixture.count("erasures WHERE done_at IS NULL") == 1);
    CHECK(fixture.count("audit WHERE action = 'users.erase'") == 1);
    SECTION("their address may be registered anew") {
        const auto anew = fixture.make("amal@example.com");
        CHECK(anew.id != fixture.amal.id);
        CHECK(fixture.log_in("amal@example.com"));
    }
}

TEST_CASE("nobody is erased by a session alone", "[app][personal_data]") {
    Fixture fixture;
    const auto who = fixture.signed_in("amal@example.com");
    CHECK(fixture.erase(who, "wrong password").error().code == ErrorCode::unauthenticated);
    CHECK(fixture.erase(who, "").error().code == ErrorCode::invalid_input);
    CHECK(fixture.count("audit WHERE action = 'auth.login_failed'") == 1);
    CHECK(fixture.count("erasures") == 0);
    SECTION("not even by guessing") {
        Result<void> refused;
        for (int i = 0; i < 20; ++i) refused = fixture.erase(who, "wrong password");
        CHECK(refused.error().code == ErrorCode::rate_limited);
        CHECK(fixture.erase(who, password).error().code == ErrorCode::rate_limited);
    }
    SECTION("who has no password has just logged in") {
        fixture.run("UPDATE users SET password_hash = '' WHERE email = 'amal@example.com'");
        fixture.clock.advance(15min);
        CHECK(fixture.erase(who, "").error().code == ErrorCode::forbidden);
        fixture.clock.advance(-1min);
        CHECK(fixture.erase(who, ""));
    }
}

TEST_CASE("an account whose orders are under way stays, and says which", "[app][personal_data]") {
    Fixture fixture;
    fixture.add_order(fixture.amal, 1);
    fixture.add_order(fixture.omar, 5);
    const auto refused = fixture.erase(fixture.signed_in("amal@example.com"), password);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::conflict);
    REQUIRE(refused.error().details.size() == 1);
    CHECK(refused.error().details[0].field.starts_with("order_"));
    CHECK(refused.error().details[0].message == "SOUK-1 has not ended");
    CHECK(fixture.log_in("amal@example.com"));
    CHECK(fixture.erase(fixture.signed_in("omar@example.com"), password));
}

TEST_CASE("keys that somebody made hold no more once they are erased", "[app][personal_data]") {
    Fixture fixture;
    const auto boss = fixture.make("boss@example.com", Role::super_admin);
    const auto clerk = fixture.make("clerk@example.com", Role::admin);
    const KeyKeeper keeper{{{"admin"}, {}, 0}, {to_text(clerk.id), "admin", "", ""}};
    const auto made = awaited<Result<MadeKey>>([&](auto promise) {
        fixture.desk.make(keeper, {"a key", {"orders:read"}, {}, 0, {}}, promise);
    });
    REQUIRE(made);
    const auto find = [&] {
        return awaited<Result<std::shared_ptr<const ApiKey>>>([&](auto promise) {
            fixture.keys.find({default_tenant, made->line.id}, promise);
        });
    };
    REQUIRE(find());
    CHECK(fixture.erase_as(fixture.amal, clerk.id).error().code == ErrorCode::forbidden);
    REQUIRE(fixture.erase_as(boss, clerk.id));
    const auto key = find();
    CHECK((!key || (*key)->revoked));
    CHECK(fixture.erase_as(boss, clerk.id));  // a repeat
    CHECK(fixture.count("audit WHERE action = 'users.erase'") == 1);
    CHECK(fixture.erase_as(boss, boss.id).error().code == ErrorCode::forbidden);
    CHECK(fixture.erase_as(boss, UserId{fixture.ids.next()}).error().code == ErrorCode::not_found);
}

TEST_CASE("an archive of all that is known takes a log-in of now", "[app][personal_data]") {
    Fixture fixture;
    const auto who = fixture.signed_in("amal@example.com");
    const auto archive = fixture.gather(who);
    REQUIRE(archive);
    CHECK(archive->starts_with("PK"));
    for (const auto* name : {"profile.json", "sessions.json", "addresses.json", "identities.json",
                             "mails.json", "api-keys.json", "carts.json", "audit.json"})
        CHECK(archive->find(name) != std::string::npos);
    CHECK(archive->find("customer.json") == std::string::npos);
    fixture.clock.advance(15min);
    CHECK(fixture.gather(who).error().code == ErrorCode::forbidden);
}
