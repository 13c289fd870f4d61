#include "tests/gateways/fake_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <stdexcept>

namespace souk {
namespace {

std::pair<int, std::uint16_t> bound_socket() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket, any, size) != 0 || ::getsockname(socket, any, &size) != 0)
        throw std::runtime_error("no free port");
    return {socket, ntohs(address.sin_port)};
}

bool receive(int socket, std::string& received) {
    char bytes[16 * 1024];
    const auto count = ::recv(socket, bytes, sizeof bytes, 0);
    if (count > 0) received.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
}

void send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

FakeRequest read_head(std::string_view head) {
    FakeRequest request;
    const auto line = head.substr(0, head.find("\r\n"));
    request.method = line.substr(0, line.find(' '));
    const auto target = line.substr(request.method.size() + 1);
    request.target = target.substr(0, target.find(' '));
    head.remove_prefix(line.size());
    while (head.starts_with("\r\n") && head.size() > 2) {
        head.remove_prefix(2);
        const auto header = head.substr(0, head.find("\r\n"));
        const auto colon = header.find(": ");
        std::string name(header.substr(0, colon));
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
        if (colon != header.npos) request.headers.emplace_back(name, header.substr(colon + 2));
        head.remove_prefix(header.size());
    }
    return request;
}

}  // namespace

std::string FakeRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

FakeAnswer json_answer(int status, std::string_view body, std::string_view headers) {
    FakeAnswer answer{"HTTP/1.1 " + std::to_string(status) + " Any\r\n"};
    answer.bytes.append("Content-Type: application/json\r\nContent-Length: ");
    answer.bytes.append(std::to_string(body.size())).append("\r\n");
    answer.bytes.append(headers).append("\r\n").append(body);
    return answer;
}

FakeServer::FakeServer(Handler handler) : handler_(std::move(handler)) {
    std::tie(listener_, port_) = bound_socket();
    ::listen(listener_, 16);
    acceptor_ = std::thread([this] { accept_all(); });
}

FakeServer::~FakeServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
}

std::vector<FakeRequest> FakeServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

std::size_t FakeServer::connections() const {
    const std::lock_guard lock(mutex_);
    return sockets_.size();
}

void FakeServer::accept_all() {
    for (int socket = ::accept(listener_, nullptr, nullptr); socket >= 0;
         socket = ::accept(listener_, nullptr, nullptr)) {
        const std::lock_guard lock(mutex_);
        sockets_.push_back(socket);
        threads_.emplace_back([this, socket] { serve(socket); });
    }
}

void FakeServer::serve(int socket) {
    std::string received;
    while (answer_one(socket, received)) {
    }
    ::shutdown(socket, SHUT_RDWR);
}

/// False when the connection has come to its end.
bool FakeServer::answer_one(int socket, std::string& received) {
    auto end = received.find("\r\n\r\n");
    for (; end == received.npos; end = received.find("\r\n\r\n")) {
        if (!receive(socket, received)) return false;
    }
    auto request = read_head(std::string_view(received).substr(0, end));
    const auto length = request.header("content-length");
    const auto size = length.empty() ? 0U : static_cast<std::size_t>(std::stoul(length));
    while (received.size() < end + 4 + size) {
        if (!receive(socket, received)) return false;
    }
    request.body = received.substr(end + 4, size);
    received.erase(0, end + 4 + size);
    FakeAnswer answer;
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        answer = handler_(request);
    }
    send_all(socket, answer.bytes);
    if (answer.bytes.empty() && !answer.closes) return receive(socket, received);
    return !answer.closes;
}

std::string refusing_address() {
    const auto [socket, port] = bound_socket();
    ::close(socket);
    return "http://127.0.0.1:" + std::to_string(port);
}

}  // namespace souk
