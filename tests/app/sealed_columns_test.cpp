// What is kept of people, with real keys over the real database.

#include <algorithm>

#include "persistence/idempotency_repository.hpp"
#include "persistence/order_repository.hpp"
#include "persistence/people_repository.hpp"
#include "persistence/personal_keys_repository.hpp"
#include "persistence/read_pool.hpp"
#include "tests/app/kept_people.hpp"
#include "tests/support/awaiting.hpp"

using namespace souk;

namespace {

struct Fixture {
    TestDatabase database;
    ConnectionOptions options = with_keys(database, {std::string(32, 'k')});
    Connection db{*Connection::open(options)};
    KeptPerson amal = kept_person(1);
    KeptPerson basma = kept_person(2);

    Fixture() {
        keep_discount(db);
        keep(options, {amal, basma});
    }

    /// Every text of every sealed column, as the table has it.
    std::vector<std::string> kept_texts() {
        std::vector<std::string> texts;
        for (const auto& table : sealed_tables()) {
            for (const auto column : table.columns) add(texts, table.name, column);
            for (const auto& one : table.indexes) add(texts, table.name, one.index);
        }
        return texts;
    }

    /// The two rows' values change places.
    void swap(const std::string& table, const std::string& column) {
        REQUIRE(db.run_script("UPDATE " + table + " a SET " + column + " = b." + column + " FROM " +
                              table + " b WHERE a.id <> b.id"));
    }

private:
    void add(std::vector<std::string>& texts, std::string_view table, std::string_view column) {
        const auto name = std::string{column.substr(column.find('.') + 1)};
        const auto rows = query_once(
            db, "SELECT " + name + " FROM " + std::string{table} + " WHERE " + name + " <> ''",
            Parameters{});
        REQUIRE(rows);
        REQUIRE((rows->size() == 2 || name == "failure"));
        for (const auto row : *rows) texts.push_back(row.get<std::string>(0));
    }
};

}  // namespace

TEST_CASE("all that is kept of people is sealed, and reads as it was written", "[app][personal]") {
    Fixture fixture;
    auto& [database, options, db, amal, basma] = fixture;
    for (const auto& text : fixture.kept_texts()) {
        CHECK((text.starts_with("$sealed$") || text.starts_with("$index$")));
        CHECK(text.find("mal") == std::string::npos);
    }
    const auto& user = amal.stored.user;
    const auto read = find_user(db, default_tenant, user.email);
    REQUIRE((read && *read));
    CHECK((*read)->user == user);
    const auto sessions = find_sessions(db, user.id, kept_time, 5);
    REQUIRE((sessions && sessions->size() == 1));
    CHECK(sessions->front().device == amal.session.device);
    CHECK(sessions->front().address == amal.session.address);
    CHECK(*find_addresses(db, user.id) == AddressBook{amal.address});
    const auto customer = find_customer(db, default_tenant, amal.customer.id);
    REQUIRE((customer && *customer));
    CHECK((*customer)->email == amal.customer.email);
    CHECK((*customer)->date_of_birth == amal.customer.date_of_birth);
    CHECK((*customer)->skin_concerns == amal.customer.skin_concerns);
    const auto mail = find_mail(db, amal.mail.id);
    REQUIRE((mail && *mail));
    CHECK((*mail)->job.recipient == amal.mail.recipient);
    const auto orders = find_orders(db, {{default_tenant, amal.order.id}});
    REQUIRE((orders && orders->size() == 1));
    CHECK(orders->front().second.shipping_address == amal.order.shipping_address);
    CHECK(orders->front().second.billing_address == amal.order.billing_address);
    CHECK(orders->front().second.notes == amal.order.notes);
    const auto answer =
        find_idempotency_record(db, default_tenant, amal.answer.caller, amal.answer.key, kept_time);
    REQUIRE((answer && *answer));
    CHECK((*answer)->body == amal.answer.body);
    const auto discounts = find_discounts(db, {{default_tenant, "SAVE"}});
    REQUIRE((discounts && discounts->size() == 1));
    CHECK(discounts->front().second.used_by.at(user.email) == 1);
}

TEST_CASE("an address that is taken stays so under whatever key", "[app][personal]") {
    Fixture fixture;
    auto again = kept_person(3).stored;
    again.user.email = fixture.amal.stored.user.email;
    for (const auto& secrets : {std::vector{std::string(32, 'k')},
                                std::vector{std::string(32, 'n'), std::string(32, 'k')}}) {
        auto db = Connection::open(with_keys(fixture.database, secrets));
        REQUIRE(insert_user(*db, again));
        CHECK_FALSE(*find_user(*db, again.user.id));
    }
}

