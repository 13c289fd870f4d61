#include "tests/simulation/scenario.hpp"

#include <functional>

#include "tests/simulation/simulation.hpp"

namespace souk::simulation {
namespace {

/// Keeps what still fails the same check, as long as there are runs left.
class Shrinking {
public:
    Shrinking(const Report& failed, std::size_t max_runs)
        : best_(failed.scenario), check_(failed.failure->check), runs_left_(max_runs) {
        best_.verbose = false;
        best_.clients = best_.clients.value_or(failed.clients);
    }

    bool try_with(const std::function<void(Scenario&)>& make_smaller) {
        if (runs_left_ == 0) return false;
        --runs_left_;
        Scenario smaller = best_;
        make_smaller(smaller);
        const auto report = run(smaller);
        if (!report.failure || report.failure->check != check_) return false;
        best_ = smaller;
        return true;
    }
    const Scenario& best() const { return best_; }

private:
    Scenario best_;
    std::string check_;
    std::size_t runs_left_;
};

template <class Set>
void halve_then_lower(Shrinking& shrinking, std::size_t number, const Set& set) {
    while (number > 1 && shrinking.try_with([&](Scenario& one) { set(one, number / 2); }))
        number /= 2;
    while (number > 1 && shrinking.try_with([&](Scenario& one) { set(one, number - 1); })) --number;
}

}  // namespace

std::string command_line(const Scenario& scenario) {
    auto line = "scripts/simulate --workload " + scenario.workload + " --seed " +
                std::to_string(scenario.seed);
    if (scenario.clients) line += " --clients " + std::to_string(*scenario.clients);
    if (scenario.wishes) line += " --wishes " + std::to_string(*scenario.wishes);
    std::string numbers;
    for (const auto number : scenario.left_out)
        numbers += (numbers.empty() ? "" : ",") + std::to_string(number);
    if (!numbers.empty()) line += " --without-faults " + numbers;
    return line;
}

Report run(const Scenario& scenario) {
    Simulation simulation(scenario);
    return simulation.run();
}

Scenario shrink(const Report& failed, std::size_t max_runs) {
    Shrinking shrinking(failed, max_runs);
    for (std::size_t i = 0; i < failed.faults; ++i)
        shrinking.try_with([&](Scenario& one) { one.left_out.insert(i); });
    halve_then_lower(shrinking, *shrinking.best().clients,
                     [](Scenario& one, std::size_t number) { one.clients = number; });
    halve_then_lower(shrinking, shrinking.best().wishes.value_or(32),
                     [](Scenario& one, std::size_t number) { one.wishes = number; });
    for (std::size_t i = 0; i < failed.faults; ++i)
        if (!shrinking.best().left_out.contains(i))
            shrinking.try_with([&](Scenario& one) { one.left_out.insert(i); });
    return shrinking.best();
}

}  // namespace souk::simulation
