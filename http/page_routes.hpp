#pragma once
// The pages that people open in a browser, and their files: the API's description, the actor
// console, the demo shop.

#include "http/router.hpp"

namespace souk {

enum class DemoShop { at_the_root, left_out };  // left out, the root answers 404

void add_page_routes(Router& router, DemoShop shop);

}  // namespace souk
