#pragma once
// Many WebSocket readers of one topic on one thread, by epoll. Each checks as it reads that the
// versions it is told follow on each other; the arrivals are kept for whoever wants to time them.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace souk::load {

using SteadyTime = std::chrono::steady_clock::time_point;

/// One message that one reader got: the versions after `from` up to `version`.
struct Arrival {
    std::int64_t from{};
    std::int64_t version{};
    SteadyTime at;
};

struct ReaderSettings {
    std::string address;
    std::uint16_t port{};
    std::string topic;
    std::size_t readers{};
    std::size_t stalled{};  // that many more, which never read once they have subscribed
};

class LiveReaders {
public:
    explicit LiveReaders(ReaderSettings settings);
    ~LiveReaders();
    LiveReaders(const LiveReaders&) = delete;
    LiveReaders& operator=(const LiveReaders&) = delete;

    /// Connects all; throws std::runtime_error when one is refused.
    void connect();
    /// Reads what comes within that time.
    void read_for(std::chrono::milliseconds time);
    /// From now on arrivals are kept.
    void keep_arrivals() { keeping_ = true; }

    std::size_t at(std::int64_t version) const;
    /// The number after that member in the last message; readers that have another are counted.
    std::size_t unlike(std::string_view member, std::int64_t value) const;
    /// What broke the order, and connections that ended; empty when all is well.
    const std::vector<std::string>& faults() const { return faults_; }
    const std::vector<Arrival>& arrivals() const { return arrivals_; }
    std::size_t messages() const { return messages_; }
    /// Snapshots after the first: the reader was too slow for the changes.
    std::size_t fresh_snapshots() const { return fresh_snapshots_; }

private:
    struct Reader {
        int socket{-1};
        bool open{false};
        bool stalled{false};
        std::int64_t version{-1};
        std::string received;
        std::string last;
    };

    void open_socket(Reader& reader);
    void on_readable(Reader& reader);
    void take_handshake(Reader& reader);
    void take_frames(Reader& reader, SteadyTime now);
    void take_message(Reader& reader, std::string_view text, SteadyTime now);
    void say(Reader& reader, unsigned char opcode, std::string_view text);
    void fault(const std::string& what);

    const ReaderSettings settings_;
    int epoll_{-1};
    std::vector<Reader> readers_;
    std::size_t open_{0};
    bool keeping_{false};
    std::vector<Arrival> arrivals_;
    std::vector<std::string> faults_;
    std::size_t messages_{0};
    std::size_t fresh_snapshots_{0};
};

/// The number after `"member":` in a JSON text; -1 when there is none.
std::int64_t number_in(std::string_view text, std::string_view member);

}  // namespace souk::load
