#pragma once
// Health, metrics and the API's description, for programs.

#include "http/router.hpp"

namespace souk {

enum class MetricsFor { everyone, operators };

void add_system_routes(Router& router, MetricsFor metrics = MetricsFor::everyone);

}  // namespace souk
