// souk_load: load over keep-alive connections, in a closed loop or at a given rate, measured after
// a warm-up. A line of progress a second goes to stderr, the result as JSON to stdout.

#include <sched.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <vector>

#include "loadtest/client.hpp"
#include "loadtest/process_usage.hpp"
#include "loadtest/report.hpp"
#include "loadtest/workload.hpp"

namespace souk::load {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    WorkloadSettings workload;
    std::string address{"127.0.0.1"};
    std::uint16_t port{8080};
    std::size_t connections{64};
    double warm_s{1};
    double seconds{5};
    std::uint64_t count{0};
    double rate_per_s{0};
    std::string skus_file;
    pid_t server_pid{0};
    pid_t postgres_pid{0};
    bool quiet{false};
};

struct Costs {
    Usage generator;
    Usage server;
    Usage postgres;
};

Costs costs_so_far(const Options& options) {
    return {usage_of_tree(getpid()), usage_of_tree(options.server_pid),
            usage_of_tree(options.postgres_pid)};
}

Clock::duration duration_of(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

/// The whole run: connections, the clock, and the end of both.
class Run {
public:
    explicit Run(const Options& options)
        : options_(options), ticker_(context_), schedule_(context_, options.rate_per_s) {
        const Client::Endpoint server(boost::asio::ip::make_address(options.address), options.port);
        for (std::size_t buyer = 0; buyer < options.connections; ++buyer) {
            clients_.push_back(std::make_unique<Client>(
                context_, server, make_workload(options.workload, buyer), schedule_, report_));
        }
    }

    std::string result() {
        for (auto& client : clients_) client->start();
        ends_at_ = Clock::now() + duration_of(options_.warm_s);
        tick();
        context_.run();
        const auto now = costs_so_far(options_);
        const auto seconds = std::chrono::duration<double>(ended_at_ - began_at_).count();
        return report_.json(options_.workload.name, seconds, {options_.rate_per_s, behind_},
                            since(before_.generator, now.generator),
                            since(before_.server, now.server),
                            since(before_.postgres, now.postgres));
    }

private:
    void tick() {
        ticker_.expires_after(std::chrono::milliseconds(20));
        ticker_.async_wait([this](const auto& failed) {
            if (!failed) look();
        });
    }

    void look() {
        const auto now = Clock::now();
        const bool counted = measuring_ && options_.count && report_.answers() >= options_.count;
        if (now < ends_at_ && !counted) {
            show_progress(now);
            return tick();
        }
        if (measuring_) return end(now);
        measuring_ = true;
        report_.begin();
        before_ = costs_so_far(options_);
        began_at_ = Clock::now();
        ends_at_ = began_at_ + duration_of(options_.seconds);
        tick();
    }

    void end(Clock::time_point now) {
        ended_at_ = now;
        behind_ = schedule_.behind();
        schedule_.stop();
        for (auto& client : clients_) client->stop();
    }

    void show_progress(Clock::time_point now) {
        if (options_.quiet || now < shown_at_ + std::chrono::seconds(1)) return;
        shown_at_ = now;
        const auto left = std::chrono::duration<double>(ends_at_ - now).count();
        std::cerr << options_.workload.name << (measuring_ ? "" : " (warming up)") << ": "
                  << report_.answers() << " answers, " << schedule_.behind() << " late, "
                  << static_cast<int>(left) << " s left\n";
    }

    const Options& options_;
    boost::asio::io_context context_{1};
    boost::asio::steady_timer ticker_;
    Schedule schedule_;
    Report report_;
    std::vector<std::unique_ptr<Client>> clients_;
    Costs before_;
    Clock::time_point began_at_;
    Clock::time_point ended_at_;
    Clock::time_point ends_at_;
    Clock::time_point shown_at_;
    std::uint64_t behind_{0};
    bool measuring_{false};
};

std::vector<Sku> read_skus(const std::string& name) {
    std::vector<Sku> skus;
    std::ifstream file(name);
    for (Sku sku; file >> sku.product_id >> sku.variant_id;) skus.push_back(sku);
    return skus;
}

/// Where it shares processors with the server, a closed loop must not push the server aside at
/// every answer. An open loop must be in time.
void yield_to_the_server() {
    const sched_param priority{};
    sched_setscheduler(0, SCHED_BATCH, &priority);
}

int run(int argc, char** argv) {
    Options options;
    CLI::App app("Load generator for Souk");
    app.option_defaults()->always_capture_default();
    app.add_option("workload", options.workload.name, workload_names())->required();
    app.add_option("--address", options.address, "Server address");
    app.add_option("--port", options.port, "Server port");
    app.add_option("--connections", options.connections, "Keep-alive connections");
    app.add_option("--warm", options.warm_s, "Seconds before measuring");
    app.add_option("--seconds", options.seconds, "Seconds to measure");
    app.add_option("--count", options.count, "End after this many answers; 0: by time alone");
    app.add_option("--rate", options.rate_per_s,
                   "Requests a second, whether the server keeps up or not; 0: a closed loop");
    app.add_option("--path", options.workload.path, "Path of the workload get");
    app.add_option("--key", options.workload.key, "API key");
    app.add_option("--skus", options.skus_file, "File of lines: product id, variant id");
    app.add_option("--server-pid", options.server_pid, "Measure what this process costs");
    app.add_option("--postgres-pid", options.postgres_pid, "Measure what PostgreSQL costs");
    app.add_flag("--quiet", options.quiet, "No progress");
    CLI11_PARSE(app, argc, argv);
    if (options.rate_per_s == 0) yield_to_the_server();
    options.workload.host = options.address + ':' + std::to_string(options.port);
    if (!options.skus_file.empty()) options.workload.skus = read_skus(options.skus_file);
    std::cout << Run(options).result() << '\n';
    return 0;
}

}  // namespace
}  // namespace souk::load

int main(int argc, char** argv) {
    try {
        return souk::load::run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "souk_load: " << failure.what() << '\n';
        return 1;
    }
}
