#pragma once
// Every route and who may call it, as a page for people: docs/access.md, which a test keeps
// current and tests/e2e/access.test.mjs holds against a running server.

#include <string>

#include "http/router.hpp"

namespace souk {

std::string access_table(const Router& router);

}  // namespace souk
