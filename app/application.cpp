#include "app/application.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <thread>

#include "actors/entity_system.hpp"
#include "app/audit_sealer.hpp"
#include "app/blocking_read.hpp"
#include "app/eraser.hpp"
#include "app/gateway_news.hpp"
#include "app/live_news.hpp"
#include "app/mail_room.hpp"
#include "app/oidc_provider.hpp"
#include "app/old_rows.hpp"
#include "app/order_mails.hpp"
#include "app/payment_desk.hpp"
#include "app/random_ids.hpp"
#include "app/relay.hpp"
#include "app/row_sources.hpp"
#include "app/signing_keys.hpp"
#include "app/system_clock.hpp"
#include "app/system_health.hpp"
#include "app/views/accounts_view.hpp"
#include "app/views/address_books_view.hpp"
#include "app/views/api_keys_view.hpp"
#include "app/views/audit_trail_view.hpp"
#include "app/views/buyers_view.hpp"
#include "app/views/catalogue_view.hpp"
#include "app/views/console_view.hpp"
#include "app/views/customers_view.hpp"
#include "app/views/discounts_view.hpp"
#include "app/views/idempotency_view.hpp"
#include "app/views/inventory_view.hpp"
#include "app/views/key_desk_view.hpp"
#include "app/views/payments_view.hpp"
#include "app/views/people_view.hpp"
#include "app/views/personal_data_view.hpp"
#include "app/views/provider_log_ins_view.hpp"
#include "app/views/rate_limits_view.hpp"
#include "app/views/tables_view.hpp"
#include "app/views/tenants_view.hpp"
#include "config/oidc_config.hpp"
#include "gateways/cash_on_delivery.hpp"
#include "gateways/mail_file.hpp"
#include "gateways/sandbox.hpp"
#include "gateways/smtp_mailer.hpp"
#include "gateways/stripe.hpp"
#include "http/live/hub.hpp"
#include "http/metrics.hpp"
#include "http/openapi.hpp"
#include "http/page_routes.hpp"
#include "http/routes/routes.hpp"
#include "http/server.hpp"
#include "http/system_routes.hpp"
#include "persistence/batch_writer.hpp"
#include "persistence/migrate.hpp"
#include "persistence/personal_keys_repository.hpp"
#include "persistence/product_cache.hpp"
#include "persistence/read_pool.hpp"
#include "persistence/redis.hpp"
#include "persistence/user_repository.hpp"
#include "security/hash_pool.hpp"
#include "security/personal_keys.hpp"

namespace souk {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// A configured number of threads; 0 is one per two processors.
int threads_of(std::int64_t configured) {
    if (configured > 0) return static_cast<int>(configured);
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency() / 2));
}

ServerSettings server_settings(const ServerConfig& config) {
    ServerSettings settings;
    settings.address = config.address;
    settings.port = static_cast<std::uint16_t>(config.port);
    settings.threads = threads_of(config.threads);
    settings.max_header_bytes = static_cast<std::uint32_t>(config.max_header_bytes);
    settings.max_body_bytes = static_cast<std::uint64_t>(config.max_body_bytes);
    settings.max_connections = static_cast<std::size_t>(config.max_connections);
    settings.header_timeout = milliseconds{config.header_timeout_ms};
    settings.body_timeout = milliseconds{config.body_timeout_ms};
    settings.idle_timeout = milliseconds{config.idle_timeout_ms};
    settings.handler_timeout = milliseconds{config.handler_timeout_ms};
    settings.write_timeout = milliseconds{config.write_timeout_ms};
    settings.tls_certificate = config.tls_certificate;
    settings.tls_key = config.tls_key;
    return settings;
}

/// What browsers call this server.
const std::string& public_url(const Config& config) {
    return config.oidc.public_url.empty() ? config.mail.site_url : config.oidc.public_url;
}

