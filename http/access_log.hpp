#pragma once
// One JSON line per request.

#include <string_view>

#include "http/call.hpp"
#include "http/response.hpp"

namespace souk {

/// Names the route, never the path: a guest cart's id is its owner's secret.
void log_access(const Call& call, std::string_view trace_id, const Response& response,
                Duration took);

/// Logged once, where the answer "internal" is made of it.
void log_failure(const Call& call, std::string_view what);

}  // namespace souk
