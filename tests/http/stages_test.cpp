#include "http/stages.hpp"

#include <vector>

#include "tests/http/http_world.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

constexpr std::string_view json = "Content-Type: application/json\r\n";

std::string line(std::string_view name, std::string_view value) {
    return std::string(name).append(": ").append(value).append("\r\n");
}

std::string with_key(std::string_view key) {
    return std::string(json) + line("Idempotency-Key", key);
}

bool has_code(const RawResponse& response, std::string_view code) {
    return response.body.find("\"code\":\"" + std::string(code) + "\"") != std::string::npos;
}

}  // namespace

TEST_CASE("a sane request id is taken over, any other is replaced", "[http][stages]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    CHECK(client.ask("GET", "/health", line("X-Request-Id", "a.B_9-z")).header("x-request-id") ==
          "a.B_9-z");
    for (const auto& bad : {std::string("has space"), std::string(129, 'x'), std::string("<b>")}) {
        const auto response = client.ask("GET", "/nowhere", line("X-Request-Id", bad));
        const auto id = response.header("x-request-id");
        CHECK(id.starts_with("req_"));
        CHECK(response.body.find("\"requestId\":\"" + id + "\"") != std::string::npos);
    }
}

TEST_CASE("every answer bears the security headers", "[http][stages]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    std::vector<RawResponse> responses;
    responses.push_back(client.ask("GET", "/health"));
    responses.push_back(client.ask("GET", "/nowhere"));
    responses.push_back(client.ask("DELETE", "/api/v1/things/1"));
    responses.push_back(client.ask("POST", "/api/v1/things"));
    responses.push_back(client.ask("OPTIONS", "/api/v1/things"));
    client.send("nonsense\r\n\r\n");
    responses.push_back(client.read());
    for (const auto& response : responses) {
        CAPTURE(response.status);
        CHECK(response.header("x-content-type-options") == "nosniff");
        CHECK(response.header("x-frame-options") == "DENY");
        CHECK(response.header("x-xss-protection") == "1; mode=block");
        CHECK(response.header("content-security-policy") == "default-src 'self'");
        CHECK(response.header("strict-transport-security") ==
              "max-age=31536000; includeSubDomains");
        CHECK_FALSE(response.header("x-request-id").empty());
        CHECK_FALSE(response.header("date").empty());
    }
}

TEST_CASE("unknown paths are 404, unknown methods 405 with Allow", "[http][stages]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    const auto missing = client.ask("GET", "/api/v1/nothing");
    CHECK(missing.status == 404);
    CHECK(has_code(missing, "RESOURCE_NOT_FOUND"));
    const auto wrong = client.ask("PUT", "/api/v1/things/1");
    CHECK(wrong.status == 405);
    CHECK(has_code(wrong, "METHOD_NOT_ALLOWED"));
    CHECK(wrong.header("allow") == "GET, HEAD, DELETE, OPTIONS");
    CHECK(client.ask("BREW", "/api/v1/things/1").status == 405);
    CHECK(client.ask("GET", "/api/v1/things/%zz").status == 400);
    CHECK(client.ask("DELETE", "/api/things/1").status == 204);
    const auto options = client.ask("OPTIONS", "/api/v1/things");
    CHECK(options.status == 204);
    CHECK(options.header("allow") == "POST, OPTIONS");
}

TEST_CASE("whoever asks for problem+json gets it", "[http][stages]") {
    HttpWorld world;
    world.start();
    const auto response =
        world.client().ask("GET", "/nowhere", line("Accept", "application/problem+json"));
    CHECK(response.status == 404);
    CHECK(response.header("content-type") == "application/problem+json");
}

TEST_CASE("HEAD is GET without the body", "[http][stages]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    const auto response = client.ask("HEAD", "/api/v1/things/abc");
    CHECK(response.status == 200);
    CHECK(response.header("content-length") == "14");
    CHECK(client.ask("GET", "/api/v1/things/abc").body == "{\"data\":\"abc\"}");
}

TEST_CASE("an ETag that the client has already is 304", "[http][stages]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    const auto same = client.ask("GET", "/api/v1/things/1", line("If-None-Match", "\"6\", \"7\""));
    CHECK(same.status == 304);
    CHECK(same.header("etag") == "\"7\"");
    CHECK(same.header("content-length").empty());
    CHECK(client.ask("GET", "/api/v1/things/1", line("If-None-Match", "\"8\"")).status == 200);
}