HttpSettings http_settings(const Config& config) {
    HttpSettings settings;
    settings.guest_requests_per_minute = config.rate_limit.guest_per_minute;
    settings.strict_requests_per_minute = config.rate_limit.guest_payments_per_minute;
    settings.topics_per_minute = config.rate_limit.guest_topics_per_minute;
    settings.failed_logins_per_minute = config.rate_limit.failed_logins_per_minute;
    settings.credentials_per_minute = config.rate_limit.credentials_per_minute;
    settings.user_requests_per_minute = config.rate_limit.user_per_minute;
    settings.cors_origins = config.server.cors_origins;
    settings.trusted_proxies = config.server.trusted_proxies;
    settings.access_log = config.server.access_log;
    settings.cart_lifetime = std::chrono::days{config.carts.lifetime_days};
    settings.reservation_time = minutes{config.reservations.checkout_minutes};
    settings.max_reservation_time = minutes{config.reservations.max_minutes};
    settings.secure_cookies = public_url(config).starts_with("https://");
    return settings;
}

LiveSettings live_settings(const LiveConfig& config) {
    LiveSettings settings;
    settings.max_connections = static_cast<std::size_t>(config.max_connections);
    settings.connections_per_address = static_cast<std::size_t>(config.connections_per_address);
    settings.topics_per_connection = static_cast<std::size_t>(config.topics_per_connection);
    settings.max_topics = static_cast<std::size_t>(config.max_topics);
    settings.max_message_bytes = static_cast<std::size_t>(config.max_message_bytes);
    settings.messages_per_second = config.messages_per_second;
    settings.interval = milliseconds{config.interval_ms};
    settings.ping_interval = milliseconds{config.ping_interval_ms};
    settings.silence_timeout = milliseconds{config.silence_timeout_ms};
    settings.send_timeout = milliseconds{config.send_timeout_ms};
    settings.send_buffer_bytes = static_cast<int>(config.send_buffer_bytes);
    return settings;
}

PaymentPolicy payment_policy(const PaymentsConfig& config) {
    PaymentPolicy policy;
    policy.grace = seconds{config.grace_s};
    policy.answer_time = milliseconds{config.answer_time_ms};
    policy.retry.base = milliseconds{config.retry_base_ms};
    policy.retry.cap = milliseconds{config.retry_cap_ms};
    policy.retry.ceiling = config.max_tries;
    return policy;
}

// A call ends before its attempt is taken up again, so that the two are never under way at once.
PaymentDeskSettings desk_settings(const PaymentsConfig& config) {
    PaymentDeskSettings settings;
    settings.threads = static_cast<std::size_t>(config.threads);
    settings.queue = static_cast<std::size_t>(config.queue);
    settings.answer_time = milliseconds{config.answer_time_ms * 9 / 10};
    settings.breaker.failures = static_cast<std::size_t>(config.breaker_failures);
    settings.breaker.open_time = milliseconds{config.breaker_open_ms};
    return settings;
}

SandboxOptions sandbox_options(const PaymentsConfig& config) {
    SandboxOptions options;
    options.books_file = config.sandbox_file;
    options.decision_delay = milliseconds{config.sandbox_decision_ms};
    options.event_delay = milliseconds{config.sandbox_event_ms};
    return options;
}

StripeOptions stripe_options(const StripeConfig& config) {
    StripeOptions options;
    options.secret_key = config.secret_key;
    options.api_base = config.api_base;
    options.http.connect_timeout = milliseconds{config.connect_timeout_ms};
    options.http.total_timeout = milliseconds{config.total_timeout_ms};
    options.http.ca_file = config.ca_file;
    return options;
}

OidcProviderSettings oidc_settings(const OidcProviderConfig& provider, const Config& config) {
    OidcProviderSettings settings;
    settings.name = provider.name;
    settings.audiences = provider.client_ids;
    settings.redirect_uri =
        public_url(config) + "/api/v1/auth/oauth/" + provider.name + "/callback";
    settings.time_limit = milliseconds{config.oidc.timeout_ms};
    settings.threads = static_cast<std::size_t>(config.oidc.threads);
    settings.queue = static_cast<std::size_t>(config.oidc.queue);
    settings.client.issuer = provider.issuer;
    settings.client.client_id = provider.client_ids.front();
    settings.client.client_secret = provider.client_secret;
    settings.client.scopes = provider.scopes;
    settings.client.http.connect_timeout = milliseconds{config.oidc.timeout_ms / 2};
    settings.client.http.total_timeout = milliseconds{config.oidc.timeout_ms};
    settings.client.http.ca_file = config.oidc.ca_file;
    return settings;
}

