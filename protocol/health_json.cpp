#include "protocol/health_json.hpp"

#include <algorithm>

#include "protocol/write_json.hpp"

namespace souk {

HealthReport report_of(std::vector<ComponentHealth> components) {
    const auto down = [](const ComponentHealth& component) { return !component.up; };
    const auto fatal = [&](const ComponentHealth& component) {
        return down(component) && component.required;
    };
    const auto* const status = std::ranges::any_of(components, fatal)  ? "unavailable"
                               : std::ranges::any_of(components, down) ? "degraded"
                                                                       : "ok";
    return {status, std::move(components)};
}

std::string health_json(const HealthReport& report) { return write_json(report, 256); }

}  // namespace souk
