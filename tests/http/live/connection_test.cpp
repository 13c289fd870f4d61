#include "http/live/connection.hpp"

#include <mutex>
#include <stdexcept>

#include "http/routes/routes.hpp"
#include "tests/http/http_world.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

using namespace std::chrono_literals;

enum class Opcode : unsigned char { text = 1, close = 8, ping = 9, pong = 10 };

struct WsFrame {
    Opcode opcode{};
    std::string payload;

    /// Of a close.
    int code() const {
        return static_cast<unsigned char>(payload.at(0)) * 256 +
               static_cast<unsigned char>(payload.at(1));
    }
};

/// A WebSocket client that says what it is told to, in frames of less than 126 bytes.
class WsClient {
public:
    WsClient(const HttpWorld& world, const std::string& key) : client_(world.client()) {
        const auto answer = client_.ask("GET", "/ws",
                                        "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                                        "Sec-WebSocket-Version: 13\r\n"
                                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                        "X-API-Key: " +
                                            key + "\r\n");
        REQUIRE(answer.status == 101);
    }

    void say(const std::string& text) { send(Opcode::text, text); }

    WsFrame read() {
        const auto head = client_.read_bytes(2);
        auto size = static_cast<std::size_t>(static_cast<unsigned char>(head[1]));
        if (size == 126) {
            const auto more = client_.read_bytes(2);
            size = static_cast<std::size_t>(static_cast<unsigned char>(more[0])) * 256 +
                   static_cast<unsigned char>(more[1]);
        }
        WsFrame frame{static_cast<Opcode>(head[0] & 0x0f), client_.read_bytes(size)};
        if (frame.opcode == Opcode::ping) send(Opcode::pong, frame.payload);
        return frame;
    }
    WsFrame read_until(Opcode opcode) {
        for (int frames = 0; frames < 200; ++frames)
            if (auto frame = read(); frame.opcode == opcode) return frame;
        throw std::runtime_error("no such frame");
    }

private:
    // The mask of a frame may be all zero: then the payload stands as it is.
    void send(Opcode opcode, const std::string& payload) {
        std::string frame{static_cast<char>(0x80 | static_cast<int>(opcode)),
                          static_cast<char>(0x80 | payload.size())};
        client_.send(frame.append(4, '\0') + payload);
    }

    RawClient client_;
};

struct LiveServer : HttpWorld {
    LiveServer()
        : HttpWorld(
              LiveSettings{.ping_interval = 20ms, .silence_timeout = 300ms, .send_timeout = 5s}),
          key(keys.add({"console:view"})) {
        add_live_routes(router);
        start();
    }
    const std::string key;
};

const std::string subscribe_to_actors = R"({"type":"subscribe","topics":["actors"]})";

}  // namespace

TEST_CASE("a revoked key ends its WebSocket with 1008 at the next beat", "[http][live]") {
    LiveServer server;
    WsClient client(server, server.key);
    client.say(subscribe_to_actors);
    CHECK(client.read_until(Opcode::text).payload.find("subscribed") != std::string::npos);
    server.keys.revoke(server.key);
    const auto end = client.read_until(Opcode::close);
    CHECK(end.code() == 1008);
    CHECK(end.payload.substr(2) == "the credentials are not valid");
}

TEST_CASE("a key that lost the scope of what it follows ends its WebSocket with 1008",
          "[http][live]") {
    LiveServer server;
    WsClient client(server, server.key);
    client.say(subscribe_to_actors);
    client.read_until(Opcode::text);
    server.keys.set_scopes(server.key, {"orders:read"});
    CHECK(client.read_until(Opcode::close).code() == 1008);
}

TEST_CASE("a key that cannot be looked up keeps what it follows", "[http][live]") {
    LiveServer server;
    WsClient client(server, server.key);
    client.say(subscribe_to_actors);
    client.read_until(Opcode::text);
    server.keys.down = true;
    for (int beats = 0; beats < 5; ++beats) client.read_until(Opcode::ping);
    server.keys.down = false;
    client.say(R"({"type":"ping","id":"still here"})");
    while (client.read_until(Opcode::text).payload.find("still here") == std::string::npos) {
    }
}

TEST_CASE("a client whose topics are being looked up is not taken for silent", "[http][live]") {
    LiveServer server;
    std::mutex mutex;
    Promise<Result<AuditPage>> looked_up;
    server.console.asked_for_audit = [&](Promise<Result<AuditPage>> page) {
        const std::lock_guard lock(mutex);
        looked_up = std::move(page);
    };
    WsClient client(server, server.key);
    client.say(R"({"type":"subscribe","topics":["events"]})");
    for (int beats = 0; beats < 25; ++beats) REQUIRE(client.read().opcode == Opcode::ping);
    {
        const std::lock_guard lock(mutex);
        looked_up(AuditPage{});
    }
    CHECK(client.read_until(Opcode::text).payload.find("subscribed") != std::string::npos);
    for (int beats = 0; beats < 25; ++beats) client.read_until(Opcode::ping);  // it is heard again
}

}  // namespace souk
