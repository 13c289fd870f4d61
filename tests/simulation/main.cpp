// souk_simulate: runs many seeds, replays one, makes a failing one smaller, and shows what it finds
// when a guard is broken. See docs/simulation.md.

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <thread>

#include "tests/simulation/campaign.hpp"
#include "tests/simulation/workload.hpp"

using namespace souk;
using namespace souk::simulation;

namespace {

struct Options {
    Campaign campaign;
    Scenario one;
    bool has_seed{false};
    bool broken{false};
    bool shrinks{true};
    std::uint64_t max_seeds{300};
    std::vector<std::size_t> left_out;
};

double seconds(Duration time) { return static_cast<double>(time.count()) / 1e6; }

void print_failure(const Report& report) {
    std::printf("\nFAILED: %s\n  %s\n", report.failure->check.c_str(),
                report.failure->detail.c_str());
    std::printf("  workload %s, seed %lu, step %lu, %zu clients, %zu faults\n",
                report.scenario.workload.c_str(), report.scenario.seed, report.steps,
                report.clients, report.faults);
    for (const auto& line : report.last_steps) std::printf("    %s\n", line.c_str());
    std::printf("  again: %s --verbose\n", command_line(report.scenario).c_str());
}

void print_smaller(const Report& report) {
    std::printf("  making it smaller ...\n");
    const auto smaller = shrink(report);
    const auto again = run(smaller);
    std::printf("  smaller (%lu steps): %s --verbose\n", again.steps,
                command_line(smaller).c_str());
}

void print_tally(const std::map<std::string, std::int64_t>& tally) {
    std::int64_t faults = 0;
    for (const auto& [what, count] : tally) {
        if (what.starts_with("fault: "))
            faults += count;
        else
            std::printf("  %-28s %10ld\n", what.c_str(), count);
    }
    std::printf("  %-28s %10ld\n", "faults", faults);
    for (const auto& [what, count] : tally)
        if (what.starts_with("fault: "))
            std::printf("    %-26s %10ld\n", what.substr(7).c_str(), count);
}

int run_one(const Options& options) {
    const auto report = run(options.one);
    print_tally(report.tally);
    std::printf("  hash %016lx, %lu steps, %.1f s of virtual time\n", report.hash, report.steps,
                seconds(report.virtual_time));
    if (!report.failure) return 0;
    print_failure(report);
    if (options.shrinks && !options.one.verbose) print_smaller(report);
    return 1;
}

int run_many(Options options) {
    const bool on_terminal = isatty(STDOUT_FILENO) == 1;
    const auto all = options.campaign.seeds;
    options.campaign.progress = [=](const Summary& so_far) {
        std::printf("%s%lu of %lu seeds, %lu steps, %.0f s of virtual time%s",
                    on_terminal ? "\r" : "", so_far.seeds, all, so_far.steps,
                    seconds(so_far.virtual_time), on_terminal ? "" : "\n");
        std::fflush(stdout);
    };
    const auto summary = carry_out(options.campaign);
    if (on_terminal) std::printf("\r");
    std::printf("%lu seeds of %s from %lu: %lu steps, %.0f s of virtual time, %zu failed\n",
                summary.seeds, options.campaign.workload.c_str(), options.campaign.from,
                summary.steps, seconds(summary.virtual_time), summary.failures.size());
    print_tally(summary.tally);
    for (const auto& report : summary.failures) print_failure(report);
    if (!summary.failures.empty() && options.shrinks) print_smaller(summary.failures.front());
    return summary.failures.empty() ? 0 : 1;
}

int run_broken(const Options& options) {
    std::printf("%-30s %-55s %-15s %5s  %s\n", "guard", "what is done instead", "workload", "seeds",
                "found by");
    int missed = 0;
    for (const auto& guard : broken_guards()) {
        const auto found = bite(guard, options.max_seeds, options.campaign.threads);
        missed += found.check.empty() ? 1 : 0;
        std::printf("%-30s %-55s %-15s %5lu  %s\n", std::string{guard.name}.c_str(),
                    std::string{guard.what_is_done_instead}.c_str(),
                    std::string{guard.workload}.c_str(), found.seeds,
                    found.check.empty() ? "NOT FOUND" : found.check.c_str());
        std::fflush(stdout);
    }
    std::printf("%zu guards, %d not found\n", broken_guards().size(), missed);
    return missed == 0 ? 0 : 1;
}

void describe(CLI::App& app, Options& options) {
    auto& campaign = options.campaign;
    campaign.threads = std::max(1U, std::thread::hardware_concurrency());
    app.add_option("--workload", campaign.workload, "One of the workloads, or all of them in turn")
        ->check([](const std::string& name) {
            if (name == "all" || find_workload(name) != nullptr) return std::string{};
            std::string known = "all";
            for (const auto* workload : workloads()) known += ", " + std::string{workload->name};
            return "is none of " + known;
        })
        ->capture_default_str();
    app.add_option("--seeds", campaign.seeds, "How many seeds")->capture_default_str();
    app.add_option("--from", campaign.from, "The first of them")->capture_default_str();
    app.add_option("--jobs", campaign.threads, "Threads")->capture_default_str();
    app.add_option("--max-failures", campaign.max_failures, "Ends after so many failures")
        ->capture_default_str();
    app.add_option("--seed", options.one.seed, "Runs this seed alone")
        ->each([&](const std::string&) { options.has_seed = true; });
    app.add_flag("--verbose", options.one.verbose, "With --seed: every step in words");
    app.add_option("--clients", options.one.clients, "With --seed: at most so many clients");
    app.add_option("--wishes", options.one.wishes, "With --seed: at most so many of each client");
    app.add_option("--without-faults", options.left_out, "With --seed: leaves out these faults")
        ->delimiter(',');
    app.add_flag("!--no-shrink", options.shrinks, "Leaves a failing scenario as it is");
    app.add_flag("--broken", options.broken, "Breaks each guard in turn and shows what finds it");
    app.add_option("--max-seeds", options.max_seeds,
                   "With --broken: how long a guard is looked for")
        ->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
    spdlog::set_level(spdlog::level::off);
    Options options;
    CLI::App app{
        "Runs the shop in simulated worlds where everything goes wrong, each from a seed."};
    describe(app, options);
    CLI11_PARSE(app, argc, argv);
    if (options.broken) return run_broken(options);
    if (!options.has_seed) return run_many(std::move(options));
    options.one.left_out = {options.left_out.begin(), options.left_out.end()};
    options.one.workload = scenario_of(options.campaign, options.one.seed).workload;
    return run_one(options);
}
