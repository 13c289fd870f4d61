#include "http/metrics.hpp"

#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

namespace souk {
namespace {

bool has_line(const std::string& text, const std::string& line) {
    return text.find(line + "\n") != text.npos;
}

}  // namespace

TEST_CASE("requests are counted by method, route and status, from every thread",
          "[http][metrics]") {
    HttpMetrics metrics;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 1'000; ++n) metrics.request_done("GET", "/cart/{id}", 200, 0.002);
        });
    }
    for (auto& thread : threads) thread.join();
    metrics.request_done("POST", "/cart", 201, 20);
    const auto text = metrics.text();
    CHECK(has_line(text,
                   "souk_http_requests_total{method=\"GET\",route=\"/cart/{id}\","
                   "status=\"200\"} 4000"));
    CHECK(has_line(text,
                   "souk_http_requests_total{method=\"POST\",route=\"/cart\","
                   "status=\"201\"} 1"));
}

TEST_CASE("durations fall into cumulative buckets", "[http][metrics]") {
    HttpMetrics metrics;
    metrics.request_done("GET", "/x", 200, 0.0005);
    metrics.request_done("GET", "/x", 200, 0.002);
    metrics.request_done("GET", "/x", 200, 60);
    const auto text = metrics.text();
    const std::string series = "souk_http_request_duration_seconds";
    CHECK(has_line(text, series + "_bucket{route=\"/x\",le=\"5e-04\"} 1"));
    CHECK(has_line(text, series + "_bucket{route=\"/x\",le=\"0.0025\"} 2"));
    CHECK(has_line(text, series + "_bucket{route=\"/x\",le=\"10\"} 2"));
    CHECK(has_line(text, series + "_bucket{route=\"/x\",le=\"+Inf\"} 3"));
    CHECK(has_line(text, series + "_count{route=\"/x\"} 3"));
}

TEST_CASE("other parts add their numbers, with one heading for each name", "[http][metrics]") {
    HttpMetrics metrics;
    const auto gauge = HttpMetrics::Kind::gauge;
    metrics.add(
        "souk_actors", "Live actors.", gauge, [] { return 3.0; }, "kind=\"cart\"");
    metrics.add(
        "souk_actors", "Live actors.", gauge, [] { return 5.0; }, "kind=\"order\"");
    metrics.add("souk_commits_total", "Commits.", HttpMetrics::Kind::counter, [] { return 7.0; });
    metrics.add_text([] { return std::string("souk_own 1\n"); });
    const auto text = metrics.text();
    CHECK(text.find("# HELP souk_actors Live actors.\n# TYPE souk_actors gauge\n"
                    "souk_actors{kind=\"cart\"} 3\nsouk_actors{kind=\"order\"} 5\n"
                    "# HELP souk_commits_total Commits.\n# TYPE souk_commits_total counter\n"
                    "souk_commits_total 7\nsouk_own 1\n") != text.npos);
}

TEST_CASE("latencies are kept by who waits for the answer", "[http][metrics]") {
    HttpMetrics metrics;
    using Class = HttpMetrics::Class;
    metrics.request_done("GET", "/products", 200, 0.001);
    metrics.request_done("HEAD", "/cart/{cartId}", 200, 0.001);
    metrics.request_done("POST", "/orders", 201, 0.02);
    metrics.request_done("GET", "/admin/overview", 200, 0.5);
    metrics.request_done("GET", "/health", 200, 0.5);
    CHECK(metrics.latencies(Class::reads).total() == 2);
    CHECK(metrics.latencies(Class::writes).total() == 1);
    CHECK(metrics.latencies(Class::console).total() == 1);
    CHECK(metrics.latencies(Class::system).total() == 1);
    const auto slowest = metrics.latencies(Class::writes).max();
    CHECK(slowest > 18'800'000);
    CHECK(slowest < 21'200'000);
}

}  // namespace souk
