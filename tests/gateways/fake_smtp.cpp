#include "tests/gateways/fake_smtp.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

namespace souk {
namespace {

const FakeSmtp::Replies friendly{
    {"CONNECT", "220 fake"}, {"EHLO", "250-fake\r\n250 8BITMIME"},
    {"MAIL", "250 ok"},      {"RCPT", "250 ok"},
    {"DATA", "354 go on"},   {".", "250 queued"},
    {"RSET", "250 ok"},      {"QUIT", "221 bye"},
};

bool say(int socket, const std::string& reply) {
    const auto line = reply + "\r\n";
    return ::send(socket, line.data(), line.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(line.size());
}

/// Up to and without `end`; false when the connection ends before.
bool read_until(int socket, std::string& received, const std::string& end, std::string& text) {
    while (received.find(end) == std::string::npos) {
        char bytes[4096];
        const auto count = ::recv(socket, bytes, sizeof bytes, 0);
        if (count <= 0) return false;
        received.append(bytes, static_cast<std::size_t>(count));
    }
    text = received.substr(0, received.find(end));
    received.erase(0, text.size() + end.size());
    return true;
}

}  // namespace

FakeSmtp::FakeSmtp(Replies replies) : replies_(std::move(replies)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    ::listen(listener_, 4);
    acceptor_ = std::thread([this] { accept_all(); });
}

FakeSmtp::~FakeSmtp() {
    ::shutdown(listener_, SHUT_RDWR);
    {
        const std::lock_guard lock(mutex_);
        if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
    }
    acceptor_.join();
    ::close(listener_);
}

void FakeSmtp::reply(const std::string& command, const std::string& with) {
    const std::lock_guard lock(mutex_);
    replies_[command] = with;
}

std::vector<std::string> FakeSmtp::commands() const {
    const std::lock_guard lock(mutex_);
    return commands_;
}

std::vector<std::string> FakeSmtp::messages() const {
    const std::lock_guard lock(mutex_);
    return messages_;
}

std::size_t FakeSmtp::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
}

void FakeSmtp::accept_all() {
    for (int socket = ::accept(listener_, nullptr, nullptr); socket >= 0;
         socket = ::accept(listener_, nullptr, nullptr)) {
        {
            const std::lock_guard lock(mutex_);
            socket_ = socket;
            ++connections_;
        }
        serve(socket);
        const std::lock_guard lock(mutex_);
        socket_ = -1;
        ::close(socket);
    }
}

void FakeSmtp::serve(int socket) {
    std::string received;
    std::string line;
    if (!say(socket, reply_to("CONNECT"))) return;
    while (read_until(socket, received, "\r\n", line)) {
        const auto word = line.substr(0, line.find_first_of(" :"));
        {
            const std::lock_guard lock(mutex_);
            commands_.push_back(line);
        }
        const auto reply = reply_to(word);
        if (!say(socket, reply) || word == "QUIT") return;
        if (word != "DATA" || !reply.starts_with("354")) continue;
        if (!read_until(socket, received, "\r\n.\r\n", line)) return;
        {
            const std::lock_guard lock(mutex_);
            messages_.push_back(line + "\r\n");
        }
        if (!say(socket, reply_to("."))) return;
    }
}

std::string FakeSmtp::reply_to(const std::string& word) const {
    const std::lock_guard lock(mutex_);
    for (const auto* replies : {&replies_, &friendly})
        if (const auto found = replies->find(word); found != replies->end()) return found->second;
    return "502 not here";
}

}  // namespace souk
