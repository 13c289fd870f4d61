#include "tests/simulation/faults.hpp"

#include <algorithm>

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

FaultKind drawn(const FaultProfile& profile, Dice& dice) {
    std::int64_t sum = 0;
    for (const auto& [kind, weight] : profile.weights) sum += weight;
    auto left = dice.between(1, sum);
    for (const auto& [kind, weight] : profile.weights) {
        left -= weight;
        if (left <= 0) return kind;
    }
    return profile.weights.back().first;
}

}  // namespace

std::string_view name_of(FaultKind kind) {
    static constexpr std::array<std::string_view, fault_kinds> names{
        "commit refused",     "commit turned away",   "commit lost",   "commit's answer lost",
        "commit unsettled",   "store down",           "store slow",    "reads slow",
        "server killed",      "server usurped",       "server paused", "memory emptied",
        "entities restarted", "requests crash",       "network bad",   "gateway down",
        "gateway calls lost", "gateway results lost", "gateway slow",  "webhooks late"};
    return names[static_cast<std::size_t>(kind)];
}

std::vector<Fault> plan_faults(const FaultProfile& profile, Duration time, Dice dice) {
    std::vector<Fault> faults;
    if (profile.weights.empty()) return faults;
    for (auto count = dice.between(profile.least, profile.most); count > 0; --count) {
        Fault fault;
        fault.at = dice.between(Duration{0}, time);
        fault.kind = drawn(profile, dice);
        fault.lasts = dice.chance(80) ? dice.between(Duration{10ms}, Duration{2s})
                                      : dice.between(Duration{2s}, Duration{15s});
        fault.number = dice.between(1, 4);
        faults.push_back(fault);
    }
    std::ranges::sort(faults, {}, &Fault::at);
    return faults;
}

}  // namespace souk::simulation