HashPoolSettings hash_settings(const IdentityConfig& config) {
    HashPoolSettings settings;
    settings.threads = static_cast<std::size_t>(config.hash_threads);
    settings.queue = static_cast<std::size_t>(config.hash_queue);
    settings.cost = static_cast<int>(config.hash_cost);
    return settings;
}

AccountSettings account_settings(const IdentityConfig& config) {
    AccountSettings settings;
    settings.sessions.access_lifetime = minutes{config.access_minutes};
    settings.sessions.refresh_lifetime = std::chrono::days{config.refresh_days};
    settings.sessions.session_lifetime = std::chrono::days{config.session_days};
    settings.account_lockout.free_failures = config.lockout_failures;
    settings.address_lockout.free_failures = config.lockout_address_failures;
    for (auto* policy : {&settings.account_lockout, &settings.address_lockout}) {
        policy->wait.base = seconds{config.lockout_base_s};
        policy->wait.cap = seconds{config.lockout_cap_s};
    }
    settings.names = {config.issuer, config.audience};
    return settings;
}

SmtpOptions smtp_options(const MailConfig& config) {
    SmtpOptions options;
    options.url = config.smtp_url;
    options.starttls = config.smtp_starttls == "required";
    options.user = config.smtp_user;
    options.password = config.smtp_password;
    options.ca_file = config.smtp_ca_file;
    options.from = {config.from, config.from_name};
    options.connect_timeout = milliseconds{config.connect_timeout_ms};
    options.total_timeout = milliseconds{config.total_timeout_ms};
    return options;
}

// Nobody else takes a mail up while it may still be under way.
MailPolicy mail_policy(const MailConfig& config) {
    MailPolicy policy;
    policy.retry.base = milliseconds{config.retry_base_ms};
    policy.retry.cap = milliseconds{config.retry_cap_ms};
    policy.retry.ceiling = config.max_tries;
    policy.lease = milliseconds{config.total_timeout_ms} + minutes{1};
    return policy;
}

// An old key is believed for longer than any token it signed lives, on clocks that disagree too.
SigningKeyPolicy signing_key_policy(const IdentityConfig& config) {
    SigningKeyPolicy policy;
    policy.rotate_after = std::chrono::days{config.key_days};
    policy.keep_after = minutes{config.access_minutes} + minutes{5};
    return policy;
}

WebhookSettings webhook_settings(const StripeConfig& config) {
    const auto& key = config.secret_key;
    const bool live = key.starts_with("sk_live_") || key.starts_with("rk_live_");
    return {config.webhook_secrets, seconds{config.webhook_tolerance_s}, live};
}

EntitySettings entity_settings(const Config& config, std::int64_t last_order_number) {
    EntitySettings settings;
    settings.payments = payment_policy(config.payments);
    settings.workers = static_cast<std::size_t>(threads_of(config.actors.workers));
    settings.max_live = config.actors.max_live;
    settings.idle_s = static_cast<std::uint32_t>(config.actors.idle_s);
    settings.order_prefix = config.orders.number_prefix;
    settings.last_order_number = last_order_number;
    settings.lane.max_batch = static_cast<std::size_t>(config.postgres.max_batch);
    settings.lane.max_queue = static_cast<std::size_t>(config.postgres.queue);
    settings.lane.gather = std::chrono::microseconds{config.postgres.gather_us};
    return settings;
}

ConnectionOptions connection_options(const Config& config) {
    ConnectionOptions options;
    options.url = config.postgres.url;
    options.connect_timeout = seconds{config.postgres.connect_timeout_s};
    options.statement_timeout = milliseconds{config.postgres.statement_timeout_ms};
    options.personal = personal_cipher(config.privacy.keys);
    return options;
}

