#include "protocol/read_json.hpp"

#include <algorithm>

#include "domain/checkout.hpp"
#include "protocol/cart_json.hpp"
#include "protocol/checkout_json.hpp"
#include "protocol/inventory_json.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

constexpr std::string_view cart_id = "cart_00000000000000000000000004";

struct Row {
    std::string_view body;
    std::string_view field;    // the one detail
    std::string_view message;  // what it starts with
};

template <class Body, std::size_t count>
void check_refused(const Row (&rows)[count]) {
    for (const auto& row : rows) {
        CAPTURE(row.body, row.field);
        const auto read = read_json<Body>(row.body);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == ErrorCode::invalid_input);
        REQUIRE(read.error().details.size() == 1);
        CHECK(read.error().details.front().field == row.field);
        CAPTURE(read.error().details.front().message);
        CHECK(read.error().details.front().message.starts_with(row.message));
    }
}

/// A right order with one member of it replaced, or left out for an empty value.
std::string order_with(std::string_view name, std::string_view value) {
    const std::pair<std::string_view, std::string_view> members[] = {
        {"cartId", R"("cart_00000000000000000000000004")"},
        {"shippingAddress",
         R"({"firstName":"A","lastName":"K","email":"a@example.com","phone":"+962791234567",)"
         R"("country":"JO","city":"Amman","street":"Queen Rania"})"},
        {"shippingMethod", R"("standard")"},
        {"paymentMethod", R"("cash_on_delivery")"},
    };
    std::string body = "{";
    bool replaced = false;
    const auto append = [&](std::string_view key, std::string_view json) {
        if (json.empty()) return;
        body.append(body.size() > 1 ? "," : "").append("\"").append(key).append("\":").append(json);
    };
    for (const auto& [key, json] : members) {
        replaced = replaced || key == name;
        append(key, key == name ? value : json);
    }
    if (!replaced) append(name, value);
    return body + "}";
}

/// The right address with one member replaced or, for an empty value, left out.
std::string address_with(std::string_view name, std::string_view value) {
    const std::pair<std::string_view, std::string_view> members[] = {
        {"firstName", "\"A\""},         {"lastName", "\"K\""},
        {"email", "\"a@example.com\""}, {"phone", "\"+962791234567\""},
        {"country", "\"JO\""},          {"city", "\"Amman\""},
        {"street", "\"Queen Rania\""},  {"governorate", "\"Amman\""},
        {"postalCode", "\"11118\""},    {"building", "\"15\""},
        {"apartment", "\"3A\""},        {"instructions", "\"Ring twice\""},
    };
    std::string address;
    for (const auto& [key, json] : members) {
        const auto shown = key == name ? value : json;
        if (shown.empty()) continue;
        address.append(address.empty() ? "{" : ",").append("\"").append(key).append("\":");
        address.append(shown);
    }
    return address + "}";
}

std::string text_of(std::size_t length) { return '"' + std::string(length, 'x') + '"'; }

}  // namespace

TEST_CASE("an item that is right is read", "[protocol][read_json]") {
    const auto body =
        read_json<AddItemBody>(R"({"productId":"prod_00000000000000000000000001",)"
                               R"("variantId":"var_00000000000000000000000002","quantity":3})");
    REQUIRE(body);
    CHECK(body->quantity == 3);
    CHECK(to_text(body->product_id) == "prod_00000000000000000000000001");
}

TEST_CASE("each bad field of an item is named", "[protocol][read_json]") {
#define IDS \
    R"("productId":"prod_00000000000000000000000001","variantId":"var_00000000000000000000000002")"
    const Row rows[] = {
        {"{" IDS "}", "quantity", "is required"},
        {"{" IDS R"(,"quantity":"1"})", "quantity", "must be a whole number"},
        {"{" IDS R"(,"quantity":1.5})", "quantity", "must be a whole number"},
        {"{" IDS R"(,"quantity":true})", "quantity", "must be a whole number"},
        {"{" IDS R"(,"quantity":null})", "quantity", "must be a whole number"},
        {"{" IDS R"(,"quantity":[1]})", "quantity", "must be a whole number"},
        {"{" IDS R"(,"quantity":{}})", "quantity", "must be a whole number"},
        {"{" IDS R"(,"quantity":9223372036854775808})", "quantity", "must be a whole number"},
        {"{" IDS R"(,"quantity":-9223372036854775809})", "quantity", "must be a whole number"},
        {"{" IDS R"(,"quantity":1,"quantity":2})", "quantity", "is given twice"},
        {"{" IDS R"(,"quantity":1,"Quantity":2})", "Quantity", "is not a known field"},
        {"{" IDS R"(,"quantity":1,"__proto__":{}})", "__proto__", "is not a known field"},
        {"{" IDS R"(,"quantity":1,"":0})", "", "is not a known field"},
    };
#undef IDS
    check_refused<AddItemBody>(rows);
}

