#include "tests/simulation/campaign.hpp"
#include "tests/simulation/workload.hpp"
#include "tests/support/catch.hpp"

#include <spdlog/spdlog.h>

using namespace souk;
using namespace souk::simulation;

namespace {

struct Silence {
    Silence() { spdlog::set_level(spdlog::level::off); }
};
const Silence silence;

/// Whole again whatever a test does.
struct Broken {
    explicit Broken(Guard guard) { break_guard(guard); }
    Broken(const Broken&) = delete;
    Broken& operator=(const Broken&) = delete;
    ~Broken() { break_guard(Guard::none); }
};

std::string shown(const Report& report) {
    if (!report.failure) return "nothing failed";
    std::string text = report.failure->check + ": " + report.failure->detail + "\n";
    for (const auto& line : report.last_steps) text += line + "\n";
    return text + command_line(report.scenario);
}

}  // namespace

TEST_CASE("the same seed runs the same twice", "[simulation]") {
    for (const auto* workload : workloads()) {
        const Scenario scenario{.workload = std::string{workload->name}, .seed = 7};
        const auto once = run(scenario);
        const auto twice = run(scenario);
        CHECK(once.hash == twice.hash);
        CHECK(once.steps == twice.steps);
        CHECK(once.steps > 100);
    }
}

TEST_CASE("another seed runs otherwise", "[simulation]") {
    CHECK(run({.workload = "mixed-shop", .seed = 1}).hash !=
          run({.workload = "mixed-shop", .seed = 2}).hash);
}

TEST_CASE("the first seeds keep every promise", "[simulation]") {
    const auto summary = carry_out({.seeds = 60});
    for (const auto& report : summary.failures) FAIL_CHECK(shown(report));
    CHECK(summary.seeds == 60);
    CHECK(summary.tally.at("restarts") > 0);
}

TEST_CASE("units that are not there are noticed, and the scenario is made smaller",
          "[simulation]") {
    const Broken broken(Guard::last_unit_once);
    const auto summary = carry_out({.workload = "flash-sale", .seeds = 50, .threads = 1});
    REQUIRE(summary.failures.size() == 1);
    const auto& failed = summary.failures.front();
    const auto smaller = shrink(failed, 60);
    const auto again = run(smaller);
    REQUIRE(again.failure);
    CHECK(again.failure->check == failed.failure->check);
    CHECK(again.steps < failed.steps);
}
