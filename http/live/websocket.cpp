// A WebSocket, on Beast: messages in to the session, frames out as the reader has them.

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <type_traits>

#include "http/live/connection.hpp"
#include "http/live/session.hpp"

namespace souk {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<LoopSocket>;
using Handshake = beast::http::request<beast::http::empty_body>;

constexpr std::size_t kept_buffer = 4 * 1024;

beast::string_view beast_view(std::string_view text) { return {text.data(), text.size()}; }

Handshake handshake_of(const Request& request) {
    Handshake handshake{beast::http::verb::get, beast_view(request.target), 11};
    for (const auto& [name, value] : request.headers)
        handshake.insert(beast_view(name), beast_view(value));
    return handshake;
}

/// Lines of "Name: value\r\n" into Beast's answer.
void insert_lines(websocket::response_type& answer, std::string_view lines) {
    while (!lines.empty()) {
        const auto end = lines.find("\r\n");
        const auto line = lines.substr(0, end);
        const auto colon = line.find(": ");
        if (colon != line.npos)
            answer.insert(beast_view(line.substr(0, colon)), beast_view(line.substr(colon + 2)));
        if (end == lines.npos) return;
        lines.remove_prefix(end + 2);
    }
}

template <class Stream>
class WebSocket final : public LiveConnection,
                        public std::enable_shared_from_this<WebSocket<Stream>> {
public:
    WebSocket(Loop& loop, Stream stream, const Request& request, const Response& response,
              const LiveOpening& opening)
        : LiveConnection(loop, opening, FrameStyle::websocket),
          socket_(std::move(stream)),
          session_(std::make_shared<LiveSession>(feed_, *reader_, key_, opening.request_id,
                                                 opening.charge)),
          handshake_(std::make_unique<Handshake>(handshake_of(request))),
          headers_(response.headers) {}

    void start() override {
        const auto& settings = feed_.hub().settings();
        if (settings.send_buffer_bytes > 0) {
            error_code ignored;
            lowest().set_option(asio::socket_base::send_buffer_size(settings.send_buffer_bytes),
                                ignored);
        }
        socket_.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                           websocket::stream_base::none(), false});
        socket_.set_option(websocket::stream_base::decorator(
            [this](websocket::response_type& answer) { insert_lines(answer, headers_); }));
        socket_.read_message_max(settings.max_message_bytes);
        socket_.auto_fragment(false);
        socket_.text(true);
        socket_.control_callback([this](websocket::frame_type, beast::string_view) { heard(); });
        begin_sending();
        socket_.async_accept(*handshake_, [self = this->shared_from_this()](error_code ec) {
            self->on_accepted(ec);
        });
    }

private:
    auto& lowest() {
        if constexpr (std::is_same_v<Stream, TlsStream>) {
            return socket_.next_layer().next_layer();
        } else {
            return socket_.next_layer();
        }
    }

    void on_accepted(error_code ec) {
        if (closed()) return;
        if (ec) return close();
        handshake_.reset();
        headers_ = std::string();
        open_ = true;
        frame_sent();
        if (going_away_) return go_away();
        read();
    }

    void read() {
        reading_ = true;
        begin_hearing();
        socket_.async_read(in_, [self = this->shared_from_this()](error_code ec, std::size_t) {
            self->on_read(ec);
        });
    }

    void on_read(error_code ec) {
        reading_ = false;
        if (ending()) return;
        if (ec) return close();
        pause_hearing();
        if (!socket_.got_text())
            return end({websocket::close_code::unknown_data, "messages are text"});
        const auto* const text = static_cast<const char*>(in_.data().data());
        session_->receive({text, in_.size()}, [this](const std::optional<Error>& why) {
            if (why) return turn_out(*why);
            hear_again();
        });
    }

    /// Once the message is dealt with, and its answers do not pile up.
    void hear_again() {
        in_.consume(in_.size());
        if (in_.capacity() > kept_buffer) in_.shrink_to_fit();
        deaf_ = !reader_->may_hear();
        if (!deaf_ && !reading_) read();
    }

    void send(Frame frame) override {
        out_ = std::move(frame);
        begin_sending();
        socket_.async_write(
            asio::buffer(*out_),
            [self = this->shared_from_this()](error_code ec, std::size_t) { self->on_sent(ec); });
    }

    void on_sent(error_code ec) {
        out_.reset();
        if (ending()) return;
        if (ec) return close();
        frame_sent();
        if (deaf_) hear_again();
    }

    void beat() override {
        if (!open_ || beating_) return;
        beating_ = true;
        socket_.async_ping(
            {}, [self = this->shared_from_this()](error_code) { self->beating_ = false; });
    }

    void go_away() override {
        going_away_ = true;
        if (open_) end({websocket::close_code::going_away, "the server is stopping"});
    }

    void turn_out(const Error& why) override {
        if (!open_) return close();
        end({websocket::close_code::policy_error, beast_view(why.message)});
    }

    void end(const websocket::close_reason& reason) {
        begin_end();
        socket_.async_close(reason,
                            [self = this->shared_from_this()](error_code) { self->close(); });
    }

    void stop_hearing() override { session_.reset(); }

    std::weak_ptr<LiveConnection> weak_self() override { return this->weak_from_this(); }

    void close_socket() override {
        error_code ignored;
        lowest().close(ignored);
    }

    websocket::stream<Stream, false> socket_;  // without permessage-deflate
    std::shared_ptr<LiveSession> session_;
    std::unique_ptr<Handshake> handshake_;
    std::string headers_;  // of the answer to it
    beast::flat_buffer in_;
    Frame out_;
    bool open_{false};
    bool reading_{false};
    bool deaf_{false};  // does not read until its answers have gone
    bool beating_{false};
    bool going_away_{false};
};

}  // namespace

template <class Stream>
std::shared_ptr<HttpConnection> make_websocket(Loop& loop, Stream stream, const Request& request,
                                               const Response& response,
                                               const LiveOpening& opening) {
    return std::make_shared<WebSocket<Stream>>(loop, std::move(stream), request, response, opening);
}

template std::shared_ptr<HttpConnection> make_websocket(Loop&, LoopSocket, const Request&,
                                                        const Response&, const LiveOpening&);
template std::shared_ptr<HttpConnection> make_websocket(Loop&, TlsStream, const Request&,
                                                        const Response&, const LiveOpening&);

}  // namespace souk
