#pragma once
// What the person who starts soukd wants: which command, with which flags.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace souk {

enum class Command {
    run,
    migrate,
    seed,
    check_config,
    user,
    erase_user,
    verify_audit,
    rotate_keys,
    key_status
};

struct CommandLine {
    Command command{Command::run};
    std::optional<std::string> config_file;
    std::vector<std::pair<std::string, std::string>> flags;  // "section.key" and its value
    std::int64_t products{200};                              // seed
    bool new_keys{false};           // seed: make new API keys although there are some
    std::string tenant{"default"};  // seed, user, erase-user: whose marketplace, by its slug
    bool print_defaults{false};     // check-config
    std::string email;              // user, erase-user
    std::string reason;             // erase-user
    std::string role;
    std::string first_name;
    std::string last_name;
    std::string chain_hash;  // audit verify: one that must be in the chain
};

/// The line was answered already: help, the version, or what was wrong with it.
struct CommandLineEnd {
    int exit_code{0};
    std::string text;
};

std::variant<CommandLine, CommandLineEnd> parse_command_line(int argc, const char* const* argv);

/// The same for main(): prints what there is to say, and gives nothing and the exit code at an end.
std::optional<CommandLine> parse_command_line(int argc, const char* const* argv, int& exit_code);

}  // namespace souk
