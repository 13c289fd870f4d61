// Administration of people, address books, customers and API keys over a real database.

#include "app/views/people_view.hpp"

#include <thread>

#include "app/random_ids.hpp"
#include "app/user_command.hpp"
#include "app/views/address_books_view.hpp"
#include "app/views/audit_trail_view.hpp"
#include "app/views/customers_view.hpp"
#include "app/views/key_desk_view.hpp"
#include "http/authentication.hpp"
#include "persistence/query.hpp"
#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

constexpr int quick = 4;

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    SteppedClock clock;
    RandomIds ids{clock};
    ReadPool reads{{.connection = database.options(), .threads = 2}};
    HashPool hashing{{.threads = 1, .queue = 8, .cost = quick}};
    std::shared_ptr<const KeyRing> ring =
        std::make_shared<KeyRing>(std::vector{SigningKey::make({clock.now(), clock.now()})});
    AccountsView accounts{reads, hashing, [this] { return ring; }, clock, ids, {}};
    ApiKeysView keys{reads, clock, 600};
    PeopleView people{reads, accounts, keys, clock, ids};
    AddressBooksView books{reads, clock, ids};
    CustomersView customers{reads, clock, ids};
    KeyDeskView desk{reads, keys, clock, ids};
    AuditTrailView audit{reads};
    VendorId vendor{ids.next()};
    User boss = make("boss@example.com", Role::super_admin);

    Fixture() {
        reads.start();
        hashing.start();
        REQUIRE(query(db, "INSERT INTO vendors VALUES ($1, 'Acme', 'acme', now())", vendor));
    }
    ~Fixture() {
        hashing.stop();
        reads.stop();
    }

    User make(const std::string& email, Role role = Role::customer) {
        auto user =
            put_user(db, {email, "correct horse", "Amal", "Khalil", role}, quick, clock, ids);
        REQUIRE(user);
        return *user;
    }
    ManagedBy by(const User& user) const {
        return {{user.id, user.role}, {to_text(user.id), "admin", "192.0.2.1", "req_1"}};
    }
    Result<User> change(const User& manager, UserId id, PersonChange change) {
        return awaited<Result<User>>(
            [&](auto promise) { people.change(by(manager), id, change, promise); });
    }
    Result<User> move(const User& manager, UserId id, AccountMove move) {
        return awaited<Result<User>>(
            [&](auto promise) { people.move(by(manager), id, move, "a reason", promise); });
    }
    Result<PeoplePage> list(PeopleQuery query) {
        return awaited<Result<PeoplePage>>([&](auto promise) { people.list(query, promise); });
    }
    Result<LoggedIn> log_in(const std::string& email) {
        return awaited<Result<LoggedIn>>([&](auto promise) {
            accounts.log_in({default_tenant, email, "correct horse"}, {"a phone", "192.0.2.1"},
                            promise);
        });
    }
    Result<SignedIn> authenticate(const std::string& token) {
        return awaited<Result<SignedIn>>(
            [&](auto promise) { accounts.authenticate(token, promise); });
    }
    KeyKeeper keeper(const User& user) const {
        return {{scopes_of(user.role, user.vendor_id), user.vendor_id, 0},
                {to_text(user.id), "admin", "", "req_1"}};
    }
    Result<MadeKey> make_key(const KeyKeeper& by, KeySettings settings) {
        clock.advance(1ms);  // ids sort by it
        return awaited<Result<MadeKey>>([&](auto promise) { desk.make(by, settings, promise); });
    }
    Result<MadeKey> rotate(const KeyKeeper& by, ApiKeyId id, Duration overlap) {
        return awaited<Result<MadeKey>>(
            [&](auto promise) { desk.rotate(by, id, overlap, promise); });
    }
    bool holds(const std::string& text) {
        Request request;
        request.headers.push_back({"x-api-key", text});
        const auto shown = presented_key(request);
        REQUIRE(shown);
        using Found = Result<std::shared_ptr<const ApiKey>>;
        const auto found = awaited<Found>([&](auto promise) {
            keys.find({default_tenant, shown->id}, promise);
        });
        return principal_of(*shown, found).has_value();
    }
    std::vector<AuditRow> rows(AuditFind find) {
        auto page = awaited<Result<AuditPage>>([&](auto promise) { audit.list(find, promise); });
        REQUIRE(page);
        return page->rows;
    }
};

}  // namespace

