#pragma once
// How the server says that it is well.

#include <string>
#include <vector>

#include "protocol/fields.hpp"
#include "protocol/views.hpp"

namespace souk {

template <>
struct Schema<ComponentHealth> {
    static constexpr std::string_view name = "ComponentHealth";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("name", &ComponentHealth::name, "As postgresql."),
        field("required", &ComponentHealth::required, "Is the server not ready without it?"),
        field("up", &ComponentHealth::up, "Does it work now?"),
        field("detail", &ComponentHealth::detail, "What is known about it.",
              {.null_when_empty = true}));
};

struct HealthReport {
    std::string status;  // "ok", "degraded": something optional is gone, "unavailable"
    std::vector<ComponentHealth> components;

    bool ready() const { return status != "unavailable"; }
};

template <>
struct Schema<HealthReport> {
    static constexpr std::string_view name = "Health";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("status", &HealthReport::status,
              "ok, degraded when something optional is gone, or unavailable."),
        field("components", &HealthReport::components, "What the server stands on."));
};

HealthReport report_of(std::vector<ComponentHealth> components);
/// The report as it is answered, without an envelope.
std::string health_json(const HealthReport& report);

}  // namespace souk
