#include "protocol/json.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string written(std::string_view text) {
    std::string out;
    JsonWriter{out}.string(text);
    return out;
}

}  // namespace

TEST_CASE("what is not one JSON value in UTF-8 is refused", "[protocol][json]") {
    const std::string_view broken[] = {
        "",
        "   ",
        "{",
        "{}{}",
        "{} x",
        "{'a':1}",
        "{\"a\":}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":+1}",
        "{\"a\":1e400}",
        "[1,]",
        "{\"a\":1,}",
        "/* comment */ {}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "\xef\xbb\xbf{}",
        {"{}\0", 3},
        {"{}\0{}", 5},
    };
    for (const auto text : broken) {
        CAPTURE(text);
        const auto document = JsonDocument::parse(text);
        REQUIRE_FALSE(document);
        CHECK(document.error().code == ErrorCode::invalid_input);
    }
}

TEST_CASE("a syntax error names the field it stands in", "[protocol][json]") {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"({"notes":"\ud800"})", "notes"},
        {R"({"a":{"b":[1,{"c":1e999}]}})", "a.b[1].c"},
        {R"({"a":[1,2,tru]})", "a[2]"},
    };
    for (const auto& [text, field] : rows) {
        const auto document = JsonDocument::parse(text);
        REQUIRE_FALSE(document);
        REQUIRE(document.error().details.size() == 1);
        CHECK(document.error().details.front().field == field);
    }
    CHECK(JsonDocument::parse(R"({"a":1)").error().details.empty());
}

TEST_CASE("JSON nests 32 levels deep and not one more", "[protocol][json]") {
    CHECK(JsonDocument::parse(nested(max_json_depth)));
    CHECK_FALSE(JsonDocument::parse(nested(max_json_depth + 1)));
    CHECK_FALSE(JsonDocument::parse(nested(1'000'000)));
    CHECK_FALSE(JsonDocument::parse(std::string(1'000'000, '[')));
    std::string objects;
    for (int i = 0; i < 100; ++i) objects += R"({"a":)";
    CHECK_FALSE(JsonDocument::parse(objects));
}

TEST_CASE("an integer is a whole number that fits 64 bits", "[protocol][json]") {
    const auto number = [](std::string_view text) {
        return JsonDocument::parse("[" + std::string{text} + "]");
    };
    CHECK(number("9223372036854775807")->root().item(0).as_integer() == INT64_MAX);
    CHECK(number("-9223372036854775808")->root().item(0).as_integer() == INT64_MIN);
    for (const auto* text : {"9223372036854775808", "-9223372036854775809", "1.0", "1e2", "0.5",
                             "99999999999999999999999"}) {
        CAPTURE(text);
        const auto document = number(text);
        REQUIRE(document);
        CHECK(document->root().item(0).is_number());
        CHECK_FALSE(document->root().item(0).is_integer());
    }
}

TEST_CASE("UTF-8 is what RFC 3629 says", "[protocol][json]") {
    for (const auto* text : {"", "plain", "\u00e9", "\u0645\u0631\u062d\u0628\u0627", "\U0001F6D2",
                             "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
        CHECK(valid_utf8(text));
    for (const auto* text :
         {"\x80", "\xc1\x81", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xc3", "\xe2\x82", "\xf0\x9f\x9b"})
        CHECK_FALSE(valid_utf8(text));
}

TEST_CASE("strings are escaped as RFC 8259 asks", "[protocol][json]") {
    CHECK(written("plain \u00e9") == "\"plain \u00e9\"");
    CHECK(written("a\"b\\c") == R"("a\"b\\c")");
    CHECK(written("\n\r\t\b\f") == R"("\n\r\t\b\f")");
    CHECK(written({"\x01\0\x1f", 3}) == R"("\u0001\u0000\u001f")");
    CHECK(written("</script>") == "\"</script>\"");
}

TEST_CASE("the writer puts commas between what follows each other", "[protocol][json]") {
    std::string text;
    JsonWriter out{text};
    out.begin_object();
    out.key("a");
    out.begin_array();
    out.integer(-1);
    out.boolean(true);
    out.null();
    out.begin_object();
    out.end_object();
    out.end_array();
    out.key("b");
    out.raw("[]");
    out.end_object();
    CHECK(text == R"({"a":[-1,true,null,{}],"b":[]})");
}
