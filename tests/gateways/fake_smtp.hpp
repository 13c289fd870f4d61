#pragma once
// A mail server on a free port of this machine that says what a test tells it to. It keeps what it
// was told: commands, and messages as they came.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace souk {

class FakeSmtp {
public:
    /// By a command's first word, or "CONNECT" and "." (the end of a message): another reply than
    /// that of a friendly server.
    using Replies = std::map<std::string, std::string>;

    explicit FakeSmtp(Replies replies = {});
    ~FakeSmtp();
    FakeSmtp(const FakeSmtp&) = delete;
    FakeSmtp& operator=(const FakeSmtp&) = delete;

    std::string address() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
    void reply(const std::string& command, const std::string& with);
    std::vector<std::string> commands() const;
    std::vector<std::string> messages() const;
    std::size_t connections() const;

private:
    void accept_all();
    void serve(int socket);
    std::string reply_to(const std::string& word) const;

    int listener_;
    std::uint16_t port_{0};
    mutable std::mutex mutex_;
    Replies replies_;
    std::vector<std::string> commands_;
    std::vector<std::string> messages_;
    std::size_t connections_{0};
    int socket_{-1};
    std::thread acceptor_;
};

}  // namespace souk
