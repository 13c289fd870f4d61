#include "tests/support/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace souk {
namespace {

constexpr int patience_ms = 10'000;

std::string lower_case(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return text;
}

}  // namespace

std::string RawResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket_);
        throw std::runtime_error("cannot connect");
    }
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}

RawClient::~RawClient() {
    if (socket_ >= 0) ::close(socket_);
}

void RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;  // what the peer has to say about it is read next
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

RawResponse RawClient::read(bool without_body) {
    RawResponse response;
    const auto status_line = read_line();
    if (!status_line.starts_with("HTTP/1.1 ")) throw std::runtime_error("no HTTP: " + status_line);
    response.status = std::stoi(status_line.substr(9));
    for (auto line = read_line(); !line.empty(); line = read_line()) {
        const auto colon = line.find(": ");
        response.headers.emplace_back(lower_case(line.substr(0, colon)), line.substr(colon + 2));
    }
    const auto length = response.header("content-length");
    if (without_body || length.empty()) return response;
    response.body = read_bytes(std::stoul(length));
    return response;
}

std::string RawClient::read_bytes(std::size_t count) {
    while (received_.size() < count) {
        if (!receive()) throw std::runtime_error("the connection ended too soon");
    }
    auto bytes = received_.substr(0, count);
    received_.erase(0, count);
    return bytes;
}

RawResponse RawClient::ask(std::string_view method, std::string_view target,
                           std::string_view headers, std::string_view body) {
    std::string request;
    request.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n");
    request.append(headers);
    if (!body.empty()) {
        request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    }
    request.append("\r\n").append(body);
    send(request);
    return read(method == "HEAD");
}

bool RawClient::is_closed_by_peer() { return received_.empty() && !receive(); }

void RawClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

bool RawClient::receive() {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, patience_ms) <= 0) throw std::runtime_error("no answer in time");
    char bytes[16 * 1024];
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::string RawClient::read_line() {
    auto end = received_.find("\r\n");
    while (end == received_.npos) {
        if (!receive()) throw std::runtime_error("the connection ended in a header");
        end = received_.find("\r\n");
    }
    auto line = received_.substr(0, end);
    received_.erase(0, end + 2);
    return line;
}

}  // namespace souk
