#pragma once
// An HTTP server on a free port of this machine that answers as a test tells it to: anything, right
// or wrong, or nothing at all.

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace souk {

struct FakeRequest {
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;

    /// Empty when there is none.
    std::string header(std::string_view name) const;
};

struct FakeAnswer {
    std::string bytes;   // sent as they are; nothing: the client waits in vain
    bool closes{false};  // the connection, after them
};

FakeAnswer json_answer(int status, std::string_view body, std::string_view headers = {});

class FakeServer {
public:
    using Handler = std::function<FakeAnswer(const FakeRequest&)>;

    /// `handler` is called on a thread of each connection, one call at a time.
    explicit FakeServer(Handler handler);
    ~FakeServer();
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
    std::vector<FakeRequest> requests() const;
    std::size_t connections() const;

private:
    void accept_all();
    void serve(int socket);
    bool answer_one(int socket, std::string& received);

    Handler handler_;
    int listener_;
    std::uint16_t port_{0};
    mutable std::mutex mutex_;
    std::vector<FakeRequest> requests_;
    std::vector<int> sockets_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

/// An address where nobody listens.
std::string refusing_address();

}  // namespace souk
