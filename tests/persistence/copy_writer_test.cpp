#include "persistence/copy_writer.hpp"

#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;

TEST_CASE("what is copied in reads as it was", "[persistence][copy_writer]") {
    TestDatabase database(TestDatabase::Schema::empty);
    auto db = database.connect();
    REQUIRE(db.run_script("CREATE TABLE t (n int8, a text, b text[], c int8, d bool)"));
    const std::string text = "tab\t line\n back\\slash \r \\N \"quote\"";
    {
        CopyWriter copy(db, "t (n, a, b, c, d)");
        copy.add(std::int64_t{1}, text, std::vector<std::string>{text, ""},
                 std::optional<std::int64_t>{}, true);
        copy.add(std::int64_t{2}, "", std::vector<std::string>{}, std::optional<std::int64_t>{7},
                 false);
        const auto rows = copy.finish();
        REQUIRE(rows);
        CHECK(*rows == 2);
    }
    const auto rows = query(db, "SELECT a, b, c, d FROM t ORDER BY n");
    REQUIRE(rows);
    CHECK((*rows)[0].get<std::string>(0) == text);
    CHECK((*rows)[0].get<std::vector<std::string>>(1) == std::vector<std::string>{text, ""});
    CHECK((*rows)[0].is_null(2));
    CHECK((*rows)[0].get<bool>(3));
    CHECK((*rows)[1].get<std::string>(0).empty());
    CHECK((*rows)[1].get<std::int64_t>(2) == 7);
}

TEST_CASE("a copy that fails or is given up leaves nothing and a usable connection",
          "[persistence][copy_writer]") {
    TestDatabase database(TestDatabase::Schema::empty);
    auto db = database.connect();
    REQUIRE(db.run_script("CREATE TABLE t (n int8 CHECK (n > 0))"));
    {
        CopyWriter copy(db, "t (n)");
        copy.add(std::int64_t{1});
        copy.add(std::int64_t{-1});
        CHECK_FALSE(copy.finish());
    }
    {
        CopyWriter copy(db, "t (n)");
        copy.add(std::int64_t{1});
    }
    {
        CopyWriter copy(db, "nowhere (n)");
        copy.add(std::int64_t{1});
        CHECK_FALSE(copy.finish());
    }
    const auto rows = query(db, "SELECT count(*) FROM t");
    REQUIRE(rows);
    CHECK(rows->front().get<std::int64_t>(0) == 0);
    CHECK(db.usable());
}
