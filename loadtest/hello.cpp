// souk_hello: the least that a Beast server can do. It answers every request with "hello", and is
// the yardstick for what Souk's own work costs.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <iostream>
#include <memory>
#include <string>

namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

class Session : public std::enable_shared_from_this<Session> {
public:
    explicit Session(tcp::socket socket) : socket_(std::move(socket)) {
        response_.set(http::field::content_type, "text/plain");
        response_.body() = "hello";
    }

    void read() {
        request_ = {};
        http::async_read(socket_, buffer_, request_,
                         [self = shared_from_this()](error_code failed, std::size_t) {
                             if (!failed) self->answer();
                         });
    }

private:
    void answer() {
        response_.version(request_.version());
        response_.keep_alive(request_.keep_alive());
        response_.prepare_payload();
        http::async_write(socket_, response_,
                          [self = shared_from_this()](error_code failed, std::size_t) {
                              if (!failed && self->request_.keep_alive()) self->read();
                          });
    }

    tcp::socket socket_;
    boost::beast::flat_buffer buffer_;
    http::request<http::string_body> request_;
    http::response<http::string_body> response_;
};

void accept_from(tcp::acceptor& acceptor) {
    acceptor.async_accept([&acceptor](error_code failed, tcp::socket socket) {
        if (failed) return;
        socket.set_option(tcp::no_delay(true));
        std::make_shared<Session>(std::move(socket))->read();
        accept_from(acceptor);
    });
}

}  // namespace

int main(int argc, char** argv) {
    const auto port = static_cast<unsigned short>(argc > 1 ? std::stoi(argv[1]) : 0);
    boost::asio::io_context context(1);
    tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), port});
    boost::asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](error_code, int) { context.stop(); });
    std::cout << "listening on 127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
    accept_from(acceptor);
    context.run();
}
