// What is no proper HTTP: each gets its status, the envelope, and the end of its connection.

#include <string>
#include <vector>

#include "tests/http/http_world.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

struct Malformed {
    std::string what;
    std::string bytes;
    int status;
};

std::string with_headers(std::string_view headers) {
    return "POST /api/v1/things HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n" +
           std::string(headers) + "\r\n";
}

const std::vector<Malformed>& malformed() {
    using namespace std::string_literals;
    static const std::vector<Malformed> cases{
        {"no HTTP at all", "hello\r\n\r\n", 400},
        {"binary", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"s, 400},
        {"a bad method", "G(T / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
        {"an empty method", " / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
        {"a method with control characters", "G\x01T / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
        {"no target", "GET HTTP/1.1\r\nHost: t\r\n\r\n", 400},
        {"a NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: t\r\n\r\n"s, 400},
        {"no version", "GET /\r\nHost: t\r\n\r\n", 400},
        {"a bad version", "GET / HTTP/x.1\r\nHost: t\r\n\r\n", 505},
        {"version 2", "GET / HTTP/2.0\r\nHost: t\r\n\r\n", 505},
        {"version 0.9", "GET / HTTP/0.9\r\nHost: t\r\n\r\n", 505},
        {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"a NUL in a header", "GET / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n"s, 400},
        {"a NUL in a name", "GET / HTTP/1.1\r\nHost: t\r\nX\0Y: a\r\n\r\n"s, 400},
        {"a space before the colon", "GET / HTTP/1.1\r\nHost: t\r\nX : a\r\n\r\n", 400},
        {"a header without a colon", "GET / HTTP/1.1\r\nHost: t\r\nnonsense\r\n\r\n", 400},
        {"a bare carriage return", "GET / HTTP/1.1\r\nHost: t\r\nX: a\rb\r\n\r\n", 400},
        {"length with coding", with_headers("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
         400},
        {"coding with length", with_headers("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
         400},
        {"two codings",
         with_headers("Transfer-Encoding: chunked\r\n"
                      "Transfer-Encoding: chunked\r\n"),
         400},
        {"an unknown coding", with_headers("Transfer-Encoding: gzip\r\n"), 501},
        {"a list of codings", with_headers("Transfer-Encoding: gzip, chunked\r\n"), 501},
        {"a disguised coding", with_headers("Transfer-Encoding: xchunked\r\n"), 501},
        {"two lengths", with_headers("Content-Length: 1\r\nContent-Length: 2\r\n"), 400},
        {"a negative length", with_headers("Content-Length: -1\r\n"), 400},
        {"a signed length", with_headers("Content-Length: +1\r\n"), 400},
        {"a length in hex", with_headers("Content-Length: 0x10\r\n"), 400},
        {"an overflowing length", with_headers("Content-Length: 99999999999999999999999\r\n"), 400},
        {"a length beyond the limit", with_headers("Content-Length: 1048577\r\n"), 413},
        {"a vast length", with_headers("Content-Length: 18446744073709551615\r\n"), 413},
        {"a bad chunk size", with_headers("Transfer-Encoding: chunked\r\n") + "zz\r\n", 400},
        {"a negative chunk size", with_headers("Transfer-Encoding: chunked\r\n") + "-1\r\n", 400},
        {"an overflowing chunk size",
         with_headers("Transfer-Encoding: chunked\r\n") + "fffffffffffffffff\r\n", 400},
        {"a chunk beyond the limit", with_headers("Transfer-Encoding: chunked\r\n") + "100001\r\n",
         413},
        {"a chunk longer than it says",
         with_headers("Transfer-Encoding: chunked\r\n") + "2\r\n{}}\r\n0\r\n\r\n", 400},
        {"a coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
    };
    return cases;
}

void check_envelope(const RawResponse& response) {
    CHECK(response.header("content-type") == "application/json; charset=utf-8");
    CHECK(response.body.starts_with("{\"error\":{\"code\":\""));
    CHECK(response.body.find("\"requestId\":\"" + response.header("x-request-id") + "\"") !=
          std::string::npos);
    CHECK(response.header("x-frame-options") == "DENY");
}

}  // namespace

TEST_CASE("malformed HTTP is told so and shown the door", "[http][turned_away]") {
    HttpWorld world;
    world.start();
    for (const auto& one : malformed()) {
        CAPTURE(one.what);
        auto client = world.client();
        client.send(one.bytes);
        const auto response = client.read();
        CHECK(response.status == one.status);
        CHECK(response.header("connection") == "close");
        check_envelope(response);
        CHECK(client.is_closed_by_peer());
    }
    CHECK(work_done() == 0);
    CHECK(world.client().ask("GET", "/health").status == 200);
}

TEST_CASE("malformed HTTP is recognised byte by byte, too", "[http][turned_away]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    for (const char c : with_headers("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")) {
        client.send({&c, 1});
    }
    CHECK(client.read().status == 400);
}

TEST_CASE("a header larger than the limit is 431", "[http][turned_away]") {
    HttpWorld world;
    world.start();
    for (const auto& bytes :
         {"GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(17 * 1024, 'x') + "\r\n\r\n",
          "GET /" + std::string(17 * 1024, 'x') + " HTTP/1.1\r\nHost: t\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: t\r\n" + [] {
              std::string many;
              for (int i = 0; i < 2'000; ++i) many += "X" + std::to_string(i) + ": y\r\n";
              return many + "\r\n";
          }()}) {
        auto client = world.client();
        client.send(bytes);
        const auto response = client.read();
        CHECK(response.status == 431);
        check_envelope(response);
        CHECK(client.is_closed_by_peer());
    }
    auto client = world.client();
    const auto fits = "X: " + std::string(15 * 1024, 'x') + "\r\n";
    CHECK(client.ask("GET", "/health", fits).status == 200);
}

TEST_CASE("a body larger than the limit is 413, also when it is sent all the same",
          "[http][turned_away]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    const auto response = client.ask("POST", "/api/v1/things", "Content-Type: application/json\r\n",
                                     std::string(1024 * 1024 + 1, ' '));
    CHECK(response.status == 413);
    check_envelope(response);
    auto second = world.client();
    const auto fits = second.ask("POST", "/api/v1/things", "Content-Type: application/json\r\n",
                                 std::string(1024 * 1024, ' '));
    CHECK(fits.status == 201);
    CHECK(fits.body.size() == 1024 * 1024);
}

TEST_CASE("a body of chunks larger than the limit is 413", "[http][turned_away]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.send(with_headers("Transfer-Encoding: chunked\r\n"));
    const auto chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    for (int i = 0; i < 17; ++i) client.send(chunk);
    CHECK(client.read().status == 413);
}

TEST_CASE("a chunk's extension without end is not read forever", "[http][turned_away]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.send(with_headers("Transfer-Encoding: chunked\r\n") + "1;" + std::string(80'000, 'x'));
    CHECK(client.read().status == 400);
}

TEST_CASE("a header that trickles in is cut off, however diligent the trickle",
          "[http][turned_away]") {
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.header_timeout = std::chrono::milliseconds(50);
    world.start(settings);
    auto client = world.client();
    client.send("GET / HTTP/1.1\r\nHost: t\r\nX: ");
    const auto response = client.read();
    CHECK(response.status == 408);
    check_envelope(response);
    CHECK(client.is_closed_by_peer());
}

TEST_CASE("a body that does not arrive is cut off", "[http][turned_away]") {
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.body_timeout = std::chrono::milliseconds(50);
    world.start(settings);
    auto client = world.client();
    client.send(with_headers("Content-Length: 10\r\n") + "{");
    CHECK(client.read().status == 408);
    CHECK(client.is_closed_by_peer());
}

TEST_CASE("an idle connection is closed without a word", "[http][turned_away]") {
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.idle_timeout = std::chrono::milliseconds(50);
    world.start(settings);
    auto silent = world.client();
    CHECK(silent.is_closed_by_peer());
    auto once = world.client();
    CHECK(once.ask("GET", "/health").status == 200);
    CHECK(once.is_closed_by_peer());
}

TEST_CASE("half a request is 400", "[http][turned_away]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.send("GET / HTTP/1.1\r\nHo");
    client.finish_sending();
    CHECK(client.read().status == 400);
}

TEST_CASE("a connection too many is told to come back later", "[http][turned_away]") {
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.max_connections = 2;
    world.start(settings);
    auto first = world.client();
    auto second = world.client();
    CHECK(first.ask("GET", "/health").status == 200);
    CHECK(second.ask("GET", "/health").status == 200);
    auto third = world.client();
    const auto response = third.read();
    CHECK(response.status == 503);
    CHECK_FALSE(response.header("retry-after").empty());
    check_envelope(response);
    CHECK(first.ask("GET", "/health").status == 200);
    CHECK(world.server->connections_refused() == 1);
}

}  // namespace souk
