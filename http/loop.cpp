#include "http/loop.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>

#include <algorithm>

#include "http/response_writer.hpp"

namespace souk {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// Beyond the limit, this many are still told why; any further ones are just closed.
constexpr std::size_t polite_refusals = 128;

}  // namespace

Loop::Loop(std::shared_ptr<ServerState> state)
    : state_(std::move(state)), date_(date_line(state_->services.clock.now())) {}

Result<std::uint16_t> Loop::listen(std::uint16_t port, bool shared_port) {
    const auto& settings = state_->settings;
    boost::system::error_code ec;
    const auto failed = [&] {
        return refuse(ErrorCode::unavailable, "cannot listen on " + settings.address + " port " +
                                                  std::to_string(port) + ": " + ec.message());
    };
    const auto address = asio::ip::make_address(settings.address, ec);
    if (ec) return failed();
    const tcp::endpoint endpoint(address, port);
    acceptor_.open(endpoint.protocol(), ec);
    if (!ec) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec && shared_port) acceptor_.set_option(ReusePort(true), ec);
    if (!ec) acceptor_.bind(endpoint, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) return failed();
    return acceptor_.local_endpoint().port();
}

void Loop::run() {
    accept();
    schedule_tick();
    while (!io_.stopped()) {
        try {
            io_.run();
        } catch (const std::exception& failure) {
            spdlog::error("a connection failed: {}", failure.what());
        }
    }
}

void Loop::post(std::function<void()> work) {
    asio::post(io_, [this, work = std::move(work)] {
        work();
        reap();
    });
}

void Loop::wake_after(std::chrono::milliseconds time) {
    feed_timer_.expires_after(time);
    feed_timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec && feed_) feed_->wake();
    });
}

LiveFeed& Loop::feed() {
    if (!feed_) {
        topic_reads_.emplace(state_->services, weak_from_this());
        feed_.emplace(state_->services.live, *topic_reads_, *this);
    }
    return *feed_;
}

void Loop::begin_stop(std::chrono::milliseconds deadline) {
    post([this, deadline] {
        if (stopping_) return;
        stopping_ = true;
        stop_at_ = tick_after(deadline);
        stop_is_near_at_ = tick_after(deadline / 2);
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        const auto connections = connections_;  // winding up removes from the list
        for (const auto& connection : connections) connection->wind_up();
        end_if_done();
    });
}

void Loop::drop_everything() {
    const auto connections = connections_;
    for (const auto& connection : connections) connection->close();
    feed_.reset();
    topic_reads_.reset();
    abandoned_.clear();
}

std::uint64_t Loop::tick_after(std::chrono::milliseconds time) const {
    const auto tick = state_->settings.tick;
    return now_ + static_cast<std::uint64_t>((time + tick - std::chrono::milliseconds(1)) / tick) +
           1;
}

void Loop::remove(HttpConnection& connection) {
    const auto index = connection.index;
    if (index + 1 != connections_.size()) {
        std::swap(connections_[index], connections_.back());
        connections_[index]->index = index;
    }
    // The caller runs inside the connection, and holds it for as long as it does.
    connections_.pop_back();
    --state_->connections;
    end_if_done();
}

void Loop::replace(HttpConnection& connection, std::shared_ptr<HttpConnection> by) {
    by->index = connection.index;
    connections_[by->index] = std::move(by);
}

void Loop::abandon(std::unique_ptr<Exchange> exchange) {
    exchange->connection = nullptr;
    abandoned_.push_back(std::move(exchange));
}

void Loop::reap() {
    while (!finished_.empty()) {
        auto* exchange = finished_.back();
        finished_.pop_back();
        if (exchange->connection) {
            exchange->connection->answered();
            continue;
        }
        std::erase_if(abandoned_, [&](const auto& one) { return one.get() == exchange; });
        end_if_done();
    }
}

void Loop::end_if_done() {
    if (stopping_ && connections_.empty() && abandoned_.empty()) io_.stop();
}

void Loop::accept() {
    if (stopping_) return;
    acceptor_.async_accept(io_.get_executor(),
                           [this](boost::system::error_code ec, LoopSocket socket) {
                               if (stopping_) return;
                               // Out of file descriptors: trying again at once would only spin.
                               accept_paused_ = ec && ec != asio::error::connection_aborted;
                               if (!ec) admit(std::move(socket));
                               if (!accept_paused_) accept();
                           });
}

void Loop::admit(LoopSocket socket) {
    const auto most = state_->settings.max_connections;
    const auto open = ++state_->connections;
    if (open > most) ++state_->refused;
    if (open > most + polite_refusals) {
        --state_->connections;
        return;
    }
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto connection = make_connection(*this, std::move(socket));
    connection->index = connections_.size();
    connections_.push_back(connection);
    open > most ? connection->start_refused() : connection->start();
}

void Loop::schedule_tick() {
    timer_.expires_after(state_->settings.tick);
    timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec) on_tick();
    });
}

void Loop::on_tick() {
    ++now_;
    date_ = date_line(state_->services.clock.now());
    // From the back: a connection that ends here is replaced by one already looked at.
    for (std::size_t i = connections_.size(); i-- > 0;) {
        const auto connection = connections_[i];
        connection->tick(now_);
    }
    if (feed_) feed_->tick();
    if (stopping_ && now_ >= stop_at_) io_.stop();
    if (accept_paused_) {
        accept_paused_ = false;
        accept();
    }
    schedule_tick();
}

}  // namespace souk
