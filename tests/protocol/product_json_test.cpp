#include "protocol/product_json.hpp"

#include "protocol/write_json.hpp"
#include "tests/protocol/samples.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

const std::string summary =
    R"({"id":"prod_00000000000000000000000001","vendorId":"vend_00000000000000000000000003",)"
    R"("name":"Vitamin C Serum","slug":"vitamin-c-serum","description":"","price":2950,)"
    R"("compareAtPrice":3500,"currency":"USD","images":[{"id":"img_00000000000000000000000009",)"
    R"("url":"https://cdn.example.com/1.webp","altText":"Bottle","sortOrder":1}],)"
    R"("variants":[{"id":"var_00000000000000000000000002",)"
    R"("sellerId":"vend_00000000000000000000000003","name":"30ml","sku":"SV-C-30","price":2950,)"
    R"("inventoryCount":150,"available":true}],"category":"serums","tags":["vitamin-c"],)"
    R"("status":"active","seoTitle":"","seoDescription":"",)"
    R"("createdAt":"2026-01-15T10:00:00.000Z","updatedAt":"2026-01-15T10:00:00.000Z")";

std::string stars(std::int64_t hundredths) { return write_json(Rating{hundredths}); }

}  // namespace

TEST_CASE("a product is shown as in 001, with its stock", "[protocol][product]") {
    const auto json = render_product(sample_product(), [](const Variant&) { return 150; });
    CHECK(json.summary == summary + "}");
    CHECK(json.detail ==
          summary + R"(,"ingredients":["Vitamin C"],"skinTypes":[],"concerns":[],"howToUse":"",)"
                    R"("reviews":{"averageRating":4.8,"totalReviews":234}})");
}

TEST_CASE("a variant without units is not available, and counts never go below zero",
          "[protocol][product]") {
    const auto json = render_product(sample_product(), [](const Variant&) { return -3; });
    CHECK(json.summary.find(R"("inventoryCount":0,"available":false)") != std::string::npos);
}

TEST_CASE("a rating is a number with one decimal, rounded half to even", "[protocol][product]") {
    CHECK(stars(480) == "4.8");
    CHECK(stars(0) == "0.0");
    CHECK(stars(500) == "5.0");
    CHECK(stars(475) == "4.8");
    CHECK(stars(485) == "4.8");
    CHECK(stars(486) == "4.9");
    CHECK(stars(496) == "5.0");
}
