// souk_live: thousands of WebSocket readers of one SKU while it sells. Checks that every reader
// sees every version in order and ends on what the server says, and times how long news take to
// arrive: single units are written off meanwhile, whose answers tell the version that they have
// committed.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include "loadtest/live_readers.hpp"
#include "loadtest/process_usage.hpp"

namespace souk::load {
namespace {

using std::chrono::milliseconds;

struct Options {
    std::string address{"127.0.0.1"};
    std::uint16_t port{8080};
    std::string product;
    std::string variant;
    std::string seller;
    std::string key;
    std::size_t readers{10'000};
    std::size_t stalled{100};
    int seconds{10};
    int probe_ms{100};
    pid_t server_pid{0};
};

/// One unit written off: when it was asked for, when it was acknowledged, what it became.
struct Probe {
    std::int64_t version{};
    SteadyTime sent_at;
    SteadyTime acknowledged_at;
};

/// One request at a time over a connection of its own.
class Shopkeeper {
public:
    explicit Shopkeeper(const Options& options) : options_(options), socket_(context_) {
        socket_.connect({boost::asio::ip::make_address(options.address), options.port});
        socket_.set_option(boost::asio::ip::tcp::no_delay(true));
    }

    std::string ask(const std::string& method, const std::string& path, const std::string& body) {
        std::ostringstream request;
        request << method << " /api/v1" << path << " HTTP/1.1\r\nHost: " << options_.address
                << "\r\nAuthorization: Bearer " << options_.key;
        if (!body.empty())
            request << "\r\nContent-Type: application/json\r\nContent-Length: " << body.size();
        request << "\r\n\r\n" << body;
        boost::asio::write(socket_, boost::asio::buffer(request.str()));
        return read_answer();
    }

    Probe write_off() {
        Probe probe;
        probe.sent_at = std::chrono::steady_clock::now();
        const auto answer =
            ask("PUT", "/inventory/" + options_.variant + '/' + options_.seller + "/stock",
                R"({"mode":"adjust","quantity":-1,"reason":"broken"})");
        probe.acknowledged_at = std::chrono::steady_clock::now();
        probe.version = number_in(answer, "version");
        if (probe.version < 0) throw std::runtime_error("a write-off was answered: " + answer);
        return probe;
    }

private:
    std::string read_answer() {
        std::string answer;
        char bytes[4096];
        while (true) {
            answer.append(bytes, socket_.read_some(boost::asio::buffer(bytes)));
            const auto end = answer.find("\r\n\r\n");
            if (end == answer.npos) continue;
            const auto at = answer.find("Content-Length: ");
            if (at == answer.npos || at > end) throw std::runtime_error("no length: " + answer);
            if (answer.size() >= end + 4 + std::stoul(answer.substr(at + 16))) return answer;
        }
    }

    const Options& options_;
    boost::asio::io_context context_{1};
    boost::asio::ip::tcp::socket socket_;
};

void allow_many_files(std::size_t sockets) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < sockets + 64)
        throw std::runtime_error("the hard limit of open files is " +
                                 std::to_string(limit.rlim_max) + ": raise it, see ulimit -Hn");
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

double milliseconds_of(std::chrono::steady_clock::duration time) {
    return std::max(std::chrono::duration<double, std::milli>(time).count(), 0.0);
}

double percentile(std::vector<double>& values, double part) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

/// From the acknowledgement, or the request, of a write-off to its arrival at each reader.
struct Lags {
    std::vector<double> from_acknowledgement;
    std::vector<double> from_request;
};

Lags lags_of(const std::vector<Probe>& probes, const std::vector<Arrival>& arrivals) {
    std::map<std::int64_t, const Probe*> by_version;
    for (const auto& probe : probes) by_version.emplace(probe.version, &probe);
    Lags lags;
    for (const auto& arrival : arrivals) {
        for (auto at = by_version.upper_bound(arrival.from);
             at != by_version.end() && at->first <= arrival.version; ++at) {
            lags.from_acknowledgement.push_back(
                milliseconds_of(arrival.at - at->second->acknowledged_at));
            lags.from_request.push_back(milliseconds_of(arrival.at - at->second->sent_at));
        }
    }
    return lags;
}

class Run {
public:
    explicit Run(const Options& options)
        : options_(options),
          readers_({.address = options.address,
                    .port = options.port,
                    .topic = "stock:" + options.variant,
                    .readers = options.readers,
                    .stalled = options.stalled}),
          shopkeeper_(options) {}

