#include "loadtest/client.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <string_view>

namespace souk::load {
namespace {

using boost::system::error_code;

constexpr std::size_t read_size = 16 * 1024;

/// The value of Content-Length in a header, or nothing found: -1.
long content_length(std::string_view header) {
    constexpr std::string_view name = "content-length:";
    const auto same = [](char a, char b) { return (a | 0x20) == b || a == b; };
    const auto found = std::search(header.begin(), header.end(), name.begin(), name.end(), same);
    if (found == header.end()) return -1;
    auto value = header.substr(static_cast<std::size_t>(found - header.begin()) + name.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    long length = -1;
    std::from_chars(value.data(), value.data() + value.size(), length);
    return length;
}

}  // namespace

Client::Client(boost::asio::io_context& context, Endpoint server,
               std::unique_ptr<Workload> workload, Schedule& schedule, Report& report)
    : socket_(context),
      server_(server),
      workload_(std::move(workload)),
      schedule_(schedule),
      report_(report) {
    in_.resize(read_size);
}

void Client::start() {
    socket_.async_connect(server_, [this](error_code failed) {
        if (failed) return fail("connecting: " + failed.message());
        socket_.set_option(boost::asio::ip::tcp::no_delay(true));
        send_next();
    });
}

void Client::send_next() {
    if (stopping_) return;
    schedule_.next([this](Clock::time_point due_at) { send(due_at); });
}

void Client::send(Clock::time_point due_at) {
    out_.clear();
    workload_->write_request(out_);
    used_ = header_size_ = 0;
    due_at_ = due_at;
    if (!in_flow_) flow_began_at_ = due_at;
    in_flow_ = true;
    boost::asio::async_write(socket_, boost::asio::buffer(out_),
                             [this](error_code failed, std::size_t) {
                                 if (failed) return fail("sending: " + failed.message());
                                 read_more();
                             });
}

void Client::read_more() {
    if (used_ + read_size / 4 > in_.size()) in_.resize(in_.size() * 2);
    socket_.async_read_some(boost::asio::buffer(in_.data() + used_, in_.size() - used_),
                            [this](error_code failed, std::size_t size) {
                                if (failed) return fail("reading: " + failed.message());
                                used_ += size;
                                if (!find_end()) return read_more();
                                take_answer();
                            });
}

/// Is the whole answer here?
bool Client::find_end() {
    if (header_size_ == 0) {
        const std::string_view received(in_.data(), used_);
        const auto end = received.find("\r\n\r\n");
        if (end == received.npos) return false;
        header_size_ = end + 4;
        body_size_ = static_cast<std::size_t>(
            std::max(content_length(received.substr(0, header_size_)), 0L));
    }
    return used_ >= header_size_ + body_size_;
}

void Client::take_answer() {
    const auto now = Clock::now();
    int status = 0;
    std::from_chars(in_.data() + 9, in_.data() + 12, status);  // after "HTTP/1.1 "
    report_.answered(status, now - due_at_);
    if (workload_->take_answer(status, {in_.data() + header_size_, body_size_})) {
        report_.flow_done(now - flow_began_at_);
        in_flow_ = false;
    }
    send_next();
}

void Client::fail(const std::string& what) {
    if (!stopping_) report_.failed(what);
}

}  // namespace souk::load