TEST_CASE("suspending ends the sessions at once, reinstating opens the account", "[app][people]") {
    Fixture fixture;
    const auto amal = fixture.make("amal@example.com");
    const auto tokens = fixture.log_in("amal@example.com");
    REQUIRE(fixture.authenticate(tokens->access_token));
    CHECK(fixture.move(fixture.boss, amal.id, AccountMove::suspend)->state ==
          AccountState::suspended);
    CHECK_FALSE(fixture.authenticate(tokens->access_token));
    CHECK(fixture.log_in("amal@example.com").error().code == ErrorCode::forbidden);
    CHECK(fixture.move(fixture.boss, amal.id, AccountMove::reinstate));
    CHECK(fixture.log_in("amal@example.com"));
    const auto told = fixture.rows({.action = "users.suspend"});
    REQUIRE(told.size() == 1);
    CHECK(told[0].entry.actor == to_text(fixture.boss.id));
    CHECK(told[0].entry.target == "user " + to_text(amal.id));
    CHECK(told[0].entry.address == "192.0.2.1");
    CHECK(told[0].entry.reason == "a reason");
    CHECK(told[0].entry.after.find("suspended") != std::string::npos);
    CHECK(fixture.rows({.actor = to_text(amal.id), .action = "auth"}).size() == 2);
}

TEST_CASE("a role that changes holds at once, with its vendor", "[app][people]") {
    Fixture fixture;
    const auto amal = fixture.make("amal@example.com");
    const auto tokens = fixture.log_in("amal@example.com");
    REQUIRE(fixture.authenticate(tokens->access_token));
    REQUIRE(fixture.change(fixture.boss, amal.id, {{}, Role::vendor, fixture.vendor}));
    const auto now = fixture.authenticate(tokens->access_token);
    REQUIRE(now);
    CHECK(now->role == Role::vendor);
    CHECK(now->vendor == fixture.vendor);
    const auto nowhere =
        fixture.change(fixture.boss, amal.id, {{}, {}, VendorId{fixture.ids.next()}});
    CHECK(nowhere.error().code == ErrorCode::unprocessable);
}

TEST_CASE("two super admins who demote each other leave one", "[app][people]") {
    Fixture fixture;
    const auto other = fixture.make("other@example.com", Role::super_admin);
    std::optional<Result<User>> first;
    std::optional<Result<User>> second;
    std::thread one([&] { first = fixture.change(fixture.boss, other.id, {{}, Role::admin, {}}); });
    std::thread two([&] {
        second = fixture.change(other, fixture.boss.id, {{}, Role::admin, {}});
    });
    one.join();
    two.join();
    CHECK(first->has_value() != second->has_value());
    const auto left = fixture.list({.role = Role::super_admin});
    CHECK(left->total == 1);
}

TEST_CASE("people are found by their whole address, by role and by state", "[app][people]") {
    Fixture fixture;
    for (const auto* email : {"amal@example.com", "amina@example.com", "am%l@example.com"})
        fixture.make(email);
    CHECK(fixture.list({.email = "AMAL@Example.com"})->total == 1);
    CHECK(fixture.list({.email = "am"})->total == 0);
    CHECK(fixture.list({.email = "am%l@example.com"})->rows.front().email == "am%l@example.com");
    CHECK(fixture.list({.role = Role::super_admin})->total == 1);
    const auto amal = fixture.list({.email = "amal@example.com"})->rows.front();
    REQUIRE(fixture.move(fixture.boss, amal.id, AccountMove::close));
    CHECK(fixture.list({.email = "amal@example.com"})->total == 0);
    CHECK(fixture.list({.email = "amina@example.com"})->total == 1);
    CHECK(fixture.list({.state = AccountState::closed})->total == 1);
    CHECK(fixture.list({.tenant = TenantId{}})->total == 0);
    auto page = fixture.list({.page = {1, 2, {}}});
    REQUIRE(page->rows.size() == 2);
    page = fixture.list({.page = {1, 2, page->next_cursor}});
    CHECK(page->rows.size() == 1);
    CHECK(page->next_cursor.empty());
}

