#pragma once
// What clients do in a run, and what goes wrong meanwhile. One file of workloads/ for each.

#include <string_view>
#include <vector>

#include "tests/simulation/faults.hpp"

namespace souk::simulation {

class Simulation;

struct Workload {
    std::string_view name;
    void (*prepare)(Simulation& simulation, Dice& dice);
    FaultProfile faults;
    Duration time{std::chrono::seconds{30}};  // in which faults strike
};

const Workload& flash_sale();
const Workload& mixed_shop();
const Workload& cart_storms();
const Workload& payments();
const Workload& expiry_races();
const Workload& restarts();

const std::vector<const Workload*>& workloads();
/// Null when there is none of that name.
const Workload* find_workload(std::string_view name);

/// Faults of the store, of the process, of the line to clients and of the gateway.
std::vector<std::pair<FaultKind, int>> store_faults();
std::vector<std::pair<FaultKind, int>> process_faults();
std::vector<std::pair<FaultKind, int>> gateway_faults();
std::vector<std::pair<FaultKind, int>> all_faults();

}  // namespace souk::simulation
