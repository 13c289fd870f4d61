#include "http/system_routes.hpp"

#include "protocol/health_json.hpp"
#include "protocol/json_schema.hpp"

namespace souk {
namespace {

/// 200 with the whole report, or 503 naming what is down.
Outcome answer_health(const HealthReport& report) {
    if (report.ready()) return Answer{.body = health_json(report)};
    auto error = refuse(ErrorCode::unavailable, "the server is not ready");
    for (const auto& component : report.components) {
        if (component.required && !component.up) {
            error.details.push_back({component.name, component.detail});
        }
    }
    return error;
}

Task<Outcome> show_health(Call& call) {
    co_return answer_health(report_of(call.services().health.check()));
}

/// Whether the process runs at all; it says nothing of what it stands on.
Task<Outcome> show_life(Call&) { co_return Answer{.body = health_json({"ok", {}})}; }

Task<Outcome> show_metrics(Call& call) {
    co_return Answer{.body = call.services().metrics.text(),
                     .content_type = "text/plain; version=0.0.4; charset=utf-8"};
}

Task<Outcome> show_openapi(Call& call) {
    co_return Answer{.body = call.services().documents.openapi_json, .cache_control = "no-cache"};
}

Route health_route(std::string pattern, Handler handler, std::string_view operation_id,
                   std::string_view summary, std::vector<ErrorCode> errors) {
    return {Method::get,
            std::move(pattern),
            handler,
            Access::everyone(),
            {.operation_id = operation_id,
             .summary = summary,
             .tag = "System",
             .errors = std::move(errors),
             .answer = &dto_info<HealthReport>},
            RateClass::unlimited,
            Mount::both};
}

Route root_route(std::string pattern, Handler handler, std::string_view operation_id,
                 std::string_view summary, std::string_view media_type) {
    return {Method::get,
            std::move(pattern),
            handler,
            Access::everyone(),
            {.operation_id = operation_id,
             .summary = summary,
             .tag = "System",
             .media_type = media_type},
            RateClass::unlimited,
            Mount::root};
}

}  // namespace

void add_system_routes(Router& router, MetricsFor metrics) {
    router.add(health_route("/health", show_health, "getHealth",
                            "Whether the server is ready, and what it stands on",
                            {ErrorCode::unavailable}));
    router.add(
        health_route("/health/live", show_life, "getLiveness", "Whether the process answers", {}));
    router.add(health_route("/health/ready", show_health, "getReadiness",
                            "Whether requests may be sent here", {ErrorCode::unavailable}));
    auto numbers = root_route("/metrics", show_metrics, "getMetrics",
                              "Numbers in the Prometheus text format", "text/plain");
    if (metrics == MetricsFor::operators)
        numbers.access = Access::key({"metrics:read"}).of_deployment();
    router.add(std::move(numbers));
    router.add(root_route("/openapi.json", show_openapi, "getOpenApi",
                          "This description of the API", "application/json"));
}

}  // namespace souk