std::vector<VariantId> variants_of(std::span<const ChangeSet* const> batch) {
    std::vector<VariantId> variants;
    for (const auto* change : batch)
        for (const auto& stock : change->stock) variants.push_back(stock.key.variant);
    std::ranges::sort(variants);
    variants.erase(std::ranges::unique(variants).begin(), variants.end());
    return variants;
}

}  // namespace

struct Application::Parts {
    explicit Parts(const Config& all)
        : config(all),
          database(connection_options(config)),
          ids(clock),
          writer(database, to_hex(ids.next())),
          reads({.connection = database,
                 .threads = static_cast<std::size_t>(config.postgres.pool),
                 .max_waiting = static_cast<std::size_t>(config.postgres.pool_queue)}),
          account_db({.connection = database,
                      .threads = static_cast<std::size_t>(config.identity.connections),
                      .max_waiting = static_cast<std::size_t>(config.identity.connection_queue)}),
          hashing(hash_settings(config.identity)),
          live(live_settings(config.live)) {}

    Result<std::uint16_t> start();
    Result<void> open_database();
    Result<void> open_redis();
    Result<void> open_gateways();
    Result<void> open_accounts();
    void open_providers();
    void open_mails();
    Result<void> open_http();
    void add_metrics();
    void stop();

    Config config;
    ConnectionOptions database;
    SystemClock clock;
    RandomIds ids;
    BatchWriter writer;
    ReadPool reads;
    ReadPool account_db;  // so that no storm of log-ins takes the connections of others
    HashPool hashing;
    LiveHub live;
    std::optional<Redis> redis;
    std::optional<ProductCache> cache;
    CashOnDelivery cash;
    std::unique_ptr<SandboxGateway> sandbox;
    std::optional<StripeGateway> stripe;
    std::optional<PaymentDesk> desk;
    std::optional<EntitySystem> entities;
    std::optional<GatewayNews> news;
    std::optional<SandboxPostman> postman;
    std::optional<PaymentsView> payments;
    std::optional<DiscountsView> discounts;
    std::optional<CatalogueView> catalogue;
    std::optional<InventoryView> inventory;
    std::optional<TablesView> tables;
    std::optional<TenantsView> tenants;
    std::optional<ApiKeysView> keys;
    std::optional<SigningKeys> signing_keys;
    std::optional<AccountsView> accounts;
    std::vector<std::unique_ptr<OidcProvider>> providers;
    std::optional<ProviderLogInsView> provider_log_ins;
    std::optional<PeopleView> people;
    std::optional<AddressBooksView> addresses;
    std::optional<CustomersView> customers;
    std::optional<BuyersView> buyers;
    std::optional<KeyDeskView> key_desk;
    std::optional<AuditTrailView> audit;
    std::optional<AuditSealer> sealer;
    std::optional<PersonalDataView> personal_data;
    std::optional<Eraser> eraser;
    Periodic key_uses;
    std::optional<MailFile> mail_file;
    std::optional<SmtpMailer> smtp;
    std::optional<MailRoom> mail_room;
    std::optional<Relay> mail_relay;
    std::optional<RateLimitsView> limits;
    std::optional<IdempotencyView> idempotency;
    std::optional<OldRows> old_rows;
    std::optional<SystemHealth> health;
    HttpMetrics metrics;
    std::optional<ConsoleView> console;
    Documents documents;
    Router router;
    std::optional<Services> services;
    std::optional<Server> server;
};

// The lane is taken before anything is read: what an earlier server still had under way is then
// either committed or fenced off.
Result<void> Application::Parts::open_database() {
    auto db = Connection::open(database);
    if (!db) return db.error();
    const auto migrated = is_migrated(*db, embedded_migrations());
    if (!migrated) return migrated.error();
    if (!*migrated)
        return refuse(ErrorCode::conflict, "the database is not up to date: run `soukd migrate`");
    if (auto adopted = adopt_personal_keys(*db); !adopted) return adopted;
    if (config.privacy.keys.empty())
        spdlog::warn("privacy.keys is empty: what people tell is kept as it is, sealed for nobody");
    const auto taken = writer.recover();
    if (taken.status != CommitStatus::committed)
        return refuse(ErrorCode::unavailable, "cannot take the write lane: " + taken.detail);
    if (auto noted = note_serving_key(*db); !noted) return noted;
    reads.start();
    return {};
}

