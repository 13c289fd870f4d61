#include "http/request.hpp"

#include "tests/support/catch.hpp"

namespace souk {
namespace {

Result<Request> read(std::string target, Method method = Method::get) {
    Request request;
    request.method = method;
    request.target = std::move(target);
    if (const auto good = read_target(request); !good) return good.error();
    return request;
}

}  // namespace

TEST_CASE("a target is split into a decoded path and query", "[http][request]") {
    const auto request = read("/products/caf%C3%A9?search=a+b%26c&empty=&flag&&search=d");
    REQUIRE(request);
    CHECK(request->path == "/products/café");
    CHECK(request->query == std::vector<NameValue>{
                                {"search", "a b&c"}, {"empty", ""}, {"flag", ""}, {"search", "d"}});
}

TEST_CASE("a target in absolute form counts by its path", "[http][request]") {
    CHECK(read("http://shop.example/cart?x=1")->path == "/cart");
    CHECK(read("https://shop.example")->path == "/");
    CHECK(read("*", Method::options)->path == "*");
}

TEST_CASE("a target that is no percent-encoded UTF-8 is refused", "[http][request]") {
    const auto target = GENERATE(as<std::string>{}, "/%", "/%4", "/%zz", "/%00", "/a%2Fb", "/%ff",
                                 "/%c0%af", "/%ed%a0%80", "/x?q=%", "/x?q=%00", "/x?q=%ff",
                                 "relative", "*", "/%0d%0aInjected: yes");
    CAPTURE(target);
    const auto request = read(target);
    REQUIRE_FALSE(request);
    CHECK(request.error().code == ErrorCode::invalid_input);
}

TEST_CASE("a query of too many parameters is refused", "[http][request]") {
    std::string target = "/x?";
    for (int i = 0; i < 101; ++i) target += "a=1&";
    CHECK_FALSE(read(target));
}

TEST_CASE("headers are found by their lower-case name", "[http][request]") {
    Request request;
    request.headers = {{"accept", "a"}, {"accept", "b"}};
    CHECK(request.header("accept") == "a");
    CHECK(request.header("host").empty());
    CHECK_FALSE(request.has_header("host"));
}

TEST_CASE("methods have one spelling", "[http][request]") {
    CHECK(method_of("DELETE") == Method::del);
    CHECK(method_of("get") == Method::other);
    CHECK(to_text(Method::patch) == "PATCH");
    CHECK(to_text(Method::other).empty());
}

}  // namespace souk
