#include "app/key_commands.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "persistence/order_repository.hpp"
#include "persistence/personal_keys_repository.hpp"
#include "persistence/resealing.hpp"
#include "tests/app/kept_people.hpp"

using namespace souk;

namespace {

const std::string first(32, 'a');
const std::string second(32, 'b');

struct Fixture {
    TestDatabase database;
    std::vector<KeptPerson> people;

    explicit Fixture(std::uint64_t count = 3) {
        for (std::uint64_t i = 1; i <= count; ++i) people.push_back(kept_person(i));
    }
    Connection open(const std::vector<std::string>& secrets) {
        auto db = Connection::open(with_keys(database, secrets));
        REQUIRE(db);
        return std::move(*db);
    }
    /// As a server does when it starts.
    void serve(const std::vector<std::string>& secrets) {
        auto db = open(secrets);
        REQUIRE(adopt_personal_keys(db));
        REQUIRE(note_serving_key(db));
    }
    void keep_all(const std::vector<std::string>& secrets) {
        auto db = open(secrets);
        keep_discount(db);
        keep(with_keys(database, secrets), people);
    }
    Result<void> rotate(const std::vector<std::string>& secrets) {
        auto db = open(secrets);
        said.clear();
        return rotate_keys(db, [this](const std::string& word) { said.push_back(word); });
    }
    void check_all_read(const std::vector<std::string>& secrets) {
        auto db = open(secrets);
        REQUIRE(adopt_personal_keys(db));
        for (const auto& person : people) {
            const auto& user = person.stored.user;
            CHECK((*find_user(db, default_tenant, user.email))->user == user);
            CHECK(*find_addresses(db, user.id) == AddressBook{person.address});
            const auto orders = find_orders(db, {{default_tenant, person.order.id}});
            CHECK(orders->front().second.shipping_address == person.order.shipping_address);
        }
    }
    bool was_said(const std::string& words) const {
        return std::ranges::any_of(
            said, [&](const auto& line) { return line.find(words) != std::string::npos; });
    }

    std::vector<std::string> said;
};

}  // namespace

TEST_CASE("a rotation seals what was kept plain", "[app][keys]") {
    Fixture shop;
    shop.keep_all({});
    shop.serve({first});
    REQUIRE(shop.rotate({first}));
    CHECK(shop.was_said("users: 3 rows sealed"));
    auto db = shop.open({first});
    const auto uses = count_personal_rows(db);
    REQUIRE((uses && uses->size() == 1));
    CHECK_FALSE(uses->front().id.empty());
    CHECK(uses->front().rows == 8 * 3);
    CHECK(query(db, "SELECT email_index FROM users")->front().text(0).starts_with("$index$"));
    shop.check_all_read({first});
}

TEST_CASE("after a rotation the old key may be dropped", "[app][keys]") {
    Fixture shop;
    shop.serve({first});
    shop.keep_all({first});
    shop.serve({second, first});
    auto only_second = shop.open({second});
    CHECK_FALSE(adopt_personal_keys(only_second));
    REQUIRE(shop.rotate({second, first}));
    CHECK(shop.was_said("drop it from privacy.keys"));
    shop.check_all_read({second});
}

TEST_CASE("a rotation that has nothing to do does nothing", "[app][keys]") {
    Fixture shop;
    shop.serve({first});
    shop.keep_all({first});
    auto db = shop.open({first});
    const auto rows = [&] {
        return query(db, "SELECT xmin::text FROM users")->front().get<std::string>(0);
    };
    const auto before = rows();
    REQUIRE(shop.rotate({first}));
    CHECK(rows() == before);
    CHECK_FALSE(shop.was_said("users"));
}

TEST_CASE("nothing is rotated while the server seals under another key", "[app][keys]") {
    Fixture shop;
    shop.serve({first});
    shop.keep_all({first});
    const auto early = shop.rotate({second, first});
    REQUIRE_FALSE(early);
    CHECK(early.error().code == ErrorCode::conflict);
    CHECK_FALSE(shop.rotate({}));
    CHECK_FALSE(shop.rotate({second}));
    shop.check_all_read({first});
}

TEST_CASE("a rotation that ended half-way is taken up where it was", "[app][keys]") {
    Fixture shop(5);
    shop.serve({first});
    shop.keep_all({first});
    shop.serve({second, first});
    auto db = shop.open({second, first});
    Resealing users(sealed_tables().front());
    const auto step = users.step(db, 2);
    REQUIRE(step);
    CHECK(step->sealed == 2);
    CHECK_FALSE(step->at_end);
    shop.check_all_read({second, first});
    const auto status = key_status(db);
    CHECK(status->find(": 38 rows\n") != std::string::npos);
    CHECK(status->find(": 2 rows, the server seals under it\n") != std::string::npos);
    REQUIRE(shop.rotate({second, first}));
    CHECK(shop.was_said("users: 3 rows sealed"));
    shop.check_all_read({second});
}

TEST_CASE("a row that is written while it is sealed anew keeps what was written", "[app][keys]") {
    Fixture shop;
    shop.serve({first});
    shop.keep_all({first});
    shop.serve({second, first});
    auto writer = shop.open({second, first});
    auto& user = shop.people.front().stored.user;
    user.phone = "another phone";
    REQUIRE(writer.run_script("BEGIN"));
    REQUIRE(save_user(writer, user));
    Result<void> rotated;
    std::atomic<bool> ended{false};
    std::thread rotation([&] {
        rotated = shop.rotate({second, first});
        ended = true;
    });
    // The rotation has read the row, and waits to write it.
    const auto waits = [&] {
        const auto rows = query(writer, R"(
            SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE NOT granted AND datname = current_database())");
        return rows && !rows->empty();
    };
    while (!waits() && !ended) std::this_thread::yield();
    REQUIRE(writer.run_script("COMMIT"));
    rotation.join();
    REQUIRE(rotated);
    CHECK(shop.was_said("users: 2 rows sealed"));
    shop.check_all_read({second});
}

TEST_CASE("a row that does not open ends a rotation and stays as it is", "[app][keys]") {
    Fixture shop;
    shop.serve({first});
    shop.keep_all({first});
    shop.serve({second, first});
    auto db = shop.open({second, first});
    REQUIRE(db.run_script("UPDATE users a SET email = b.email FROM users b WHERE a.id <> b.id"));
    const auto rotated = shop.rotate({second, first});
    REQUIRE_FALSE(rotated);
    CHECK(rotated.error().message.find("users.email") != std::string::npos);
    auto left = shop.open({second});
    CHECK_FALSE(adopt_personal_keys(left));
}
