#include "protocol/json_schema.hpp"

#include <algorithm>

#include "protocol/cart_json.hpp"
#include "protocol/checkout_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/inventory_json.hpp"
#include "protocol/product_json.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

template <class T>
std::string named_schema(std::string_view name) {
    SchemaSet schemas;
    schema_of<T>(schemas);
    return schemas.at(std::string{name});
}

}  // namespace

TEST_CASE("a body's schema says what its reader checks", "[protocol][json_schema]") {
    SchemaSet schemas;
    CHECK(schema_of<StockBody>(schemas) == R"({"$ref":"#/components/schemas/ChangeStock"})");
    CHECK(schemas.at("ChangeStock") ==
          R"({"type":"object","required":["mode","quantity","reason"],"properties":{)"
          R"("mode":{"type":"string","enum":["set","adjust"],)"
          R"("description":"set the count, or adjust it by a difference."},)"
          R"("quantity":{"type":"integer","format":"int64","minimum":-1000000000,)"
          R"("maximum":1000000000,)"
          R"("description":"The count, or the difference, which may be negative."},)"
          R"("reason":{"type":"string","minLength":1,"maxLength":255,)"
          R"("description":"For the ledger."},)"
          R"("lowStockThreshold":{"type":"integer","format":"int64","minimum":0,)"
          R"("maximum":1000000000,"nullable":true,)"
          R"("description":"From which count on the stock is low."}},)"
          R"("additionalProperties":false})");
}

TEST_CASE("an answer always has every field, null or not", "[protocol][json_schema]") {
    const auto schema = named_schema<CartView>("Cart");
    CHECK(schema.find(R"("customerId","status","orderId")") != std::string::npos);
    CHECK(schema.find(R"("customerId":{"type":"string","pattern":"^cust_)") != std::string::npos);
    CHECK(schema.find(R"("nullable":true)") != std::string::npos);
}

TEST_CASE("nested DTOs become references, each described once", "[protocol][json_schema]") {
    SchemaSet schemas;
    const auto schema = schema_of<Page<RawJson<ProductView>>>(schemas);
    CHECK(schema == R"({"type":"object","required":["data","pagination"],"properties":{"data":{)"
                    R"("type":"array","items":{"$ref":"#/components/schemas/Product"}},)"
                    R"("pagination":{"$ref":"#/components/schemas/Pagination"}},)"
                    R"("additionalProperties":false})");
    CHECK(schemas.contains("Variant"));
    CHECK(schemas.contains("ProductImage"));
}

TEST_CASE("a billing address is an address or the word same", "[protocol][json_schema]") {
    const auto schema = named_schema<PlaceOrderBody>("PlaceOrder");
    CHECK(schema.find(R"("oneOf":[{"$ref":"#/components/schemas/Address"},)"
                      R"({"type":"string","enum":["same"]}])") != std::string::npos);
}

TEST_CASE("an answer with more than one shape is one of them", "[protocol][json_schema]") {
    SchemaSet schemas;
    const auto schema = choice_info<CartView, MessageOnly>.schema(schemas);
    CHECK(schema == R"({"oneOf":[{"$ref":"#/components/schemas/Cart"},)"
                    R"({"$ref":"#/components/schemas/Message"}]})");
    CHECK(schemas.contains("Message"));
}

TEST_CASE("a body knows whether it may be left out", "[protocol][json_schema]") {
    CHECK_FALSE(dto_info<CancelBody>.required);
    CHECK_FALSE(dto_info<CreateCartBody>.required);
    CHECK(dto_info<PlaceOrderBody>.required);
}

TEST_CASE("query parameters come from the same fields", "[protocol][json_schema]") {
    const auto parameters = dto_info<ProductListQuery>.parameters();
    REQUIRE(parameters.size() == 13);
    CHECK(std::ranges::none_of(parameters, &ParameterInfo::required));
    const auto tags = std::ranges::find(parameters, "tags", &ParameterInfo::name);
    CHECK(tags->list);
    const auto limit = std::ranges::find(parameters, "limit", &ParameterInfo::name);
    CHECK(limit->schema == R"({"type":"integer","format":"int64","minimum":1,"maximum":100})");
}
