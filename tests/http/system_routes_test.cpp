#include "http/system_routes.hpp"

#include "tests/http/http_world.hpp"
#include "tests/support/catch.hpp"

namespace souk {

TEST_CASE("the server is ready as long as nothing required is down", "[http][system]") {
    HttpWorld world;
    world.health.components.push_back({"redis", false, false, "connection refused"});
    world.start();
    auto client = world.client();
    for (const auto* path : {"/health", "/health/ready", "/api/v1/health", "/api/health/ready"}) {
        const auto response = client.ask("GET", path);
        CHECK(response.status == 200);
        CHECK(response.body.find("\"status\":\"degraded\"") != std::string::npos);
        CHECK(response.body.find("connection refused") != std::string::npos);
    }
}

TEST_CASE("without a required component the server lives, but is not ready", "[http][system]") {
    HttpWorld world;
    world.health.components[0].up = false;
    world.health.components[0].detail = "gone";
    world.start();
    auto client = world.client();
    const auto response = client.ask("GET", "/health/ready");
    CHECK(response.status == 503);
    CHECK(response.body.find("\"field\":\"postgresql\"") != std::string::npos);
    CHECK_FALSE(response.header("retry-after").empty());
    CHECK(client.ask("GET", "/health/live").status == 200);
}

TEST_CASE("metrics count what was asked, by route", "[http][system]") {
    HttpWorld world;
    world.start();
    add_server_metrics(world.metrics, *world.server);
    auto client = world.client();
    client.ask("GET", "/api/v1/things/1");
    client.ask("GET", "/api/v1/nothing");
    const auto response = client.ask("GET", "/metrics");
    CHECK(response.header("content-type").starts_with("text/plain; version=0.0.4"));
    CHECK(response.body.find("souk_http_requests_total{method=\"GET\",route=\"/things/{id}\","
                             "status=\"200\"} 1") != std::string::npos);
    CHECK(response.body.find("\nsouk_http_connections 1\n") != std::string::npos);
    CHECK(response.body.find("\nsouk_http_requests_in_flight 1\n") != std::string::npos);
    CHECK(response.body.find("route=\"unmatched\",status=\"404\"} 1") != std::string::npos);
}

TEST_CASE("metrics are for operators alone where that is wished", "[http][system]") {
    Router router;
    add_system_routes(router, MetricsFor::operators);
    const auto metrics = router.find(Method::get, "/metrics");
    REQUIRE(metrics.route != nullptr);
    Principal scraper;
    scraper.kind = Principal::Kind::api_key;
    CHECK(refuse_access(metrics.route->access, {})->code == ErrorCode::unauthenticated);
    CHECK(refuse_access(metrics.route->access, scraper)->code == ErrorCode::forbidden);
    scraper.scopes = {"metrics:read"};
    CHECK_FALSE(refuse_access(metrics.route->access, scraper));
    scraper.tenant = TenantId{{{2}}};
    CHECK(refuse_access(metrics.route->access, scraper)->code == ErrorCode::not_found);
    CHECK_FALSE(refuse_access(router.find(Method::get, "/health").route->access, {}));
}

TEST_CASE("the description is handed out as it is", "[http][system]") {
    HttpWorld world;
    world.documents.openapi_json = "{\"openapi\":\"3.0.3\"}";
    world.start();
    CHECK(world.client().ask("GET", "/openapi.json").body == "{\"openapi\":\"3.0.3\"}");
}

}  // namespace souk
