#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {

TEST_CASE("products are listed by page", "[http][product]") {
    Shop shop;
    const auto listed =
        shop.ask(Method::get, "/products?page=2&limit=20&sortBy=price&sortOrder=desc&tags=a,b");
    CHECK(listed.status == 200);
    CHECK(listed.body ==
          R"({"data":[{"id":1}],"pagination":{"page":2,"limit":20,"total":41,"totalPages":3,)"
          R"("hasNext":true,"hasPrev":true}})");
    CHECK(contains(listed, "Cache-Control: public"));
    CHECK(shop.catalogue.last_query.sort_by == "price");
    CHECK_FALSE(shop.catalogue.last_query.ascending);
    CHECK(shop.catalogue.last_query.tags.size() == 2);
}

TEST_CASE("an unknown or bad parameter of a list is refused", "[http][product]") {
    Shop shop;
    for (const auto* query : {"?limit=101", "?page=0", "?colour=red", "?minPrice=2&maxPrice=1"})
        CHECK(shop.ask(Method::get, std::string{"/products"} + query).status == 400);
}

TEST_CASE("a product is found by id and by slug, with its version as the ETag", "[http][product]") {
    Shop shop;
    const auto found = shop.ask(Method::get, "/products/" + shop.serum_product);
    CHECK(found.status == 200);
    CHECK(found.body == R"({"data":{"id":"one"}})");
    const auto by_slug = shop.ask(Method::get, "/products/slug/product-1");
    CHECK(by_slug.body == found.body);
    const auto start = found.headers.find("ETag: ") + 6;
    const auto etag = found.headers.substr(start, found.headers.find("\r\n", start) - start);
    CHECK(etag == "\"7\"");
    const Headers known{{"if-none-match", etag}};
    CHECK(shop.ask(Method::get, "/products/" + shop.serum_product, {}, known).status == 304);
    CHECK(shop.ask(Method::get, "/products/slug/nothing").status == 404);
    CHECK(shop.ask(Method::get, "/products/prod_1").status == 404);
}

}  // namespace souk