TEST_CASE("people are found by their address, and mails counted by their recipient",
          "[app][personal]") {
    Fixture fixture;
    auto& db = fixture.db;
    const auto email = fixture.amal.stored.user.email;
    const auto people = find_people(db, {.tenant = default_tenant, .email = email}, 10, 0, {});
    REQUIRE((people && people->rows.size() == 1));
    CHECK(people->rows.front().id == fixture.amal.stored.user.id);
    auto job = fixture.amal.mail;
    job.tries = 0;
    REQUIRE(*finish_mail_job(db, job, kept_time, MailState::sent, ""));
    auto another = job;
    another.id = kept_id<MailId>(50);
    CHECK(*count_mails_sent(db, another, kept_time) == 1);
    another.recipient = fixture.basma.mail.recipient;
    CHECK(*count_mails_sent(db, another, kept_time) == 0);
}

TEST_CASE("a mail about an order goes to its buyer", "[app][personal]") {
    Fixture fixture;
    const MailJob job{
        kept_id<MailId>(60), default_tenant, MailKind::order_confirmed, "", {}, kept_time};
    REQUIRE(*insert_order_mail(fixture.db, job, fixture.amal.order.id));
    const auto mail = find_mail(fixture.db, job.id);
    CHECK((*mail)->job.recipient == fixture.amal.stored.user.email);
    CHECK((*mail)->job.about == to_text(fixture.amal.order.id));
    CHECK_FALSE(*insert_order_mail(fixture.db, job, fixture.amal.order.id));
    CHECK_FALSE(*insert_order_mail(fixture.db, job, OrderId{}));
}

TEST_CASE("a profile that is written anew keeps its id and opens", "[app][personal]") {
    Fixture fixture;
    auto customer = fixture.amal.customer;
    customer.id = kept_id<CustomerId>(70);
    customer.skin_type = "oily";
    customer.created_at = kept_time + std::chrono::hours{1};
    const auto put = put_customer(fixture.db, customer);
    REQUIRE(put);
    CHECK(put->id == fixture.amal.customer.id);
    CHECK(put->created_at == kept_time);
    const auto read = find_customer(fixture.db, default_tenant, put->id);
    CHECK((*read)->skin_type == "oily");
    CHECK((*read)->email == customer.email);
}

TEST_CASE("texts that changed places in the database give an error, and nobody else's",
          "[app][personal]") {
    Fixture fixture;
    fixture.swap("users", "phone");
    fixture.swap("orders", "shipping_address");
    ReadPool pool({.connection = fixture.options, .threads = 1});
    pool.start();
    const auto user = awaited<Result<std::optional<StoredUser>>>([&](auto promise) {
        pool.read([&](Connection& db) { return find_user(db, fixture.amal.stored.user.id); },
                  promise);
    });
    REQUIRE_FALSE(user);
    CHECK(user.error().code == ErrorCode::internal);
    CHECK(user.error().message.find("users.phone does not open") == 0);
    CHECK_THROWS(find_orders(fixture.db, {{default_tenant, fixture.amal.order.id}}));
}

TEST_CASE("rows from before there were keys read, and are found", "[app][personal]") {
    TestDatabase database;
    auto plain = database.connect();
    const auto amal = kept_person(1);
    keep_discount(plain);
    keep(database.options(), {amal});
    CHECK(query(plain, "SELECT email FROM users")->front().text(0) == amal.stored.user.email);
    auto db = *Connection::open(with_keys(database, {std::string(32, 'k')}));
    CHECK((*find_user(db, default_tenant, amal.stored.user.email))->user == amal.stored.user);
    CHECK(find_orders(db, {{default_tenant, amal.order.id}})->front().second.billing_address ==
          amal.order.billing_address);
}

TEST_CASE("who lacks a key that the database needs is told before it serves", "[app][personal]") {
    Fixture fixture;
    REQUIRE(adopt_personal_keys(fixture.db));
    const auto adopted = [&](const std::vector<std::string>& secrets) {
        auto db = Connection::open(with_keys(fixture.database, secrets));
        return adopt_personal_keys(*db);
    };
    CHECK(adopted({std::string(32, 'k')}));
    const auto none = adopted({});
    REQUIRE_FALSE(none);
    CHECK(none.error().code == ErrorCode::conflict);
    CHECK(none.error().message.find("privacy.keys") != std::string::npos);
    CHECK_FALSE(adopted({std::string(32, 'x')}));
    CHECK(query(fixture.db, "SELECT FROM personal_keys")->size() == 1);
    CHECK(adopted({std::string(32, 'n'), std::string(32, 'k')}));
}
