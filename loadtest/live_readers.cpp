#include "loadtest/live_readers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace souk::load {
namespace {

constexpr std::size_t connecting_at_once = 200;
constexpr std::size_t max_faults = 20;

}  // namespace

std::int64_t number_in(std::string_view text, std::string_view member) {
    const auto name = '"' + std::string{member} + "\":";
    const auto at = text.find(name);
    if (at == text.npos) return -1;
    std::int64_t number = -1;
    std::from_chars(text.data() + at + name.size(), text.data() + text.size(), number);
    return number;
}

LiveReaders::LiveReaders(ReaderSettings settings)
    : settings_(std::move(settings)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    readers_.resize(settings_.readers + settings_.stalled);
    for (std::size_t i = 0; i < settings_.stalled; ++i) readers_[i].stalled = true;
}

LiveReaders::~LiveReaders() {
    for (const auto& reader : readers_)
        if (reader.socket >= 0) close(reader.socket);
    close(epoll_);
}

void LiveReaders::open_socket(Reader& reader) {
    reader.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (reader.socket < 0) throw std::runtime_error(std::string{"socket: "} + strerror(errno));
    const int small = 4 * 1024;
    if (reader.stalled) setsockopt(reader.socket, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(settings_.port);
    inet_pton(AF_INET, settings_.address.c_str(), &server.sin_addr);
    if (::connect(reader.socket, reinterpret_cast<sockaddr*>(&server), sizeof server) != 0)
        throw std::runtime_error(std::string{"connecting: "} + strerror(errno));
    const std::string handshake = "GET /ws HTTP/1.1\r\nHost: " + settings_.address +
                                  "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                  "Sec-WebSocket-Version: 13\r\n"
                                  "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n";
    if (send(reader.socket, handshake.data(), handshake.size(), MSG_NOSIGNAL) < 0)
        throw std::runtime_error(std::string{"sending: "} + strerror(errno));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &reader;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, reader.socket, &event);
}

void LiveReaders::connect() {
    for (std::size_t i = 0; i < readers_.size(); ++i) {
        open_socket(readers_[i]);
        while (i + 1 - open_ > connecting_at_once && faults_.empty())
            read_for(std::chrono::milliseconds{10});
    }
    while (open_ < readers_.size() && faults_.empty()) read_for(std::chrono::milliseconds{10});
    if (!faults_.empty()) throw std::runtime_error(faults_.front());
}

void LiveReaders::read_for(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    std::array<epoll_event, 512> events;
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) return;
        const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                     static_cast<int>(left.count()));
        for (int i = 0; i < count; ++i)
            on_readable(*static_cast<Reader*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
}

void LiveReaders::on_readable(Reader& reader) {
    char bytes[16 * 1024];
    const auto size = recv(reader.socket, bytes, sizeof bytes, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) {
        epoll_ctl(epoll_, EPOLL_CTL_DEL, reader.socket, nullptr);
        return fault("a connection has ended");
    }
    const auto now = std::chrono::steady_clock::now();
    reader.received.append(bytes, static_cast<std::size_t>(size));
    if (!reader.open) take_handshake(reader);
    if (reader.open) take_frames(reader, now);
}

void LiveReaders::take_handshake(Reader& reader) {
    const auto end = reader.received.find("\r\n\r\n");
    if (end == std::string::npos) return;
    if (!reader.received.starts_with("HTTP/1.1 101"))
        return fault("refused: " + reader.received.substr(0, reader.received.find('\r')));
    reader.received.erase(0, end + 4);
    reader.open = true;
    ++open_;
    say(reader, 1, R"({"type":"subscribe","topics":[")" + settings_.topic + R"("]})");
    if (reader.stalled) epoll_ctl(epoll_, EPOLL_CTL_DEL, reader.socket, nullptr);
}

void LiveReaders::take_frames(Reader& reader, SteadyTime now) {
    std::string_view rest = reader.received;
    while (rest.size() >= 2) {
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
        std::size_t header = 2;
        std::size_t length = byte(1) & 0x7f;
        if (length == 126) {
            header = 4;
            if (rest.size() < header) break;
            length = static_cast<std::size_t>(byte(2) << 8 | byte(3));
        }
        if (length == 127 || rest.size() < header + length) break;
        const auto text = rest.substr(header, length);
        switch (byte(0) & 0x0f) {
            case 1:
                take_message(reader, text, now);
                break;
            case 8:
                fault("the server closes a connection");
                break;
            case 9:
                say(reader, 10, text);
                break;
        }
        rest.remove_prefix(header + length);
    }
    reader.received.erase(0, reader.received.size() - rest.size());
}

void LiveReaders::take_message(Reader& reader, std::string_view text, SteadyTime now) {
    const bool is_change = text.starts_with(R"({"type":"change")");
    const bool is_snapshot = text.starts_with(R"({"type":"snapshot")");
    if (!is_change && !is_snapshot) {
        if (!text.starts_with(R"({"type":"subscribed")")) fault("heard " + std::string{text});
        return;
    }
    const auto version = number_in(text, "version");
    const auto from = is_change ? number_in(text, "from") : reader.version;
    if (from != reader.version || version <= reader.version)
        fault("at version " + std::to_string(reader.version) + " came " + std::string{text});
    if (is_snapshot && reader.version >= 0) ++fresh_snapshots_;
    if (keeping_) arrivals_.push_back({from, version, now});
    ++messages_;
    reader.version = version;
    reader.last = text;
}

/// A client's frames are masked; a mask of zeros leaves the text as it is.
void LiveReaders::say(Reader& reader, unsigned char opcode, std::string_view text) {
    std::string frame{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | text.size())};
    frame.append(4, '\0');
    frame += text;
    if (send(reader.socket, frame.data(), frame.size(), MSG_NOSIGNAL) < 0)
        fault(std::string{"sending: "} + strerror(errno));
}

void LiveReaders::fault(const std::string& what) {
    if (faults_.size() < max_faults) faults_.push_back(what);
}

std::size_t LiveReaders::at(std::int64_t version) const {
    return static_cast<std::size_t>(std::ranges::count_if(readers_, [&](const Reader& reader) {
        return !reader.stalled && reader.version == version;
    }));
}

std::size_t LiveReaders::unlike(std::string_view member, std::int64_t value) const {
    return static_cast<std::size_t>(std::ranges::count_if(readers_, [&](const Reader& reader) {
        return !reader.stalled && number_in(reader.last, member) != value;
    }));
}

}  // namespace souk::load