TEST_CASE("a malformed id in a body is invalid input", "[protocol][read_json]") {
    for (const auto* id :
         {"\"\"", "\"cart_\"", "\"item_00000000000000000000000004\"", "7", "null", "{}",
          "\"cart_0000000000000000000000000u\"", "\"CART_00000000000000000000000004\"",
          "\"cart_80000000000000000000000000\"", "\"cart_00000000000000000000000004 \""}) {
        CAPTURE(id);
        const auto read = read_json<PlaceOrderBody>(order_with("cartId", id));
        REQUIRE_FALSE(read);
        CHECK(read.error().details.front().field == "cartId");
    }
}

TEST_CASE("every bad field is named in one answer", "[protocol][read_json]") {
    const auto read = read_json<PlaceOrderBody>(
        R"({"cartId":1,"shippingAddress":{"city":"","country":"jo","zip":"1"},"notes":false})");
    REQUIRE_FALSE(read);
    std::vector<std::string> fields;
    for (const auto& detail : read.error().details) fields.push_back(detail.field);
    std::ranges::sort(fields);
    CHECK(fields == std::vector<std::string>{"cartId", "notes", "paymentMethod",
                                             "shippingAddress.city", "shippingAddress.country",
                                             "shippingAddress.email", "shippingAddress.firstName",
                                             "shippingAddress.lastName", "shippingAddress.phone",
                                             "shippingAddress.street", "shippingAddress.zip",
                                             "shippingMethod"});
}

