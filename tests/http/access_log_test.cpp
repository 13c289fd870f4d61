#include "http/access_log.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

#include "tests/http/http_world.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

/// While it lives, what is logged goes into a text; the server must have ended before it is read.
class LogCatcher {
public:
    LogCatcher() : before_(spdlog::default_logger()) {
        auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
        spdlog::set_default_logger(std::make_shared<spdlog::logger>("caught", std::move(sink)));
        spdlog::set_level(spdlog::level::trace);
    }
    ~LogCatcher() { spdlog::set_default_logger(before_); }
    LogCatcher(const LogCatcher&) = delete;
    LogCatcher& operator=(const LogCatcher&) = delete;

    std::string text() const { return text_.str(); }

private:
    std::ostringstream text_;
    std::shared_ptr<spdlog::logger> before_;
};

}  // namespace

TEST_CASE("neither the access log nor the error log has a body, a query or a key in it",
          "[http][log]") {
    LogCatcher log;
    {
        HttpWorld world;
        world.services.settings.access_log = true;
        world.start();
        auto client = world.client();
        const std::string headers =
            "Content-Type: application/json\r\nIdempotency-Key: secret-k\r\n"
            "X-Cart-Id: secret-c\r\n";
        const std::string body = R"({"card":"4242424242424242","clientSecret":"secret-b"})";
        CHECK(client.ask("POST", "/api/v1/things", headers, body).status == 201);
        CHECK(client.ask("POST", "/api/v1/refusals", "X-Cart-Id: secret-c\r\n", body).status ==
              409);
        CHECK(client.ask("GET", "/api/v1/bug?q=secret-q", headers).status == 500);
        CHECK(client.ask("GET", "/nowhere/4242424242424242?q=secret-q").status == 404);
    }
    const auto text = log.text();
    CAPTURE(text);
    CHECK(text.find(R"("route":"/things","status":201)") != std::string::npos);
    CHECK(text.find("handler failed") != std::string::npos);
    CHECK(text.find("4242") == std::string::npos);
    CHECK(text.find("secret-") == std::string::npos);
}

}  // namespace souk
