#include "protocol/tenant_json.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("a site's address is where pages are, and nothing else", "[protocol][tenant]") {
    for (const auto* good : {"https://shop.example.com", "http://127.0.0.1:8080",
                             "https://example.com/our/shop/", "https://a-b.example:8443"})
        CHECK(is_site_url(good));
    for (const auto* bad :
         {"", "shop.example.com", "javascript:alert(1)", "https://", "https://a b",
          "ftp://shop.example", "https://Shop.example", "https://shop.example/?a",
          "https://user@shop.example", "https://shop.example/#/", "https:///x"})
        CHECK_FALSE(is_site_url(bad));
}

TEST_CASE("a change of a marketplace names each field that will not do", "[protocol][tenant]") {
    const auto bad = change_of({{}, std::vector<std::string>{"good.example", "Bad"}, "nowhere"});
    REQUIRE_FALSE(bad);
    REQUIRE(bad.error().details.size() == 2);
    CHECK(bad.error().details[0].field == "hosts[1]");
    CHECK(bad.error().details[1].field == "siteUrl");
    CHECK(change_of({{}, {}, ""})->site_url == "");
    CHECK_FALSE(change_of({})->hosts);
}
