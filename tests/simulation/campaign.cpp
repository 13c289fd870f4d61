#include "tests/simulation/campaign.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "tests/simulation/workload.hpp"

namespace souk::simulation {

void Summary::add(Report report) {
    ++seeds;
    steps += report.steps;
    virtual_time += report.virtual_time;
    for (const auto& [what, count] : report.tally) tally[what] += count;
    if (report.failure) failures.push_back(std::move(report));
}

Scenario scenario_of(const Campaign& campaign, std::uint64_t seed) {
    Scenario scenario;
    scenario.seed = seed;
    scenario.workload = campaign.workload == "all"
                            ? std::string{workloads()[seed % workloads().size()]->name}
                            : campaign.workload;
    return scenario;
}

Summary carry_out(const Campaign& campaign) {
    Summary summary;
    std::mutex mutex;
    std::atomic<std::uint64_t> next{0};
    std::atomic<std::uint64_t> failed{0};
    auto told_at = std::chrono::steady_clock::now();
    const auto work = [&] {
        while (failed < campaign.max_failures) {
            const auto index = next++;
            if (index >= campaign.seeds) return;
            auto report = run(scenario_of(campaign, campaign.from + index));
            if (report.failure) ++failed;
            const std::lock_guard lock(mutex);
            summary.add(std::move(report));
            const auto now = std::chrono::steady_clock::now();
            if (!campaign.progress || now - told_at < std::chrono::seconds{1}) continue;
            told_at = now;
            campaign.progress(summary);
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < campaign.threads; ++i) threads.emplace_back(work);
    work();
    for (auto& thread : threads) thread.join();
    std::ranges::sort(summary.failures, {},
                      [](const Report& report) { return report.scenario.seed; });
    return summary;
}

Bite bite(const BrokenGuard& guard, std::uint64_t max_seeds, unsigned threads) {
    break_guard(guard.guard);
    Campaign campaign{.workload = std::string{guard.workload}, .seeds = max_seeds};
    campaign.threads = threads;
    const auto summary = carry_out(campaign);
    break_guard(Guard::none);
    if (summary.failures.empty()) return {guard, summary.seeds, ""};
    const auto& first = summary.failures.front();
    return {guard, first.scenario.seed - campaign.from + 1, first.failure->check};
}

}  // namespace souk::simulation
