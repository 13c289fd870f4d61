#pragma once
// Health, metrics and the API's description, for programs.

#include "http/router.hpp"

namespace souk {

void add_system_routes(Router& router);

}  // namespace souk