TEST_CASE("another tenant's people are not found", "[app][people]") {
    Fixture fixture;
    const auto amal = fixture.make("amal@example.com");
    auto by = fixture.by(fixture.boss);
    by.doer.tenant = TenantId{fixture.ids.next()};
    const auto moved = awaited<Result<User>>(
        [&](auto promise) { fixture.people.move(by, amal.id, AccountMove::ban, "", promise); });
    CHECK(moved.error().code == ErrorCode::not_found);
    const auto shown = awaited<Result<User>>(
        [&](auto promise) { fixture.people.show(by.doer.tenant, amal.id, promise); });
    CHECK(shown.error().code == ErrorCode::not_found);
}

TEST_CASE("an address book keeps what it is given, for its owner alone", "[app][addresses]") {
    Fixture fixture;
    using Saved = Result<SavedAddress>;
    const auto add = [&](const User& owner, bool make_default) {
        fixture.clock.advance(1ms);  // ids sort by it
        AddressChange change{AddressType::shipping, make_default, {}, {}};
        change.address.city = "Amman";
        return awaited<Saved>([&](auto promise) {
            fixture.books.add({owner.tenant, owner.id}, change, promise);
        });
    };
    const auto list = [&](const User& owner) {
        return *awaited<Result<AddressBook>>([&](auto promise) {
            fixture.books.list({owner.tenant, owner.id}, promise);
        });
    };
    const auto amal = fixture.make("amal@example.com");
    const auto rania = fixture.make("rania@example.com");
    const auto first = add(amal, false);
    REQUIRE(first);
    CHECK(first->is_default);
    const auto second = add(amal, true);
    REQUIRE(second);
    auto book = list(amal);
    REQUIRE(book.size() == 2);
    CHECK_FALSE(book[0].is_default);
    CHECK(book[1] == *second);
    AddressChange moved{AddressType::billing, false, {}, {}};
    moved.address.city = "Aqaba";
    const auto others = awaited<Saved>([&](auto promise) {
        fixture.books.change({rania.tenant, rania.id}, first->id, moved, promise);
    });
    CHECK(others.error().code == ErrorCode::not_found);
    CHECK(awaited<Saved>([&](auto promise) {
              fixture.books.change({amal.tenant, amal.id}, second->id, moved, promise);
          })->type == AddressType::billing);
    const auto drop = [&](const User& owner, AddressId id) {
        return awaited<Result<void>>([&](auto promise) {
            fixture.books.drop({owner.tenant, owner.id}, id, {}, promise);
        });
    };
    CHECK(drop(rania, first->id).error().code == ErrorCode::not_found);
    CHECK(drop(amal, first->id));
    book = list(amal);
    REQUIRE(book.size() == 1);
    CHECK(book[0].address.city == "Aqaba");
    CHECK(book[0].is_default);
}

