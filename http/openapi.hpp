#pragma once
// The OpenAPI 3.0.3 document, built from the routes' own declarations, so that it cannot drift.

#include <string>
#include <string_view>

namespace souk {

class Router;

std::string openapi_json(const Router& router, std::string_view version);

}  // namespace souk
