#include "persistence/redis.hpp"

#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/redis_client.hpp"

using namespace souk;

TEST_CASE("a Redis URL is read in both its forms", "[persistence][redis]") {
    const auto full = parse_redis_url("redis://:pa:ss@cache:6380/3");
    REQUIRE(full);
    CHECK(full->host == "cache");
    CHECK(full->port == 6380);
    CHECK(full->password == "pa:ss");
    CHECK(full->database == 3);
    const auto plain = parse_redis_url("redis://localhost");
    REQUIRE(plain);
    CHECK(plain->port == 6379);
    CHECK(parse_redis_url("unix:///run/redis.sock")->socket == "/run/redis.sock");
    for (const auto* bad : {"", "http://x", "redis://", "redis://x:0", "redis://x:99999",
                            "redis://x:y", "redis://x/y", "redis://user:p@x", "unix://relative"}) {
        INFO(bad);
        CHECK_FALSE(parse_redis_url(bad));
    }
}

TEST_CASE("commands answer, in order and with what Redis says", "[persistence][redis]") {
    TestRedis server;
    Redis redis({.url = server.url()});
    REQUIRE(redis.start());
    wait_until(redis, true);
    CHECK(ask_redis(redis, {"SET", "k", std::string("a\0b", 3)}));
    CHECK(ask_redis(redis, {"GET", "k"})->text == std::string("a\0b", 3));
    CHECK(ask_redis(redis, {"GET", "nothing"})->nil);
    CHECK(ask_redis(redis, {"MGET", "k", "nothing"})->elements.size() == 2);
    const auto refused = ask_redis(redis, {"INCR", "k"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::internal);
    CHECK(redis.up());
}

TEST_CASE("without Redis commands fail at once, and work again when it is back",
          "[persistence][redis]") {
    TestRedis server;
    Redis redis({.url = server.url()});
    redis.at_connect({"INCR", "connections"});
    REQUIRE(redis.start());
    wait_until(redis, true);
    server.stop();
    CHECK(ask_redis(redis, {"PING"}).error().code == ErrorCode::unavailable);
    wait_until(redis, false);
    CHECK(ask_redis(redis, {"PING"}).error().code == ErrorCode::unavailable);
    server.start();
    wait_until(redis, true);
    CHECK(ask_redis(redis, {"GET", "connections"})->text == "1");
}

TEST_CASE("a script that Redis forgot is sent again", "[persistence][redis]") {
    TestRedis server;
    Redis redis({.url = server.url()});
    REQUIRE(redis.start());
    wait_until(redis, true);
    constexpr auto source = "return KEYS[1] .. ARGV[1]";
    const auto run = [&] {
        auto given = std::make_shared<std::promise<Result<RedisValue>>>();
        redis.script(source, {"a"}, {"b"},
                     [given](Result<RedisValue> value) { given->set_value(std::move(value)); });
        return given->get_future().get();
    };
    CHECK(run()->text == "ab");
    REQUIRE(ask_redis(redis, {"SCRIPT", "FLUSH"}));
    CHECK_FALSE(run());
    CHECK(run()->text == "ab");
}

TEST_CASE("commands over the bound are refused", "[persistence][redis]") {
    TestRedis server;
    Redis redis({.url = server.url(), .max_waiting = 0});
    REQUIRE(redis.start());
    wait_until(redis, true);
    CHECK(ask_redis(redis, {"PING"}).error().code == ErrorCode::unavailable);
}

TEST_CASE("a malformed URL is refused before anything starts", "[persistence][redis]") {
    Redis redis({.url = "nonsense"});
    CHECK(redis.start().error().code == ErrorCode::invalid_input);
}

TEST_CASE("what is put off happens later, one thing at a time", "[persistence][redis]") {
    TestRedis server;
    std::promise<void> done;  // outlives who keeps it
    Redis redis({.url = server.url()});
    CHECK_FALSE(redis.after(std::chrono::milliseconds{1}, [] { FAIL("Redis is not there yet"); }));
    REQUIRE(redis.start());
    wait_until(redis, true);
    REQUIRE(redis.after(std::chrono::hours{1}, [&] { done.set_value(); }));
    CHECK_FALSE(redis.after(std::chrono::milliseconds{1}, [] { FAIL("another waits"); }));

    SECTION("but not before its time") { CHECK(ask_redis(redis, {"PING"})); }
    SECTION("and at once when the connection is lost") {
        server.stop();
        CHECK(ask_redis(redis, {"PING"}).error().code == ErrorCode::unavailable);
        CHECK(done.get_future().wait_for(std::chrono::minutes{1}) == std::future_status::ready);
    }
}

TEST_CASE("what is put off happens although no command comes", "[persistence][redis]") {
    TestRedis server;
    std::promise<void> done;  // outlives who keeps it
    Redis redis({.url = server.url()});
    REQUIRE(redis.start());
    wait_until(redis, true);
    REQUIRE(redis.after(std::chrono::milliseconds{1}, [&] { done.set_value(); }));
    CHECK(done.get_future().wait_for(std::chrono::minutes{1}) == std::future_status::ready);
}
