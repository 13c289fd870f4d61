#include "app/ctl/commands.hpp"

#include <algorithm>
#include <ostream>

#include "app/ctl/command_functions.hpp"
#include "app/ctl/completion.hpp"

namespace souk {
namespace {

int print_completion(CtlSession& session) {
    const auto script = completion_script(session.options.words.front());
    if (!script) return report_error(session.errors, script.error());
    session.out << *script;
    return ctl_done;
}

bool has_right_words(const CtlCommand& command, std::size_t count) {
    if (command.words.empty()) return count == 0;
    if (command.words.starts_with('[')) return count <= 1;
    return static_cast<std::ptrdiff_t>(count) == std::ranges::count(command.words, ' ') + 1;
}

}  // namespace

const std::vector<CtlCommand>& ctl_commands() {
    static const std::vector<CtlCommand> all{
        {"top", "", "Rates, latencies and the fullest mailboxes, every second", show_top},
        {"actors", "", "The highest actors; see --kind, --id, --sort, --limit", list_actors},
        {"actor", "ID", "One actor's memory beside its row, its mail, its history", show_actor},
        {"reservations", "", "Reservations about to run out", list_reservations},
        {"payments", "", "Payments that wait or are to be retried", list_payments},
        {"mails", "", "Mails that were given up: dead letters", list_mails},
        {"relays", "", "Who passes events on, and how far behind it is", list_relays},
        {"erasures", "", "People whose traces are being erased", list_erasures},
        {"history", "", "What supervisors did lately", show_history},
        {"invariants", "", "What must hold; ends with 1 when something does not", check_invariants},
        {"trace", "REQUEST-ID", "Where a request's time went", explain_request},
        {"audit", "", "What operators did", list_audit},
        {"tail", "", "A line a second, and what operators do", tail},
        {"passivate", "ID", "Let an actor leave memory", act_on_actor},
        {"restart", "ID", "End an actor's life; the next reads its rows", act_on_actor},
        {"quarantine", "ID", "Refuse commands for one entity", act_on_actor},
        {"release", "ID", "End a quarantine, or give a reservation back", release},
        {"extend", "RESERVATION", "Let a reservation last longer", extend},
        {"retry", "ID", "Try a payment's waiting step, a given-up refund or mail, now", retry},
        {"give-up", "PAYMENT", "Try a payment's stuck step no more", give_up},
        {"refund", "ORDER", "Give money of an order back; all of it without --amount", refund},
        {"drop", "MAIL", "Send a mail that was given up never", drop},
        {"pause", "KIND", "Refuse commands for every entity of a kind", pause_kind},
        {"resume", "[KIND]", "End a pause; without a kind, a drain", resume},
        {"drain", "", "Take no new work, finish, empty the memory", drain},
        {"tenants", "", "The marketplaces of this deployment", list_tenants},
        {"tenant", "create|update SLUG", "Make a marketplace, or change its name and addresses",
         put_tenant},
        {"completion", "SHELL", "Completion for bash or zsh, to be sourced", print_completion}};
    return all;
}

std::string ctl_help() {
    std::string text =
        "soukctl COMMAND [OPTIONS]: the actor console on the command line\n\nCommands\n";
    const auto line = [&](std::string left, std::string_view right) {
        left.resize(std::max<std::size_t>(left.size() + 2, 24), ' ');
        text += "  " + left + std::string{right} + "\n";
    };
    for (const auto& command : ctl_commands())
        line(std::string{command.name} + " " + std::string{command.words}, command.doc);
    text += "\nOptions\n";
    for (const auto& option : ctl_options()) line(std::string{option.name}, option.doc);
    line("--key-file", "The file whose first line is the API key; or SOUK_KEY_FILE, or SOUK_KEY");
    return text +
           "\nEvery action is sent with an Idempotency-Key, a new one for each call of soukctl.\n"
           "It ends with 0 done, 1 refused, 2 misused, 3 no key or no right, 4 not found, "
           "5 no answer.\n";
}

int misused(CtlSession& session, const std::string& message) {
    return report_error(session.errors, refuse(ErrorCode::invalid_input, message));
}

int report_error(std::ostream& errors, const Error& error) {
    errors << "soukctl: " << error.message << '\n';
    for (const auto& [field, message] : error.details)
        if (message != error.message) errors << "    " << field << ' ' << message << '\n';
    switch (error.code) {
        case ErrorCode::invalid_input:
            return ctl_misused;
        case ErrorCode::unauthenticated:
        case ErrorCode::forbidden:
            return ctl_forbidden;
        case ErrorCode::not_found:
            return ctl_not_found;
        case ErrorCode::unavailable:
            return ctl_unreachable;
        default:
            return ctl_failed;
    }
}

int run_ctl(CtlSession& session) {
    const auto& options = session.options;
    if (options.version) {
        session.out << SOUK_VERSION << '\n';
        return ctl_done;
    }
    if (options.help || options.command.empty()) {
        (options.help ? session.out : session.errors) << ctl_help();
        return options.help ? ctl_done : ctl_misused;
    }
    const auto& all = ctl_commands();
    const auto command = std::ranges::find(all, options.command, &CtlCommand::name);
    if (command == all.end())
        return misused(session,
                       "there is no command " + options.command + "; soukctl --help lists them");
    if (!has_right_words(*command, options.words.size()))
        return misused(session,
                       "usage: soukctl " + options.command + " " + std::string{command->words});
    if (options.key.empty() && command->run != print_completion)
        return report_error(session.errors,
                            refuse(ErrorCode::unauthenticated,
                                   "no API key: set SOUK_KEY, or name a file with --key-file"));
    return command->run(session);
}

}  // namespace souk
