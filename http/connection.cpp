// One connection, from its first byte to its last: read, dispatch, write, again. A request whose
// answer is there at once goes through without a single trip through the event loop.

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <algorithm>
#include <type_traits>

#include "http/live/connection.hpp"
#include "http/loop.hpp"
#include "http/request_parser.hpp"
#include "http/response_writer.hpp"

namespace souk {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::size_t first_read = 2 * 1024;
constexpr std::size_t body_read = 32 * 1024;
constexpr std::size_t kept_buffer = 8 * 1024;
constexpr std::size_t kept_output = 32 * 1024;
// What a client we turned away may still be sending, before we stop listening to it.
constexpr std::size_t max_lingering_bytes = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds lingering_time{2'000};

using TlsStream = asio::ssl::stream<LoopSocket>;

/// Runs one request to its end; `finished` only for one that was suspended.
Task<bool> drive(Exchange& exchange, Loop& loop) {
    try {
        exchange.response = co_await exchange.state.stages.serve(exchange.call);
    } catch (...) {
        exchange.response = exchange.state.stages.turn_away(
            refuse(ErrorCode::internal, "something went wrong on our side"));
    }
    if (exchange.suspended) loop.finished(exchange);
    co_return true;
}

template <class Stream>
class StreamConnection final : public HttpConnection,
                               public std::enable_shared_from_this<StreamConnection<Stream>> {
public:
    static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

    template <class... StreamArguments>
    StreamConnection(Loop& loop, StreamArguments&&... arguments)
        : loop_(loop),
          state_(loop.state()),
          stream_(std::forward<StreamArguments>(arguments)...),
          buffer_(state_.settings.max_header_bytes + body_read) {}

    void start() override {
        remember_remote_address();
        if constexpr (is_tls) {
            deadline_ = loop_.tick_after(state_.settings.header_timeout);
            stream_.async_handshake(
                asio::ssl::stream_base::server,
                [self = this->shared_from_this()](error_code ec) { self->on_handshake(ec); });
        } else {
            error_code ignored;
            stream_.non_blocking(true, ignored);
            enter(Phase::idle);
            read();
        }
    }

    void start_refused() override {
        if constexpr (is_tls) {
            close();  // a handshake is what we cannot afford now
        } else {
            turn_away({503, refuse(ErrorCode::unavailable, "too many connections")});
        }
    }

    void tick(std::uint64_t now) override {
        if (deadline_ == 0 || now < deadline_) return;
        switch (phase_) {
            case Phase::opening:
            case Phase::idle:
            case Phase::writing:
            case Phase::lingering:
                return close();
            case Phase::header:
            case Phase::body:
                return give_up_reading();
            case Phase::handling:
                return give_up_waiting();
            case Phase::closed:
                return;
        }
    }

    void answered() override {
        const auto self = this->shared_from_this();
        if (send_answer()) advance();
    }

    void wind_up() override {
        ending_ = true;
        if (phase_ == Phase::idle) close();
    }

    void close() override {
        if (phase_ == Phase::closed) return;
        phase_ = Phase::closed;
        const auto self = this->shared_from_this();
        error_code ignored;
        socket().close(ignored);
        if (exchange_) loop_.abandon(std::move(exchange_));
        loop_.remove(*this);
    }

private:
    enum class Phase { opening, idle, header, body, handling, writing, lingering, closed };

    auto& socket() {
        if constexpr (is_tls) {
            return stream_.next_layer();
        } else {
            return stream_;
        }
    }

    void remember_remote_address() {
        error_code ec;
        const auto endpoint = socket().remote_endpoint(ec);
        if (ec) return;
        auto address = endpoint.address();
        if (address.is_v6() && address.to_v6().is_v4_mapped()) {
            address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
        }
        remote_address_ = address.to_string();
    }

    /// Each phase has one deadline, set when it begins and not moved by what trickles in.
    void enter(Phase phase) {
        if (phase_ == phase) return;
        phase_ = phase;
        const auto& settings = state_.settings;
        switch (phase) {
            case Phase::opening:
                break;
            case Phase::idle:
                deadline_ = loop_.tick_after(settings.idle_timeout);
                break;
            case Phase::header:
                deadline_ = loop_.tick_after(settings.header_timeout);
                break;
            case Phase::body:
                deadline_ = loop_.tick_after(settings.body_timeout);
                break;
            case Phase::handling:
                deadline_ = loop_.tick_after(settings.handler_timeout);
                break;
            case Phase::writing:
                deadline_ = loop_.tick_after(settings.write_timeout);
                break;
            case Phase::lingering:
                deadline_ = loop_.tick_after(lingering_time);
                break;
            case Phase::closed:
                deadline_ = 0;
                break;
        }
    }

    void on_handshake(error_code ec) {
        if (phase_ == Phase::closed) return;
        if (ec) return close();
        enter(Phase::idle);
        read();
    }

    void read() {
        const auto room = buffer_.max_size() - buffer_.size();
        if (room == 0) return turn_away(too_large());
        const auto wanted =
            phase_ == Phase::body ? body_read : std::max(first_read, buffer_.size());
        stream_.async_read_some(buffer_.prepare(std::min(wanted, room)),
                                [self = this->shared_from_this()](error_code ec, std::size_t n) {
                                    self->on_read(ec, n);
                                });
    }

    void on_read(error_code ec, std::size_t n) {
        if (phase_ == Phase::closed) return;
        // Answered while the read was under way: slow readers of our 408 linger.
        if (phase_ == Phase::writing || phase_ == Phase::lingering) return;
        if (ec == asio::error::eof && parser_ && parser_->got_some()) {
            return turn_away({400, refuse(ErrorCode::invalid_input, "the request is incomplete")});
        }
        if (ec) return close();
        buffer_.commit(n);
        advance();
    }

    /// Goes on for as long as there is a whole request in the buffer and its answer is at hand.
    void advance() {
        do {
            if (phase_ == Phase::closed || !parse()) return;
        } while (dispatch() && send_answer());
    }

    /// True when a request is complete; else it waits for more bytes or turns the client away.
    bool parse() {
        if (phase_ == Phase::idle) skip_empty_lines();
        if (buffer_.size() == 0 && phase_ == Phase::idle) {
            if (ending_) {
                close();
            } else {
                read();
            }
            return false;
        }
        if (phase_ == Phase::idle) enter(Phase::header);
        if (!parser_) {
            parser_.emplace(state_.settings.max_header_bytes, state_.settings.max_body_bytes);
        }
        error_code ec;
        if (buffer_.size() > 0) {
            buffer_.consume(parser_->feed(buffer_.data(), ec));
        }
        if (ec && ec != beast::http::error::need_more) {
            turn_away(parser_->failure_of(ec));
            return false;
        }
        if (parser_->is_done()) return true;
        if (parser_->is_header_done()) enter(Phase::body);
        if (parser_->expects_continue() && phase_ == Phase::body && !continued_) {
            say_continue();
        } else {
            read();
        }
        return false;
    }

    void skip_empty_lines() {
        // RFC 9112, 2.2: some clients send an empty line after a body.
        while (buffer_.size() >= 2) {
            const auto* const bytes = static_cast<const char*>(buffer_.data().data());
            if (bytes[0] != '\r' || bytes[1] != '\n') return;
            buffer_.consume(2);
        }
    }

    void say_continue() {
        continued_ = true;
        continuing_ = true;
        out_ = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(stream_, asio::buffer(out_),
                          [self = this->shared_from_this()](error_code ec, std::size_t) {
                              self->continuing_ = false;
                              if (self->phase_ != Phase::body) return;
                              if (ec) return self->close();
                              self->read();
                          });
    }

    /// True when the answer is there already.
    bool dispatch() {
        keep_alive_ = parser_->keep_alive() && !ending_;
        said_keep_alive_ = keep_alive_ && parser_->version() < 11;
        auto request = std::move(parser_->request());
        parser_.reset();
        continued_ = false;
        request.remote_address = remote_address_;
        head_only_ = request.method == Method::head;
        enter(Phase::handling);
        exchange_ =
            std::make_unique<Exchange>(state_, std::move(request), loop_.shared_from_this(), this);
        exchange_->task.emplace(drive(*exchange_, loop_));
        exchange_->task->start();
        exchange_->suspended = !exchange_->task->done();
        return !exchange_->suspended;
    }

    bool send_answer() {
        const auto exchange = std::move(exchange_);
        if (const auto opening = exchange->call.take_opening()) return go_live(*exchange, *opening);
        return send(exchange->response);
    }

    /// The socket goes on in other hands. Always false: there will be no next request.
    bool go_live(Exchange& exchange, const LiveOpening& opening) {
        const auto self = this->shared_from_this();
        phase_ = Phase::closed;
        const auto& response = exchange.response;
        auto next = opening.topic ? make_event_stream(loop_, std::move(stream_), response, opening)
                                  : make_websocket(loop_, std::move(stream_),
                                                   exchange.call.request(), response, opening);
        loop_.replace(*this, next);
        next->start();
        if (ending_) next->wind_up();
        return false;
    }

    /// True when it is written and the next request may be looked for.
    bool send(const Response& response) {
        if (response.close || ending_) keep_alive_ = false;
        enter(Phase::writing);
        if (out_.capacity() > kept_output) out_ = std::string();
        out_.clear();
        const auto said = !keep_alive_       ? KeepAlive::no
                          : said_keep_alive_ ? KeepAlive::said
                                             : KeepAlive::by_default;
        append_response(out_, response, loop_.date(), said, head_only_);
        std::size_t written = 0;
        if constexpr (!is_tls) {
            error_code ec;
            written = stream_.write_some(asio::buffer(out_), ec);
            if (ec && ec != asio::error::would_block && ec != asio::error::try_again) {
                close();
                return false;
            }
            if (written == out_.size()) return after_write();
        }
        asio::async_write(stream_, asio::buffer(out_) + written,
                          [self = this->shared_from_this()](error_code ec, std::size_t) {
                              if (self->phase_ != Phase::writing) return;
                              if (ec) return self->close();
                              if (self->after_write()) self->advance();
                          });
        return false;
    }

    bool after_write() {
        if (!keep_alive_) {
            linger();
            return false;
        }
        if (buffer_.size() == 0 && buffer_.capacity() > kept_buffer) buffer_.shrink_to_fit();
        enter(Phase::idle);
        return true;
    }

    void turn_away(const RequestParser::Failure& failure) {
        const auto response = state_.stages.turn_away(failure.error, failure.status);
        parser_.reset();
        head_only_ = false;
        send(response);
    }

    void give_up_reading() {
        // A write may be under way, and TLS cannot end politely while a read is.
        if (is_tls || continuing_) return close();
        turn_away({408, refuse(ErrorCode::request_timeout, "the request took too long to arrive")});
    }

    void give_up_waiting() {
        const auto self = this->shared_from_this();
        const auto response = state_.stages.too_slow(exchange_->call);
        loop_.abandon(std::move(exchange_));
        if (send(response)) advance();
    }

    RequestParser::Failure too_large() const {
        if (phase_ == Phase::body) {
            return {400, refuse(ErrorCode::invalid_input, "a chunk's header is too large")};
        }
        return {431, refuse(ErrorCode::payload_too_large, "the request's header is too large")};
    }

    /// Closing with unread bytes would reset the connection and could take the answer with it.
    void linger() {
        enter(Phase::lingering);
        buffer_.clear();
        error_code ignored;
        if constexpr (is_tls) {
            stream_.async_shutdown(
                [self = this->shared_from_this()](error_code) { self->close(); });
        } else {
            socket().cancel(ignored);
            socket().shutdown(asio::socket_base::shutdown_send, ignored);
            read_lingering();
        }
    }

    void read_lingering() {
        stream_.async_read_some(buffer_.prepare(first_read),
                                [self = this->shared_from_this()](error_code ec, std::size_t n) {
                                    if (self->phase_ != Phase::lingering) return;
                                    self->lingered_ += n;
                                    if (ec || self->lingered_ > max_lingering_bytes) {
                                        return self->close();
                                    }
                                    self->read_lingering();
                                });
    }

    Loop& loop_;
    ServerState& state_;
    Stream stream_;
    beast::flat_buffer buffer_;
    std::optional<RequestParser> parser_;
    std::unique_ptr<Exchange> exchange_;
    std::string out_;
    std::string remote_address_;
    std::uint64_t deadline_{0};
    std::size_t lingered_{0};
    Phase phase_{Phase::opening};
    bool keep_alive_{false};
    bool said_keep_alive_{false};
    bool head_only_{false};
    bool continued_{false};   // 100 Continue has been sent for this request
    bool continuing_{false};  // and is still being written
    bool ending_{false};
};

}  // namespace

std::shared_ptr<HttpConnection> make_connection(Loop& loop, LoopSocket socket) {
    auto& tls = loop.state().tls;
    if (tls) return std::make_shared<StreamConnection<TlsStream>>(loop, std::move(socket), *tls);
    return std::make_shared<StreamConnection<LoopSocket>>(loop, std::move(socket));
}

}  // namespace souk
