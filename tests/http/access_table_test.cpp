#include "http/access_table.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "http/page_routes.hpp"
#include "http/routes/routes.hpp"
#include "http/system_routes.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

std::string row(const Access& access) {
    Router router;
    router.add({.method = Method::get, .pattern = "/things", .access = access});
    const auto page = access_table(router);
    return page.substr(page.find("| `GET /things`"));
}

}  // namespace

// SOUK_TEST_WRITE_DOCS=1 souk_http_tests '[access]' writes it.
TEST_CASE("docs/access.md is current", "[http][access]") {
    Router router;
    add_system_routes(router);
    add_api_routes(router);
    add_page_routes(router, DemoShop::at_the_root);
    const std::string file = SOUK_SOURCE_DIR "/docs/access.md";
    if (std::getenv("SOUK_TEST_WRITE_DOCS") != nullptr) std::ofstream(file) << access_table(router);
    std::ostringstream written;
    written << std::ifstream(file).rdbuf();
    CHECK((written.str() == access_table(router)));
}

TEST_CASE("what a route declares is what its row says", "[http][access]") {
    CHECK(row(Access::everyone()) ==
          "| `GET /things` | nothing | yes | yes | yes | yes | yes | yes | yes | yes | yes | yes | "
          "yes | yes |\n");
    CHECK(row(Access::user()) ==
          "| `GET /things` | a person | 401 | yes | yes | 403 | 403 | 403 | 403 | 403 | 403 | 403 "
          "| yes | yes |\n");
    CHECK(row(Access::key({"orders:read", "x"})) ==
          "| `GET /things` | `orders:read` or `x` | 401 | 403 | yes | yes | yes | 403 | 403 | 403 "
          "| 403 | yes | yes | yes |\n");
    CHECK(row(Access::key({"orders:read"}).but_no_vendors("no")) ==
          "| `GET /things` | `orders:read` | 401 | 403 | 403 | 403 | 403 | 403 | 403 | 403 "
          "| 403 | yes | yes | yes |\n");
    CHECK(row(Access::owner(Access::Proof::cart, "orders:read")) ==
          "| `GET /things` | the cart, or `orders:read` | cart | own | yes | yes | yes | 403 | "
          "403 | 403 | 403 | yes | yes | yes |\n");
    CHECK(row(Access::owner(Access::Proof::cart, "orders:read").but_no_vendors("no")) ==
          "| `GET /things` | the cart, or `orders:read` | cart | own | own | 403 | 403 | 403 | "
          "403 | 403 | 403 | yes | yes | yes |\n");
    CHECK(
        row(Access::owner()) ==
        "| `GET /things` | the id | id | id | id | id | id | id | id | id | id | id | id | id |\n");
}