TEST_CASE("a hostile body cannot buy an endless answer", "[protocol][read_json]") {
    std::string body = "{";
    for (int i = 0; i < 10'000; ++i) body += "\"k" + std::to_string(i) + "\":1,";
    body += "\"" + std::string(10'000, 'k') + "\":1}";
    const auto read = read_json<UpdateItemBody>(body);
    REQUIRE_FALSE(read);
    CHECK(read.error().details.size() <= 50);
    const auto long_name = read_json<UpdateItemBody>("{\"" + std::string(10'000, 'k') + "\":1}");
    CHECK(long_name.error().details.front().field.size() <= 64);
    const auto surrogate = read_json<UpdateItemBody>(R"({"quantity":1,"\udc00":1})");
    REQUIRE_FALSE(surrogate);
    for (const auto& detail : surrogate.error().details) CHECK(valid_utf8(detail.field));
}

TEST_CASE("an address is checked field by field", "[protocol][read_json]") {
    const struct {
        std::string_view name;
        std::string value;
    } wrong[] = {
        {"firstName", ""},
        {"firstName", "\"\""},
        {"firstName", "null"},
        {"firstName", text_of(101)},
        {"firstName", "\"a\\u0000b\""},
        {"lastName", text_of(101)},
        {"email", ""},
        {"email", "\"nobody\""},
        {"email", "\"@example.com\""},
        {"email", "\"a@b\""},
        {"email", "\"a b@example.com\""},
        {"email", "\"a..b@example.com\""},
        {"email", "\"a@-example.com\""},
        {"email", "\"a@example.com\\n\""},
        {"phone", "\"call me\""},
        {"phone", "\"+12345\""},
        {"phone", "\"+1234567890123456\""},
        {"country", ""},
        {"country", "\"jo\""},
        {"country", "\"JOR\""},
        {"city", ""},
        {"city", "\"\""},
        {"city", text_of(101)},
        {"street", text_of(256)},
        {"governorate", text_of(101)},
        {"postalCode", text_of(21)},
        {"building", "15"},
        {"apartment", "[]"},
        {"instructions", text_of(501)},
    };
    for (const auto& [name, value] : wrong) {
        CAPTURE(name, value);
        const auto read =
            read_json<PlaceOrderBody>(order_with("shippingAddress", address_with(name, value)));
        REQUIRE_FALSE(read);
        REQUIRE(read.error().details.size() == 1);
        CHECK(read.error().details.front().field == "shippingAddress." + std::string{name});
    }
    for (const auto* name : {"governorate", "postalCode", "building", "apartment", "instructions"})
        for (const auto* value : {"", "null", "\"\""}) {
            CAPTURE(name, value);
            CHECK(read_json<PlaceOrderBody>(
                order_with("shippingAddress", address_with(name, value))));
        }
}

TEST_CASE("lengths count characters, not bytes", "[protocol][read_json]") {
    std::string hundred;
    for (int i = 0; i < 100; ++i) hundred += "\u0639";
    const auto address = address_with("city", "\"" + hundred + "\"");
    CHECK(read_json<PlaceOrderBody>(order_with("shippingAddress", address)));
    const auto longer = address_with("city", "\"" + hundred + "\u0639\"");
    CHECK_FALSE(read_json<PlaceOrderBody>(order_with("shippingAddress", longer)));
}

TEST_CASE("the rest of an order is checked too", "[protocol][read_json]") {
    const struct {
        std::string_view name;
        std::string value;
    } wrong[] = {
        {"shippingAddress", ""},
        {"shippingAddress", "null"},
        {"shippingAddress", "[]"},
        {"shippingAddress", "\"same\""},
        {"billingAddress", "null"},
        {"billingAddress", "\"other\""},
        {"billingAddress", "7"},
        {"shippingMethod", ""},
        {"shippingMethod", "\"\""},
        {"shippingMethod", text_of(51)},
        {"paymentMethod", ""},
        {"paymentMethod", "\"bitcoin\""},
        {"paymentMethod", "null"},
        {"notes", text_of(1001)},
        {"notes", "1"},
        {"expectedTotal", "-1"},
        {"expectedTotal", "\"12\""},
        {"expectedTotal", "1000000000000001"},
        {"customerId", "\"cust_1\""},
        {"discountCode", "\"SAVE20\""},
    };
    for (const auto& [name, value] : wrong) {
        CAPTURE(name, value);
        const auto read = read_json<PlaceOrderBody>(order_with(name, value));
        REQUIRE_FALSE(read);
        REQUIRE(read.error().details.size() == 1);
        CHECK(read.error().details.front().field == name);
    }
    CHECK(read_json<PlaceOrderBody>(order_with("customerId", "null")));
    CHECK(read_json<PlaceOrderBody>(order_with("notes", text_of(1000))));
    CHECK(read_json<PlaceOrderBody>(order_with("expectedTotal", "null")));
}

TEST_CASE("a list is bounded and its entries are named by place", "[protocol][read_json]") {
#define ITEM R"({"variantId":"var_00000000000000000000000002","quantity":1})"
    const Row rows[] = {
        {R"({"items":[]})", "items", "must have at least 1 entry"},
        {R"({"items":{}})", "items", "must be an array"},
        {R"({"items":[1]})", "items[0]", "must be an object"},
        {R"({"items":[)" ITEM R"(,{"variantId":"var_00000000000000000000000002"}]})",
         "items[1].quantity", "is required"},
        {R"({"items":[{"variantId":"var_00000000000000000000000002","quantity":0}]})",
         "items[0].quantity", "must be at least 1"},
        {R"({"items":[{"variantId":"var_00000000000000000000000002","quantity":1000001}]})",
         "items[0].quantity", "must be at most 1000000"},
        {R"({"items":[)" ITEM R"(],"reservationMinutes":0})", "reservationMinutes",
         "must be at least 1"},
        {R"({"items":[)" ITEM R"(],"reservationMinutes":1441})", "reservationMinutes",
         "must be at most 1440"},
        {R"({"items":[)" ITEM R"(],"reservationMinutes":null})", "reservationMinutes",
         "must be a whole number"},
    };
    check_refused<ReserveBody>(rows);
    std::string many = R"({"items":[)" ITEM;
    for (int i = 0; i < 100; ++i) many += "," ITEM;
#undef ITEM
    const auto read = read_json<ReserveBody>(many + "]}");
    REQUIRE_FALSE(read);
    CHECK(read.error().details.front().field == "items");
}

TEST_CASE("a card number is refused in every text, and not repeated", "[protocol][read_json]") {
    const std::string cards[] = {"4242424242424242", "4242 4242 4242 4242", "5555-5555-5555-4444",
                                 " 378282246310005 ", "pay with 4242424242424242, exp 12/29"};
    const auto refused_at = [](std::string_view name, const std::string& value,
                               const std::string& path) {
        const auto read = read_json<PlaceOrderBody>(order_with(name, value));
        CAPTURE(path, value);
        REQUIRE_FALSE(read);
        REQUIRE(read.error().details.size() == 1);
        CHECK(read.error().code == ErrorCode::invalid_input);
        CHECK(read.error().details.front().field == path);
        CHECK(read.error().details.front().message.starts_with("looks like a card number"));
    };
    for (const auto& card : cards) {
        refused_at("notes", '"' + card + '"', "notes");
        for (const auto* field : {"firstName", "lastName", "city", "governorate", "street",
                                  "building", "apartment", "instructions"}) {
            const auto address = address_with(field, '"' + card + '"');
            refused_at("shippingAddress", address, std::string{"shippingAddress."} + field);
            refused_at("billingAddress", address, std::string{"billingAddress."} + field);
        }
    }
    const auto phone = address_with("phone", "\"4222222222222\"");
    CHECK(read_json<PlaceOrderBody>(order_with("shippingAddress", phone)));
    refused_at("shippingAddress", address_with("phone", "\"+378282246310005\""),
               "shippingAddress.phone");
    for (const auto* fine : {"4242 4242 4242 4241", "ref4242424242424242", "12/29",
                             "2026-01-15 10:00:00", "+962791234567", "1234567890123"})
        CHECK(read_json<PlaceOrderBody>(order_with("notes", '"' + std::string{fine} + '"')));
}

TEST_CASE("a card number is not repeated when it is a field's name", "[protocol][read_json]") {
    const auto read = read_json<CancelBody>(R"({"4242 4242 4242 4242":"x"})");
    REQUIRE_FALSE(read);
    CHECK(read.error().details.front().field == "?");
}

TEST_CASE("a change of stock needs mode, quantity and reason", "[protocol][read_json]") {
    const Row rows[] = {
        {R"({"mode":"add","quantity":1,"reason":"x"})", "mode", "must be one of set, adjust"},
        {R"({"mode":"set","quantity":1000000001,"reason":"x"})", "quantity", "must be at most"},
        {R"({"mode":"set","quantity":1,"reason":""})", "reason", "must not be empty"},
        {R"({"mode":"set","quantity":1})", "reason", "is required"},
        {R"({"mode":"set","quantity":1,"reason":"x","lowStockThreshold":-1})", "lowStockThreshold",
         "must be at least 0"},
    };
    check_refused<StockBody>(rows);
    CHECK(read_json<StockBody>(R"({"mode":"adjust","quantity":-5,"reason":"broken"})"));
}

TEST_CASE("an empty body stands for {} when nothing is required", "[protocol][read_json]") {
    CHECK(read_json<CancelBody>("")->reason.empty());
    CHECK(read_json<CreateCartBody>("")->currency.text() == "USD");
    CHECK(read_json<UpdateItemBody>("").error().code == ErrorCode::invalid_input);
}

TEST_CASE("a body that is no object is refused as a whole", "[protocol][read_json]") {
    for (const auto* body : {"[]", "null", "1", "\"x\"", "true"}) {
        const auto read = read_json<CancelBody>(body);
        REQUIRE_FALSE(read);
        CHECK(read.error().details.empty());
    }
}

TEST_CASE("a currency is one that is traded here", "[protocol][read_json]") {
    CHECK(read_json<CreateCartBody>(R"({"currency":"JOD","customerId":null})"));
    const Row rows[] = {
        {R"({"currency":"usd"})", "currency", "must be a currency"},
        {R"({"currency":"XXX"})", "currency", "must be a currency"},
        {R"({"currency":""})", "currency", "must be a currency"},
        {R"({"currency":null})", "currency", "must be a currency"},
    };
    check_refused<CreateCartBody>(rows);
}

TEST_CASE("an estimate needs country and city only", "[protocol][read_json]") {
    const auto with = [](std::string_view address) {
        return read_json<ShippingBody>(R"({"cartId":")" + std::string{cart_id} +
                                       R"(","shippingAddress":)" + std::string{address} + "}");
    };
    const auto read = with(R"({"country":"JO","city":"Amman"})");
    REQUIRE(read);
    CHECK(destination_of(read->shipping_address).city == "Amman");
    CHECK(with(R"({"country":"JO","city":"Amman","email":null,"phone":"","street":"S"})"));
    CHECK_FALSE(with(R"({"country":"JO"})"));
    CHECK_FALSE(with(R"({"country":"JO","city":"Amman","email":"nobody"})"));
}
