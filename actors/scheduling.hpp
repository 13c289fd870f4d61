#pragma once
// CAF's scheduler with our own job queue and a clock that sleeps. CAF's own sharing policy signals
// under its lock and once per job: a worker wakes, finds the lock taken and sleeps again, two pairs
// of context switches for a message of five microseconds. And every actor that ends wakes CAF's
// clock to cancel time-outs it never had. See docs/decisions/0012-scheduling.md.

#include <caf/actor_system.hpp>

namespace souk {

/// For `actor_system_config::module_factories`.
caf::actor_system::module* make_scheduler(caf::actor_system& system);

}  // namespace souk
