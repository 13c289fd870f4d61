#include "tests/simulation/workload.hpp"

#include <algorithm>

namespace souk::simulation {

const std::vector<const Workload*>& workloads() {
    static const std::vector<const Workload*> all{&flash_sale(), &mixed_shop(),   &cart_storms(),
                                                  &payments(),   &expiry_races(), &restarts()};
    return all;
}

const Workload* find_workload(std::string_view name) {
    const auto found = std::ranges::find(workloads(), name, &Workload::name);
    return found == workloads().end() ? nullptr : *found;
}

std::vector<std::pair<FaultKind, int>> store_faults() {
    using enum FaultKind;
    return {{commit_refused, 4},
            {commit_turned_away, 2},
            {commit_lost, 3},
            {commit_answer_lost, 3},
            {commit_left_unsettled, 3},
            {store_down, 2},
            {store_slow, 2},
            {reads_slow, 2}};
}

std::vector<std::pair<FaultKind, int>> process_faults() {
    using enum FaultKind;
    return {{server_killed, 3},      {server_usurped, 3}, {server_paused, 2}, {memory_emptied, 3},
            {entities_restarted, 3}, {requests_crash, 2}, {network_bad, 3}};
}

std::vector<std::pair<FaultKind, int>> gateway_faults() {
    using enum FaultKind;
    return {{gateway_down, 2},
            {gateway_calls_lost, 3},
            {gateway_results_lost, 4},
            {gateway_slow, 2},
            {webhooks_late, 3}};
}

std::vector<std::pair<FaultKind, int>> all_faults() {
    auto all = store_faults();
    for (const auto& more : {process_faults(), gateway_faults()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace souk::simulation
