#include "config/command_line.hpp"

#include <iostream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "config/settings.hpp"

namespace souk {
namespace {

constexpr std::int64_t most_products = 10'000'000;

void add_settings(CLI::App& app, CommandLine& line) {
    const Config defaults;
    for (const auto& setting : settings()) {
        const auto take = [&line, key = std::string(setting.key)](const std::string& value) {
            line.flags.emplace_back(key, value);
        };
        app.add_option_function<std::string>(
               "--" + std::string(setting.key), take,
               std::string(setting.doc) + " Default: " + to_toml(setting, defaults))
            ->group(std::string(setting.section()))
            ->type_name("")
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
}

void add_user(CLI::App& user, CommandLine& line) {
    user.add_option("--email", line.email, "The account's address")->required();
    user.add_option("--role", line.role, "customer, admin or super_admin")->required();
    user.add_option("--first-name", line.first_name, "Of a new account");
    user.add_option("--last-name", line.last_name, "Of a new account");
    user.add_option("--tenant", line.tenant, "The account's marketplace, by its slug");
}

void add_commands(CLI::App& app, CommandLine& line) {
    const auto add = [&](const char* name, const char* what, Command command) {
        auto* sub = app.add_subcommand(name, what);
        sub->fallthrough();  // settings may stand behind the command too
        sub->callback([&line, command] { line.command = command; });
        return sub;
    };
    add("run", "Serve; what soukd does without a command", Command::run);
    add("migrate", "Bring the database to this version's schema", Command::migrate);
    auto* seed = add("seed", "Load demo data and print the demo API keys", Command::seed);
    seed->add_option("--products", line.products, "How many products")
        ->check(CLI::Range(std::int64_t{1}, most_products))
        ->capture_default_str();
    seed->add_option("--tenant", line.tenant, "The marketplace to seed, by its slug");
    seed->add_flag("--new-keys", line.new_keys, "Make new API keys although there are some");
    add_user(*add("user",
                  "Make an account that is open at once, or give one that is there another role; "
                  "the password is read from SOUK_USER_PASSWORD or the first line of the input",
                  Command::user),
             line);
    auto* erase = add("erase-user",
                      "Erase somebody for good; what is left of them elsewhere goes as soon as a "
                      "server runs",
                      Command::erase_user);
    erase->add_option("--email", line.email, "The account's address")->required();
    erase->add_option("--reason", line.reason, "For the audit")->required();
    erase->add_option("--tenant", line.tenant, "The marketplace, by its slug");
    auto* audit = app.add_subcommand("audit", "Look after the audit");
    audit->require_subcommand(1);
    audit->fallthrough();
    auto* verify = audit->add_subcommand(
        "verify", "Walk the chain over the audit; ends with 1 at the first row that is wrong");
    verify->fallthrough();
    verify->callback([&line] { line.command = Command::verify_audit; });
    verify->add_option("--head", line.chain_hash,
                       "A hash noted earlier, which must be in the chain");
    auto* keys =
        app.add_subcommand("keys", "Look after the keys that personal texts are sealed under");
    keys->require_subcommand(1);
    keys->fallthrough();
    const auto add_to_keys = [&](const char* name, const char* what, Command command) {
        auto* sub = keys->add_subcommand(name, what);
        sub->fallthrough();
        sub->callback([&line, command] { line.command = command; });
    };
    add_to_keys("rotate",
                "Seal all of them under the newest of privacy.keys, while the server runs",
                Command::rotate_keys);
    add_to_keys("status", "Tell how many rows each key seals", Command::key_status);
    auto* check = add("check-config", "Check the configuration and stop", Command::check_config);
    check->add_flag("--defaults", line.print_defaults, "Print every setting with its default");
}

}  // namespace

std::variant<CommandLine, CommandLineEnd> parse_command_line(int argc, const char* const* argv) {
    CommandLine line;
    CLI::App app{"Souk, a marketplace server", "soukd"};
    app.require_subcommand(0, 1);
    app.set_version_flag("--version", SOUK_VERSION);
    app.add_option("-c,--config", line.config_file, "Configuration file (TOML)")
        ->envname("SOUK_CONFIG")
        ->type_name("FILE");
    add_settings(app, line);
    add_commands(app, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& end) {
        std::ostringstream out;
        std::ostringstream errors;
        const int code = app.exit(end, out, errors);
        return CommandLineEnd{code, out.str() + errors.str()};
    }
    return line;
}

std::optional<CommandLine> parse_command_line(int argc, const char* const* argv, int& exit_code) {
    auto parsed = parse_command_line(argc, argv);
    if (auto* line = std::get_if<CommandLine>(&parsed)) return std::move(*line);
    const auto& end = std::get<CommandLineEnd>(parsed);
    exit_code = end.exit_code;
    (end.exit_code == 0 ? std::cout : std::cerr) << end.text;
    return std::nullopt;
}

}  // namespace souk
