#include "http/cookie.hpp"

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

std::string found(const std::string& header) {
    Request request;
    request.headers.emplace_back("cookie", header);
    return std::string{cookie_of(request, "name")};
}

}  // namespace

TEST_CASE("a cookie is found by its whole name, and the first one counts", "[http][cookie]") {
    CHECK(found("name=value") == "value");
    CHECK(found("a=1; name=value; b=2") == "value");
    CHECK(found("a=1;name=value;b=2") == "value");
    CHECK(found("name=first; name=second") == "first");
    CHECK(found("name=with=equals") == "with=equals");
    CHECK(found("other=name=x; xname=1; names=2; name; NAME=3") == "");
    CHECK(found("") == "");
    CHECK(found(";;; ;") == "");
    CHECK(cookie_of(Request{}, "name") == "");
}

TEST_CASE("a cookie is shown to the API alone, and to no script", "[http][cookie]") {
    CHECK(set_cookie_text({"name", "value", 10min, false}) ==
          "name=value; Path=/api; HttpOnly; SameSite=Lax; Max-Age=600");
    CHECK(set_cookie_text({"name", "", {}, true}) ==
          "name=; Path=/api; HttpOnly; SameSite=Lax; Max-Age=0; Secure");
}
