#pragma once
// One buyer: a keep-alive connection that sends the next request when the schedule says so.
// It reads just enough HTTP to find where an answer ends, so that it costs less than what it
// measures.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "loadtest/report.hpp"
#include "loadtest/schedule.hpp"
#include "loadtest/workload.hpp"

namespace souk::load {

class Client {
public:
    using Endpoint = boost::asio::ip::tcp::endpoint;

    Client(boost::asio::io_context& context, Endpoint server, std::unique_ptr<Workload> workload,
           Schedule& schedule, Report& report);

    void start();
    /// Ends after the answer that is under way.
    void stop() { stopping_ = true; }

private:
    using Clock = std::chrono::steady_clock;

    void send_next();
    void send(Clock::time_point due_at);
    void read_more();
    bool find_end();
    void take_answer();
    void fail(const std::string& what);

    boost::asio::ip::tcp::socket socket_;
    Endpoint server_;
    std::unique_ptr<Workload> workload_;
    Schedule& schedule_;
    Report& report_;
    std::string out_;
    std::string in_;
    std::size_t used_{0};         // bytes of in_ that were received
    std::size_t header_size_{0};  // 0: not all of it is here
    std::size_t body_size_{0};
    Clock::time_point due_at_;
    Clock::time_point flow_began_at_;
    bool in_flow_{false};
    bool stopping_{false};
};

}  // namespace souk::load
