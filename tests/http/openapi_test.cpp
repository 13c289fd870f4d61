#include "http/openapi.hpp"

#include <set>

#include "http/page_routes.hpp"
#include "http/routes/routes.hpp"
#include "http/system_routes.hpp"
#include "protocol/json.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

std::string document() {
    Router router;
    add_api_routes(router);
    add_system_routes(router);
    add_page_routes(router, DemoShop::at_the_root);
    return openapi_json(router, "1.2.3");
}

/// Every text that follows `before`, up to the next quote.
std::set<std::string> all_after(const std::string& text, const std::string& before) {
    std::set<std::string> found;
    for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
        const auto start = at + before.size();
        found.insert(text.substr(start, text.find('"', start) - start));
    }
    return found;
}

}  // namespace

TEST_CASE("the description names every route once", "[http][openapi]") {
    const auto text = document();
    Router router;
    add_api_routes(router);
    add_system_routes(router);
    add_page_routes(router, DemoShop::at_the_root);
    CHECK(all_after(text, R"("operationId":")").size() == router.routes().size());
    for (const auto& route : router.routes())
        CHECK(text.find('"' + route->pattern + "\":{") != std::string::npos);
    CHECK(text.find(R"("version":"1.2.3")") != std::string::npos);
}

TEST_CASE("the description is JSON and refers to nothing that is not there", "[http][openapi]") {
    const auto text = document();
    REQUIRE(JsonDocument::parse(text));
    for (const auto* kind : {"schemas", "responses", "headers", "parameters"}) {
        const auto names = all_after(text, R"("$ref":"#/components/)" + std::string{kind} + "/");
        CHECK_FALSE(names.empty());
        for (const auto& name : names) {
            CAPTURE(kind, name);
            CHECK(text.find('"' + name + "\":{\"", text.find(R"("components":)")) !=
                  std::string::npos);
        }
    }
}

TEST_CASE("the description of the WebSocket names all that is followed there", "[http][openapi]") {
    const auto text = document();
    const auto start = text.find(R"("operationId":"openWebSocket")");
    const auto described = text.substr(start, text.find("operationId", start + 20) - start);
    for (const auto* topics : {"stock", "products", "carts", "orders", "actors", "events"}) {
        CAPTURE(topics);
        CHECK(described.find(topics) != std::string::npos);
    }
}

TEST_CASE("what the stages ask for and add is described too", "[http][openapi]") {
    const auto text = document();
    const auto start = text.find(R"("operationId":"addCartItem")");
    const auto operation = text.substr(start, text.find("operationId", start + 20) - start);
    for (const auto* part :
         {"parameters/Idempotency-Key", "parameters/If-Match", R"("409")", R"("412")", R"("415")",
          R"("422")", R"("429")", R"("503")", R"("security":[{},{"apiKey":[]})"}) {
        CAPTURE(part);
        CHECK(operation.find(part) != std::string::npos);
    }
}

}  // namespace souk
