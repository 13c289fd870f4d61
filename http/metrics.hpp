#pragma once
// Counts and durations of requests, and whatever other parts report, in Prometheus' text format.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "domain/histogram.hpp"
#include "protocol/views.hpp"

namespace souk {

class HttpMetrics final : public Metrics {
public:
    enum class Kind { counter, gauge };

    /// A number read whenever metrics are asked for; `read` must be thread-safe. `labels` is
    /// empty or like `kind="cart"`; numbers of one name are registered one after the other.
    void add(std::string name, std::string help, Kind kind, std::function<double()> read,
             std::string labels = {});
    /// Whole series in the text format, for parts that keep their own histograms.
    void add_text(std::function<std::string()> write);

    std::string text() const override;
    void request_done(std::string_view method, std::string_view route, int status,
                      double seconds) override;

    /// What is asked of the server, by who waits for it.
    enum class Class { reads, writes, console, system };
    static constexpr std::array<std::string_view, 4> class_names{
        "requests that read", "requests that write", "the console", "health, metrics, pages"};
    static Class class_of(std::string_view method, std::string_view route);
    /// Since the start, to six percent.
    HistogramCounts latencies(Class which) const {
        return latencies_[static_cast<std::size_t>(which)].counts();
    }

private:
    static constexpr std::array<double, 14> bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                   0.1,    0.25,  0.5,    1,     2.5,  5,     10};
    struct Durations {
        std::array<std::uint64_t, bounds.size() + 1> buckets{};
        double sum{};
    };
    using RequestKey = std::tuple<std::string, std::string, int>;  // method, route, status
    using RequestView = std::tuple<std::string_view, std::string_view, int>;
    using Requests = std::map<RequestKey, std::uint64_t, std::less<>>;
    using Histograms = std::map<std::string, Durations, std::less<>>;

    /// Threads count apart, so that they never wait for each other.
    struct alignas(64) Shard {
        std::mutex mutex;
        Requests requests;
        Histograms durations;
    };
    struct Number {
        std::string name, help;
        Kind kind;
        std::function<double()> read;
        std::string labels;
    };

    void write_requests(std::string& out) const;
    void write_numbers(std::string& out) const;

    std::array<Histogram, class_names.size()> latencies_;
    mutable std::array<Shard, 16> shards_;
    mutable std::mutex mutex_;
    std::vector<Number> numbers_;
    std::vector<std::function<std::string()>> texts_;
};

}  // namespace souk
