#include "app/system_health.hpp"

#include <unistd.h>

#include <fstream>

namespace souk {

std::vector<ComponentHealth> SystemHealth::check() const {
    const auto figures = entities_.figures();
    const auto& lane = figures.lane;
    std::vector<ComponentHealth> components;
    components.push_back({"postgresql", true, reads_.up(), reads_.up() ? "" : "not reachable"});
    components.push_back(
        {"lane", true, lane.accepting, lane.accepting ? "" : "changes are refused"});
    components.push_back(
        {"work", true, !figures.draining, figures.draining ? "being drained: none is taken" : ""});
    if (redis_ != nullptr)
        components.push_back(
            {"redis", false, redis_->up(),
             redis_->up() ? "" : "not reachable: cache and shared limits are off"});
    return components;
}

std::int64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::int64_t total = 0;
    std::int64_t resident = 0;
    statm >> total >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace souk