TEST_CASE("bad credentials are 401 on any route", "[http][stages]") {
    HttpWorld world;
    const auto key = world.keys.add({"orders:read"});
    world.start();
    auto client = world.client();
    for (const auto* path : {"/health", "/nowhere", "/api/v1/admin"}) {
        for (const auto& header :
             {line("Authorization", "Basic eDp5"), line("X-API-Key", "souk_nonsense"),
              line("X-API-Key", key + "x")}) {
            const auto response = client.ask("GET", path, header);
            CAPTURE(path, header);
            CHECK(response.status == 401);
            CHECK(has_code(response, "AUTHENTICATION_ERROR"));
            CHECK(response.header("www-authenticate") == "Bearer");
        }
    }
}

TEST_CASE("a route for keys wants a key with its scope", "[http][stages]") {
    HttpWorld world;
    const auto reader = world.keys.add({"orders:read"});
    const auto other = world.keys.add({"inventory:write"});
    const auto admin = world.keys.add({"admin"});
    world.start();
    auto client = world.client();
    CHECK(client.ask("GET", "/api/v1/admin").status == 401);
    CHECK(client.ask("GET", "/api/v1/admin", line("X-API-Key", other)).status == 403);
    CHECK(client.ask("GET", "/api/v1/admin", line("X-API-Key", admin)).status == 200);
    const auto good = client.ask("GET", "/api/v1/admin", line("Authorization", "Bearer " + reader));
    CHECK(good.status == 200);
    CHECK(good.body.starts_with("key_"));
}

TEST_CASE("keys that cannot be looked up are 503, not 401", "[http][stages]") {
    HttpWorld world;
    const auto key = world.keys.add({"admin"});
    world.keys.down = true;
    world.start();
    const auto response = world.client().ask("GET", "/api/v1/admin", line("X-API-Key", key));
    CHECK(response.status == 503);
    CHECK_FALSE(response.header("retry-after").empty());
}

TEST_CASE("guests are limited by address and keys by their own number", "[http][stages]") {
    HttpWorld world;
    world.services.settings.guest_requests_per_minute = 2;
    const auto limited = line("X-API-Key", world.keys.add({}, 1));
    const auto unlimited = line("X-API-Key", world.keys.add({}));
    world.start();
    auto client = world.client();
    const auto first = client.ask("GET", "/api/v1/things/1");
    CHECK(first.header("ratelimit-limit") == "2");
    CHECK(first.header("ratelimit-remaining") == "1");
    CHECK(first.header("ratelimit-reset") == "60");
    CHECK(client.ask("GET", "/nowhere").status == 404);
    const auto over = client.ask("GET", "/api/v1/things/1");
    CHECK(over.status == 429);
    CHECK(has_code(over, "RATE_LIMITED"));
    CHECK(over.header("retry-after") == "60");
    CHECK(client.ask("GET", "/health").status == 200);
    CHECK(client.ask("GET", "/api/v1/things/1", limited).status == 200);
    CHECK(client.ask("GET", "/api/v1/things/1", limited).status == 429);
    for (int i = 0; i < 5; ++i) {
        const auto free = client.ask("GET", "/api/v1/things/1", unlimited);
        CHECK(free.status == 200);
        CHECK(free.header("ratelimit-limit").empty());
    }
    world.limits.down = true;
    CHECK(client.ask("GET", "/api/v1/things/1").status == 200);
}

TEST_CASE("guessing keys is slowed down, whatever the ordinary limit", "[http][stages]") {
    HttpWorld world;
    world.services.settings.failed_logins_per_minute = 3;
    world.start();
    auto client = world.client();
    for (int i = 0; i < 3; ++i) {
        CHECK(client.ask("GET", "/health", line("X-API-Key", "guess")).status == 401);
    }
    CHECK(client.ask("GET", "/health", line("X-API-Key", "guess")).status == 429);
}

TEST_CASE("guessing names of marketplaces is slowed down too", "[http][stages][tenant]") {
    HttpWorld world;
    world.services.settings.failed_logins_per_minute = 3;
    world.tenants.names = {{"other", TenantId{{{2}}}}};
    world.start();
    auto client = world.client();
    const auto ask = [&](const std::string& name) {
        return client.ask("GET", "/api/v1/things/1", line("X-Tenant-Id", name)).status;
    };
    for (int i = 0; i < 3; ++i) CHECK(ask("guess") == 404);
    CHECK(ask("guess") == 429);
    CHECK(ask("other") == 200);
}

