#pragma once
// The HTTP server: sockets in, calls through the stages, answers out. Each of its threads has its
// own listening socket and connections, and shares nothing with the others but counters.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "domain/result.hpp"

namespace souk {

class HttpMetrics;
class Router;
struct Services;

struct ServerSettings {
    std::string address{"0.0.0.0"};
    std::uint16_t port{8080};  // 0: any free one
    int threads{1};

    std::uint32_t max_header_bytes{16 * 1024};
    std::uint64_t max_body_bytes{1024 * 1024};
    std::size_t max_connections{10'000};

    // Deadlines, kept to within one tick.
    std::chrono::milliseconds header_timeout{10'000};  // from its first byte to its last
    std::chrono::milliseconds body_timeout{30'000};
    std::chrono::milliseconds idle_timeout{75'000};  // between requests
    std::chrono::milliseconds handler_timeout{15'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::chrono::milliseconds tick{250};

    // PEM files; both set: TLS 1.3 and nothing else.
    std::string tls_certificate;
    std::string tls_key;
};

class Server {
public:
    /// Both references must outlive the server.
    Server(ServerSettings settings, const Router& router, const Services& services);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens and answers from then on; gives the port. `unavailable` names what failed.
    Result<std::uint16_t> start();

    /// Stops accepting, lets requests end until the deadline, closes everything, and returns when
    /// no thread of the server runs any more. Harmless when called twice.
    void stop(std::chrono::milliseconds deadline);

    std::size_t connections() const;
    std::size_t requests_in_flight() const;
    /// Turned away since the start because there were too many.
    std::uint64_t connections_refused() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Open connections, requests in flight, refusals. The server must outlive the metrics' last text.
void add_server_metrics(HttpMetrics& metrics, const Server& server);

}  // namespace souk
