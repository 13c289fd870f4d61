// How often a provider is asked, and that nobody waits for it longer than they should.

#include "app/oidc_provider.hpp"

#include <atomic>
#include <mutex>

#include "security/base64url.hpp"
#include "security/cipher.hpp"
#include "security/ed25519.hpp"
#include "tests/gateways/fake_server.hpp"
#include "tests/support/awaiting.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

struct Key {
    std::string id;
    Ed25519Key pair{random_bytes(32)};

    std::string json() const {
        return R"({"kty":"OKP","crv":"Ed25519","kid":")" + id + R"(","x":")" +
               to_base64url(pair.public_bytes()) + "\"}";
    }
};

struct World {
    SteppedClock clock;
    Key first{"first"};
    Key second{"second"};
    std::mutex mutex;
    std::string keys = R"({"keys":[)" + first.json() + "]}";
    std::atomic<bool> away{false};
    std::string nonce = "n";
    FakeServer server{[this](const FakeRequest& request) { return answer(request); }};
    OidcProvider provider{settings(), clock};

    World() { provider.start(); }

    OidcProviderSettings settings() const {
        OidcProviderSettings settings;
        settings.name = "test";
        settings.client.issuer = server.address();
        settings.client.client_id = "souk";
        settings.client.http.total_timeout = 300ms;
        settings.audiences = {"souk"};
        settings.redirect_uri = "https://shop.example/back";
        settings.time_limit = 400ms;
        settings.threads = 1;
        settings.queue = 2;
        return settings;
    }

    FakeAnswer answer(const FakeRequest& request) {
        const std::lock_guard lock(mutex);
        if (away) return {};
        const auto at = [&](const char* path) { return "\"" + server.address() + path + "\""; };
        if (request.target == "/keys") return json_answer(200, keys);
        if (request.target == "/token")
            return json_answer(200, R"({"id_token":")" + token(first, nonce) + "\"}");
        return json_answer(200, R"({"issuer":)" + at("") + R"(,"authorization_endpoint":)" +
                                    at("/go") + R"(,"token_endpoint":)" + at("/token") +
                                    R"(,"jwks_uri":)" + at("/keys") + "}");
    }
    void publish(const Key& key) {
        const std::lock_guard lock(mutex);
        keys = R"({"keys":[)" + key.json() + "]}";
    }

    std::string token(const Key& key, const std::string& said_nonce) const {
        const auto now =
            std::chrono::floor<std::chrono::seconds>(clock.now().time_since_epoch()).count();
        const auto text = to_base64url(R"({"alg":"EdDSA","kid":")" + key.id + "\"}") + "." +
                          to_base64url(R"({"iss":")" + server.address() +
                                       R"(","sub":"somebody","aud":"souk","nonce":")" + said_nonce +
                                       R"(","iat":)" + std::to_string(now) + R"(,"exp":)" +
                                       std::to_string(now + 300) + "}");
        return text + "." + to_base64url(key.pair.sign(text));
    }

    Result<IdToken> verify(const Key& key) {
        return awaited<Result<IdToken>>(
            [&](auto promise) { provider.verify(token(key, "any"), promise); });
    }
    Result<IdToken> redeem(const std::string& expected) {
        const Handshake handshake{.nonce = expected, .verifier = "v"};
        return awaited<Result<IdToken>>([&](auto promise) {
            provider.redeem({"code", ""}, handshake, promise);
        });
    }
    Result<std::string> address() {
        const Handshake handshake{
            .state = "s", .nonce = "n", .verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"};
        return awaited<Result<std::string>>(
            [&](auto promise) { provider.address_for(handshake, promise); });
    }
    std::size_t asked(const std::string& target) const {
        std::size_t count = 0;
        for (const auto& request : server.requests()) count += request.target == target ? 1 : 0;
        return count;
    }
};

}  // namespace

TEST_CASE("a description and keys are asked for once an hour", "[app][oidc]") {
    World world;
    for (int i = 0; i < 3; ++i) {
        CHECK(world.verify(world.first));
        CHECK(world.address());
    }
    CHECK(world.asked("/keys") == 1);
    CHECK(world.asked("/.well-known/openid-configuration") == 1);
    world.clock.advance(1h - 1s);
    CHECK(world.verify(world.first));
    CHECK(world.asked("/keys") == 1);
    world.clock.advance(1s);
    CHECK(world.verify(world.first));
    CHECK(world.asked("/keys") == 2);
    CHECK(world.asked("/.well-known/openid-configuration") == 2);
}

TEST_CASE("an unknown key makes us ask again, but not more than now and then", "[app][oidc]") {
    World world;
    REQUIRE(world.verify(world.first));
    world.publish(world.second);
    CHECK(world.verify(world.second).error().code == ErrorCode::unauthenticated);  // just asked
    world.clock.advance(10s);
    CHECK(world.verify(world.second));
    CHECK(world.verify(world.first).error().code == ErrorCode::unauthenticated);
    const auto asked = world.asked("/keys");
    const Key stranger{"stranger"};
    for (int i = 0; i < 20; ++i) CHECK_FALSE(world.verify(stranger));
    CHECK(world.asked("/keys") == asked);
    world.clock.advance(10s);
    for (int i = 0; i < 20; ++i) CHECK_FALSE(world.verify(stranger));
    CHECK(world.asked("/keys") == asked + 1);
}

TEST_CASE("keys that are no longer published are believed for an hour at most", "[app][oidc]") {
    World world;
    REQUIRE(world.verify(world.first));
    world.publish(world.second);
    world.clock.advance(1h);
    CHECK(world.verify(world.first).error().code == ErrorCode::unauthenticated);
}

TEST_CASE("the challenge is the S256 of the verifier", "[app][oidc]") {
    World world;
    const auto address = world.address();
    REQUIRE(address);
    // The example of RFC 7636, appendix B.
    CHECK(address->find("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&") !=
          std::string::npos);
}

TEST_CASE("the token behind a code must carry the nonce of this log-in", "[app][oidc]") {
    World world;
    CHECK(world.redeem("n"));
    CHECK(world.redeem("another").error().code == ErrorCode::unauthenticated);
}

TEST_CASE("a provider that says nothing is given up in time, and left alone for a while",
          "[app][oidc]") {
    World world;
    world.away = true;
    CHECK(world.address().error().code == ErrorCode::unavailable);
    const auto asked = world.server.requests().size();
    for (int i = 0; i < 20; ++i) CHECK(world.address().error().code == ErrorCode::unavailable);
    CHECK(world.server.requests().size() == asked);
    world.away = false;
    CHECK_FALSE(world.address());
    world.clock.advance(10s);
    CHECK(world.address());
}

TEST_CASE("what does not fit in the queue is told to come back, and so is what waits at the end",
          "[app][oidc]") {
    std::mutex held;
    std::unique_lock hold(held);
    WorkPool pool(1, 1);
    std::atomic<int> refused{0};
    std::atomic<int> done{0};
    const auto count = [&](bool was_refused) { ++(was_refused ? refused : done); };
    std::promise<void> running;
    CHECK(pool.submit([&](bool) {
        running.set_value();
        const std::lock_guard wait(held);
    }));
    CHECK_FALSE(pool.submit(count));  // the queue holds one, and nobody works yet
    pool.start();
    running.get_future().get();
    CHECK(pool.submit(count));
    CHECK_FALSE(pool.submit(count));
    std::thread stopping([&] { pool.stop(); });
    while (pool.submit(count)) std::this_thread::yield();
    hold.unlock();
    stopping.join();
    CHECK_FALSE(pool.submit(count));
    CHECK(refused + done >= 1);
}