TEST_CASE("tokens are not checked for an address that has sent too many bad ones",
          "[http][stages]") {
    HttpWorld world;
    world.services.settings.failed_logins_per_minute = 3;
    const auto good = world.accounts.add(Role::customer);
    world.start();
    auto client = world.client();
    const auto ask = [&](const std::string& token) {
        return client.ask("GET", "/health", line("Authorization", "Bearer " + token)).status;
    };
    for (int i = 0; i < 3; ++i) CHECK(ask("a.bad.token") == 401);
    CHECK(world.accounts.asked == 3);
    for (int i = 0; i < 3; ++i) CHECK(ask("a.bad.token") == 429);
    CHECK(ask(good) == 429);
    CHECK(world.accounts.asked == 3);
    world.accounts.remembered = good;  // it was good a moment ago
    CHECK(ask(good) == 200);
}

TEST_CASE("who shares a /64 shares its budget", "[http][stages]") {
    HttpWorld world;
    world.services.settings.guest_requests_per_minute = 1;
    world.services.settings.trusted_proxies = {"127.0.0.1"};
    world.start();
    auto client = world.client();
    const auto from = [&](const std::string& address) {
        return client.ask("GET", "/api/v1/things/1", line("X-Forwarded-For", address)).status;
    };
    CHECK(from("2001:db8:1:2::1") == 200);
    CHECK(from("2001:db8:1:2:ffff::9") == 429);
    CHECK(from("2001:db8:1:3::1") == 200);
}

TEST_CASE("a trusted proxy says whom it speaks for", "[http][stages]") {
    HttpWorld world;
    world.services.settings.guest_requests_per_minute = 1;
    world.services.settings.trusted_proxies = {"127.0.0.1"};
    world.start();
    auto client = world.client();
    CHECK(
        client.ask("GET", "/api/v1/things/1", line("X-Forwarded-For", "9.9.9.9, 1.1.1.1")).status ==
        200);
    CHECK(client.ask("GET", "/api/v1/things/1", line("X-Forwarded-For", "1.1.1.1")).status == 429);
    CHECK(client.ask("GET", "/api/v1/things/1", line("X-Forwarded-For", "2.2.2.2")).status == 200);
}

TEST_CASE("a body must be there and be JSON", "[http][stages]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    CHECK(client.ask("POST", "/api/v1/things").status == 400);
    const auto form = client.ask("POST", "/api/v1/things",
                                 line("Content-Type", "application/x-www-form-urlencoded"), "a=b");
    CHECK(form.status == 415);
    CHECK(has_code(form, "UNSUPPORTED_MEDIA_TYPE"));
    CHECK(client.ask("POST", "/api/v1/things", {}, "{}").status == 415);
    CHECK(client
              .ask("POST", "/api/v1/things",
                   line("Content-Type", "Application/JSON; charset=utf-8"), "{}")
              .status == 201);
    CHECK(work_done() == 1);
}

TEST_CASE("an exception in a handler is a 500 that tells nothing", "[http][stages]") {
    HttpWorld world;
    world.start();
    const auto response = world.client().ask("GET", "/api/v1/bug");
    CHECK(response.status == 500);
    CHECK(has_code(response, "INTERNAL_ERROR"));
    CHECK(response.body.find("a bug") == std::string::npos);
}

TEST_CASE("the same key and body get the first answer again", "[http][stages][idempotency]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    const auto first = client.ask("POST", "/api/v1/things", with_key("k"), "{\"a\":1}");
    const auto again = client.ask("POST", "/api/things", with_key("k"), "{\"a\":1}");
    CHECK(first.status == 201);
    CHECK(first.header("idempotent-replayed").empty());
    CHECK(again.status == 201);
    CHECK(again.header("idempotent-replayed") == "true");
    CHECK(again.header("location") == first.header("location"));
    CHECK(again.body == first.body);
    CHECK(work_done() == 1);
}

TEST_CASE("the same key with another request is 422", "[http][stages][idempotency]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.ask("POST", "/api/v1/things", with_key("k"), "{\"a\":1}");
    for (const auto* path : {"/api/v1/things", "/api/v1/entities"}) {
        const auto other = client.ask("POST", path, with_key("k"), "{\"a\":2}");
        CHECK(other.status == 422);
        CHECK(has_code(other, "IDEMPOTENCY_MISMATCH"));
    }
    CHECK(work_done() == 1);
}

