#pragma once
// What a run is made of: a seed, a workload and how much of it. The same scenario always runs the
// same; a smaller one of the same seed leaves clients, wishes or faults out and keeps the others.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/ground.hpp"

namespace souk::simulation {

struct Scenario {
    std::string workload;
    std::uint64_t seed{};
    std::optional<std::size_t> clients;  // at most so many
    std::optional<std::size_t> wishes;   // of each client, at most so many
    std::set<std::size_t> left_out;      // faults, by number
    bool verbose{false};
};

/// As scripts/simulate takes it.
std::string command_line(const Scenario& scenario);

struct Report {
    Scenario scenario;
    std::optional<Failure> failure;
    std::vector<std::string> last_steps;
    std::uint64_t hash{};
    std::uint64_t steps{};
    Duration virtual_time{};
    std::size_t clients{};
    std::size_t faults{};
    std::map<std::string, std::int64_t> tally;
};

Report run(const Scenario& scenario);

/// A smaller scenario that fails the same check, found within so many runs.
Scenario shrink(const Report& failed, std::size_t max_runs = 200);

}  // namespace souk::simulation
