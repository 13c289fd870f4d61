#include "persistence/query.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;

namespace {

const TimePoint moment = *parse_rfc3339("2026-01-15T10:00:00.123456Z");
const Uuid uuid = *parse_hex("01890a5d-ac96-774b-bcce-b302099a8057");

}  // namespace

TEST_CASE("a value comes back as it went in", "[persistence][query]") {
    TestDatabase database;
    auto db = database.connect();

    SECTION("alone") {
        const auto rows =
            query(db,
                  "SELECT $1::int8, $2::text, $3::bool, $4::uuid, $5::timestamptz, "
                  "$6::int8, $7::bytea, $8::char(3)",
                  std::int64_t{-9'007'199'254'740'993}, "quote ' \\ \" ö", true, uuid, moment,
                  std::optional<std::int64_t>{}, Digest{0, 255, 7}, Currency{{'J', 'O', 'D'}});
        REQUIRE(rows);
        const auto row = rows->front();
        CHECK(row.get<std::int64_t>(0) == -9'007'199'254'740'993);
        CHECK(row.get<std::string>(1) == "quote ' \\ \" ö");
        CHECK(row.get<bool>(2));
        CHECK(row.get<Uuid>(3) == uuid);
        CHECK(row.get<TimePoint>(4) == moment);
        CHECK_FALSE(row.get<std::optional<std::int64_t>>(5));
        CHECK(row.get<Digest>(6) == Digest{0, 255, 7});
        CHECK(row.get<Currency>(7).text() == "JOD");
    }
    SECTION("in an array") {
        const std::vector<std::string> texts{"", "a,b", "{x}", "\"q\"", "\\", "NULL", "two words"};
        const auto rows =
            query(db, "SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::int8[])",
                  texts, std::vector<ProductId>(texts.size(), ProductId{uuid}),
                  std::vector<TimePoint>(texts.size(), moment),
                  std::vector<std::optional<std::int64_t>>{1, std::nullopt});
        REQUIRE(rows);
        REQUIRE(rows->size() == static_cast<int>(texts.size()));
        for (int i = 0; i < rows->size(); ++i) {
            CHECK((*rows)[i].get<std::string>(0) == texts[static_cast<std::size_t>(i)]);
            CHECK((*rows)[i].get<ProductId>(1).uuid == uuid);
            CHECK((*rows)[i].get<TimePoint>(2) == moment);
        }
        CHECK((*rows)[1].is_null(3));
    }
    SECTION("as an array of texts") {
        const std::vector<std::string> texts{"", "a,b", "{x}", "\"q\"", "\\", "NULL", "two words"};
        const auto rows = query(db, "SELECT $1::text[], '{}'::text[]", texts);
        REQUIRE(rows);
        CHECK(rows->front().get<std::vector<std::string>>(0) == texts);
        CHECK(rows->front().get<std::vector<std::string>>(1).empty());
    }
}

TEST_CASE("text with a NUL is refused instead of cut", "[persistence][query]") {
    TestDatabase database;
    auto db = database.connect();
    const auto rows = query(db, "SELECT $1::text", std::string("a\0b", 3));
    REQUIRE_FALSE(rows);
    CHECK(rows.error().code == ErrorCode::invalid_input);
}

TEST_CASE("a value of another type than asked for throws", "[persistence][query]") {
    TestDatabase database;
    auto db = database.connect();
    const auto rows = query(db, "SELECT 'x'::text, NULL::int8");
    REQUIRE(rows);
    CHECK_THROWS(rows->front().get<std::int64_t>(0));
    CHECK_THROWS(rows->front().get<std::int64_t>(1));
}

TEST_CASE("a statement is prepared once and survives a change of the schema",
          "[persistence][query]") {
    TestDatabase database;
    auto db = database.connect();
    constexpr auto read = "SELECT * FROM changing";
    REQUIRE(db.run_script("CREATE TABLE changing (a int)"));
    REQUIRE(query(db, read));
    REQUIRE(query(db, read));
    const auto prepared = query_once(db, "SELECT count(*) FROM pg_prepared_statements", {});
    REQUIRE(prepared);
    CHECK(prepared->front().get<std::int64_t>(0) == 1);

    REQUIRE(db.run_script("ALTER TABLE changing ADD COLUMN b int"));
    CHECK_FALSE(query(db, read));
    CHECK(query(db, read));
}
