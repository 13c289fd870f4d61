#include "loadtest/report.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace souk::load {
namespace {

std::uint32_t microseconds(Report::Duration time) {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

double percentile_ms(std::vector<std::uint32_t>& values, double part) {
    if (values.empty()) return 0;
    const auto place = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place),
                     values.end());
    return values[place] / 1000.0;
}

}  // namespace

void Report::begin() { *this = {}; }

void Report::answered(int status, Duration latency) {
    ++statuses_[status];
    if (status < 400) ++good_;
    latencies_us_.push_back(microseconds(latency));
}

void Report::flow_done(Duration latency) { flows_us_.push_back(microseconds(latency)); }

void Report::failed(const std::string& what) { ++failures_[what]; }

std::string Report::json(const std::string& workload, double seconds, const Offered& offered,
                         const Usage& generator, const Usage& server, const Usage& postgres) {
    std::ostringstream out;
    const auto per_second = [&](std::size_t count) { return static_cast<double>(count) / seconds; };
    out << std::fixed << std::setprecision(3) << "{\"workload\":\"" << workload
        << "\",\"seconds\":" << seconds << ",\"requests\":" << latencies_us_.size()
        << ",\"requests_per_s\":" << per_second(latencies_us_.size())
        << ",\"offered_per_s\":" << offered.per_s << ",\"behind\":" << offered.behind
        << ",\"good_per_s\":" << per_second(good_)
        << ",\"p50_ms\":" << percentile_ms(latencies_us_, 0.5)
        << ",\"p90_ms\":" << percentile_ms(latencies_us_, 0.9)
        << ",\"p99_ms\":" << percentile_ms(latencies_us_, 0.99)
        << ",\"p999_ms\":" << percentile_ms(latencies_us_, 0.999)
        << ",\"max_ms\":" << percentile_ms(latencies_us_, 1) << ",\"flows\":" << flows_us_.size()
        << ",\"flows_per_s\":" << per_second(flows_us_.size())
        << ",\"flow_p50_ms\":" << percentile_ms(flows_us_, 0.5)
        << ",\"flow_p99_ms\":" << percentile_ms(flows_us_, 0.99)
        << ",\"generator_cpu_s\":" << generator.cpu_s << ",\"server_cpu_s\":" << server.cpu_s
        << ",\"postgres_cpu_s\":" << postgres.cpu_s << ",\"server_rss_kb\":" << server.resident_kb
        << ",\"statuses\":{";
    const char* comma = "";
    for (const auto& [status, count] : statuses_) {
        out << comma << '"' << status << "\":" << count;
        comma = ",";
    }
    out << "},\"failures\":{";
    comma = "";
    for (const auto& [what, count] : failures_) {
        out << comma << '"' << what << "\":" << count;
        comma = ",";
    }
    out << "}}";
    return out.str();
}

}  // namespace souk::load
