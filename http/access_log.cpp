#include "http/access_log.hpp"

#include <spdlog/spdlog.h>

#include <string>

#include "http/router.hpp"
#include "protocol/json.hpp"

namespace souk {
namespace {

std::string_view route_of(const Call& call) {
    return call.route() ? std::string_view(call.route()->pattern) : "unmatched";
}

void write_names(JsonWriter& json, std::string_view event, const Call& call) {
    json.key("event");
    json.string(event);
    json.key("requestId");
    json.string(call.request_id());
    json.key("method");
    json.string(to_text(call.request().method));
    json.key("route");
    json.string(route_of(call));
}

}  // namespace

void log_access(const Call& call, std::string_view trace_id, const Response& response,
                Duration took) {
    if (!spdlog::should_log(spdlog::level::info)) return;
    std::string line;
    line.reserve(320);
    JsonWriter json(line);
    json.begin_object();
    write_names(json, "request", call);
    if (!trace_id.empty()) {
        json.key("traceId");
        json.string(trace_id);
    }
    json.key("status");
    json.integer(response.status);
    json.key("durationUs");
    json.integer(took.count());
    json.key("bytes");
    json.integer(static_cast<std::int64_t>(response.body.size()));
    json.key("remote");
    json.string(call.request().remote_address);
    json.key("actor");
    json.string(call.principal().actor());
    json.end_object();
    spdlog::default_logger_raw()->log(spdlog::level::info, line);
}

void log_failure(const Call& call, std::string_view what) {
    std::string line;
    JsonWriter json(line);
    json.begin_object();
    write_names(json, "handler failed", call);
    json.key("what");
    json.string(what);
    json.end_object();
    spdlog::default_logger_raw()->log(spdlog::level::err, line);
}

}  // namespace souk
