#pragma once
// What everything in a simulated run stands on: time, ids, chance, what is planned, what was seen.

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tests/simulation/agenda.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/support/world.hpp"

namespace souk::simulation {

/// A promise that was not kept.
struct Failure {
    std::string check;   // which promise
    std::string detail;  // how
};

/// Every step of a run as one number, and the last of them in words.
class Trace {
public:
    explicit Trace(bool verbose) : verbose_(verbose) {}

    void turn(TimePoint now, std::uint64_t kind, std::uint64_t which) {
        ++steps_;
        mix(static_cast<std::uint64_t>(now.time_since_epoch().count()));
        mix(kind * 1'000'003 + which);
    }
    void note(TimePoint now, std::string_view text);

    std::uint64_t hash() const { return hash_; }
    std::uint64_t steps() const { return steps_; }
    const std::deque<std::string>& last() const { return last_; }

private:
    static constexpr std::size_t kept = 60;

    void mix(std::uint64_t value) {
        hash_ = (hash_ ^ value) * 0x100000001b3;
        hash_ ^= hash_ >> 29;
    }

    bool verbose_;
    std::uint64_t hash_{0xcbf29ce484222325};
    std::uint64_t steps_{0};
    std::deque<std::string> last_;
};

struct Ground {
    Ground(std::uint64_t seed, bool verbose) : dice(seed), trace(verbose) {}

    TimePoint now() const { return clock.now(); }
    void note(std::string_view text) { trace.note(now(), text); }
    /// The first failure counts.
    void fail(std::string check, std::string detail);
    /// Something went wrong below the server: until some time has passed, lateness is excused.
    void disturb() { calm_since = now(); }
    void disturb_until(TimePoint when) { calm_since = std::max(calm_since, when); }
    void count(const std::string& what, std::int64_t by = 1) { tally[what] += by; }

    ManualClock clock;
    CountingIds ids;
    Dice dice;
    Agenda agenda;
    Trace trace;
    TimePoint calm_since{clock.now()};
    std::optional<Failure> failure;
    std::map<std::string, std::int64_t> tally;
};

}  // namespace souk::simulation
