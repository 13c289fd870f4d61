#include "config/settings.hpp"

#include <algorithm>
#include <charconv>

namespace souk {
namespace {

constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;

/// Where a setting lives.
template <auto section, auto member>
auto& field(Config& config) {
    return config.*section.*member;
}

// One honest table: it stays in one piece although it is long.
const std::vector<Setting>& table() {
    static const std::vector<Setting> rows{
        {"server.address", "Address to listen on.",
         TextSetting{field<&Config::server, &ServerConfig::address>, {}, true}},
        {"server.port", "Port to listen on; 0 takes any free one.",
         NumberSetting{field<&Config::server, &ServerConfig::port>, 0, 65'535}},
        {"server.threads", "Threads that serve connections; 0 is one per two processors.",
         NumberSetting{field<&Config::server, &ServerConfig::threads>, 0, 256}},
        {"server.max_connections", "Open connections; more are turned away.",
         NumberSetting{field<&Config::server, &ServerConfig::max_connections>, 1, 1'000'000}},
        {"server.max_header_bytes", "Bytes of a request's line and headers.",
         NumberSetting{field<&Config::server, &ServerConfig::max_header_bytes>, 1'024, 1'048'576}},
        {"server.max_body_bytes", "Bytes of a request's body.",
         NumberSetting{field<&Config::server, &ServerConfig::max_body_bytes>, 1'024,
                       1'073'741'824}},
        {"server.header_timeout_ms", "Time to send a request's headers.",
         NumberSetting{field<&Config::server, &ServerConfig::header_timeout_ms>, 100, day_ms}},
        {"server.body_timeout_ms", "Time to send a request's body.",
         NumberSetting{field<&Config::server, &ServerConfig::body_timeout_ms>, 100, day_ms}},
        {"server.idle_timeout_ms", "Time a connection may rest between requests.",
         NumberSetting{field<&Config::server, &ServerConfig::idle_timeout_ms>, 100, day_ms}},
        {"server.handler_timeout_ms", "Time to answer a request, before it is told to retry.",
         NumberSetting{field<&Config::server, &ServerConfig::handler_timeout_ms>, 100, day_ms}},
        {"server.write_timeout_ms", "Time to take an answer.",
         NumberSetting{field<&Config::server, &ServerConfig::write_timeout_ms>, 100, day_ms}},
        {"server.shutdown_timeout_ms", "Time that requests under way get at shutdown.",
         NumberSetting{field<&Config::server, &ServerConfig::shutdown_timeout_ms>, 0, day_ms}},
        {"server.cors_origins", "Origins whose pages may call the API; \"*\" is every one.",
         ListSetting{field<&Config::server, &ServerConfig::cors_origins>}},
        {"server.trusted_proxies", "Addresses whose X-Forwarded-For is believed.",
         ListSetting{field<&Config::server, &ServerConfig::trusted_proxies>}},
        {"server.tls_certificate", "PEM file with the certificate chain; with it, TLS 1.3 only.",
         TextSetting{field<&Config::server, &ServerConfig::tls_certificate>}},
        {"server.tls_key", "PEM file with the certificate's key.",
         TextSetting{field<&Config::server, &ServerConfig::tls_key>}},
        {"server.console_dir", "Directory of the pages; empty: the one this was built with.",
         TextSetting{field<&Config::server, &ServerConfig::console_dir>}},
        {"server.demo_shop", "Serve the demo shop at /.",
         FlagSetting{field<&Config::server, &ServerConfig::demo_shop>}},
        {"server.metrics", "Who may read /metrics: everyone, or keys with the scope metrics:read.",
         TextSetting{field<&Config::server, &ServerConfig::metrics>, {"everyone", "operators"}}},
        {"server.access_log", "Write a line per request.",
         FlagSetting{field<&Config::server, &ServerConfig::access_log>}},

        {"postgres.url", "Connection string or URI of the database.",
         TextSetting{field<&Config::postgres, &PostgresConfig::url>, {}, true, true}},
        {"postgres.pool", "Connections for reading; writing and loading have their own.",
         NumberSetting{field<&Config::postgres, &PostgresConfig::pool>, 1, 256}},
        {"postgres.pool_queue", "Reads that may wait for one of them.",
         NumberSetting{field<&Config::postgres, &PostgresConfig::pool_queue>, 1, 1'000'000}},
        {"postgres.connect_timeout_s", "Time to connect.",
         NumberSetting{field<&Config::postgres, &PostgresConfig::connect_timeout_s>, 1, 600}},
        {"postgres.statement_timeout_ms", "Time for one statement; 0: no limit.",
         NumberSetting{field<&Config::postgres, &PostgresConfig::statement_timeout_ms>, 0, day_ms}},
        {"postgres.max_batch", "Changes that the write lane commits at once.",
         NumberSetting{field<&Config::postgres, &PostgresConfig::max_batch>, 1, 10'000}},
        {"postgres.gather_us", "Longest time that a batch waits for company; 0: never.",
         NumberSetting{field<&Config::postgres, &PostgresConfig::gather_us>, 0, 100'000}},
        {"postgres.queue", "Changes that may wait for the lane; more are told to retry.",
         NumberSetting{field<&Config::postgres, &PostgresConfig::queue>, 1, 1'000'000}},

        {"redis.url", "redis://[:password@]host[:port][/database] or unix:///path; empty: none.",
         TextSetting{field<&Config::redis, &RedisConfig::url>, {}, false, true}},

        {"actors.max_live", "Entities kept in memory.",
         NumberSetting{field<&Config::actors, &ActorsConfig::max_live>, 100, 100'000'000}},
        {"actors.idle_s", "Time after which an entity that nobody asks leaves memory.",
         NumberSetting{field<&Config::actors, &ActorsConfig::idle_s>, 1, 86'400}},
        {"actors.workers", "Threads that run actors; 0 is one per two processors.",
         NumberSetting{field<&Config::actors, &ActorsConfig::workers>, 0, 256}},

        {"carts.lifetime_days", "Days that a cart lives.",
         NumberSetting{field<&Config::carts, &CartsConfig::lifetime_days>, 1, 3'650}},

        {"reservations.max_minutes", "The longest that a request may say.",
         NumberSetting{field<&Config::reservations, &ReservationsConfig::max_minutes>, 1, 10'080}},
        {"reservations.checkout_minutes", "How long an order's units are held for its payment.",
         NumberSetting{field<&Config::reservations, &ReservationsConfig::checkout_minutes>, 1,
                       10'080}},

        {"outbox.keep_days",
         "How long events are kept that every relay has passed on; others are kept anyway.",
         NumberSetting{field<&Config::outbox, &OutboxConfig::keep_days>, 1, 3'650}},

        {"orders.number_prefix", "What order numbers begin with.",
         TextSetting{field<&Config::orders, &OrdersConfig::number_prefix>, {}, true}},

        {"payments.gateway",
         "Who takes cards: a sandbox that takes test tokens and moves no money, Stripe, or none.",
         TextSetting{field<&Config::payments, &PaymentsConfig::gateway>,
                     {"sandbox", "stripe", "none"}}},
        {"payments.threads", "Calls of the gateway at once.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::threads>, 1, 64}},
        {"payments.queue",
         "Calls that may wait for one of them; new payments beyond are told to come back.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::queue>, 1, 100'000}},
        {"payments.sandbox_file", "Where the sandbox keeps its books; empty: in memory alone.",
         TextSetting{field<&Config::payments, &PaymentsConfig::sandbox_file>}},
        {"payments.sandbox_decision_ms",
         "How long the sandbox thinks about a payment that it leaves processing.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::sandbox_decision_ms>, 0, 600'000}},
        {"payments.sandbox_event_ms", "How long after a change the sandbox tells of it.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::sandbox_event_ms>, 0, 600'000}},
        {"payments.answer_time_ms",
         "Time after which a call counts as unanswered, and its buyer is told processing.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::answer_time_ms>, 100, 60'000}},
        {"payments.grace_s", "How much longer an order's units are held once it is being paid.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::grace_s>, 0, 86'400}},
        {"payments.max_tries",
         "Tries of one step before it waits for an operator; those in an outage do not count.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::max_tries>, 1, 100}},
        {"payments.retry_base_ms",
         "The longest wait before the second try; it doubles from try to try.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::retry_base_ms>, 1, 3'600'000}},
        {"payments.retry_cap_ms", "Where that ends.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::retry_cap_ms>, 1, day_ms}},
        {"payments.breaker_failures",
         "Calls in a row that must fail until the gateway is left alone for a while.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::breaker_failures>, 1, 100'000}},
        {"payments.breaker_open_ms",
         "How long it is left alone; payments that begin meanwhile are told to retry.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::breaker_open_ms>, 1, 3'600'000}},
        {"payments.keep_events_days",
         "How long gateways' events, and the sandbox's payments, are remembered.",
         NumberSetting{field<&Config::payments, &PaymentsConfig::keep_events_days>, 7, 3'650}},

        {"stripe.secret_key", "Secret or restricted key, as sk_live_…; never a publishable one.",
         TextSetting{field<&Config::stripe, &StripeConfig::secret_key>, {}, false, true}},
        {"stripe.webhook_secrets",
         "Signing secrets of the endpoint, as whsec_…; two while one replaces the other.",
         ListSetting{field<&Config::stripe, &StripeConfig::webhook_secrets>, true}},
        {"stripe.webhook_tolerance_s", "How old or early an event's signature may be.",
         NumberSetting{field<&Config::stripe, &StripeConfig::webhook_tolerance_s>, 30, 3'600}},
        {"stripe.api_base", "Where Stripe's API is; http:// only on this machine.",
         TextSetting{field<&Config::stripe, &StripeConfig::api_base>, {}, true}},
        {"stripe.connect_timeout_ms", "Time to connect.",
         NumberSetting{field<&Config::stripe, &StripeConfig::connect_timeout_ms>, 100, 60'000}},
        {"stripe.total_timeout_ms", "Time for a whole call; shorter than payments.answer_time_ms.",
         NumberSetting{field<&Config::stripe, &StripeConfig::total_timeout_ms>, 100, 60'000}},
        {"stripe.ca_file", "PEM file with the authorities to trust; empty: the system's.",
         TextSetting{field<&Config::stripe, &StripeConfig::ca_file>}},

        {"identity.secret",
         "What signing keys are sealed with, 32 characters at least; empty: keys are kept in "
         "memory.",
         TextSetting{field<&Config::identity, &IdentityConfig::secret>, {}, false, true}},
        {"identity.issuer", "Who makes access tokens, as they say.",
         TextSetting{field<&Config::identity, &IdentityConfig::issuer>, {}, true}},
        {"identity.audience", "For whom they are.",
         TextSetting{field<&Config::identity, &IdentityConfig::audience>, {}, true}},
        {"identity.access_minutes", "How long an access token lives.",
         NumberSetting{field<&Config::identity, &IdentityConfig::access_minutes>, 1, 60}},
        {"identity.refresh_days", "How long a refresh token waits to be exchanged.",
         NumberSetting{field<&Config::identity, &IdentityConfig::refresh_days>, 1, 365}},
        {"identity.session_days", "How long one log-in lasts at most.",
         NumberSetting{field<&Config::identity, &IdentityConfig::session_days>, 1, 3'650}},
        {"identity.key_days", "After how long another key signs.",
         NumberSetting{field<&Config::identity, &IdentityConfig::key_days>, 1, 365}},
        {"identity.hash_cost", "Cost of bcrypt; a hash takes twice as long with each step.",
         NumberSetting{field<&Config::identity, &IdentityConfig::hash_cost>, 10, 16}},
        {"identity.hash_threads", "Threads that hash passwords, at low priority.",
         NumberSetting{field<&Config::identity, &IdentityConfig::hash_threads>, 1, 64}},
        {"identity.hash_queue", "Passwords that may wait for one of them; more are told to retry.",
         NumberSetting{field<&Config::identity, &IdentityConfig::hash_queue>, 1, 10'000}},
        {"identity.connections", "Connections to the database for accounts alone.",
         NumberSetting{field<&Config::identity, &IdentityConfig::connections>, 1, 64}},
        {"identity.connection_queue", "Questions that may wait for one of them.",
         NumberSetting{field<&Config::identity, &IdentityConfig::connection_queue>, 1, 100'000}},
        {"identity.lockout_failures",
         "Wrong passwords for one account from one address before it has to wait.",
         NumberSetting{field<&Config::identity, &IdentityConfig::lockout_failures>, 1, 1'000'000}},
        {"identity.lockout_address_failures", "The same from one address for all accounts.",
         NumberSetting{field<&Config::identity, &IdentityConfig::lockout_address_failures>, 1,
                       1'000'000}},
        {"identity.lockout_base_s", "The first wait; each further failure doubles it.",
         NumberSetting{field<&Config::identity, &IdentityConfig::lockout_base_s>, 1, 86'400}},
        {"identity.lockout_cap_s", "Where that ends.",
         NumberSetting{field<&Config::identity, &IdentityConfig::lockout_cap_s>, 1, 86'400}},

        {"privacy.keys",
         "What personal texts are sealed under in the database, newest first, 32 characters each "
         "at "
         "least; none: they are kept as they are.",
         ListSetting{field<&Config::privacy, &PrivacyConfig::keys>, true}},

        {"oidc.issuers", "OpenID providers to log in with, as google=https://accounts.google.com.",
         ListSetting{field<&Config::oidc, &OidcConfig::issuers>}},
        {"oidc.client_ids",
         "What we are called there, as google=…; id tokens for further ones are taken too.",
         ListSetting{field<&Config::oidc, &OidcConfig::client_ids>}},
        {"oidc.client_secrets", "What we prove it with, as google=…",
         ListSetting{field<&Config::oidc, &OidcConfig::client_secrets>, true}},
        {"oidc.scopes", "What is asked for instead of \"openid email profile\", as google=…",
         ListSetting{field<&Config::oidc, &OidcConfig::scopes>}},
        {"oidc.public_url", "Where browsers reach this API; empty: mail.site_url.",
         TextSetting{field<&Config::oidc, &OidcConfig::public_url>}},
        {"oidc.ca_file", "PEM file with the authorities to trust; empty: the system's.",
         TextSetting{field<&Config::oidc, &OidcConfig::ca_file>}},
        {"oidc.timeout_ms",
         "Time that a log-in may wait for its provider; below server.handler_timeout_ms.",
         NumberSetting{field<&Config::oidc, &OidcConfig::timeout_ms>, 500, 60'000}},
        {"oidc.threads", "Threads that wait for one provider.",
         NumberSetting{field<&Config::oidc, &OidcConfig::threads>, 1, 64}},
        {"oidc.queue", "Log-ins that may wait for one of them; more are told to retry.",
         NumberSetting{field<&Config::oidc, &OidcConfig::queue>, 1, 10'000}},

        {"mail.file",
         "File to write mails to without a mail server, one JSON object per line; empty: they "
         "wait.",
         TextSetting{field<&Config::mail, &MailConfig::file>}},
        {"mail.site_url", "What links in mails begin with.",
         TextSetting{field<&Config::mail, &MailConfig::site_url>, {}, true}},
        {"mail.from", "Address that mails come from.",
         TextSetting{field<&Config::mail, &MailConfig::from>}},
        {"mail.from_name", "The name beside it.",
         TextSetting{field<&Config::mail, &MailConfig::from_name>}},
        {"mail.smtp_url", "Mail server: smtp://host:port or smtps://host:port; empty: none.",
         TextSetting{field<&Config::mail, &MailConfig::smtp_url>}},
        {"mail.smtp_starttls",
         "Whether smtp:// must become TLS before anything is said; off: it never does.",
         TextSetting{field<&Config::mail, &MailConfig::smtp_starttls>, {"required", "off"}}},
        {"mail.smtp_user", "Whom to log in as; empty: nobody.",
         TextSetting{field<&Config::mail, &MailConfig::smtp_user>}},
        {"mail.smtp_password", "The password.",
         TextSetting{field<&Config::mail, &MailConfig::smtp_password>, {}, false, true}},
        {"mail.smtp_ca_file", "PEM file with the authorities to trust; empty: the system's.",
         TextSetting{field<&Config::mail, &MailConfig::smtp_ca_file>}},
        {"mail.connect_timeout_ms", "Time to connect to the mail server.",
         NumberSetting{field<&Config::mail, &MailConfig::connect_timeout_ms>, 100, 60'000}},
        {"mail.total_timeout_ms", "Time for a whole mail.",
         NumberSetting{field<&Config::mail, &MailConfig::total_timeout_ms>, 100, 60'000}},
        {"mail.max_tries", "Tries of a mail before it waits for an operator.",
         NumberSetting{field<&Config::mail, &MailConfig::max_tries>, 1, 100}},
        {"mail.retry_base_ms", "The wait before the second try; it doubles from try to try.",
         NumberSetting{field<&Config::mail, &MailConfig::retry_base_ms>, 1, day_ms}},
        {"mail.retry_cap_ms", "Where that ends.",
         NumberSetting{field<&Config::mail, &MailConfig::retry_cap_ms>, 1, day_ms}},

        {"rate_limit.guest_per_minute", "Requests a minute per address without a key; 0: no limit.",
         NumberSetting{field<&Config::rate_limit, &RateLimitConfig::guest_per_minute>, 0,
                       10'000'000}},
        {"rate_limit.guest_payments_per_minute",
         "The same for calls that begin or confirm a payment, a count of their own; 0: none.",
         NumberSetting{field<&Config::rate_limit, &RateLimitConfig::guest_payments_per_minute>, 0,
                       10'000'000}},
        {"rate_limit.guest_topics_per_minute",
         "The same for topics that are read for a WebSocket, a count of their own; 0: none.",
         NumberSetting{field<&Config::rate_limit, &RateLimitConfig::guest_topics_per_minute>, 0,
                       10'000'000}},
        {"rate_limit.key_per_minute", "The same per API key that has no number of its own.",
         NumberSetting{field<&Config::rate_limit, &RateLimitConfig::key_per_minute>, 0,
                       10'000'000}},
        {"rate_limit.failed_logins_per_minute",
         "Bad credentials a minute per address; 0: no limit.",
         NumberSetting{field<&Config::rate_limit, &RateLimitConfig::failed_logins_per_minute>, 0,
                       10'000'000}},
        {"rate_limit.credentials_per_minute",
         "Requests a minute per address where passwords and links are tried; 0: no limit.",
         NumberSetting{field<&Config::rate_limit, &RateLimitConfig::credentials_per_minute>, 0,
                       10'000'000}},
        {"rate_limit.user_per_minute", "The same for somebody who has logged in.",
         NumberSetting{field<&Config::rate_limit, &RateLimitConfig::user_per_minute>, 0,
                       10'000'000}},

        {"live.max_connections",
         "WebSockets and event streams; leave room below server.max_connections.",
         NumberSetting{field<&Config::live, &LiveConfig::max_connections>, 1, 1'000'000}},
        {"live.connections_per_address", "The same from one address.",
         NumberSetting{field<&Config::live, &LiveConfig::connections_per_address>, 1, 1'000'000}},
        {"live.topics_per_connection", "What one connection may follow.",
         NumberSetting{field<&Config::live, &LiveConfig::topics_per_connection>, 1, 10'000}},
        {"live.max_topics", "What may be followed in all, counted once per serving thread.",
         NumberSetting{field<&Config::live, &LiveConfig::max_topics>, 1, 10'000'000}},
        {"live.max_message_bytes", "Bytes of a message from a reader.",
         NumberSetting{field<&Config::live, &LiveConfig::max_message_bytes>, 256, 16'777'216}},
        {"live.messages_per_second", "Messages from one reader.",
         NumberSetting{field<&Config::live, &LiveConfig::messages_per_second>, 1, 10'000}},
        {"live.interval_ms",
         "Shortest time between two updates of one topic; what changes meanwhile goes together.",
         NumberSetting{field<&Config::live, &LiveConfig::interval_ms>, 0, 60'000}},
        {"live.ping_interval_ms",
         "Time between two pings, and between two heartbeats of an event stream.",
         NumberSetting{field<&Config::live, &LiveConfig::ping_interval_ms>, 100, day_ms}},
        {"live.silence_timeout_ms", "Time after which a reader that answers no ping is closed.",
         NumberSetting{field<&Config::live, &LiveConfig::silence_timeout_ms>, 100, day_ms}},
        {"live.send_timeout_ms", "Time that a reader may take to accept one update.",
         NumberSetting{field<&Config::live, &LiveConfig::send_timeout_ms>, 100, day_ms}},
        {"live.send_buffer_bytes",
         "Room in the kernel for what a reader has not taken; 0: the system's choice.",
         NumberSetting{field<&Config::live, &LiveConfig::send_buffer_bytes>, 0, 16'777'216}},

        {"log.level", "The least severe message that is written.",
         TextSetting{field<&Config::log, &LogConfig::level>,
                     {"trace", "debug", "info", "warn", "error"}}},
        {"log.format", "Lines for people or for machines.",
         TextSetting{field<&Config::log, &LogConfig::format>, {"text", "json"}}},
    };
    return rows;
}

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

std::string choices_text(const std::vector<std::string_view>& choices) {
    std::string text;
    for (const auto choice : choices) text += (text.empty() ? "" : ", ") + std::string(choice);
    return text;
}

std::optional<std::string> check_and_set(const NumberSetting& setting, std::int64_t value,
                                         Config& config) {
    if (value < setting.min || value > setting.max)
        return "must be from " + std::to_string(setting.min) + " to " + std::to_string(setting.max);
    setting.field(config) = value;
    return std::nullopt;
}

std::optional<std::string> check_and_set(const TextSetting& setting, const std::string& value,
                                         Config& config) {
    if (setting.required && value.empty()) return "must not be empty";
    if (!setting.choices.empty() &&
        std::ranges::find(setting.choices, value) == setting.choices.end())
        return "must be one of " + choices_text(setting.choices);
    setting.field(config) = value;
    return std::nullopt;
}

std::vector<std::string> split_list(const std::string& text) {
    std::vector<std::string> values;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const auto end = std::min(text.find_first_of(",\n", begin), text.size());
        auto value = text.substr(begin, end - begin);
        value.erase(0, value.find_first_not_of(' '));
        value.erase(value.find_last_not_of(' ') + 1);
        if (!value.empty()) values.push_back(std::move(value));
        begin = end + 1;
    }
    return values;
}

std::string quoted(const std::string& text) {
    std::string toml = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') toml.push_back('\\');
        toml.push_back(character);
    }
    return toml + "\"";
}

}  // namespace

std::string Setting::variable() const {
    std::string text = "SOUK_";
    for (const char character : key) {
        const bool lower = character >= 'a' && character <= 'z';
        text.push_back(character == '.' ? '_'
                       : lower          ? static_cast<char>(character - 32)
                                        : character);
    }
    return text;
}

bool Setting::secret() const {
    const auto* text = std::get_if<TextSetting>(&kind);
    const auto* list = std::get_if<ListSetting>(&kind);
    return (text != nullptr && text->secret) || (list != nullptr && list->secret);
}

std::span<const Setting> settings() { return table(); }

const Setting* find_setting(std::string_view key) {
    const auto found = std::ranges::find(table(), key, &Setting::key);
    return found == table().end() ? nullptr : &*found;
}

std::optional<std::string> set(const Setting& setting, const SettingValue& value, Config& config) {
    const Overloaded put{
        [&](const NumberSetting& number) -> std::optional<std::string> {
            const auto* given = std::get_if<std::int64_t>(&value);
            return given == nullptr ? "must be a whole number"
                                    : check_and_set(number, *given, config);
        },
        [&](const FlagSetting& flag) -> std::optional<std::string> {
            const auto* given = std::get_if<bool>(&value);
            if (given == nullptr) return "must be true or false";
            flag.field(config) = *given;
            return std::nullopt;
        },
        [&](const TextSetting& text) -> std::optional<std::string> {
            const auto* given = std::get_if<std::string>(&value);
            return given == nullptr ? "must be text" : check_and_set(text, *given, config);
        },
        [&](const ListSetting& list) -> std::optional<std::string> {
            const auto* given = std::get_if<std::vector<std::string>>(&value);
            if (given == nullptr) return "must be a list of texts";
            list.field(config) = *given;
            return std::nullopt;
        },
    };
    return std::visit(put, setting.kind);
}

std::optional<std::string> set_text(const Setting& setting, const std::string& text,
                                    Config& config) {
    const Overloaded read{
        [&](const NumberSetting&) -> SettingValue {
            std::int64_t number = 0;
            const char* end = text.data() + text.size();
            const auto [stop, error] = std::from_chars(text.data(), end, number);
            if (error != std::errc{} || stop != end) return text;
            return number;
        },
        [&](const FlagSetting&) -> SettingValue {
            if (text != "true" && text != "false") return text;
            return text == "true";
        },
        [&](const TextSetting&) -> SettingValue { return text; },
        [&](const ListSetting&) -> SettingValue { return split_list(text); },
    };
    return set(setting, std::visit(read, setting.kind), config);
}

std::string to_toml(const Setting& setting, const Config& config) {
    Config copy = config;  // the fields are handed out to be written
    const Overloaded write{
        [&](const NumberSetting& number) { return std::to_string(number.field(copy)); },
        [&](const FlagSetting& flag) { return std::string(flag.field(copy) ? "true" : "false"); },
        [&](const TextSetting& text) { return quoted(text.field(copy)); },
        [&](const ListSetting& list) {
            std::string toml = "[";
            for (const auto& value : list.field(copy))
                toml += (toml.size() > 1 ? ", " : "") + quoted(value);
            return toml + "]";
        },
    };
    return std::visit(write, setting.kind);
}

}  // namespace souk