TEST_CASE("keys are kept per caller", "[http][stages][idempotency]") {
    HttpWorld world;
    const auto api_key = line("X-API-Key", world.keys.add({}));
    world.start();
    auto client = world.client();
    client.ask("POST", "/api/v1/things", with_key("k"), "{}");
    CHECK(client.ask("POST", "/api/v1/things", with_key("k") + api_key, "{\"x\":1}").status == 201);
    CHECK(work_done() == 2);
}

TEST_CASE("what was refused is not remembered", "[http][stages][idempotency]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    CHECK(client.ask("POST", "/api/v1/refusals", with_key("k")).status == 409);
    CHECK(client.ask("POST", "/api/v1/refusals", with_key("k")).status == 409);
    CHECK(client.ask("POST", "/api/v1/things", with_key("m")).status == 400);
    CHECK(work_done() == 2);
    CHECK(world.book.size() == 0);
}

TEST_CASE("a decline is remembered, since what was tried is on record",
          "[http][stages][idempotency]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    const auto first = client.ask("POST", "/api/v1/declines", with_key("k"));
    const auto again = client.ask("POST", "/api/v1/declines", with_key("k"));
    CHECK(first.status == 402);
    CHECK(has_code(first, "PAYMENT_ERROR"));
    CHECK(again.status == 402);
    CHECK(again.body == first.body);
    CHECK(again.header("idempotent-replayed") == "true");
    CHECK(again.header("content-type") == first.header("content-type"));
    CHECK(work_done() == 1);
    CHECK(client.ask("POST", "/api/v1/declines").status == 402);
    CHECK(work_done() == 2);
}

TEST_CASE("an entity that was given the key stores the answer itself",
          "[http][stages][idempotency]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    CHECK(client.ask("POST", "/api/v1/entities", with_key("k")).body == "{\"kept\":true}");
    CHECK(world.book.size() == 0);
}

TEST_CASE("what an entity had nothing to store of is remembered all the same",
          "[http][stages][idempotency]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.ask("POST", "/api/v1/entities");
    const auto first = client.ask("POST", "/api/v1/entities", with_key("k"));
    CHECK(first.body == "{}");
    CHECK(world.book.size() == 1);
    CHECK(client.ask("POST", "/api/v1/entities", with_key("k")).header("idempotent-replayed") ==
          "true");
    CHECK(work_done() == 2);
}

TEST_CASE("what an entity had nothing to store of is not answered while it cannot be remembered",
          "[http][stages][idempotency]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.ask("POST", "/api/v1/entities");
    world.book.away = true;
    CHECK(client.ask("POST", "/api/v1/entities", with_key("k")).status == 503);
    world.book.away = false;
    CHECK(client.ask("POST", "/api/v1/entities", with_key("k")).status == 201);
    CHECK(world.book.size() == 1);
}

TEST_CASE("an idempotency key is 1 to 255 visible ASCII characters",
          "[http][stages][idempotency]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    CHECK(client.ask("POST", "/api/v1/things", with_key(std::string(255, 'k')), "{}").status ==
          201);
    for (const auto& bad :
         {std::string(256, 'k'), std::string("a b"), std::string("\xc3\xa9"), std::string()}) {
        const auto response = client.ask("POST", "/api/v1/things", with_key(bad), "{}");
        CAPTURE(bad);
        CHECK(response.status == 400);
        CHECK(response.body.find("Idempotency-Key") != std::string::npos);
    }
    CHECK(client.ask("DELETE", "/api/v1/things/1", with_key("a b")).status == 204);
}

TEST_CASE("many at once with one key are answered once", "[http][stages][idempotency]") {
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.threads = 2;
    world.start(settings);
    std::vector<RawClient> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(world.client());
        clients.back().send("POST /api/v1/gate HTTP/1.1\r\nHost: t\r\nIdempotency-Key: k\r\n\r\n");
    }
    gate().await_waiting(1);
    auto stranger = world.client();
    CHECK(stranger.ask("POST", "/api/v1/gate", with_key("k"), "{\"another\":1}").status == 422);
    gate().open(Answer{.status = 201, .body = "{\"once\":1}"});
    int replayed = 0;
    for (auto& client : clients) {
        const auto response = client.read();
        CHECK(response.status == 201);
        CHECK(response.body == "{\"once\":1}");
        replayed += response.header("idempotent-replayed") == "true" ? 1 : 0;
    }
    CHECK(replayed == 49);
    CHECK(work_done() == 1);
}

