#include "app/ctl/options.hpp"

#include <algorithm>

namespace souk {
namespace {

constexpr std::string_view key_file_option = "--key-file";

Error wrong(std::string message) { return refuse(ErrorCode::invalid_input, std::move(message)); }

std::string first_line(const std::string& text) {
    auto line = text.substr(0, text.find('\n'));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    return line;
}

const CtlOption* find_option(std::string_view name) {
    const auto& all = ctl_options();
    const auto found = std::ranges::find(all, name, &CtlOption::name);
    return found == all.end() ? nullptr : &*found;
}

Result<void> read_key(CtlOptions& options, std::string key_file,
                      const CtlSurroundings& surroundings) {
    if (key_file.empty()) key_file = surroundings.variable("SOUK_KEY_FILE").value_or("");
    if (!key_file.empty()) {
        const auto text = surroundings.file(key_file);
        if (!text) return wrong("cannot read the key file " + key_file);
        options.key = first_line(*text);
    } else {
        options.key = surroundings.variable("SOUK_KEY").value_or("");
    }
    return {};
}

}  // namespace

const std::vector<CtlOption>& ctl_options() {
    using O = CtlOptions;
    static const std::vector<CtlOption> all{
        {"--url", "Where the server is; SOUK_URL, or http://127.0.0.1:8080", &O::url, nullptr},
        {"--json", "The answer as it came, for scripts", nullptr, &O::json},
        {"--kind", "actors: stock, cart, order or discount", &O::kind, nullptr},
        {"--id", "actors: a part of the id", &O::id, nullptr},
        {"--sort", "actors: mailbox, rate, slowest or restarts", &O::sort, nullptr},
        {"--limit", "How many rows", &O::limit, nullptr},
        {"--reason", "Why; every action needs one", &O::reason, nullptr},
        {"--dry-run", "Only say what an action would touch", nullptr, &O::dry_run},
        {"--minutes", "extend: by how much", &O::minutes, nullptr},
        {"--amount", "refund: how much, in minor units", &O::amount, nullptr},
        {"--step", "retry, give-up: which step, by the attempt that `payments` lists", &O::step,
         nullptr},
        {"--name", "tenant: what people call it; its slug unless given", &O::name, nullptr},
        {"--host", "tenant: host names whose requests are for it, with commas between", &O::host,
         nullptr},
        {"--site-url", "tenant: what links in its mails begin with", &O::site_url, nullptr},
        {"--idempotency-key", "To repeat an action whose answer was lost, and have it done once",
         &O::idempotency_key, nullptr},
        {"--once", "top, tail: once, not every second", nullptr, &O::once},
        {"--help", "This text", nullptr, &O::help},
        {"--version", "Which version this is", nullptr, &O::version}};
    return all;
}

Result<CtlOptions> parse_ctl(const std::vector<std::string>& arguments,
                             const CtlSurroundings& surroundings) {
    CtlOptions options;
    std::string key_file;
    if (const auto url = surroundings.variable("SOUK_URL")) options.url = *url;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto& argument = arguments[i];
        if (argument.starts_with("souk_"))
            return wrong("a key among the arguments is seen by every user: use SOUK_KEY");
        if (!argument.starts_with("-")) {
            (options.command.empty() ? options.command : options.words.emplace_back()) = argument;
            continue;
        }
        const auto equals = argument.find('=');
        const auto name = argument == "-h" ? "--help" : argument.substr(0, equals);
        const auto* option = find_option(name);
        if (option == nullptr && name != key_file_option)
            return wrong("there is no option " + name + "; soukctl --help lists them");
        if (option != nullptr && option->flag != nullptr) {
            if (equals != std::string::npos) return wrong(name + " takes no value");
            options.*(option->flag) = true;
            continue;
        }
        if (equals == std::string::npos && i + 1 == arguments.size())
            return wrong(name + " needs a value");
        const auto value =
            equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1);
        (option == nullptr ? key_file : options.*(option->value)) = value;
    }
    if (auto read = read_key(options, key_file, surroundings); !read) return read.error();
    if (options.idempotency_key.empty()) options.idempotency_key = surroundings.fresh_key();
    while (options.url.ends_with('/')) options.url.pop_back();
    return options;
}

}  // namespace souk
