#include "protocol/read_query.hpp"

#include "protocol/product_json.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("a product list has defaults for everything", "[protocol][read_query]") {
    const auto read = read_query<ProductListQuery>({});
    REQUIRE(read);
    const auto query = product_query(*read);
    REQUIRE(query);
    CHECK(query->page == 1);
    CHECK(query->limit == 20);
    CHECK(query->sort_by == "created_at");
    CHECK_FALSE(query->ascending);
}

TEST_CASE("every parameter of a product list is read", "[protocol][read_query]") {
    const auto read =
        read_query<ProductListQuery>(Query{{"page", "3"},
                                           {"limit", "100"},
                                           {"category", "serums"},
                                           {"minPrice", "100"},
                                           {"maxPrice", "5000"},
                                           {"search", "vitamin c"},
                                           {"sortBy", "price"},
                                           {"inStock", "true"},
                                           {"currency", "JOD"},
                                           {"tags", "new,vitamin-c"},
                                           {"minRating", "4.5"},
                                           {"vendor", "vend_00000000000000000000000003"}});
    REQUIRE(read);
    const auto query = product_query(*read);
    REQUIRE(query);
    CHECK(query->page == 3);
    CHECK(query->min_price == 100);
    CHECK(query->max_price == 5000);
    CHECK(query->sort_by == "price");
    CHECK(query->ascending);
    CHECK(query->in_stock == true);
    CHECK(query->currency == "JOD");
    CHECK(query->tags == std::vector<std::string>{"new", "vitamin-c"});
    CHECK(query->min_rating_hundredths == 450);
    CHECK(query->vendor.has_value());
}

TEST_CASE("each bad parameter is named", "[protocol][read_query]") {
    const std::pair<std::string, std::string> wrong[] = {
        {"page", "0"},
        {"page", "-1"},
        {"page", "1.5"},
        {"page", ""},
        {"page", " 1"},
        {"page", "1e3"},
        {"page", "0x10"},
        {"page", "1000001"},
        {"page", "9223372036854775808"},
        {"limit", "0"},
        {"limit", "101"},
        {"limit", "all"},
        {"minPrice", "-1"},
        {"maxPrice", "cheap"},
        {"minPrice", "1000000000000001"},
        {"sortBy", "id"},
        {"sortBy", ""},
        {"sortOrder", "up"},
        {"inStock", "yes"},
        {"inStock", "1"},
        {"inStock", ""},
        {"currency", "usd"},
        {"vendor", "7"},
        {"minRating", "6"},
        {"minRating", "4,5"},
        {"minRating", "-1"},
        {"minRating", ""},
        {"category", std::string(101, 'x')},
        {"search", std::string(201, 'x')},
        {"search", "\xff"},
        {"search", std::string("a\0b", 3)},
        {"tags", ",,"},
        {"tags", std::string(51, 'x')},
        {"colour", "red"},
        {"", "1"},
    };
    for (const auto& [name, value] : wrong) {
        CAPTURE(name, value);
        const auto read = read_query<ProductListQuery>(Query{{name, value}});
        REQUIRE_FALSE(read);
        CHECK(read.error().code == ErrorCode::invalid_input);
        CHECK(read.error().details.front().field == name);
    }
}

TEST_CASE("a parameter given twice is refused", "[protocol][read_query]") {
    CHECK_FALSE(read_query<ProductListQuery>(Query{{"page", "1"}, {"page", "1"}}));
}

TEST_CASE("price bounds that exclude each other are refused", "[protocol][read_query]") {
    const auto read = read_query<ProductListQuery>(Query{{"minPrice", "2"}, {"maxPrice", "1"}});
    REQUIRE(read);
    const auto query = product_query(*read);
    REQUIRE_FALSE(query);
    CHECK(query.error().details.front().field == "minPrice");
}