TEST_CASE("a listed origin may read the answers", "[http][stages][cors]") {
    HttpWorld world;
    world.services.settings.cors_origins = {"https://shop.example"};
    world.start();
    auto client = world.client();
    const auto good = client.ask("GET", "/health", line("Origin", "https://shop.example"));
    CHECK(good.header("access-control-allow-origin") == "https://shop.example");
    CHECK(good.header("access-control-allow-credentials") == "true");
    CHECK(good.header("vary") == "Origin");
    CHECK(good.header("access-control-expose-headers").find("ETag") != std::string::npos);
    const auto bad = client.ask("GET", "/health", line("Origin", "https://evil.example"));
    CHECK(bad.status == 200);
    CHECK(bad.header("access-control-allow-origin").empty());
    const auto error = client.ask("GET", "/nowhere", line("Origin", "https://shop.example"));
    CHECK(error.header("access-control-allow-origin") == "https://shop.example");
}

TEST_CASE("a preflight is answered without reaching the handler", "[http][stages][cors]") {
    HttpWorld world;
    world.services.settings.cors_origins = {"*"};
    world.start();
    const auto response = world.client().ask(
        "OPTIONS", "/api/v1/things",
        line("Origin", "https://any.example") + line("Access-Control-Request-Method", "POST"));
    CHECK(response.status == 204);
    CHECK(response.header("access-control-allow-origin") == "https://any.example");
    CHECK(response.header("access-control-allow-credentials").empty());  // nobody was named
    CHECK(response.header("access-control-allow-methods") == "POST, OPTIONS");
    CHECK(response.header("access-control-allow-headers").find("Idempotency-Key") !=
          std::string::npos);
    CHECK(work_done() == 0);
}

