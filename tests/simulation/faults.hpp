#pragma once
// What goes wrong, and when: a plan made from the seed before the run begins.

#include <array>
#include <string_view>
#include <vector>

#include "tests/simulation/dice.hpp"

namespace souk::simulation {

enum class FaultKind {
    commit_refused,
    commit_turned_away,
    commit_lost,
    commit_answer_lost,
    commit_left_unsettled,
    store_down,
    store_slow,
    reads_slow,
    server_killed,
    server_usurped,
    server_paused,
    memory_emptied,
    entities_restarted,
    requests_crash,
    network_bad,
    gateway_down,
    gateway_calls_lost,
    gateway_results_lost,
    gateway_slow,
    webhooks_late,
};
inline constexpr std::size_t fault_kinds = 20;

std::string_view name_of(FaultKind kind);

struct Fault {
    Duration at{};  // after the beginning
    FaultKind kind{};
    Duration lasts{};
    std::int64_t number{};  // how many, how much: as the kind needs it
};

/// How often each kind is drawn, against the others; and how many in all.
struct FaultProfile {
    std::int64_t least{0};
    std::int64_t most{8};
    std::vector<std::pair<FaultKind, int>> weights;
};

std::vector<Fault> plan_faults(const FaultProfile& profile, Duration time, Dice dice);

}  // namespace souk::simulation
