#pragma once
// The server's configuration, typed and checked before anything starts. A value's default is its
// member's initialiser; what a setting is called and may be stands in settings.cpp, once.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/result.hpp"

namespace souk {

struct ServerConfig {
    std::string address{"0.0.0.0"};
    std::int64_t port{8080};
    std::int64_t threads{0};
    std::int64_t max_connections{10'000};
    std::int64_t max_header_bytes{16 * 1024};
    std::int64_t max_body_bytes{1024 * 1024};
    std::int64_t header_timeout_ms{10'000};
    std::int64_t body_timeout_ms{30'000};
    std::int64_t idle_timeout_ms{75'000};
    std::int64_t handler_timeout_ms{15'000};
    std::int64_t write_timeout_ms{30'000};
    std::int64_t shutdown_timeout_ms{10'000};
    std::vector<std::string> cors_origins;
    std::vector<std::string> trusted_proxies;
    std::string tls_certificate;
    std::string tls_key;
    std::string console_dir;
    bool demo_shop{true};
    std::string metrics{"everyone"};
    bool access_log{true};
};

struct PostgresConfig {
    std::string url{"postgresql:///souk"};
    std::int64_t pool{4};
    std::int64_t pool_queue{4'096};
    std::int64_t connect_timeout_s{5};
    std::int64_t statement_timeout_ms{10'000};
    std::int64_t max_batch{512};
    std::int64_t gather_us{200};
    std::int64_t queue{8'192};
};

struct RedisConfig {
    std::string url;
};

struct ActorsConfig {
    std::int64_t max_live{200'000};
    std::int64_t idle_s{300};
    std::int64_t workers{0};
};

struct CartsConfig {
    std::int64_t lifetime_days{30};
};

struct ReservationsConfig {
    std::int64_t max_minutes{24 * 60};
    std::int64_t checkout_minutes{15};
};

struct OutboxConfig {
    std::int64_t keep_days{30};
};

struct OrdersConfig {
    std::string number_prefix{"SOUK"};
};

struct PaymentsConfig {
    std::string gateway{"sandbox"};
    std::int64_t threads{4};
    std::int64_t queue{256};
    std::string sandbox_file;
    std::int64_t sandbox_decision_ms{5'000};
    std::int64_t sandbox_event_ms{1'000};
    std::int64_t answer_time_ms{10'000};
    std::int64_t grace_s{600};
    std::int64_t max_tries{8};
    std::int64_t retry_base_ms{1'000};
    std::int64_t retry_cap_ms{120'000};
    std::int64_t breaker_failures{5};
    std::int64_t breaker_open_ms{15'000};
    std::int64_t keep_events_days{30};
};

struct StripeConfig {
    std::string secret_key;
    std::vector<std::string> webhook_secrets;
    std::int64_t webhook_tolerance_s{300};
    std::string api_base{"https://api.stripe.com"};
    std::int64_t connect_timeout_ms{5'000};
    std::int64_t total_timeout_ms{9'000};
    std::string ca_file;
};

struct IdentityConfig {
    std::string secret;
    std::string issuer{"souk"};
    std::string audience{"souk"};
    std::int64_t access_minutes{15};
    std::int64_t refresh_days{7};
    std::int64_t session_days{90};
    std::int64_t key_days{30};
    std::int64_t hash_cost{12};
    std::int64_t hash_threads{1};
    std::int64_t hash_queue{32};
    std::int64_t connections{2};
    std::int64_t connection_queue{512};
    std::int64_t lockout_failures{5};
    std::int64_t lockout_address_failures{100};
    std::int64_t lockout_base_s{30};
    std::int64_t lockout_cap_s{900};
};

struct PrivacyConfig {
    std::vector<std::string> keys;
};

struct OidcConfig {
    std::vector<std::string> issuers;
    std::vector<std::string> client_ids;
    std::vector<std::string> client_secrets;
    std::vector<std::string> scopes;
    std::string public_url;
    std::string ca_file;
    std::int64_t timeout_ms{8'000};
    std::int64_t threads{2};
    std::int64_t queue{64};
};

struct MailConfig {
    std::string file;
    std::string site_url{"http://127.0.0.1:8080"};
    std::string from;
    std::string from_name;
    std::string smtp_url;
    std::string smtp_starttls{"required"};
    std::string smtp_user;
    std::string smtp_password;
    std::string smtp_ca_file;
    std::int64_t connect_timeout_ms{5'000};
    std::int64_t total_timeout_ms{20'000};
    std::int64_t max_tries{12};
    std::int64_t retry_base_ms{10'000};
    std::int64_t retry_cap_ms{3'600'000};
};

struct RateLimitConfig {
    std::int64_t guest_per_minute{100};
    std::int64_t guest_payments_per_minute{20};
    std::int64_t guest_topics_per_minute{2'000};
    std::int64_t key_per_minute{6'000};
    std::int64_t failed_logins_per_minute{30};
    std::int64_t credentials_per_minute{20};
    std::int64_t user_per_minute{600};
};

struct LiveConfig {
    std::int64_t max_connections{8'000};
    std::int64_t connections_per_address{256};
    std::int64_t topics_per_connection{256};
    std::int64_t max_topics{100'000};
    std::int64_t max_message_bytes{64 * 1024};
    std::int64_t messages_per_second{20};
    std::int64_t interval_ms{25};
    std::int64_t ping_interval_ms{20'000};
    std::int64_t silence_timeout_ms{60'000};
    std::int64_t send_timeout_ms{10'000};
    std::int64_t send_buffer_bytes{16 * 1024};
};

struct LogConfig {
    std::string level{"info"};
    std::string format{"text"};
};

struct Config {
    ServerConfig server;
    PostgresConfig postgres;
    RedisConfig redis;
    ActorsConfig actors;
    CartsConfig carts;
    ReservationsConfig reservations;
    OutboxConfig outbox;
    OrdersConfig orders;
    PaymentsConfig payments;
    StripeConfig stripe;
    IdentityConfig identity;
    PrivacyConfig privacy;
    OidcConfig oidc;
    MailConfig mail;
    RateLimitConfig rate_limit;
    LiveConfig live;
    LogConfig log;
};

/// Where values come from; a later source overrides an earlier one.
struct ConfigSources {
    std::optional<std::string> file;                         // TOML
    std::map<std::string, std::string> environment;          // SOUK_SECTION_KEY; others are ignored
    std::vector<std::pair<std::string, std::string>> flags;  // "section.key" and its value
};

/// `invalid_input` with one detail per mistake, all at once: `field` is the place
/// (file:line:column, the variable, the flag), `message` what is wrong there.
Result<Config> load_config(const ConfigSources& sources);

/// Every setting with its default and its meaning, as a TOML file.
std::string default_toml();

}  // namespace souk