TEST_CASE("somebody has one customer, a guest a new one each time", "[app][customers]") {
    Fixture fixture;
    const auto amal = fixture.make("amal@example.com");
    const auto rania = fixture.make("rania@example.com");
    const auto put = [&](std::optional<UserId> owner, std::string skin, std::string born = "") {
        Customer customer;
        customer.user_id = owner;
        customer.email = "amal@example.com";
        customer.skin_type = std::move(skin);
        customer.skin_concerns = {"acne", "dark-spots"};
        customer.date_of_birth = std::move(born);
        return awaited<Result<Customer>>(
            [&](auto promise) { fixture.customers.put(customer, promise); });
    };
    const auto show = [&](CustomerId id, std::optional<UserId> owner) {
        return awaited<Result<CustomerView>>(
            [&](auto promise) { fixture.customers.show(default_tenant, id, owner, promise); });
    };
    const auto mine = put(amal.id, "dry", "1990-01-15");
    REQUIRE(mine);
    CHECK(put(amal.id, "oily")->id == mine->id);
    const auto view = show(mine->id, amal.id);
    REQUIRE(view);
    CHECK(view->customer.skin_type == "oily");
    CHECK(view->customer.skin_concerns == std::vector<std::string>{"acne", "dark-spots"});
    CHECK(show(mine->id, rania.id).error().code == ErrorCode::not_found);
    CHECK(show(mine->id, std::nullopt));
    const auto guest = put({}, "dry");
    CHECK(guest->id != put({}, "dry")->id);
    CHECK(show(guest->id, amal.id).error().code == ErrorCode::not_found);
    for (const auto* born : {"1990-02-30", "2999-01-01", "1890-01-01", "yesterday"})
        CHECK(put({}, "dry", born).error().code == ErrorCode::invalid_input);
}

