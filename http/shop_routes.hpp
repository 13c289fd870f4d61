#pragma once
// The demo shop: a page at the root, and its files.

#include "http/router.hpp"

namespace souk {

/// Left out, the root answers 404.
void add_shop_routes(Router& router);

}  // namespace souk