TEST_CASE("long answers are packed for who can unpack them", "[http][stages]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    const auto packed = client.ask("GET", "/api/v1/texts", line("Accept-Encoding", "gzip"));
    CHECK(packed.header("content-encoding") == "gzip");
    CHECK(packed.header("vary") == "Accept-Encoding");
    CHECK(packed.body.size() < 200);
    CHECK(client.ask("GET", "/api/v1/texts").body.size() == 5'000);
    CHECK(client.ask("GET", "/api/v1/things/1", line("Accept-Encoding", "gzip"))
              .header("content-encoding")
              .empty());
}

TEST_CASE("an answered request is told to the console while somebody looks, and else not",
          "[http][stages]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    client.ask("GET", "/api/v1/things/1", line("X-Request-Id", "unseen"));
    world.console.is_watched = true;
    client.ask("GET", "/api/v1/things/1", line("X-Request-Id", "seen"));
    world.console.is_watched = false;
    client.ask("GET", "/api/v1/things/1");
    world.server->stop(std::chrono::seconds(5));
    REQUIRE(world.console.requests.size() == 1);
    const auto& request = world.console.requests.front();
    CHECK(request.request_id == "seen");
    CHECK(request.method == "GET");
    CHECK(request.route == "/things/{id}");
    CHECK(request.status == 200);
}

TEST_CASE("people are let in where people are meant, and nobody else", "[http][stages]") {
    HttpWorld world;
    const auto person = world.accounts.add(Role::customer);
    const auto admin = world.accounts.add(Role::admin);
    const auto key = world.keys.add({"admin"});
    world.start();
    auto client = world.client();
    const auto ask = [&](std::string_view path, const std::string& token) {
        return client.ask("GET", path, line("Authorization", "Bearer " + token)).status;
    };
    CHECK(client.ask("GET", "/api/v1/mine").status == 401);
    CHECK(ask("/api/v1/mine", person) == 200);
    CHECK(ask("/api/v1/mine", admin) == 200);
    CHECK(ask("/api/v1/mine", key) == 403);
    CHECK(ask("/api/v1/mine", "un.known.token") == 401);
    CHECK(ask("/api/v1/admin", person) == 403);
    CHECK(ask("/api/v1/admin", admin) == 200);
    CHECK(ask("/health", "un.known.token") == 401);
}

TEST_CASE("while nobody knows who asks, they are told to come back", "[http][stages]") {
    HttpWorld world;
    const auto person = world.accounts.add(Role::customer);
    world.accounts.down = true;
    world.start();
    auto client = world.client();
    CHECK(client.ask("GET", "/api/v1/mine", line("Authorization", "Bearer " + person)).status ==
          503);
}

TEST_CASE("people have a limit of their own", "[http][stages]") {
    HttpWorld world;
    world.services.settings.guest_requests_per_minute = 1;
    world.services.settings.user_requests_per_minute = 2;
    const auto one = line("Authorization", "Bearer " + world.accounts.add(Role::customer));
    const auto other = line("Authorization", "Bearer " + world.accounts.add(Role::customer));
    world.start();
    auto client = world.client();
    CHECK(client.ask("GET", "/api/v1/mine", one).status == 200);
    CHECK(client.ask("GET", "/api/v1/mine", one).status == 200);
    CHECK(client.ask("GET", "/api/v1/mine", one).status == 429);
    CHECK(client.ask("GET", "/api/v1/mine", other).status == 200);
}

TEST_CASE("where secrets are tried the address counts, whoever asks", "[http][stages]") {
    HttpWorld world;
    world.services.settings.credentials_per_minute = 3;
    const auto person = line("Authorization", "Bearer " + world.accounts.add(Role::customer));
    const auto key = line("X-API-Key", world.keys.add({"admin"}));
    world.start();
    auto client = world.client();
    const auto ask = [&](const std::string& who) {
        return client.ask("POST", "/api/v1/secrets", std::string(json) + who, "{}").status;
    };
    CHECK(ask("") == 201);
    CHECK(ask(person) == 201);
    CHECK(ask(key) == 201);
    CHECK(ask("") == 429);
    CHECK(ask(person) == 429);
    CHECK(client.ask("GET", "/api/v1/things/1").status == 200);
}

TEST_CASE("an answer with secrets is not kept for a repeat", "[http][stages]") {
    HttpWorld world;
    world.start();
    auto client = world.client();
    for (int i = 0; i < 2; ++i)
        CHECK(client.ask("POST", "/api/v1/secrets", with_key("key"), "{}")
                  .header("idempotent-replayed")
                  .empty());
    CHECK(work_done() == 2);
    CHECK(world.book.size() == 0);
}

TEST_CASE("the marketplace is the host's, or the header's, or the default one", "[http][tenant]") {
    HttpWorld world;
    const TenantId shop{{{1}}};
    const TenantId other{{{2}}};
    world.tenants.hosts = {{"shop.example", shop}};
    world.tenants.names = {{"shop", shop}, {"other", other}};
    world.start();
    auto client = world.client();
    const auto ask = [&](std::string_view headers) {
        return client.ask("GET", "/api/v1/things/1", headers).status;
    };
    CHECK(ask("X-Tenant-Id: other\r\n") == 200);
    CHECK(ask("X-Tenant-Id:\r\n") == 200);
    const auto unknown = client.ask("GET", "/api/v1/things/1", "X-Tenant-Id: nobody\r\n");
    CHECK(unknown.status == 404);
    CHECK(unknown.body.find("no such marketplace") != std::string::npos);
    client.send(
        "GET /api/v1/things/1 HTTP/1.1\r\nHost: Shop.Example.:8080\r\nX-Tenant-Id: other\r\n\r\n");
    const auto contradiction = client.read();
    CHECK(contradiction.status == 400);
    CHECK(contradiction.body.find("X-Tenant-Id") != std::string::npos);
    client.send("GET /api/v1/things/1 HTTP/1.1\r\nHost: shop.example\r\nX-Tenant-Id: shop\r\n\r\n");
    CHECK(client.read().status == 200);
}

TEST_CASE("the same Idempotency-Key in two marketplaces is two keys", "[http][tenant]") {
    HttpWorld world;
    world.tenants.names = {{"other", TenantId{{{2}}}}};
    world.start();
    auto client = world.client();
    const auto first = client.ask("POST", "/api/v1/things", with_key("k"), "{}");
    const auto there =
        client.ask("POST", "/api/v1/things", with_key("k") + "X-Tenant-Id: other\r\n", "{}");
    CHECK(first.status == 201);
    CHECK(there.status == 201);
    CHECK(there.header("idempotent-replayed").empty());
    CHECK(client.ask("POST", "/api/v1/things", with_key("k"), "{}").header("idempotent-replayed") ==
          "true");
}

TEST_CASE("a person of one marketplace is nobody in another", "[http][tenant]") {
    HttpWorld world;
    world.tenants.names = {{"other", TenantId{{{2}}}}};
    world.start();
    auto client = world.client();
    const auto token = line("Authorization", "Bearer " + world.accounts.add(Role::customer));
    CHECK(client.ask("GET", "/api/v1/mine", token).status == 200);
    CHECK(client.ask("GET", "/api/v1/mine", token + "X-Tenant-Id: other\r\n").status == 401);
}

}  // namespace souk
