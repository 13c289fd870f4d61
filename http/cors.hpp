#pragma once
// Cross-origin answers, for the origins the operator listed.

#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"
#include "http/response.hpp"

namespace souk {

/// `allow` is not empty when this answers a preflight: the methods of the path.
void add_cors_headers(const std::vector<std::string>& origins, const Request& request,
                      std::string_view allow, Response& response);

}  // namespace souk
