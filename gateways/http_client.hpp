#pragma once
// HTTP as a client, blocking, by libcurl: connections are kept, certificates checked, redirects not
// followed, answers bounded. What matters most for money is said exactly: a request that was never
// sent differs from one whose answer was lost.

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateways/gateway.hpp"

namespace souk {

struct HttpClientOptions {
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds total_timeout{30'000};  // of one request, connecting included
    std::size_t max_answer_bytes{1'048'576};          // header and body, each
    std::string ca_file;                              // PEM; empty: the system's
};

struct HttpCall {
    std::string method{"GET"};
    std::string url;                   // https, or http on this machine
    std::vector<std::string> headers;  // "Name: value"
    std::string body;                  // sent with all but GET
};

enum class HttpOutcome {
    answered,  // a whole answer, whatever its status
    not_sent,  // not a byte of the request has left: it surely had no effect
    lost,      // sent, at least in part, and no whole answer came back
};

struct HttpReply {
    HttpOutcome outcome{HttpOutcome::not_sent};
    int status{0};
    std::string body;
    std::string request_id;  // the "Request-Id" header
    std::string problem;     // in words, when there is no answer; holds nothing of the request
};

/// True for https://…, and for http:// where nothing leaves this machine.
bool is_safe_address(std::string_view url);

/// Any number of threads may send at once; each uses a connection of its own.
class HttpClient {
public:
    explicit HttpClient(HttpClientOptions options);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Returns by the deadline or the total timeout, whichever comes first. Never throws. libcurl
    /// sends a request again when a kept connection ends before a byte of the answer: let a POST
    /// carry a key by which the other side knows it again.
    HttpReply send(const HttpCall& call, Deadline deadline);

private:
    using Handle = std::unique_ptr<void, void (*)(void*)>;

    Handle take_handle();
    void keep_handle(Handle handle);

    const HttpClientOptions options_;
    std::mutex mutex_;
    std::vector<Handle> idle_;
};

}  // namespace souk
