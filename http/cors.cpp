#include "http/cors.hpp"

#include <algorithm>

namespace souk {

void add_cors_headers(const std::vector<std::string>& origins, const Request& request,
                      std::string_view allow, Response& response) {
    if (origins.empty()) return;
    response.add_header("Vary", "Origin");
    const auto origin = request.header("origin");
    const bool allowed =
        !origin.empty() && std::any_of(origins.begin(), origins.end(), [&](const std::string& one) {
            return one == "*" || one == origin;
        });
    if (!allowed) return;
    response.add_header("Access-Control-Allow-Origin", origin);
    // A page of an origin that is named redeems a log-in with the cookie that began it.
    const bool is_named = std::find(origins.begin(), origins.end(), origin) != origins.end();
    if (is_named) response.add_header("Access-Control-Allow-Credentials", "true");
    if (allow.empty()) {
        response.add_header("Access-Control-Expose-Headers",
                            "ETag, Location, X-Request-Id, Idempotent-Replayed, Retry-After, "
                            "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset");
        return;
    }
    response.add_header("Access-Control-Allow-Methods", allow);
    response.add_header("Access-Control-Allow-Headers",
                        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
                        "X-API-Key, X-Request-Id, X-Tenant-Id, traceparent");
    response.add_header("Access-Control-Max-Age", "600");
}

}  // namespace souk
