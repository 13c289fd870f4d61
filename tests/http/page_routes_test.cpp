#include "http/page_routes.hpp"

#include "http/documents.hpp"
#include "tests/http/http_world.hpp"
#include "tests/support/catch.hpp"

namespace souk {

TEST_CASE("the shop's page is at the root, its files below it", "[http][shop]") {
    HttpWorld world;
    world.documents.files = {{"shop/index.html", "text/html; charset=utf-8", "<p>", "\"1\""},
                             {"shop/shop.css", "text/css; charset=utf-8", "p{}", "\"2\""},
                             {"shop/main.js", "text/javascript; charset=utf-8", "1;", "\"3\""}};
    world.start();
    auto client = world.client();
    const auto page = client.ask("GET", "/");
    CHECK(page.body == "<p>");
    CHECK(page.header("content-type") == "text/html; charset=utf-8");
    CHECK(page.header("cache-control") == "no-cache");
    CHECK(page.header("etag") == "\"1\"");
    CHECK(client.ask("GET", "/shop.css").body == "p{}");
    CHECK(client.ask("GET", "/shop/main.js").body == "1;");
    for (const auto* path : {"/shop/index.html", "/shop/other.js", "/shop/", "/shop"}) {
        CAPTURE(path);
        CHECK(client.ask("GET", path).status == 404);
    }
}

TEST_CASE("the pages' files are handed out as they are", "[http][pages]") {
    HttpWorld world;
    world.documents.files = {{"docs.js", "text/javascript; charset=utf-8", "1;"},
                             {"favicon.svg", "image/svg+xml", "<svg/>"}};
    world.start();
    auto client = world.client();
    const auto script = client.ask("GET", "/docs.js");
    CHECK(script.header("content-type") == "text/javascript; charset=utf-8");
    CHECK(script.body == "1;");
    for (const auto* path : {"/favicon.svg", "/favicon.ico"}) {
        const auto icon = client.ask("GET", path);
        CHECK(icon.header("content-type") == "image/svg+xml");
        CHECK(icon.body == "<svg/>");
    }
    CHECK(client.ask("GET", "/docs").status == 404);
}

TEST_CASE("the page's files are found in their directory", "[http][documents]") {
    const auto missing = load_console("/nowhere");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.find("docs.html") != std::string::npos);
}

TEST_CASE("every file of the shop is found, with a tag of its own", "[http][documents]") {
    const auto files = load_shop(SOUK_SOURCE_DIR "/console");
    REQUIRE(files);
    const Documents documents{{}, *files};
    for (const auto* name : {"shop/index.html", "shop/shop.css", "shop/main.js", "shop/live.js"}) {
        CAPTURE(name);
        const auto* file = documents.file(name);
        REQUIRE(file);
        CHECK(file->etag.size() == 34);
        CHECK_FALSE(file->body.empty());
    }
    CHECK(documents.file("shop/main.js")->content_type == "text/javascript; charset=utf-8");
    CHECK(documents.file("shop/main.js")->etag != documents.file("shop/live.js")->etag);
}

TEST_CASE("a shop without its page is not opened", "[http][documents]") {
    const auto missing = load_shop("/nowhere");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.find("index.html") != std::string::npos);
}

}  // namespace souk
