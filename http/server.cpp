#include "http/server.hpp"

#include <pthread.h>
#include <boost/asio/ssl/context.hpp>

#include <thread>
#include <vector>

#include "http/loop.hpp"
#include "http/metrics.hpp"

namespace souk {
namespace {

Result<boost::asio::ssl::context> tls_context(const ServerSettings& settings) {
    using boost::asio::ssl::context;
    context tls(context::tls_server);
    boost::system::error_code ec;
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_3_VERSION);
    tls.use_certificate_chain_file(settings.tls_certificate, ec);
    if (ec) {
        return refuse(ErrorCode::unavailable,
                      "the certificate " + settings.tls_certificate + ": " + ec.message());
    }
    tls.use_private_key_file(settings.tls_key, context::pem, ec);
    if (ec)
        return refuse(ErrorCode::unavailable, "the key " + settings.tls_key + ": " + ec.message());
    return tls;
}

void name_thread(std::size_t number) {
    const auto name = "souk-http-" + std::to_string(number);
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

}  // namespace

struct Server::Impl {
    Impl(ServerSettings settings, const Router& router, const Services& services)
        : state(std::make_shared<ServerState>(std::move(settings), router, services)) {}

    /// Threads share a port through SO_REUSEPORT, which would also let a second server of ours
    /// join in silently. Only a socket without it finds out that the port is taken.
    Result<std::uint16_t> listen() {
        const auto& settings = state->settings;
        const bool shared = settings.threads > 1;
        auto port = settings.port;
        if (shared && port != 0) {
            Loop probe(state);
            if (auto taken = probe.listen(port, false); !taken) return taken;
        }
        for (int i = 0; i < settings.threads; ++i) {
            auto loop = std::make_shared<Loop>(state);
            const auto bound = loop->listen(port, shared);
            if (!bound) return bound;
            port = *bound;
            loops.push_back(std::move(loop));
        }
        return port;
    }

    std::shared_ptr<ServerState> state;
    std::vector<std::shared_ptr<Loop>> loops;
    std::vector<std::thread> threads;
};

Server::Server(ServerSettings settings, const Router& router, const Services& services)
    : impl_(std::make_unique<Impl>(std::move(settings), router, services)) {}

Server::~Server() { stop(std::chrono::milliseconds(0)); }

Result<std::uint16_t> Server::start() {
    const auto& settings = impl_->state->settings;
    if (!settings.tls_certificate.empty()) {
        auto tls = tls_context(settings);
        if (!tls) return tls.error();
        impl_->state->tls.emplace(std::move(*tls));
    }
    const auto port = impl_->listen();
    if (!port) {
        impl_->loops.clear();
        return port;
    }
    for (std::size_t i = 0; i < impl_->loops.size(); ++i) {
        impl_->threads.emplace_back([loop = impl_->loops[i], i] {
            name_thread(i);
            loop->run();
        });
    }
    return port;
}

void Server::stop(std::chrono::milliseconds deadline) {
    for (const auto& loop : impl_->loops) loop->begin_stop(deadline);
    for (auto& thread : impl_->threads) thread.join();
    for (const auto& loop : impl_->loops) loop->drop_everything();
    impl_->threads.clear();
    impl_->loops.clear();
}

std::size_t Server::connections() const { return impl_->state->connections; }
std::size_t Server::requests_in_flight() const { return impl_->state->requests; }
std::uint64_t Server::connections_refused() const { return impl_->state->refused; }

void add_server_metrics(HttpMetrics& metrics, const Server& server) {
    using Kind = HttpMetrics::Kind;
    metrics.add("souk_http_connections", "Open connections.", Kind::gauge,
                [&] { return static_cast<double>(server.connections()); });
    metrics.add("souk_http_requests_in_flight", "Requests whose handler has not ended.",
                Kind::gauge, [&] { return static_cast<double>(server.requests_in_flight()); });
    metrics.add("souk_http_connections_refused_total", "Connections beyond the limit.",
                Kind::counter, [&] { return static_cast<double>(server.connections_refused()); });
}

}  // namespace souk