Result<void> Application::Parts::open_redis() {
    if (config.redis.url.empty()) return {};
    redis.emplace(RedisOptions{.url = config.redis.url});
    cache.emplace(*redis, std::chrono::hours{24});
    return redis->start();
}

Result<void> Application::Parts::open_gateways() {
    desk.emplace(clock, desk_settings(config.payments));
    desk->add(PaymentMethod::cash_on_delivery, cash);
    if (config.payments.gateway == "sandbox") {
        spdlog::warn("payments are pretended: the sandbox takes test tokens and moves no money{}",
                     config.payments.sandbox_file.empty()
                         ? "; its books are in memory, so a restart forgets what it took "
                           "(payments.sandbox_file)"
                         : "");
        auto opened = SandboxGateway::open(sandbox_options(config.payments), clock);
        if (!opened) return opened.error();
        sandbox = std::move(*opened);
        desk->add(PaymentMethod::sandbox, *sandbox);
    }
    if (config.payments.gateway == "stripe") {
        const auto options = stripe_options(config.stripe);
        if (auto checked = StripeGateway::check(options); !checked) return checked.error();
        stripe.emplace(options, clock);
        desk->add(PaymentMethod::stripe, *stripe);
    }
    return {};
}

Result<void> Application::Parts::open_accounts() {
    const auto& identity = config.identity;
    account_db.start();
    const auto costs =
        blocking_read(account_db, [](Connection& db) { return find_hash_costs(db); });
    if (!costs) return costs.error();
    hashing.expect_costs(*costs);
    hashing.start();
    signing_keys.emplace(account_db, clock, signing_key_policy(identity), identity.secret);
    if (auto ready = signing_keys->start(); !ready) return ready;
    accounts.emplace(
        account_db, hashing, [this] { return signing_keys->ring(); }, clock, ids,
        account_settings(identity));
    open_providers();
    people.emplace(account_db, *accounts, *keys, clock, ids);
    addresses.emplace(account_db, clock, ids);
    customers.emplace(account_db, clock, ids);
    buyers.emplace(reads);
    key_desk.emplace(account_db, *keys, clock, ids);
    audit.emplace(reads);
    sealer.emplace(reads);
    personal_data.emplace(account_db, *accounts, *keys, clock, ids);
    eraser.emplace(database, EraserReach{entities->carts(), entities->orders()}, clock,
                   &entities->deeds());
    return {};
}

void Application::Parts::open_providers() {
    ProviderLogInsView::Providers by_name;
    for (const auto& provider : oidc_providers(config.oidc)) {
        providers.push_back(std::make_unique<OidcProvider>(oidc_settings(provider, config), clock));
        providers.back()->start();
        by_name.emplace(provider.name, providers.back().get());
    }
    provider_log_ins.emplace(
        std::move(by_name), *accounts, account_db, clock, ids,
        ProviderLogInSettings{.secret = config.identity.secret, .site_url = config.mail.site_url});
}

void Application::Parts::open_mails() {
    if (config.mail.file.empty() && config.mail.smtp_url.empty())
        return spdlog::warn("neither mail.smtp_url nor mail.file is set: mails wait until one is");
    if (config.mail.smtp_url.empty())
        mail_file.emplace(config.mail.file);
    else
        smtp.emplace(smtp_options(config.mail));
    Mailer* mailer = smtp ? static_cast<Mailer*>(&*smtp) : &*mail_file;
    mail_room.emplace(account_db, *mailer, clock,
                      MailSite{config.mail.site_url, config.mail.from_name},
                      mail_policy(config.mail), &entities->deeds());
    mail_relay.emplace(order_mails(), database, clock, &entities->deeds());
    mail_room->start();
    mail_relay->start();
}

