// Server-sent events: the answer's header, then one topic's frames, for as long as the client
// stays.

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <type_traits>

#include "http/live/connection.hpp"
#include "http/response_writer.hpp"

namespace souk {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<LoopSocket>;

// How long a browser waits before it comes back, in milliseconds.
constexpr std::string_view preamble = "retry: 2000\n\n";
constexpr std::string_view heartbeat = ":\n\n";

template <class Stream>
class EventStream final : public LiveConnection,
                          public std::enable_shared_from_this<EventStream<Stream>> {
public:
    EventStream(Loop& loop, Stream stream, const Response& response, const LiveOpening& opening)
        : LiveConnection(loop, opening, FrameStyle::event_stream),
          stream_(std::move(stream)),
          topic_(*opening.topic),
          has_(opening.has) {
        std::string head;
        append_response(head, response, loop.date(), KeepAlive::no, false);
        head += preamble;
        head_ = std::make_shared<const std::string>(std::move(head));
    }

    void start() override {
        const auto bytes = feed_.hub().settings().send_buffer_bytes;
        error_code ignored;
        if (bytes > 0) lowest().set_option(asio::socket_base::send_buffer_size(bytes), ignored);
        reader_->say(std::move(head_));
        read();
        feed_.look(topic_, [weak = this->weak_from_this()](auto found) {
            const auto self = weak.lock();
            if (!self || self->ending()) return;
            if (!found) return self->go_away();  // the client comes back and is told why
            self->reader_->follow(std::move(*found), self->has_);
            self->following_ = true;
        });
    }

private:
    auto& lowest() {
        if constexpr (std::is_same_v<Stream, TlsStream>) {
            return stream_.next_layer();
        } else {
            return stream_;
        }
    }

    /// Nothing is expected from the client but its end.
    void read() {
        stream_.async_read_some(asio::buffer(ignored_),
                                [self = this->shared_from_this()](error_code ec, std::size_t) {
                                    if (self->closed()) return;
                                    if (ec) return self->close();
                                    self->read();
                                });
    }

    void send(Frame frame) override {
        out_ = std::move(frame);
        begin_sending();
        asio::async_write(
            stream_, asio::buffer(*out_),
            [self = this->shared_from_this()](error_code ec, std::size_t) { self->on_sent(ec); });
    }

    void on_sent(error_code ec) {
        out_.reset();
        if (closed()) return;
        if (ec || ending()) return close();
        frame_sent();
        const bool lost = following_ && reader_->topics() == 0;
        if (lost && reader_->idle()) go_away();
    }

    void beat() override {
        if (reader_->idle()) reader_->say(std::make_shared<const std::string>(heartbeat));
    }

    void go_away() override {
        const bool idle = !out_;
        begin_end();
        if (idle) close();
    }

    /// The client comes back and is told why.
    void turn_out(const Error&) override { go_away(); }

    std::weak_ptr<LiveConnection> weak_self() override { return this->weak_from_this(); }

    void close_socket() override {
        error_code ignored;
        lowest().shutdown(asio::socket_base::shutdown_send, ignored);
        lowest().close(ignored);
    }

    Stream stream_;
    const Topic topic_;
    const std::optional<Version> has_;
    Frame head_;
    Frame out_;
    bool following_{false};
    std::array<char, 256> ignored_;
};

}  // namespace

template <class Stream>
std::shared_ptr<HttpConnection> make_event_stream(Loop& loop, Stream stream,
                                                  const Response& response,
                                                  const LiveOpening& opening) {
    return std::make_shared<EventStream<Stream>>(loop, std::move(stream), response, opening);
}

template std::shared_ptr<HttpConnection> make_event_stream(Loop&, LoopSocket, const Response&,
                                                           const LiveOpening&);
template std::shared_ptr<HttpConnection> make_event_stream(Loop&, TlsStream, const Response&,
                                                           const LiveOpening&);

}  // namespace souk
