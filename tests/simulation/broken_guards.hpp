#pragma once
// Which guard is broken, if any: the simulation shows that it bites by finding each.

#include <string_view>
#include <vector>

#include "domain/guards.hpp"

namespace souk::simulation {

/// For the whole process; none with Guard::none.
void break_guard(Guard guard);

struct BrokenGuard {
    Guard guard;
    std::string_view name;
    std::string_view what_is_done_instead;
    std::string_view workload;  // where it is looked for
};
const std::vector<BrokenGuard>& broken_guards();

}  // namespace souk::simulation
