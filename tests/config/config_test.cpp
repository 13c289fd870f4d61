#include "config/config.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "config/settings.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

/// A file of one test, gone at its end.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& text) {
        path_ = (std::filesystem::temp_directory_path() / "souk-config-XXXXXX").string();
        const int descriptor = mkstemp(path_.data());
        REQUIRE(descriptor >= 0);
        close(descriptor);
        std::ofstream(path_) << text;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string contents(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

bool names(const Error& error, const std::string& place, const std::string& message) {
    for (const auto& detail : error.details)
        if (detail.field.find(place) != std::string::npos &&
            detail.message.find(message) != std::string::npos)
            return true;
    return false;
}

}  // namespace

TEST_CASE("without any source every setting has its default", "[config]") {
    const auto config = load_config({});
    REQUIRE(config);
    CHECK(config->server.port == 8080);
    CHECK(config->redis.url.empty());
    CHECK(config->rate_limit.guest_per_minute == 100);
}

TEST_CASE("a flag beats a variable and a variable beats the file", "[config]") {
    const TemporaryFile file("[server]\nport = 1\nthreads = 1\nmax_connections = 1\n");
    const auto config =
        load_config({.file = file.path(),
                     .environment = {{"SOUK_SERVER_PORT", "2"}, {"SOUK_SERVER_THREADS", "2"}},
                     .flags = {{"server.port", "3"}}});
    REQUIRE(config);
    CHECK(config->server.port == 3);
    CHECK(config->server.threads == 2);
    CHECK(config->server.max_connections == 1);
}

TEST_CASE("every kind of value is read from every source", "[config]") {
    const TemporaryFile file(
        "[server]\naccess_log = false\ncors_origins = [\"https://a\", \"https://b\"]\n"
        "[log]\nlevel = \"debug\"\n");
    const std::vector<std::string> origins{"https://a", "https://b"};
    const auto from_file = load_config({.file = file.path()});
    REQUIRE(from_file);
    CHECK_FALSE(from_file->server.access_log);
    CHECK(from_file->server.cors_origins == origins);
    CHECK(from_file->log.level == "debug");

    const auto from_flags = load_config({.flags = {{"server.access_log", "false"},
                                                   {"server.cors_origins", "https://a, https://b"},
                                                   {"log.level", "debug"}}});
    REQUIRE(from_flags);
    CHECK_FALSE(from_flags->server.access_log);
    CHECK(from_flags->server.cors_origins == origins);
    CHECK(from_flags->log.level == "debug");
}

TEST_CASE("all mistakes are named at once, each with its place", "[config]") {
    const TemporaryFile file(
        "[server]\n"
        "port = 70000\n"
        "prot = 1\n"
        "threads = \"two\"\n"
        "max_connections = 1.5\n"
        "[sever]\n"
        "port = 1\n");
    const auto config = load_config(
        {.file = file.path(),
         .environment = {{"SOUK_LOG_LEVEL", "loud"}, {"SOUK_POSTGRES_URI", "x"}, {"HOME", "/"}},
         .flags = {{"redis.url", "http://x"}, {"actors.idle_s", "soon"}, {"nothing.here", "1"}}});
    REQUIRE_FALSE(config);
    const auto& error = config.error();
    CHECK(error.code == ErrorCode::invalid_input);
    CHECK(names(error, file.path() + ":2:", "from 0 to 65535"));
    CHECK(names(error, file.path() + ":3:", "server.prot is not a setting"));
    CHECK(names(error, file.path() + ":4:", "must be a whole number"));
    CHECK(names(error, file.path() + ":5:", "server.max_connections"));
    CHECK(names(error, file.path() + ":6:", "sever is not a section"));
    CHECK(names(error, "SOUK_LOG_LEVEL", "must be one of trace, debug, info, warn, error"));
    CHECK(names(error, "SOUK_POSTGRES_URI", "is not a setting's variable"));
    CHECK(names(error, "--actors.idle_s", "must be a whole number"));
    CHECK(names(error, "--nothing.here", "is not a setting"));
    CHECK(error.details.size() == 9);
}

TEST_CASE("settings that do not go together are refused", "[config]") {
    const auto config =
        load_config({.flags = {{"server.tls_certificate", "/x.pem"}, {"redis.url", "http://x"}}});
    REQUIRE_FALSE(config);
    CHECK(names(config.error(), "server.tls_key", "come together"));
    CHECK(names(config.error(), "redis.url", "redis://"));
}

TEST_CASE("a file that does not parse is named with its line", "[config]") {
    const TemporaryFile file("[server]\nport = \n");
    const auto config = load_config({.file = file.path()});
    REQUIRE_FALSE(config);
    CHECK(names(config.error(), file.path() + ":2:", ""));
}

TEST_CASE("a file that is not there is named", "[config]") {
    const auto config = load_config({.file = "/nonexistent/souk.toml"});
    REQUIRE_FALSE(config);
    CHECK(names(config.error(), "/nonexistent/souk.toml", ""));
}

TEST_CASE("a secret can come from a file", "[config]") {
    const TemporaryFile secret("postgresql://souk:hush@db/souk\n");
    const auto config = load_config({.environment = {{"SOUK_POSTGRES_URL_FILE", secret.path()}}});
    REQUIRE(config);
    CHECK(config->postgres.url == "postgresql://souk:hush@db/souk");

    const auto absent =
        load_config({.environment = {{"SOUK_POSTGRES_URL_FILE", "/nonexistent/secret"}}});
    REQUIRE_FALSE(absent);
    CHECK(names(absent.error(), "SOUK_POSTGRES_URL_FILE", "cannot read"));

    const auto no_secret = load_config({.environment = {{"SOUK_LOG_LEVEL_FILE", secret.path()}}});
    CHECK_FALSE(no_secret);
}

TEST_CASE("variables of the tests and of Kubernetes are not ours to judge", "[config]") {
    CHECK(load_config({.environment = {{"SOUK_TEST_POSTGRES", "x"},
                                       {"SOUK_SERVICE_HOST", "10.0.0.1"},
                                       {"SOUK_PORT_8080_TCP", "tcp://10.0.0.1:8080"},
                                       {"SOUK_CONFIG", "x"}}}));
}

TEST_CASE("the bounds of every number hold, and its default is within them", "[config]") {
    for (const auto& setting : settings()) {
        const auto* number = std::get_if<NumberSetting>(&setting.kind);
        if (number == nullptr) continue;
        INFO(setting.key);
        Config config;
        CHECK_FALSE(set(setting, SettingValue{number->field(config)}, config));
        CHECK_FALSE(set(setting, SettingValue{number->min}, config));
        CHECK_FALSE(set(setting, SettingValue{number->max}, config));
        CHECK(set(setting, SettingValue{number->min - 1}, config));
        CHECK(set(setting, SettingValue{number->max + 1}, config));
        CHECK(number->field(config) == number->max);
    }
}

TEST_CASE("default.toml is current and says what the defaults are", "[config]") {
    const std::string path = SOUK_SOURCE_DIR "/config/default.toml";
    CHECK(contents(path) == default_toml());
    const auto config = load_config({.file = path});
    REQUIRE(config);
    for (const auto& setting : settings()) CHECK(to_toml(setting, *config) == to_toml(setting, {}));
}

TEST_CASE("the example for production is valid", "[config]") {
    CHECK(load_config({.file = SOUK_SOURCE_DIR "/config/production.toml"}));
}
