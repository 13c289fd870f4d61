#pragma once
// What was measured: counts, percentiles, and what it cost, as one JSON object.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "loadtest/process_usage.hpp"

namespace souk::load {

/// What an open loop asked for, and how many requests had not been sent at the end.
struct Offered {
    double per_s{};  // 0: a closed loop
    std::uint64_t behind{};
};

class Report {
public:
    using Duration = std::chrono::steady_clock::duration;

    /// Forgets the warm-up.
    void begin();
    void answered(int status, Duration latency);
    void flow_done(Duration latency);
    void failed(const std::string& what);

    std::uint64_t answers() const { return latencies_us_.size(); }

    /// Costs are of the measured time alone.
    std::string json(const std::string& workload, double seconds, const Offered& offered,
                     const Usage& generator, const Usage& server, const Usage& postgres);

private:
    std::vector<std::uint32_t> latencies_us_;
    std::vector<std::uint32_t> flows_us_;
    std::uint64_t good_{0};  // answers that were not errors
    std::map<int, std::uint64_t> statuses_;
    std::map<std::string, std::uint64_t> failures_;
};

}  // namespace souk::load
