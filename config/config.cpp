#include "config/config.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include <toml++/toml.h>

#include "config/oidc_config.hpp"
#include "config/settings.hpp"

namespace souk {
namespace {

using Problems = std::vector<FieldError>;

std::string place_of(const std::string& file, const toml::source_region& source) {
    return file + ":" + std::to_string(source.begin.line) + ":" +
           std::to_string(source.begin.column);
}

/// Nothing when the value has a type that no setting has.
std::optional<SettingValue> value_of(const toml::node& node) {
    if (const auto* number = node.as_integer()) return SettingValue{number->get()};
    if (const auto* flag = node.as_boolean()) return SettingValue{flag->get()};
    if (const auto* text = node.as_string()) return SettingValue{text->get()};
    const auto* array = node.as_array();
    if (array == nullptr) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& element : *array) {
        const auto* text = element.as_string();
        if (text == nullptr) return std::nullopt;
        texts.push_back(text->get());
    }
    return SettingValue{std::move(texts)};
}

bool is_section(std::string_view name) {
    return std::ranges::any_of(settings(),
                               [&](const Setting& setting) { return setting.section() == name; });
}

void read_section(const std::string& file, const std::string& section, const toml::table& table,
                  Config& config, Problems& problems) {
    for (const auto& [key, node] : table) {
        const auto name = section + "." + std::string(key.str());
        const auto place = place_of(file, node.source());
        const auto* setting = find_setting(name);
        if (setting == nullptr) {
            problems.push_back({place, name + " is not a setting"});
            continue;
        }
        const auto value = value_of(node);
        const auto wrong = value ? set(*setting, *value, config) : "has a type no setting has";
        if (wrong) problems.push_back({place, name + " " + *wrong});
    }
}

void read_file(const std::string& file, Config& config, Problems& problems) {
    try {
        for (const auto& [key, node] : toml::parse_file(file)) {
            const auto section = std::string(key.str());
            const auto* table = node.as_table();
            if (!is_section(section))
                problems.push_back({place_of(file, node.source()), section + " is not a section"});
            else if (table == nullptr)
                problems.push_back({place_of(file, node.source()), section + " must be a section"});
            else
                read_section(file, section, *table, config, problems);
        }
    } catch (const toml::parse_error& error) {
        // A file that cannot be opened has no line.
        const bool opened = error.source().begin.line > 0;
        problems.push_back(
            {opened ? place_of(file, error.source()) : file, std::string(error.description())});
    }
}

/// Variables that are ours to read, but no settings: of the test suite, of the command line, and of
/// Kubernetes, which names a service's address this way.
bool is_other_variable(std::string_view name) {
    return name == "SOUK_CONFIG" || name == "SOUK_USER_PASSWORD" ||
           name.starts_with("SOUK_TEST_") || name.starts_with("SOUK_SERVICE_") ||
           name == "SOUK_PORT" || name.starts_with("SOUK_PORT_");
}

std::optional<std::string> read_secret(const std::string& file) {
    std::ifstream stream(file);
    if (!stream) return std::nullopt;
    std::ostringstream text;
    text << stream.rdbuf();
    auto secret = text.str();
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
    return secret;
}

void read_variable(const std::string& name, const std::string& text, Config& config,
                   Problems& problems) {
    for (const auto& setting : settings()) {
        std::optional<std::string> value;
        if (name == setting.variable()) {
            value = text;
        } else if (setting.secret() && name == setting.variable() + "_FILE") {
            value = read_secret(text);
            if (!value) return problems.push_back({name, "cannot read " + text});
        } else {
            continue;
        }
        if (const auto wrong = set_text(setting, *value, config))
            problems.push_back({name, std::string(setting.key) + " " + *wrong});
        return;
    }
    problems.push_back({name, "is not a setting's variable"});
}

void read_flag(const std::string& key, const std::string& text, Config& config,
               Problems& problems) {
    const auto place = "--" + key;
    const auto* setting = find_setting(key);
    if (setting == nullptr) return problems.push_back({place, "is not a setting"});
    if (const auto wrong = set_text(*setting, text, config)) problems.push_back({place, *wrong});
}

void check_stripe(const Config& config, Problems& problems) {
    const auto& stripe = config.stripe;
    if (!is_safe_url(stripe.api_base))
        problems.push_back({"stripe.api_base", "must begin with https://"});
    if (config.payments.gateway != "stripe") return;
    if (stripe.secret_key.empty())
        problems.push_back({"stripe.secret_key", "is needed when payments.gateway is stripe"});
    if (stripe.total_timeout_ms >= config.payments.answer_time_ms)
        problems.push_back({"stripe.total_timeout_ms",
                            "must be below payments.answer_time_ms, or a call that is "
                            "still under way would count as unanswered"});
}

/// What no single value can be blamed for.
void check_identity(const Config& config, Problems& problems) {
    constexpr std::size_t least = 32;
    const auto& secret = config.identity.secret;
    if (!secret.empty() && secret.size() < least)
        problems.push_back({"identity.secret", "must have at least 32 characters"});
    if (config.identity.lockout_cap_s < config.identity.lockout_base_s)
        problems.push_back({"identity.lockout_cap_s", "must not be less than lockout_base_s"});
    if (config.identity.session_days < config.identity.refresh_days)
        problems.push_back({"identity.session_days", "must not be less than refresh_days"});
}

void check_privacy(const Config& config, Problems& problems) {
    constexpr std::size_t least = 32;
    auto keys = config.privacy.keys;
    if (std::ranges::any_of(keys, [](const auto& key) { return key.size() < least; }))
        problems.push_back({"privacy.keys", "must have at least 32 characters each"});
    std::ranges::sort(keys);
    if (std::ranges::adjacent_find(keys) != keys.end())
        problems.push_back({"privacy.keys", "has the same key twice"});
}

void check_mail(const Config& config, Problems& problems) {
    const auto& mail = config.mail;
    if (mail.retry_cap_ms < mail.retry_base_ms)
        problems.push_back({"mail.retry_cap_ms", "must not be below mail.retry_base_ms"});
    if (mail.smtp_password.empty() != mail.smtp_user.empty())
        problems.push_back({"mail.smtp_password", "a user and a password come together"});
    if (mail.smtp_url.empty()) return;
    const bool is_tls = mail.smtp_url.starts_with("smtps://");
    const bool is_plain = mail.smtp_url.starts_with("smtp://");
    if ((!is_tls && !is_plain) || mail.smtp_url.find_first_of("@ \t\r\n") != std::string::npos)
        problems.push_back({"mail.smtp_url",
                            "must begin with smtp:// or smtps://, and hold "
                            "no user"});
    if (mail.from.find('@') == std::string::npos)
        problems.push_back({"mail.from", "must be an address when there is a mail server"});
    if (is_plain && mail.smtp_starttls == "off" && !mail.smtp_user.empty() &&
        !is_on_this_machine(mail.smtp_url))
        problems.push_back({"mail.smtp_starttls", "a password is not sent without TLS"});
}

void check_whole(const Config& config, Problems& problems) {
    if (config.server.tls_certificate.empty() != config.server.tls_key.empty())
        problems.push_back({"server.tls_key", "a certificate and its key come together"});
    const auto& redis = config.redis.url;
    if (!redis.empty() && !redis.starts_with("redis://") && !redis.starts_with("unix:///"))
        problems.push_back({"redis.url", "must begin with redis:// or unix:///"});
    if (config.payments.retry_cap_ms < config.payments.retry_base_ms)
        problems.push_back({"payments.retry_cap_ms", "must not be below payments.retry_base_ms"});
    if (config.payments.answer_time_ms >= config.server.handler_timeout_ms)
        problems.push_back({"payments.answer_time_ms",
                            "must be below server.handler_timeout_ms, or who pays is told to "
                            "retry instead of how the payment stands"});
    check_stripe(config, problems);
    check_identity(config, problems);
    check_privacy(config, problems);
    std::ranges::move(oidc_problems(config.oidc), std::back_inserter(problems));
    if (config.oidc.timeout_ms >= config.server.handler_timeout_ms)
        problems.push_back({"oidc.timeout_ms", "must be below server.handler_timeout_ms"});
    check_mail(config, problems);
}

}  // namespace

