// TLS as a client meets it, with a certificate made for the occasion.

#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "http/routes/routes.hpp"
#include "tests/http/http_world.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* thing) const {
        Free(thing);
    }
};

/// A self-signed certificate and its key, in files that live as long as it does.
struct TestCertificate {
    TestCertificate() {
        std::string pattern = (std::filesystem::temp_directory_path() / "souk-tls-XXXXXX").string();
        directory = ::mkdtemp(pattern.data());
        const std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>> pair(EVP_EC_gen("P-256"));
        const std::unique_ptr<X509, Freed<X509_free>> x509(X509_new());
        X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
        X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3'600);
        X509_set_pubkey(x509.get(), pair.get());
        X509_sign(x509.get(), pair.get(), EVP_sha256());
        const std::unique_ptr<FILE, Freed<std::fclose>> to_certificate(
            std::fopen(certificate().c_str(), "w"));
        PEM_write_X509(to_certificate.get(), x509.get());
        const std::unique_ptr<FILE, Freed<std::fclose>> to_key(std::fopen(key().c_str(), "w"));
        PEM_write_PrivateKey(to_key.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }
    TestCertificate(const TestCertificate&) = delete;
    TestCertificate& operator=(const TestCertificate&) = delete;
    ~TestCertificate() { std::filesystem::remove_all(directory); }

    std::string certificate() const { return directory + "/certificate.pem"; }
    std::string key() const { return directory + "/key.pem"; }

    std::string directory;
};

constexpr std::string_view ask_for_life =
    "GET /health/live HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";

/// What the server answers over TLS of at most that version until it closes; empty when they do not
/// come together. `more` is sent once the first bytes are here.
std::string asked_over_tls(std::uint16_t port, int max_version,
                           std::string_view request = ask_for_life, std::string_view more = {}) {
    const std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_max_proto_version(context.get(), max_version);
    const std::unique_ptr<SSL, Freed<SSL_free>> tls(SSL_new(context.get()));
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        SSL_set_fd(tls.get(), socket);
        char bytes[4'096];
        if (SSL_connect(tls.get()) == 1) {
            SSL_write(tls.get(), request.data(), static_cast<int>(request.size()));
            for (int n = 1; (n = SSL_read(tls.get(), bytes, sizeof bytes)) > 0;) {
                answer.append(bytes, static_cast<std::size_t>(n));
                if (!more.empty()) SSL_write(tls.get(), more.data(), static_cast<int>(more.size()));
                more = {};
            }
        }
    }
    ::close(socket);
    return answer;
}

}  // namespace

TEST_CASE("with a certificate the server speaks TLS 1.3 and nothing older", "[http][tls]") {
    const TestCertificate certificate;
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.tls_certificate = certificate.certificate();
    settings.tls_key = certificate.key();
    world.start(settings);
    const auto answer = asked_over_tls(world.port, TLS1_3_VERSION);
    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(answer.ends_with("}"));
    CHECK(asked_over_tls(world.port, TLS1_2_VERSION).empty());
}

TEST_CASE("a WebSocket runs over TLS as well", "[http][tls][live]") {
    const TestCertificate certificate;
    HttpWorld world;
    add_live_routes(world.router);
    auto settings = HttpWorld::quick();
    settings.tls_certificate = certificate.certificate();
    settings.tls_key = certificate.key();
    world.start(settings);
    const std::string ping = R"({"type":"ping"})";
    std::string frames{'\x81', static_cast<char>(0x80 | ping.size()), 0, 0, 0, 0};
    frames += ping;
    frames += std::string{'\x88', '\x82', 0, 0, 0, 0, '\x03', '\xe8'};  // 1000: goodbye
    const auto heard = asked_over_tls(
        world.port, TLS1_3_VERSION,
        "GET /ws HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n",
        frames);
    CHECK(heard.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
    CHECK(heard.find(R"({"type":"pong"})") != std::string::npos);
    CHECK(heard.ends_with("\x03\xe8"));
}

TEST_CASE("a client that does not speak TLS is dropped", "[http][tls]") {
    const TestCertificate certificate;
    HttpWorld world;
    auto settings = HttpWorld::quick();
    settings.tls_certificate = certificate.certificate();
    settings.tls_key = certificate.key();
    world.start(settings);
    auto client = world.client();
    client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
    CHECK_THROWS(client.read());
}

}  // namespace souk
