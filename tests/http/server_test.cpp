#include "http/server.hpp"

#include <sys/resource.h>

#include <thread>
#include <vector>

#include "tests/http/http_world.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

constexpr std::string_view get_thing = "GET /api/v1/things/1 HTTP/1.1\r\nHost: t\r\n\r\n";

void allow_many_files() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

TEST_CASE("pipelined requests are answered in their order", "[http][server]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    std::string many;
    for (int i = 0; i < 500; ++i) {
        many += "GET /api/v1/things/" + std::to_string(i) + " HTTP/1.1\r\nHost: t\r\n\r\n";
    }
    client.send(many);
    for (int i = 0; i < 500; ++i) {
        CHECK(client.read().body == "{\"data\":\"" + std::to_string(i) + "\"}");
    }
}

TEST_CASE("a pipelined request waits for the one before it", "[http][server]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.send("POST /api/v1/gate HTTP/1.1\r\nHost: t\r\n\r\n" + std::string(get_thing));
    gate().await_waiting(1);
    gate().open(Answer{.status = 201, .body = "first"});
    CHECK(client.read().body == "first");
    CHECK(client.read().status == 200);
}

TEST_CASE("a body of chunks arrives as a whole", "[http][server]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.send(
        "POST /api/v1/things HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\n"
        "Idempotency-Key: a trailer\r\n\r\n");
    CHECK(client.read().body == "{\"a\":1}");
    CHECK(client.ask("GET", "/health").status == 200);
}

TEST_CASE("a client that asks first is told to continue", "[http][server]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.send(
        "POST /api/v1/things HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
        "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(client.read().status == 100);
    client.send("{}");
    CHECK(client.read().status == 201);
    client.send(
        "POST /api/v1/things HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\n"
        "Content-Length: 2000000\r\n\r\n");
    CHECK(client.read().status == 413);
}

TEST_CASE("HTTP/1.0 is answered and closed, unless it wants to stay", "[http][server]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(client.read().header("connection") == "keep-alive");
    client.send("GET /health HTTP/1.0\r\n\r\n");
    CHECK(client.read().header("connection") == "close");
    CHECK(client.is_closed_by_peer());
}

TEST_CASE("Connection: close is honoured", "[http][server]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    const auto response = client.ask("GET", "/health", "Connection: close\r\n");
    CHECK(response.status == 200);
    CHECK(response.header("connection") == "close");
    CHECK(client.is_closed_by_peer());
}

TEST_CASE("empty lines between requests are overlooked", "[http][server]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.send("\r\n\r\n" + std::string(get_thing));
    CHECK(client.read().status == 200);
}

TEST_CASE("an answer that takes too long is 503, and the late one is dropped", "[http][server]") {
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.handler_timeout = std::chrono::milliseconds(50);
    world.start(settings);
    auto client = world.client();
    const auto response = client.ask("POST", "/api/v1/gate", "X-Request-Id: slow\r\n");
    CHECK(response.status == 503);
    CHECK(response.header("x-request-id") == "slow");
    CHECK_FALSE(response.header("retry-after").empty());
    CHECK(world.server->requests_in_flight() == 1);
    gate().open(Answer{.body = "late"});
    CHECK(client.ask("GET", "/api/v1/things/1").body == "{\"data\":\"1\"}");
}

TEST_CASE("a client that leaves does not disturb its handler", "[http][server]") {
    HttpWorld world;
    world.start();
    {
        auto client = world.client();
        client.send("POST /api/v1/gate HTTP/1.1\r\nHost: t\r\n\r\n");
        gate().await_waiting(1);
    }
    gate().open(Answer{});
    CHECK(world.client().ask("GET", "/health").status == 200);
}

TEST_CASE("a handler that is interrupted is 503", "[http][server]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.send("POST /api/v1/gate HTTP/1.1\r\nHost: t\r\n\r\n");
    gate().await_waiting(1);
    gate().forget();
    CHECK(client.read().status == 503);
}

TEST_CASE("two thousand idle connections do not stand in the way", "[http][server]") {
    allow_many_files();
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.threads = 2;
    world.start(settings);
    std::vector<RawClient> idle;
    for (int i = 0; i < 2'000; ++i) {
        idle.push_back(world.client());
        if (i % 2 == 0) CHECK(idle.back().ask("GET", "/health").status == 200);
    }
    auto client = world.client();
    for (int i = 0; i < 100; ++i) CHECK(client.ask("GET", "/api/v1/things/1").status == 200);
    CHECK(world.server->connections() >= 1'001);
    for (auto& one : idle) CHECK(one.ask("GET", "/health").status == 200);
}

TEST_CASE("stopping lets a request end, and closes the idle", "[http][server]") {
    HttpWorld world;
    world.start();
    auto idle = world.client();
    CHECK(idle.ask("GET", "/health").status == 200);
    auto busy = world.client();
    busy.send("POST /api/v1/gate HTTP/1.1\r\nHost: t\r\n\r\n");
    gate().await_waiting(1);
    std::thread stopping([&] { world.server->stop(std::chrono::seconds(10)); });
    CHECK(idle.is_closed_by_peer());
    gate().open(Answer{.body = "done"});
    const auto last = busy.read();
    CHECK(last.body == "done");
    CHECK(last.header("connection") == "close");
    stopping.join();
    CHECK(world.server->connections() == 0);
    CHECK_THROWS(world.client());
}

TEST_CASE("stopping does not wait beyond its deadline", "[http][server]") {
    HttpWorld world;
    world.start();
    auto busy = world.client();
    busy.send("POST /api/v1/gate HTTP/1.1\r\nHost: t\r\n\r\n");
    gate().await_waiting(1);
    world.server->stop(std::chrono::milliseconds(30));
    CHECK(busy.is_closed_by_peer());
    CHECK(world.server->requests_in_flight() == 0);
    gate().open(Answer{.body = "nobody hears this"});
}

TEST_CASE("a port that is taken is named", "[http][server]") {
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.threads = 2;
    settings.port = world.start(settings);
    Server second(settings, world.router, world.services);
    const auto started = second.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().message.find(std::to_string(settings.port)) != std::string::npos);
}

TEST_CASE("an address that is none and a certificate that is missing are named", "[http][server]") {
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.address = "nowhere";
    CHECK_FALSE(Server(settings, world.router, world.services).start());
    settings = HttpWorld::quick();
    settings.tls_certificate = "/missing.pem";
    const auto started = Server(settings, world.router, world.services).start();
    REQUIRE_FALSE(started);
    CHECK(started.error().message.find("/missing.pem") != std::string::npos);
}

}  // namespace souk