TEST_CASE(
    "a key that is revoked holds no more at once, nor does one that is rotated without overlap",
    "[app][key_desk]") {
    Fixture fixture;
    const auto boss = fixture.keeper(fixture.boss);
    const KeyKeeper seller{{vendor_scopes(), fixture.vendor, 0}, {"user_2", "vendor", "", ""}};
    const auto make = [&](const KeyKeeper& by, KeySettings settings) {
        return fixture.make_key(by, std::move(settings));
    };
    const auto holds = [&](const std::string& text) { return fixture.holds(text); };
    const Duration overlap{0};
    const auto made = make(seller, {"mine", {"orders:read"}, {}, 0, {}});
    REQUIRE(made);
    CHECK(made->line.settings.vendor == fixture.vendor);
    CHECK(holds(made->text));
    const auto rotate = [&](const KeyKeeper& by, ApiKeyId id) {
        return awaited<Result<MadeKey>>(
            [&](auto promise) { fixture.desk.rotate(by, id, overlap, promise); });
    };
    const auto revoke = [&](const KeyKeeper& by, ApiKeyId id) {
        return awaited<Result<void>>([&](auto promise) { fixture.desk.revoke(by, id, promise); });
    };
    const auto rotated = rotate(seller, made->line.id);
    REQUIRE(rotated);
    CHECK_FALSE(holds(made->text));
    CHECK(holds(rotated->text));
    const auto bosses = make(boss, {"all", {"admin"}, {}, 0, {}});
    REQUIRE(bosses);
    CHECK(revoke(seller, bosses->line.id).error().code == ErrorCode::not_found);
    CHECK(rotate(seller, bosses->line.id).error().code == ErrorCode::not_found);
    CHECK(holds(bosses->text));
    REQUIRE(revoke(boss, made->line.id));
    CHECK_FALSE(holds(rotated->text));
    CHECK(rotate(boss, made->line.id).error().code == ErrorCode::conflict);
    const auto list = [&](const KeyKeeper& by) {
        return *awaited<Result<KeyPage>>([&](auto promise) {
            fixture.desk.list(by.rights, {1, 10, {}}, promise);
        });
    };
    CHECK(list(seller).total == 1);
    CHECK(list(boss).total == 2);
    CHECK(fixture.rows({.action = "keys"}).size() == 4);
    fixture.keys.used(bosses->line.id);
    fixture.keys.write_uses();
    // It is written behind our back: a few looks later it is there.
    for (int i = 0; i < 1'000 && !list(boss).rows.front().last_used_at; ++i) continue;
    CHECK(list(boss).rows.front().last_used_at == fixture.clock.now());
}

TEST_CASE("a key that is rotated has two secrets for as long as it was wished, and then one",
          "[app][key_desk]") {
    Fixture fixture;
    const auto boss = fixture.keeper(fixture.boss);
    const auto first = fixture.make_key(boss, {"a partner", {"orders:read"}, {}, 0, {}});
    REQUIRE(first);
    CHECK_FALSE(first->old_expires_at);
    const auto second = fixture.rotate(boss, first->line.id, 2h);
    REQUIRE(second);
    CHECK(second->old_expires_at == fixture.clock.now() + 2h);
    fixture.clock.advance(2h - 1s);
    CHECK(fixture.holds(first->text));
    CHECK(fixture.holds(second->text));
    fixture.clock.advance(1s);
    CHECK_FALSE(fixture.holds(first->text));
    CHECK(fixture.holds(second->text));
    // Two rotations within one overlap: the oldest secret is over.
    const auto third = fixture.rotate(boss, first->line.id, 2h);
    const auto fourth = fixture.rotate(boss, first->line.id, 2h);
    REQUIRE((third && fourth));
    CHECK_FALSE(fixture.holds(second->text));
    CHECK(fixture.holds(third->text));
    CHECK(fixture.holds(fourth->text));
    REQUIRE(awaited<Result<void>>(
        [&](auto promise) { fixture.desk.revoke(boss, first->line.id, promise); }));
    CHECK_FALSE(fixture.holds(third->text));
    CHECK_FALSE(fixture.holds(fourth->text));
}

TEST_CASE("keys rest while whoever made them may not log in, and so do those made with them",
          "[app][people][key_desk]") {
    Fixture fixture;
    const auto rania = fixture.make("rania@example.com", Role::admin);
    const auto hers = fixture.make_key(fixture.keeper(rania), {"hers", {"admin"}, {}, 0, {}});
    REQUIRE(hers);
    const KeyKeeper program{{{"admin"}, {}, 0}, {to_text(hers->line.id), "hers", "", ""}};
    const auto its = fixture.make_key(program, {"its", {"orders:read"}, {}, 0, {}});
    const auto others =
        fixture.make_key(fixture.keeper(fixture.boss), {"another's", {"orders:read"}, {}, 0, {}});
    REQUIRE((its && others));
    for (const auto move : {AccountMove::suspend, AccountMove::ban}) {
        REQUIRE(fixture.move(fixture.boss, rania.id, move));
        CHECK_FALSE(fixture.holds(hers->text));
        CHECK_FALSE(fixture.holds(its->text));
        CHECK(fixture.holds(others->text));
    }
    CHECK(fixture.rows({.action = "keys.suspend"}).size() == 2);
    REQUIRE(fixture.move(fixture.boss, rania.id, AccountMove::reinstate));
    CHECK(fixture.holds(hers->text));
    CHECK(fixture.holds(its->text));
    const auto told = fixture.rows({.action = "keys.reinstate"});
    REQUIRE(told.size() == 2);
    CHECK(told[0].entry.actor == to_text(fixture.boss.id));
}

TEST_CASE("with a role goes what it allowed keys to do", "[app][people][key_desk]") {
    Fixture fixture;
    const auto rania = fixture.make("rania@example.com", Role::admin);
    const auto keeper = fixture.keeper(rania);
    const auto wide = fixture.make_key(keeper, {"wide", {"payments:read"}, {}, 0, {}});
    const auto narrow =
        fixture.make_key(keeper, {"narrow", {"orders:read"}, fixture.vendor, 0, {}});
    REQUIRE((wide && narrow));
    PersonChange change;
    change.role = Role::vendor;
    change.vendor_id = fixture.vendor;
    REQUIRE(fixture.change(fixture.boss, rania.id, change));
    CHECK_FALSE(fixture.holds(wide->text));
    CHECK(fixture.holds(narrow->text));
    change.role = Role::admin;
    change.vendor_id.reset();
    REQUIRE(fixture.change(fixture.boss, rania.id, change));
    CHECK(fixture.holds(wide->text));
}

TEST_CASE("another marketplace's people, books and customers are not there", "[app][tenant]") {
    Fixture fixture;
    const auto amal = fixture.make("amal@example.com");
    const TenantId other{fixture.ids.next()};
    Customer customer;
    customer.user_id = amal.id;
    customer.email = amal.email;
    const auto mine =
        awaited<Result<Customer>>([&](auto promise) { fixture.customers.put(customer, promise); });
    REQUIRE(mine);
    CHECK(awaited<Result<CustomerView>>(
              [&](auto promise) { fixture.customers.show(other, mine->id, {}, promise); })
              .error()
              .code == ErrorCode::not_found);
    // The statements of these ask for an id alone: the wall answers.
    CHECK(awaited<Result<User>>([&](auto promise) {
              fixture.accounts.profile({other, amal.id}, promise);
          })
              .error()
              .code == ErrorCode::not_found);
    CHECK(awaited<Result<User>>([&](auto promise) { fixture.people.show(other, amal.id, promise); })
              .error()
              .code == ErrorCode::not_found);
    REQUIRE(fixture.log_in("amal@example.com"));
    const auto sessions_in = [&](const TenantId& tenant) {
        return awaited<Result<std::vector<Session>>>([&](auto promise) {
                   fixture.accounts.sessions({tenant, amal.id}, promise);
               })
            ->size();
    };
    CHECK(sessions_in(default_tenant) == 1);
    CHECK(sessions_in(other) == 0);
}

TEST_CASE("one vendor has a hundred keys that hold at most", "[app][key_desk]") {
    Fixture fixture;
    REQUIRE(query(fixture.db,
                  "INSERT INTO api_keys (id, name, secret_hash, scopes, created_at) "
                  "SELECT gen_random_uuid(), 'k', decode(repeat('00', 32), 'hex'), '{}', now() "
                  "FROM generate_series(1, 100)"));
    const KeyKeeper boss{{{"admin"}, {}, 0}, {"user_1", "admin", "", ""}};
    const auto make = [&](std::optional<VendorId> vendor) {
        const KeySettings settings{"one more", {"orders:read"}, vendor, 0, {}};
        return awaited<Result<MadeKey>>(
            [&](auto promise) { fixture.desk.make(boss, settings, promise); });
    };
    CHECK(make({}).error().code == ErrorCode::conflict);
    CHECK(make(fixture.vendor));
    CHECK(make(VendorId{fixture.ids.next()}).error().code == ErrorCode::unprocessable);
}

TEST_CASE("failures from one address are told less and less, and of whom", "[app][accounts]") {
    Fixture fixture;
    const auto amal = fixture.make("amal@example.com");
    for (int i = 0; i < 20; ++i) {
        const auto email = i % 2 == 0 ? std::string{"amal@example.com"}
                                      : "nobody" + std::to_string(i) + "@example.com";
        (void)awaited<Result<LoggedIn>>([&](auto promise) {
            fixture.accounts.log_in({default_tenant, email, "wrong"},
                                    {"", "2001:db8::" + std::to_string(i + 1)}, promise);
        });
        fixture.clock.advance(16s);
    }
    const auto told = fixture.rows({.action = "auth.login_failed", .limit = 100});
    CHECK(told.size() >= 6);
    CHECK(told.size() <= 8);
    CHECK(told.back().entry.target == "user " + to_text(amal.id));
    CHECK(told[told.size() - 2].entry.target == "nobody");
}

TEST_CASE("a hash that was made anew meanwhile is still the same password", "[app][accounts]") {
    Fixture fixture;
    const auto amal = fixture.make("amal@example.com");
    HashPool slower{{.threads = 1, .queue = 8, .cost = quick + 1}};
    slower.start();
    AccountsView accounts{fixture.reads, slower,      [&] { return fixture.ring; },
                          fixture.clock, fixture.ids, {}};
    // Many at once: whoever is first writes another hash while the others are under way.
    std::vector<std::thread> threads;
    std::atomic<int> refused{0};
    for (int i = 0; i < 6; ++i)
        threads.emplace_back([&] {
            const auto tokens = awaited<Result<LoggedIn>>([&](auto promise) {
                accounts.log_in({default_tenant, "amal@example.com", "correct horse"},
                                {"a phone", "192.0.2.1"}, promise);
            });
            if (!tokens && tokens.error().code == ErrorCode::unauthenticated) ++refused;
        });
    for (auto& thread : threads) thread.join();
    CHECK(refused == 0);
    slower.stop();
}
