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
    CHECK(config->rate_limit.guest_payments_per_minute == 20);
    CHECK(config->rate_limit.guest_topics_per_minute == 2'000);
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

TEST_CASE("the example for production is valid once it is given its secrets", "[config]") {
    const std::string path = SOUK_SOURCE_DIR "/config/production.toml";
    CHECK(load_config({.file = path,
                       .environment = {{"SOUK_STRIPE_SECRET_KEY", "sk_test_1"},
                                       {"SOUK_MAIL_SMTP_PASSWORD", "a password"}}}));
    const auto without = load_config({.file = path});
    REQUIRE_FALSE(without);
    CHECK(names(without.error(), "stripe.secret_key", "is needed"));
    CHECK(names(without.error(), "mail.smtp_password", "come together"));
}

TEST_CASE("a mail server is asked by an address, and a password travels by TLS alone", "[config]") {
    const auto load = [](std::vector<std::pair<std::string, std::string>> flags) {
        flags.emplace_back("mail.smtp_user", "souk");
        flags.emplace_back("mail.smtp_password", "secret");
        return load_config({.flags = std::move(flags)});
    };
    const std::pair<std::string, std::string> from{"mail.from", "shop@example.com"};
    const std::pair<std::string, std::string> off{"mail.smtp_starttls", "off"};
    CHECK(load({from, {"mail.smtp_url", "smtp://mail.example.com:587"}}));
    CHECK(load({from, {"mail.smtp_url", "smtps://mail.example.com"}, off}));
    CHECK(load({from, {"mail.smtp_url", "smtp://127.0.0.1:25"}, off}));
    const auto in_the_clear = load({from, {"mail.smtp_url", "smtp://mail.example.com"}, off});
    REQUIRE_FALSE(in_the_clear);
    CHECK(names(in_the_clear.error(), "mail.smtp_starttls", "without TLS"));
    const auto by_web = load({from, {"mail.smtp_url", "https://mail.example.com"}});
    REQUIRE_FALSE(by_web);
    CHECK(names(by_web.error(), "mail.smtp_url", "must begin"));
    const auto with_user = load({from, {"mail.smtp_url", "smtp://me:secret@mail.example.com"}});
    REQUIRE_FALSE(with_user);
    CHECK(names(with_user.error(), "mail.smtp_url", "no user"));
    const auto from_nobody = load({{"mail.smtp_url", "smtp://mail.example.com"}});
    REQUIRE_FALSE(from_nobody);
    CHECK(names(from_nobody.error(), "mail.from", "an address"));
}

TEST_CASE("a list of secrets comes from a file too, by lines or commas", "[config]") {
    const TemporaryFile secrets("whsec_new\nwhsec_old, whsec_older\n");
    const TemporaryFile key("sk_test_1\n");
    const auto config =
        load_config({.environment = {{"SOUK_STRIPE_WEBHOOK_SECRETS_FILE", secrets.path()},
                                     {"SOUK_STRIPE_SECRET_KEY_FILE", key.path()}}});
    REQUIRE(config);
    const std::vector<std::string> both{"whsec_new", "whsec_old", "whsec_older"};
    CHECK(config->stripe.webhook_secrets == both);
    CHECK(config->stripe.secret_key == "sk_test_1");
}

TEST_CASE("what proves who we are is a secret", "[config]") {
    for (const auto* key : {"postgres.url", "redis.url", "stripe.secret_key",
                            "stripe.webhook_secrets", "mail.smtp_password"})
        CHECK(find_setting(key)->secret());
    for (const auto* key : {"server.cors_origins", "stripe.api_base", "payments.gateway"})
        CHECK_FALSE(find_setting(key)->secret());
}

TEST_CASE("payment settings that do not go together are refused", "[config]") {
    const struct {
        std::vector<std::pair<std::string, std::string>> flags;
        std::string wrong;  // empty: nothing
    } rows[] = {
        {{{"payments.gateway", "stripe"}, {"stripe.secret_key", "sk_test_1"}}, ""},
        {{{"payments.gateway", "stripe"}}, "stripe.secret_key"},
        {{{"payments.gateway", "stripe"},
          {"stripe.secret_key", "sk_test_1"},
          {"stripe.total_timeout_ms", "10000"}},
         "stripe.total_timeout_ms"},
        {{{"payments.answer_time_ms", "500"}}, ""},  // the sandbox asks nobody
        {{{"payments.gateway", "none"}}, ""},
        {{{"payments.gateway", "paypal"}}, "--payments.gateway"},
        {{{"payments.retry_base_ms", "1000"}, {"payments.retry_cap_ms", "999"}},
         "payments.retry_cap_ms"},
        {{{"payments.answer_time_ms", "15000"}, {"server.handler_timeout_ms", "15000"}},
         "payments.answer_time_ms"},
        {{{"stripe.api_base", "http://api.stripe.com"}}, "stripe.api_base"},
        {{{"stripe.api_base", "http://localhost.example.com"}}, "stripe.api_base"},
        {{{"stripe.api_base", "ftp://localhost"}}, "stripe.api_base"},
        {{{"stripe.api_base", ""}}, "--stripe.api_base"},
        {{{"stripe.api_base", "http://127.0.0.1:12111"}}, ""},
        {{{"stripe.api_base", "http://localhost:12111/v1"}}, ""},
    };
    for (const auto& [flags, wrong] : rows) {
        CAPTURE(flags.back().first, flags.back().second);
        const auto config = load_config({.flags = flags});
        CHECK(config.has_value() == wrong.empty());
        if (config.has_error()) CHECK(names(config.error(), wrong, ""));
    }
}

TEST_CASE("keys of personal texts are long and differ", "[config]") {
    const std::string one(32, 'a');
    const std::string two(32, 'b');
    const auto keys_of = [](const std::string& text) {
        return load_config({.environment = {{"SOUK_PRIVACY_KEYS", text}}});
    };
    CHECK(keys_of("")->privacy.keys.empty());
    CHECK(keys_of(one + "," + two)->privacy.keys == std::vector{one, two});
    CHECK(keys_of(one + "\n" + two)->privacy.keys == std::vector{one, two});
    for (const auto& wrong :
         {std::string(31, 'a'), one + "," + std::string(31, 'b'), one + "," + one}) {
        const auto config = keys_of(wrong);
        REQUIRE(config.has_error());
        CHECK(names(config.error(), "privacy.keys", ""));
    }
    CHECK(find_setting("privacy.keys")->secret());
}

TEST_CASE("settings of identity that do not go together are refused", "[config]") {
    const struct {
        std::vector<std::pair<std::string, std::string>> flags;
        std::string wrong;  // empty: nothing
    } rows[] = {
        {{{"identity.secret", std::string(32, 's')}}, ""},
        {{{"identity.secret", std::string(31, 's')}}, "identity.secret"},
        {{{"identity.hash_cost", "9"}}, "--identity.hash_cost"},
        {{{"identity.hash_cost", "10"}}, ""},
        {{{"identity.lockout_base_s", "60"}, {"identity.lockout_cap_s", "59"}},
         "identity.lockout_cap_s"},
        {{{"identity.session_days", "6"}}, "identity.session_days"},
    };
    for (const auto& [flags, wrong] : rows) {
        CAPTURE(flags.back().first);
        const auto config = load_config({.flags = flags});
        CHECK(config.has_value() == wrong.empty());
        if (config.has_error()) CHECK(names(config.error(), wrong, ""));
    }
    CHECK(find_setting("identity.secret")->secret());
}
