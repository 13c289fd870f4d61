#include "tests/http/routes/shop.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

Headers with_key(std::string key) { return {{"x-api-key", std::move(key)}}; }

struct Operator {
    Shop shop;
    Headers key = with_key(shop.keys.add({"discounts:write"}));

    Response post(const std::string& path, const std::string& body = {}, Headers more = {}) {
        more.insert(more.end(), key.begin(), key.end());
        return shop.ask(Method::post, path, body, more);
    }
    Response put(const std::string& path, const std::string& body, Headers more = {}) {
        more.insert(more.end(), key.begin(), key.end());
        return shop.ask(Method::put, path, body, more);
    }
    Response get(const std::string& path) { return shop.ask(Method::get, path, {}, key); }
};

const std::string spring =
    R"({"code":"spring-25","type":"percentage","value":25,"startsAt":"2026-03-01T00:00:00Z",)"
    R"("endsAt":"2026-06-01T00:00:00Z","usageLimit":100,"usageLimitPerCustomer":1})";

}  // namespace

TEST_CASE("an operator makes a code, and finds it", "[http][discount]") {
    Operator desk;
    const auto made = desk.post("/discounts", spring);
    CAPTURE(made.body);
    CHECK(made.status == 201);
    CHECK(contains(made, "Location: /api/v1/discounts/SPRING-25"));
    CHECK(contains(made, R"("code":"SPRING-25","type":"percentage","value":25,"minimumAmount":0,)"
                         R"("currency":null,"startsAt":"2026-03-01T00:00:00.000Z",)"
                         R"("endsAt":"2026-06-01T00:00:00.000Z","usageLimit":100,)"
                         R"("usageLimitPerCustomer":1,"active":true,"used":0,"version":1})"));
    CHECK(desk.post("/discounts", spring).status == 409);
    const auto shown = desk.get("/discounts/Spring-25");
    CHECK(shown.status == 200);
    CHECK(contains(shown, "ETag: \"1\""));
    const auto list = desk.get("/discounts?limit=10");
    CHECK(contains(list, R"({"data":[{"id":"disc_)"));
    CHECK(contains(list, R"("pagination":{"page":1,"limit":10,"total":1,)"));
}

TEST_CASE("a code's rules are replaced, unless somebody was faster", "[http][discount]") {
    Operator desk;
    REQUIRE(desk.post("/discounts", spring).status == 201);
    const std::string fixed = R"({"type":"fixed_amount","value":500,"currency":"USD"})";
    const auto changed = desk.put("/discounts/SPRING-25", fixed, {{"if-match", "\"1\""}});
    CHECK(changed.status == 200);
    CHECK(contains(changed, R"("type":"fixed_amount","value":500,"minimumAmount":0,)"
                            R"("currency":"USD","startsAt":null,"endsAt":null,)"
                            R"("usageLimit":null,)"));
    CHECK(contains(changed, "ETag: \"2\""));
    CHECK(desk.put("/discounts/SPRING-25", fixed, {{"if-match", "\"1\""}}).status == 412);
    CHECK(contains(desk.put("/discounts/SPRING-25", fixed), "ETag: \"2\""));
    CHECK(desk.put("/discounts/NONE", fixed).status == 404);
    CHECK(desk.post("/discounts/SPRING-25/end", {}, {{"if-match", "\"1\""}}).status == 412);
    const auto ended = desk.post("/discounts/SPRING-25/end");
    CHECK(ended.status == 200);
    CHECK(contains(ended, R"("version":3})"));
    CHECK(desk.post("/discounts/NONE/end").status == 404);
}

TEST_CASE("a code that makes no sense is refused, and the field named", "[http][discount]") {
    Operator desk;
    const struct {
        std::string body;
        int status;
        std::string_view field;
    } rows[] = {
        {R"({"code":"A B","type":"percentage","value":5})", 400, "code"},
        {R"({"code":"A","type":"percentage","value":0})", 400, "value"},
        {R"({"code":"A","type":"percentage","value":5,"usageLimit":0})", 400, "usageLimit"},
        {R"({"code":"A","type":"percentage","value":101})", 422, "value"},
        {R"({"code":"A","type":"fixed_amount","value":5})", 422, "currency"},
        {R"({"code":"A","type":"percentage","value":5,"minimumAmount":1})", 422, "currency"},
        {R"({"code":"A","type":"percentage","value":5,"startsAt":"2026-02-01T00:00:00Z",)"
         R"("endsAt":"2026-01-01T00:00:00Z"})",
         422, "endsAt"},
    };
    for (const auto& [body, status, field] : rows) {
        CAPTURE(body);
        const auto refused = desk.post("/discounts", body);
        CHECK(refused.status == status);
        CHECK(contains(refused, R"("field":")" + std::string{field}));
    }
    CHECK(desk.get("/discounts/%00").status != 200);
    CHECK(desk.get("/discounts/" + std::string(300, 'X')).status == 404);
}

TEST_CASE("codes are for operators with the scope, never for vendors", "[http][discount]") {
    Shop shop;
    const auto reader = with_key(shop.keys.add({"discounts:read"}));
    const VendorId vendor{shop.ids.next()};
    const auto seller = with_key(shop.keys.add({"discounts:write"}, vendor));
    CHECK(shop.ask(Method::get, "/discounts").status == 401);
    CHECK(shop.ask(Method::get, "/discounts", {}, reader).status == 200);
    CHECK(shop.ask(Method::post, "/discounts", spring, reader).status == 403);
    CHECK(shop.ask(Method::get, "/discounts", {}, seller).status == 403);
    CHECK(shop.ask(Method::post, "/discounts", spring, seller).status == 403);
    CHECK(shop.ask(Method::get, "/discounts/A", {}, seller).status == 403);
    CHECK(shop.ask(Method::put, "/discounts/A", R"({"type":"percentage","value":5})", seller)
              .status == 403);
    CHECK(shop.ask(Method::post, "/discounts/A/end", {}, seller).status == 403);
}

}  // namespace souk
