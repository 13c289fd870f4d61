#include "app/commands.hpp"

#include <spdlog/spdlog.h>

#include <unistd.h>

#include <sys/resource.h>
#include <cctype>

#include <csignal>
#include <iostream>
#include <map>

#include "app/application.hpp"
#include "app/audit_sealer.hpp"
#include "app/key_commands.hpp"
#include "app/random_ids.hpp"
#include "app/system_clock.hpp"
#include "app/user_command.hpp"
#include "config/config.hpp"
#include "config/settings.hpp"
#include "http/authentication.hpp"
#include "http/digest.hpp"
#include "persistence/migrate.hpp"
#include "persistence/personal_keys_repository.hpp"
#include "persistence/seeder.hpp"
#include "persistence/tenant_repository.hpp"
#include "security/cipher.hpp"
#include "security/personal_keys.hpp"

namespace souk {
namespace {

constexpr int exit_failed = 1;
constexpr int exit_misconfigured = 2;
constexpr int exit_fenced = 3;

int fail(const std::string& why) {
    std::cerr << "soukd: " << why << '\n';
    return exit_failed;
}

Result<Connection> open_database(const Config& config) {
    ConnectionOptions options;
    options.url = config.postgres.url;
    options.connect_timeout = std::chrono::seconds{config.postgres.connect_timeout_s};
    options.statement_timeout = std::chrono::milliseconds{0};
    options.personal = personal_cipher(config.privacy.keys);
    return Connection::open(options);
}

/// For commands that write of people: with every key that the database needs.
Result<Connection> open_personal_database(const Config& config) {
    auto db = open_database(config);
    if (!db) return db;
    if (const auto adopted = adopt_personal_keys(*db); !adopted) return adopted.error();
    return db;
}

int run_migrate(const Config& config) {
    auto db = open_database(config);
    if (!db) return fail(db.error().message);
    const auto applied = migrate(*db, embedded_migrations());
    if (!applied) return fail(applied.error().message);
    for (const auto& name : *applied) std::cout << "applied " << name << '\n';
    if (applied->empty()) std::cout << "the database is up to date\n";
    return 0;
}

/// "operator", "vendor:petra-botanics": one word, so that scripts can read the line.
std::string label_of(const SeededKey& key) {
    std::string label = key.vendor ? "vendor:" : "";
    for (const char character : key.name)
        label += character == ' '
                     ? '-'
                     : static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
    return label;
}

/// The first super admin of the demo, with a password that is printed this once.
int seed_super_admin(Connection& db, const Config& config) {
    const SystemClock clock;
    RandomIds ids(clock);
    NewUser wanted{"admin@example.com", new_secret(), "Demo", "Admin", Role::super_admin};
    const auto made = put_user(db, wanted, static_cast<int>(config.identity.hash_cost), clock, ids);
    if (!made) return fail(made.error().message);
    std::cout << "super-admin " << wanted.email << ' ' << wanted.password << '\n';
    return 0;
}

int run_seed(const CommandLine& line, const Config& config) {
    auto db = open_personal_database(config);
    if (!db) return fail(db.error().message);
    const SystemClock clock;
    const auto tenant = find_tenant(*db, line.tenant);
    if (!tenant) return fail(tenant.error().message);
    if (!*tenant) return fail("there is no marketplace " + line.tenant);
    SeedOptions options{
        .tenant = (*tenant)->id, .products = line.products, .new_keys = line.new_keys};
    options.hash_secret = [](std::string_view secret) { return sha256({secret}); };
    const auto report =
        seed(*db, options, clock.now(), [](const std::string& step) { std::cerr << step << '\n'; });
    if (!report) return fail(report.error().message);
    if (report->products_added == 0)
        std::cerr << "the demo data was there already: " << report->products << " products\n";
    for (const auto& key : report->keys)
        std::cout << label_of(key) << ' ' << api_key_text(key.id, key.secret) << '\n';
    return report->keys.empty() ? 0 : seed_super_admin(*db, config);
}

int run_user(const CommandLine& line, const Config& config) {
    const auto role = role_of(line.role);
    if (!role || *role == Role::vendor)
        return fail("--role must be customer, admin or super_admin");
    auto db = open_personal_database(config);
    if (!db) return fail(db.error().message);
    const SystemClock clock;
    RandomIds ids(clock);
    const auto tenant = find_tenant(*db, line.tenant);
    if (!tenant) return fail(tenant.error().message);
    if (!*tenant) return fail("there is no marketplace " + line.tenant);
    const auto made = put_user(
        *db,
        {line.email, password_for_user(), line.first_name, line.last_name, *role, (*tenant)->id},
        static_cast<int>(config.identity.hash_cost), clock, ids);
    if (!made) return fail(made.error().message);
    std::cout << to_text(made->id) << ' ' << made->email << ' ' << line.role << '\n';
    return 0;
}

int run_erase_user(const CommandLine& line, const Config& config) {
    auto db = open_personal_database(config);
    if (!db) return fail(db.error().message);
    const auto tenant = find_tenant(*db, line.tenant);
    if (!tenant) return fail(tenant.error().message);
    if (!*tenant) return fail("there is no marketplace " + line.tenant);
    const SystemClock clock;
    RandomIds ids(clock);
    const auto erased = erase_user(*db, (*tenant)->id, line.email, line.reason, clock, ids);
    if (!erased) {
        for (const auto& [place, message] : erased.error().details)
            std::cerr << place << ": " << message << '\n';
        return fail(erased.error().message);
    }
    std::cout << to_text(*erased) << " is erased; its traces go as soon as a server runs\n";
    return 0;
}

int run_verify_audit(const CommandLine& line, const Config& config) {
    auto db = open_database(config);
    if (!db) return fail(db.error().message);
    const auto noted = parse_digest("\\x" + line.chain_hash);
    if (!line.chain_hash.empty() && !noted) return fail("--head is no hash");
    const auto report = verify_audit(*db, line.chain_hash.empty() ? std::nullopt : noted);
    if (!report) return fail(report.error().message);
    std::cout << report->end.place << " rows are sound, " << report->waiting
              << " wait for their seal, " << report->erased
              << " have lost personal parts to erasures; the chain's head is "
              << to_hex(report->end.hash) << '\n';
    if (!report->broken.empty()) return fail("the audit is broken: " + report->broken);
    if (!report->has_expected) return fail("the audit is broken: the hash noted is not in it");
    return 0;
}

int run_rotate_keys(const Config& config) {
    auto db = open_database(config);
    if (!db) return fail(db.error().message);
    const auto rotated =
        rotate_keys(*db, [](const std::string& word) { std::cout << word << std::endl; });
    return rotated ? 0 : fail(rotated.error().message);
}

int run_key_status(const Config& config) {
    auto db = open_database(config);
    if (!db) return fail(db.error().message);
    const auto status = key_status(*db);
    if (!status) return fail(status.error().message);
    std::cout << *status;
    return 0;
}

int run_check(const CommandLine& line, const Config& config) {
    if (line.print_defaults) {
        std::cout << default_toml();
        return 0;
    }
    for (const auto& setting : settings())
        std::cout << setting.key << " = "
                  << (setting.secret() ? "(secret)" : to_toml(setting, config)) << '\n';
    std::cout << "# the configuration is good\n";
    return 0;
}

std::map<std::string, std::string> process_environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string text{*entry};
        const auto equals = text.find('=');
        if (equals != std::string::npos)
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

/// The signals that end the server; blocked in every thread and waited for in the first.
sigset_t ending_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

/// Every connection is an open file, and the usual limit is low.
void allow_many_files() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int serve(const Config& config) {
    allow_many_files();
    std::signal(SIGPIPE, SIG_IGN);
    const auto signals = ending_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    Application application(config);
    const auto port = application.start();
    if (!port) return fail(port.error().message);
    spdlog::info("listening on {}:{}", config.server.address, *port);

    constexpr timespec half_a_second{0, 500'000'000};
    while (sigtimedwait(&signals, nullptr, &half_a_second) < 0) {
        if (!application.fenced()) continue;
        spdlog::critical("another server has taken over this database; stopping");
        application.stop();
        return exit_fenced;
    }
    spdlog::info("stopping");
    application.stop();
    spdlog::info("stopped");
    return 0;
}

void set_up_log(const LogConfig& config) {
    spdlog::set_level(spdlog::level::from_str(config.level));
    if (config.format == "json")
        spdlog::set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":%v})");
}

}  // namespace

int run_command(const CommandLine& line) {
    const auto config = load_config({line.config_file, process_environment(), line.flags});
    if (!config) {
        for (const auto& [place, message] : config.error().details)
            std::cerr << "soukd: " << place << ": " << message << '\n';
        return exit_misconfigured;
    }
    set_up_log(config->log);
    switch (line.command) {
        case Command::run:
            return serve(*config);
        case Command::migrate:
            return run_migrate(*config);
        case Command::seed:
            return run_seed(line, *config);
        case Command::check_config:
            return run_check(line, *config);
        case Command::user:
            return run_user(line, *config);
        case Command::erase_user:
            return run_erase_user(line, *config);
        case Command::verify_audit:
            return run_verify_audit(line, *config);
        case Command::rotate_keys:
            return run_rotate_keys(*config);
        case Command::key_status:
            return run_key_status(*config);
    }
    return exit_failed;
}

}  // namespace souk