Result<void> Application::Parts::open_http() {
    add_system_routes(router, config.server.metrics == "operators" ? MetricsFor::operators
                                                                   : MetricsFor::everyone);
    add_api_routes(router);
    add_page_routes(router, config.server.demo_shop ? DemoShop::at_the_root : DemoShop::left_out);
    documents.openapi_json = openapi_json(router, SOUK_VERSION);
    const auto directory =
        config.server.console_dir.empty() ? SOUK_CONSOLE_DIR : config.server.console_dir;
    auto files = load_console(directory);
    if (!files) return files.error();
    documents.files = std::move(*files);
    if (config.server.demo_shop) {
        auto shop = load_shop(directory);
        if (!shop) return shop.error();
        std::ranges::move(*shop, std::back_inserter(documents.files));
    }
    auto settings = http_settings(config);
    if (sandbox) settings.payment_methods.push_back(PaymentMethod::sandbox);
    if (stripe) settings.payment_methods.push_back(PaymentMethod::stripe);
    services.emplace(Services{entities->carts(),
                              entities->orders(),
                              entities->stocks(),
                              entities->discounts(),
                              *idempotency,
                              *catalogue,
                              *inventory,
                              *payments,
                              *discounts,
                              *news,
                              *console,
                              *tables,
                              *tenants,
                              *keys,
                              *accounts,
                              *provider_log_ins,
                              *people,
                              *addresses,
                              *customers,
                              *buyers,
                              *key_desk,
                              *audit,
                              *personal_data,
                              *limits,
                              *health,
                              metrics,
                              clock,
                              ids,
                              documents,
                              live,
                              std::move(settings)});
    server.emplace(server_settings(config.server), router, *services);
    return {};
}

Result<std::uint16_t> Application::Parts::start() {
#ifdef SOUK_FAULTS
    spdlog::warn("this build has fault switches: a request may crash what it reaches");
#endif
    if (auto opened = open_database(); !opened) return opened.error();
    if (auto opened = open_redis(); !opened) return opened.error();
    if (auto opened = open_gateways(); !opened) return opened.error();
    auto* products = cache ? &*cache : nullptr;
    entities.emplace(
        entity_settings(config, writer.last_order_number()), writer, row_sources(database, reads),
        clock, ids,
        [this, products](std::span<const ChangeSet* const> batch) {
            tell_readers(live, batch);
            if (products == nullptr) return;
            const auto variants = variants_of(batch);
            if (!variants.empty()) products->drop_variants(variants);
        },
        &*desk);
    news.emplace(*entities, reads, clock, webhook_settings(config.stripe));
    payments.emplace(reads);
    discounts.emplace(reads);
    if (sandbox) postman.emplace(*sandbox, *news);
    catalogue.emplace(reads, products, entities->stocks(), clock);
    inventory.emplace(reads);
    keys.emplace(reads, clock, config.rate_limit.key_per_minute);
    limits.emplace(redis ? &*redis : nullptr, clock);
    idempotency.emplace(reads, *entities, clock);
    old_rows.emplace(reads, sandbox.get(), clock,
                     std::chrono::days{config.payments.keep_events_days},
                     std::chrono::days{config.outbox.keep_days});
    health.emplace(reads, redis ? &*redis : nullptr, *entities);
    console.emplace(ConsoleParts{*entities, reads, metrics, *health, clock, config.actors.max_live,
                                 [this] {
                                     return ServerNumbers{
                                         static_cast<std::int64_t>(server->connections()),
                                         static_cast<std::int64_t>(server->requests_in_flight())};
                                 },
                                 [this] {
                                     if (!live.idle()) live.touch(actors_topic());
                                 },
                                 [this] {
                                     std::vector<RelayLine> relays;
                                     if (mail_relay) relays.push_back(mail_relay->figures());
                                     return relays;
                                 }});
    if (auto opened = open_accounts(); !opened) return opened.error();
    open_mails();
    tables.emplace(reads);
    if (auto loaded = tables->start(); !loaded) return loaded.error();
    tenants.emplace(reads, *tables, clock);
    if (auto loaded = tenants->start(); !loaded) return loaded.error();
    if (auto opened = open_http(); !opened) return opened.error();
    add_metrics();
    entities->start();
    old_rows->start();
    console->start();
    sealer->start();
    personal_data->start();
    eraser->start();
    key_uses.start(minutes{1}, [this] { keys->write_uses(); });
    if (postman) postman->start();
    return server->start();
}

