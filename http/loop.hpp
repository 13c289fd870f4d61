#pragma once
// One thread of the server: its listening socket, its connections, and the ticks that keep their
// deadlines. Private to the server.

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/executor.hpp"
#include "http/live/feed.hpp"
#include "http/live/topic_reads.hpp"
#include "http/server.hpp"
#include "http/stages.hpp"

namespace souk {

using LoopSocket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// What the threads share.
struct ServerState {
    ServerState(ServerSettings with, const Router& router, const Services& on)
        : settings(std::move(with)), services(on), stages(router, on) {}

    const ServerSettings settings;
    const Services& services;
    Stages stages;
    std::optional<boost::asio::ssl::context> tls;
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> requests{0};
    std::atomic<std::uint64_t> refused{0};
};

class HttpConnection;

/// One request in its handler. It outlives its connection when the handler does.
struct Exchange {
    Exchange(ServerState& shared, Request request, std::shared_ptr<Executor> executor,
             HttpConnection* asking)
        : state(shared),
          call(std::move(request), shared.services, std::move(executor)),
          connection(asking) {
        ++state.requests;
    }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    ~Exchange() { --state.requests; }

    ServerState& state;
    Call call;
    HttpConnection* connection;  // null once nobody waits for the answer
    Response response;
    bool suspended{false};
    std::optional<Task<bool>> task;  // last: its frames refer to the rest
};

/// What a loop asks of its connections, whatever they are made of. Everything runs on the loop's
/// thread.
class HttpConnection {
public:
    virtual ~HttpConnection() = default;
    virtual void start() = 0;
    /// Answers 503 and ends.
    virtual void start_refused() = 0;
    virtual void tick(std::uint64_t now) = 0;
    /// The exchange that was suspended has its response.
    virtual void answered() = 0;
    /// Ends now when idle, else after the answer that is due.
    virtual void wind_up() = 0;
    virtual void close() = 0;

    std::size_t index{};  // in the loop's list
};

class Loop final : public Executor, public LiveHost, public std::enable_shared_from_this<Loop> {
public:
    explicit Loop(std::shared_ptr<ServerState> state);

    /// Binds and listens; gives the port.
    Result<std::uint16_t> listen(std::uint16_t port, bool shared_port);
    /// Until stopped; the body of the loop's thread.
    void run();
    /// From any thread: stop accepting, end when all is answered or the deadline has passed.
    void begin_stop(std::chrono::milliseconds deadline);
    /// After `run` has returned: drops whatever was left in mid-air.
    void drop_everything();

    void post(std::function<void()> work) override;
    void wake_after(std::chrono::milliseconds time) override;
    std::chrono::steady_clock::time_point live_now() const override {
        return std::chrono::steady_clock::now();
    }
    /// This thread's live updates; made when they are first asked for.
    LiveFeed& feed();

    ServerState& state() { return *state_; }
    std::uint64_t now() const { return now_; }
    /// The tick at which that time will surely have passed.
    std::uint64_t tick_after(std::chrono::milliseconds time) const;
    const std::string& date() const { return date_; }
    bool stopping() const { return stopping_; }
    /// Half of the time that a stop may take is over.
    bool stop_is_near() const { return stopping_ && now_ >= stop_is_near_at_; }

    void remove(HttpConnection& connection);
    /// The socket of one goes on as another.
    void replace(HttpConnection& connection, std::shared_ptr<HttpConnection> by);
    /// A suspended exchange has come to its end; its connection hears of it once the coroutine
    /// is out of the way.
    void finished(Exchange& exchange) { finished_.push_back(&exchange); }
    /// Keeps an exchange that nobody waits for until its handler is done.
    void abandon(std::unique_ptr<Exchange> exchange);

private:
    void accept();
    void admit(LoopSocket socket);
    void schedule_tick();
    void on_tick();
    void reap();
    void end_if_done();

    std::shared_ptr<ServerState> state_;
    std::vector<std::shared_ptr<HttpConnection>> connections_;
    std::vector<std::unique_ptr<Exchange>> abandoned_;
    std::vector<Exchange*> finished_;
    std::uint64_t now_{1};
    std::uint64_t stop_at_{0};
    std::uint64_t stop_is_near_at_{0};
    bool stopping_{false};
    bool accept_paused_{false};
    std::string date_;
    std::optional<TopicReads> topic_reads_;
    std::optional<LiveFeed> feed_;

    using LoopExecutor = boost::asio::io_context::executor_type;
    boost::asio::io_context io_{1};
    boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, LoopExecutor> acceptor_{io_};
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>,
                                      LoopExecutor>
        timer_{io_}, feed_timer_{io_};
};

/// Plain, or with TLS when the state has a context for it.
std::shared_ptr<HttpConnection> make_connection(Loop& loop, LoopSocket socket);

}  // namespace souk