    int operator()() {
        const auto before = usage_of_tree(options_.server_pid);
        readers_.connect();
        readers_.read_for(milliseconds{1'000});
        const auto connected = usage_of_tree(options_.server_pid);
        readers_.keep_arrivals();
        watch_it_sell();
        const bool whole = wait_for_the_end();
        const auto after = usage_of_tree(options_.server_pid);
        auto lags = lags_of(probes_, readers_.arrivals());
        const auto sockets = static_cast<double>(options_.readers + options_.stalled);
        std::cout << "{\"readers\":" << options_.readers << ",\"stalled\":" << options_.stalled
                  << ",\"messages\":" << readers_.messages()
                  << ",\"fresh_snapshots\":" << readers_.fresh_snapshots()
                  << ",\"versions\":" << last_version_ - probes_.front().version
                  << ",\"last_version\":" << last_version_
                  << ",\"on_the_last_version\":" << readers_.at(last_version_)
                  << ",\"with_other_data\":" << unlike_
                  << ",\"faults\":" << readers_.faults().size() << ",\"probes\":" << probes_.size()
                  << ",\"lag_p50_ms\":" << percentile(lags.from_acknowledgement, 0.5)
                  << ",\"lag_p99_ms\":" << percentile(lags.from_acknowledgement, 0.99)
                  << ",\"request_to_reader_p50_ms\":" << percentile(lags.from_request, 0.5)
                  << ",\"request_to_reader_p99_ms\":" << percentile(lags.from_request, 0.99)
                  << ",\"server_kb_per_connection\":"
                  << static_cast<double>(connected.resident_kb - before.resident_kb) / sockets
                  << ",\"server_kb_per_connection_at_the_end\":"
                  << static_cast<double>(after.resident_kb - before.resident_kb) / sockets
                  << ",\"server_cpu_s\":" << after.cpu_s - connected.cpu_s << "}\n";
        for (const auto& fault : readers_.faults()) std::cerr << fault << '\n';
        return whole ? 0 : 1;
    }

private:
    void watch_it_sell() {
        std::atomic<bool> over{false};
        std::thread keeper([&] {
            while (!over) {
                probes_.push_back(shopkeeper_.write_off());
                std::this_thread::sleep_for(milliseconds{options_.probe_ms});
            }
        });
        readers_.read_for(milliseconds{options_.seconds * 1'000});
        over = true;
        keeper.join();
    }

    /// Reads on until all have what the server says, which somebody may still change for a while.
    bool wait_for_the_end() {
        for (int tries = 0; tries < 300; ++tries) {
            readers_.read_for(milliseconds{200});
            const auto answer = shopkeeper_.ask(
                "GET", "/inventory/" + options_.product + "/variants/" + options_.variant, {});
            last_version_ = std::stoll(answer.substr(answer.find("ETag: \"") + 7));
            unlike_ = readers_.unlike("inventoryCount", number_in(answer, "inventoryCount"));
            if (readers_.at(last_version_) == options_.readers && unlike_ == 0)
                return readers_.faults().empty();
        }
        return false;
    }

    const Options& options_;
    LiveReaders readers_;
    Shopkeeper shopkeeper_;
    std::vector<Probe> probes_;
    std::int64_t last_version_{0};
    std::size_t unlike_{0};
};

int run(int argc, char** argv) {
    Options options;
    CLI::App app("WebSocket readers of one SKU while it sells");
    app.option_defaults()->always_capture_default();
    app.add_option("--address", options.address, "Server address");
    app.add_option("--port", options.port, "Server port");
    app.add_option("--product", options.product, "Product id")->required();
    app.add_option("--variant", options.variant, "Variant id")->required();
    app.add_option("--seller", options.seller, "Seller id")->required();
    app.add_option("--key", options.key, "API key that may change stock")->required();
    app.add_option("--readers", options.readers, "Readers");
    app.add_option("--stalled", options.stalled, "More readers, who never read");
    app.add_option("--seconds", options.seconds, "Seconds to watch");
    app.add_option("--probe-ms", options.probe_ms, "Time between two write-offs that are timed");
    app.add_option("--server-pid", options.server_pid, "Measure what this process costs");
    CLI11_PARSE(app, argc, argv);
    allow_many_files(options.readers + options.stalled);
    return Run(options)();
}

}  // namespace
}  // namespace souk::load

int main(int argc, char** argv) {
    try {
        return souk::load::run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "souk_live: " << failure.what() << '\n';
        return 1;
    }
}
