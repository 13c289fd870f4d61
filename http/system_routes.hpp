#pragma once
// Health, metrics, the API's description and its page: what operators and newcomers ask for.

#include "http/router.hpp"

namespace souk {

void add_system_routes(Router& router);

}  // namespace souk
