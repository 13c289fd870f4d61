#pragma once
// Many scenarios on several threads.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/broken_guards.hpp"
#include "tests/simulation/scenario.hpp"

namespace souk::simulation {

/// What many runs came to, together.
struct Summary {
    std::uint64_t seeds{0};
    std::uint64_t steps{0};
    Duration virtual_time{};
    std::map<std::string, std::int64_t> tally;
    std::vector<Report> failures;  // by seed

    void add(Report report);
};

struct Campaign {
    std::string workload{"all"};  // or one of them; a seed of "all" chooses
    std::uint64_t from{1};
    std::uint64_t seeds{1'000};
    unsigned threads{2};
    std::uint64_t max_failures{1};                   // then no more are begun
    std::function<void(const Summary&)> progress{};  // now and then
};

Scenario scenario_of(const Campaign& campaign, std::uint64_t seed);
/// Whatever the number of threads, the failure with the lowest seed is among those reported.
Summary carry_out(const Campaign& campaign);

struct Bite {
    BrokenGuard guard;
    std::uint64_t seeds{0};  // that it took
    std::string check;       // that noticed; empty: none did
};
/// Breaks a guard and looks for the first seed that shows it.
Bite bite(const BrokenGuard& guard, std::uint64_t max_seeds, unsigned threads);

}  // namespace souk::simulation
