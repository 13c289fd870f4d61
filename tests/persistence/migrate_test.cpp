#include "persistence/migrate.hpp"

#include <thread>

#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;

namespace {

const std::vector<Migration> two{
    {"0001_one", "CREATE TABLE one (a int)"},
    {"0002_two", "CREATE TABLE two (a int); INSERT INTO two VALUES (1)"}};

std::int64_t count(Connection& db, const char* sql) {
    const auto rows = query(db, sql);
    REQUIRE(rows);
    return rows->front().get<std::int64_t>(0);
}

}  // namespace

TEST_CASE("migrations run once, in order", "[persistence][migrate]") {
    TestDatabase database(TestDatabase::Schema::empty);
    auto db = database.connect();
    CHECK_FALSE(*is_migrated(db, two));
    CHECK(*migrate(db, two) == std::vector<std::string>{"0001_one", "0002_two"});
    CHECK(migrate(db, two)->empty());
    CHECK(*is_migrated(db, two));
    CHECK(count(db, "SELECT count(*) FROM two") == 1);
}

TEST_CASE("only what is missing is applied", "[persistence][migrate]") {
    TestDatabase database(TestDatabase::Schema::empty);
    auto db = database.connect();
    REQUIRE(migrate(db, {two[0]}));
    CHECK(*migrate(db, two) == std::vector<std::string>{"0002_two"});
}

TEST_CASE("an applied migration may not change", "[persistence][migrate]") {
    TestDatabase database(TestDatabase::Schema::empty);
    auto db = database.connect();
    REQUIRE(migrate(db, two));
    auto changed = two;
    changed[0].sql += " ";
    CHECK(migrate(db, changed).error().code == ErrorCode::conflict);
    CHECK(is_migrated(db, changed).error().code == ErrorCode::conflict);
}

TEST_CASE("a database newer than the binary is refused", "[persistence][migrate]") {
    TestDatabase database(TestDatabase::Schema::empty);
    auto db = database.connect();
    REQUIRE(migrate(db, two));
    CHECK(migrate(db, {two[0]}).error().code == ErrorCode::conflict);
}

TEST_CASE("a migration that fails leaves nothing behind", "[persistence][migrate]") {
    TestDatabase database(TestDatabase::Schema::empty);
    auto db = database.connect();
    auto broken = two;
    broken[1].sql = "CREATE TABLE two (a int); SELECT 1/0";
    const auto result = migrate(db, broken);
    REQUIRE_FALSE(result);
    CHECK(result.error().message.find("0002_two") != std::string::npos);
    CHECK(count(db, "SELECT count(*) FROM schema_migrations") == 1);
    CHECK(count(db, "SELECT count(*) FROM pg_class WHERE relname = 'two'") == 0);
    CHECK(*migrate(db, two) == std::vector<std::string>{"0002_two"});
}

TEST_CASE("several callers migrate once", "[persistence][migrate]") {
    TestDatabase database(TestDatabase::Schema::empty);
    std::vector<std::size_t> applied(4);
    std::vector<std::thread> callers;
    for (std::size_t i = 0; i < applied.size(); ++i)
        callers.emplace_back([&, i] {
            auto db = database.connect();
            applied[i] = migrate(db, two).value().size();
        });
    for (auto& caller : callers) caller.join();
    CHECK(applied[0] + applied[1] + applied[2] + applied[3] == 2);
}

TEST_CASE("the embedded migrations make the whole schema", "[persistence][migrate]") {
    TestDatabase database(TestDatabase::Schema::empty);
    auto db = database.connect();
    const auto applied = migrate(db, embedded_migrations());
    REQUIRE(applied);
    CHECK(applied->size() == embedded_migrations().size());
    CHECK(count(db, "SELECT count(*) FROM lanes") == 1);
}