void Application::Parts::add_metrics() {
    using Kind = HttpMetrics::Kind;
    const auto add = [this](const char* name, const char* help, Kind kind, auto read,
                            const char* labels = "") {
        metrics.add(
            name, help, kind, [this, read] { return static_cast<double>(read(*this)); }, labels);
    };
    const auto of_kinds = [&](const char* name, const char* help, Kind kind,
                              std::int64_t RegistryFigures::*field) {
        add(
            name, help, kind, [=](Parts& p) { return p.entities->figures().stocks.*field; },
            "kind=\"stock\"");
        add(
            name, help, kind, [=](Parts& p) { return p.entities->figures().carts.*field; },
            "kind=\"cart\"");
        add(
            name, help, kind, [=](Parts& p) { return p.entities->figures().orders.*field; },
            "kind=\"order\"");
        add(
            name, help, kind, [=](Parts& p) { return p.entities->figures().discounts.*field; },
            "kind=\"discount\"");
    };
    of_kinds("souk_entities_live", "Entities in memory.", Kind::gauge, &RegistryFigures::live);
    of_kinds("souk_entities_activated_total", "Entities taken into memory.", Kind::counter,
             &RegistryFigures::activated);
    of_kinds("souk_entities_passivated_total", "Idle entities that left memory.", Kind::counter,
             &RegistryFigures::passivated);
    of_kinds("souk_entities_crashed_total", "Handlers that threw.", Kind::counter,
             &RegistryFigures::crashed);
    of_kinds("souk_entities_quarantined", "Entities kept out after repeated crashes.", Kind::gauge,
             &RegistryFigures::quarantined);
    of_kinds("souk_entity_messages_total", "Letters delivered to entities.", Kind::counter,
             &RegistryFigures::messages);
    of_kinds("souk_entity_refused_total", "Letters refused before an entity saw them.",
             Kind::counter, &RegistryFigures::refused);
    of_kinds("souk_entity_dead_letters_total", "Letters to entities whose life had ended.",
             Kind::counter, &RegistryFigures::dead_letters);
    add("souk_lane_batches_total", "Commits.", Kind::counter,
        [](Parts& p) { return p.entities->figures().lane.batches; });
    add("souk_lane_changes_total", "Changes committed.", Kind::counter,
        [](Parts& p) { return p.entities->figures().lane.changes; });
    add("souk_lane_refused_total", "Changes not committed.", Kind::counter,
        [](Parts& p) { return p.entities->figures().lane.refused; });
    add("souk_lane_commit_seconds_total", "Time spent in commits.", Kind::counter,
        [](Parts& p) { return static_cast<double>(p.entities->figures().lane.commit_us) / 1e6; });
    add("souk_lane_queue", "Changes that wait for a commit.", Kind::gauge,
        [](Parts& p) { return p.entities->figures().lane.queued; });
    add("souk_lane_accepting", "1 while changes are taken.", Kind::gauge,
        [](Parts& p) { return p.entities->figures().lane.accepting ? 1 : 0; });
    add("souk_reservations_due_soon", "Reservations known to run out soon.", Kind::gauge,
        [](Parts& p) { return p.entities->figures().reservations_pending; });
    add("souk_reservations_expired_total", "Reservations that ran out.", Kind::counter,
        [](Parts& p) { return p.entities->figures().reservations_expired; });
    add("souk_webhooks_ignored_total", "Genuine events about somebody else's money.", Kind::counter,
        [](Parts& p) { return p.news->ignored(); });
    add("souk_payments_taken_up_total", "Payment steps taken up again when due.", Kind::counter,
        [](Parts& p) { return p.entities->figures().payments_taken_up; });
    const auto breaker = [&](const char* labels, PaymentMethod method) {
        add(
            "souk_payment_breaker_open", "1 while a gateway's circuit breaker is not closed.",
            Kind::gauge,
            [method](Parts& p) {
                const auto state = p.desk->breaker_of(method);
                return state && *state != BreakerState::closed ? 1 : 0;
            },
            labels);
    };
    breaker("gateway=\"sandbox\"", PaymentMethod::sandbox);
    breaker("gateway=\"stripe\"", PaymentMethod::stripe);
    add("souk_postgres_connections", "Read connections that stand.", Kind::gauge,
        [](Parts& p) { return p.reads.figures().connected; });
    add("souk_postgres_reads_total", "Reads done.", Kind::counter,
        [](Parts& p) { return p.reads.figures().done; });
    add("souk_passwords_waiting", "Passwords that wait to be hashed, or are on their way.",
        Kind::gauge, [](Parts& p) { return p.hashing.figures().waiting; });
    add("souk_passwords_hashed_total", "Passwords hashed.", Kind::counter,
        [](Parts& p) { return p.hashing.figures().done; });
    add("souk_passwords_refused_total", "Requests for which no password could be hashed in time.",
        Kind::counter, [](Parts& p) { return p.hashing.figures().refused; });
    add("souk_mails_sent_total", "Mails that a mail server has taken, or the file.", Kind::counter,
        [](Parts& p) { return p.mail_room ? p.mail_room->figures().sent : 0; });
    add("souk_mails_dead_total", "Mails that were given up.", Kind::counter,
        [](Parts& p) { return p.mail_room ? p.mail_room->figures().dead : 0; });
    add(
        "souk_relay_lag_events", "Events that a relay has not passed on yet.", Kind::gauge,
        [](Parts& p) { return p.mail_relay ? p.mail_relay->behind() : 0; }, "relay=\"mails\"");
    add("souk_redis_up", "1 while Redis answers; 0 too when it is not configured.", Kind::gauge,
        [](Parts& p) { return p.redis && p.redis->up() ? 1 : 0; });
    add("souk_http_connections", "Open connections.", Kind::gauge,
        [](Parts& p) { return p.server->connections(); });
    add("souk_http_requests_in_flight", "Requests without an answer yet.", Kind::gauge,
        [](Parts& p) { return p.server->requests_in_flight(); });
    add("souk_http_connections_refused_total", "Connections over the limit.", Kind::counter,
        [](Parts& p) { return p.server->connections_refused(); });
    add_live_metrics(metrics, live);
    add("souk_memory_resident_bytes", "Memory of this process.", Kind::gauge,
        [](Parts&) { return resident_bytes(); });
}

void Application::Parts::stop() {
    if (server) server->stop(milliseconds{config.server.shutdown_timeout_ms});
    if (old_rows) old_rows->stop();
    if (tables) tables->stop();
    if (tenants) tenants->stop();
    if (console) console->stop();
    if (mail_relay) mail_relay->stop();
    if (smtp) smtp->stop();
    if (eraser) eraser->stop();
    if (personal_data) personal_data->stop();
    if (sealer) sealer->stop();
    key_uses.stop();
    if (keys) keys->write_uses();
    if (mail_room) mail_room->stop();
    if (signing_keys) signing_keys->stop();
    for (const auto& provider : providers) provider->stop();
    hashing.stop();
    if (postman) postman->stop();
    if (desk) desk->stop();
    if (entities) entities->stop();
    account_db.stop();
    reads.stop();
    if (redis) redis->stop();
}

Application::Application(const Config& config) : parts_(std::make_unique<Parts>(config)) {}
Application::~Application() { parts_->stop(); }

Result<std::uint16_t> Application::start() { return parts_->start(); }
void Application::stop() { parts_->stop(); }
bool Application::fenced() const { return parts_->entities && parts_->entities->fenced(); }

}  // namespace souk