Result<Config> load_config(const ConfigSources& sources) {
    Config config;
    Problems problems;
    if (sources.file) read_file(*sources.file, config, problems);
    for (const auto& [name, text] : sources.environment)
        if (name.starts_with("SOUK_") && !is_other_variable(name))
            read_variable(name, text, config, problems);
    for (const auto& [key, text] : sources.flags) read_flag(key, text, config, problems);
    if (problems.empty()) check_whole(config, problems);
    if (!problems.empty())
        return Error{ErrorCode::invalid_input, "the configuration is not valid",
                     std::move(problems)};
    return config;
}

std::string default_toml() {
    const Config defaults;
    std::string toml =
        "# Every setting with its default. Each can also be set by a variable, as "
        "SOUK_SERVER_PORT,\n"
        "# and by a flag, as --server.port=8080; a flag beats a variable, a variable beats this "
        "file.\n"
        "# A secret can be read from a file: SOUK_POSTGRES_URL_FILE, SOUK_REDIS_URL_FILE,\n"
        "# SOUK_STRIPE_SECRET_KEY_FILE, SOUK_STRIPE_WEBHOOK_SECRETS_FILE,\n"
        "# SOUK_IDENTITY_SECRET_FILE, SOUK_PRIVACY_KEYS_FILE, SOUK_MAIL_SMTP_PASSWORD_FILE,\n"
        "# SOUK_OIDC_CLIENT_SECRETS_FILE.\n"
        "# Written by `soukd check-config --defaults`.\n";
    std::string_view section;
    for (const auto& setting : settings()) {
        if (setting.section() != section) {
            section = setting.section();
            toml.append("\n[").append(section).append("]\n");
        }
        toml.append("# ").append(setting.doc).append("\n");
        toml.append(setting.name()).append(" = ").append(to_toml(setting, defaults)).append("\n");
    }
    return toml;
}

}  // namespace souk
