#include "app/ctl/commands.hpp"

#include <algorithm>
#include <charconv>
#include <ostream>

#include "app/ctl/completion.hpp"
#include "app/ctl/text_table.hpp"
#include "protocol/json.hpp"

namespace souk {
namespace {

const std::vector<Column> actor_columns{{"KIND", "kind"},
                                        {"ID", "id"},
                                        {"MAILBOX", "mailbox", Show::number},
                                        {"MESSAGES", "messages", Show::number},
                                        {"PER MIN", "messagesPerMinute", Show::number},
                                        {"HANDLING", "handlingUs", Show::microseconds},
                                        {"SLOWEST", "slowestUs", Show::microseconds},
                                        {"RESTARTS", "restarts", Show::number},
                                        {"LIVE", "live"},
                                        {"QUARANTINED", "quarantined"},
                                        {"LAST ERROR", "lastError"}};
const std::vector<Column> kind_columns{{"KIND", "kind"},
                                       {"LIVE", "live", Show::number},
                                       {"MESSAGES", "messages", Show::number},
                                       {"REFUSED", "refused", Show::number},
                                       {"CRASHED", "crashed", Show::number},
                                       {"QUARANTINED", "quarantined", Show::number},
                                       {"DEAD LETTERS", "deadLetters", Show::number},
                                       {"PAUSED", "paused"}};
const std::vector<Column> latency_columns{
    {"LATENCY, LAST 10 S", "what"},       {"COUNT", "count", Show::number},
    {"P50", "p50Us", Show::microseconds}, {"P95", "p95Us", Show::microseconds},
    {"P99", "p99Us", Show::microseconds}, {"LONGEST", "maxUs", Show::microseconds}};
const std::vector<Column> message_columns{{"AT", "at", Show::time},
                                          {"ACTOR", "kind"},
                                          {"WHAT", "what"},
                                          {"REQUEST", "requestId"},
                                          {"QUEUE", "queueUs", Show::microseconds},
                                          {"HANDLER", "handlerUs", Show::microseconds},
                                          {"LANE", "laneUs", Show::microseconds},
                                          {"COMMIT", "commitUs", Show::microseconds},
                                          {"CRASHED", "crashed"}};
const std::vector<Column> audit_columns{{"WHEN", "at", Show::time},
                                        {"WHO", "actorName"},
                                        {"ACTION", "action"},
                                        {"TARGET", "target"},
                                        {"TOUCHED", "touched", Show::number},
                                        {"REASON", "reason"}};

/// Asks, and prints the answer as it came or as `show` would have it.
template <class Print>
int ask(CtlSession& session, const std::string& path, const Print& show) {
    const auto answer = session.client.get(path);
    if (!answer) return report_error(session.errors, answer.error());
    if (session.options.json) {
        session.out << *answer << '\n';
        return ctl_done;
    }
    const auto document = JsonDocument::parse(*answer);
    const auto data = document ? member_of(document->root(), "data") : std::nullopt;
    if (!data)
        return report_error(session.errors, refuse(ErrorCode::internal, "not the console's API"));
    return show(*data);
}

void print_part(CtlSession& session, JsonValue data, std::string_view member,
                const std::vector<Column>& columns) {
    const auto rows = member_of(data, member);
    if (rows && rows->is_array()) session.out << text_table(columns, *rows);
}

int misused(CtlSession& session, const std::string& message) {
    return report_error(session.errors, refuse(ErrorCode::invalid_input, message));
}

std::string kind_of(std::string_view id) {
    if (id.starts_with("var_")) return "stock";
    if (id.starts_with("cart_")) return "cart";
    if (id.starts_with("order_")) return "order";
    return "discount";
}

int show_top(CtlSession& session) {
    const auto show = [&](JsonValue data) {
        if (session.to_people && !session.options.once) session.out << "\x1b[H\x1b[2J";
        session.out << text_list({{"at", "at", Show::time},
                                  {"requests/s", "requestsPerSecond"},
                                  {"messages/s", "messagesPerSecond"},
                                  {"connections", "connections"},
                                  {"lane accepts", "laneAccepting"},
                                  {"lane queue", "laneQueue"},
                                  {"memory", "residentBytes", Show::bytes},
                                  {"dead letters", "deadLetters"},
                                  {"draining", "draining"}},
                                 data)
                    << '\n';
        print_part(session, data, "kinds", kind_columns);
        session.out << '\n';
        print_part(session, data, "latencies", latency_columns);
        session.out << '\n';
        return ctl_done;
    };
    while (true) {
        if (const int ended = ask(session, "/overview", show); ended != ctl_done) return ended;
        if (session.options.once || session.options.json || !session.to_people) return ctl_done;
        ask(session, "/actors?limit=10&sort=" + url_part(session.options.sort),
            [&](JsonValue data) {
                print_part(session, data, "actors", actor_columns);
                return ctl_done;
            });
        session.out << std::flush;
        if (!session.wait_a_second()) return ctl_done;
    }
}

int list_actors(CtlSession& session) {
    const auto& options = session.options;
    auto path = "/actors?sort=" + url_part(options.sort) + "&limit=" + url_part(options.limit);
    if (!options.kind.empty()) path += "&kind=" + url_part(options.kind);
    if (!options.id.empty()) path += "&id=" + url_part(options.id);
    return ask(session, path, [&](JsonValue data) {
        print_part(session, data, "actors", actor_columns);
        return ctl_done;
    });
}

std::string actor_path(const std::string& id) {
    return "/actors/" + kind_of(id) + "/" + url_part(id);
}

int show_actor(CtlSession& session) {
    return ask(session, actor_path(session.options.words.front()), [&](JsonValue data) {
        if (const auto actor = member_of(data, "actor")) {
            auto columns = actor_columns;
            columns.push_back({"SINCE", "activatedAt", Show::time});
            columns.push_back({"VERSION", "version"});
            session.out << text_list(columns, *actor);
        }
        session.out << text_list({{"AGREEMENT", "agreement"}, {"UNDER WAY", "underWay"}}, data)
                    << '\n';
        print_part(session, data, "state",
                   {{"FIELD", "field"}, {"MEMORY", "memory"}, {"ROW", "row"}, {"SAME", "same"}});
        session.out << '\n';
        print_part(session, data, "lastMessages", message_columns);
        session.out << '\n';
        print_part(
            session, data, "history",
            {{"WHEN", "at", Show::time}, {"WHAT", "what"}, {"DETAIL", "detail"}, {"WHO", "actor"}});
        return ctl_done;
    });
}

int list_reservations(CtlSession& session) {
    return ask(session, "/supervisors", [&](JsonValue data) {
        print_part(
            session, data, "reservations",
            {{"RESERVATION", "id"}, {"EXPIRES", "expiresAt", Show::time}, {"ORDER", "orderId"}});
        return ctl_done;
    });
}

int list_payments(CtlSession& session) {
    return ask(session, "/supervisors", [&](JsonValue data) {
        print_part(session, data, "payments",
                   {{"PAYMENT", "paymentId"},
                    {"ORDER", "orderNumber"},
                    {"STEP", "step"},
                    {"TRIES", "tries", Show::number},
                    {"STUCK", "stuck"},
                    {"DUE", "dueAt", Show::time},
                    {"REASON", "reason"}});
        return ctl_done;
    });
}

int check_invariants(CtlSession& session) {
    return ask(session, "/invariants", [&](JsonValue data) -> int {
        print_part(session, data, "invariants",
                   {{"INVARIANT", "name"},
                    {"STATE", "state"},
                    {"TOOK", "tookUs", Show::microseconds},
                    {"", "detail"}});
        const auto all = member_of(data, "invariants");
        bool hold = true;
        for (std::size_t i = 0; all && i < all->size(); ++i) {
            const auto one = all->item(i);
            if (shown(member_of(one, "state"), Show::text) == "holds") continue;
            hold = false;
            session.out << '\n' << shown(member_of(one, "name"), Show::text) << '\n';
            print_part(session, one, "differences",
                       {{"RULE", "rule"},
                        {"FOR", "subject"},
                        {"EXPECTED", "expected", Show::number},
                        {"FOUND", "found", Show::number}});
        }
        return hold ? ctl_done : ctl_failed;
    });
}

int explain_request(CtlSession& session) {
    return ask(session, "/trace/" + url_part(session.options.words.front()), [&](JsonValue data) {
        if (const auto request = member_of(data, "request"); request && request->is_object())
            session.out << text_list({{"METHOD", "method"},
                                      {"ROUTE", "route"},
                                      {"STATUS", "status"},
                                      {"TOOK", "tookUs", Show::microseconds}},
                                     *request);
        session.out << text_list({{"QUEUE", "queueUs", Show::microseconds},
                                  {"HANDLER", "handlerUs", Show::microseconds},
                                  {"LANE", "laneUs", Show::microseconds},
                                  {"COMMIT", "commitUs", Show::microseconds},
                                  {"ELSEWHERE", "elsewhereUs", Show::microseconds}},
                                 data)
                    << '\n';
        print_part(session, data, "messages", message_columns);
        return ctl_done;
    });
}

int list_audit(CtlSession& session) {
    return ask(session, "/audit?limit=" + url_part(session.options.limit), [&](JsonValue rows) {
        session.out << text_table(audit_columns, rows);
        return ctl_done;
    });
}

/// A line a second, and what operators do meanwhile.
int tail(CtlSession& session) {
    std::string last_seen;
    while (true) {
        const int ended = ask(session, "/overview", [&](JsonValue data) {
            const auto number = [&](const char* name) {
                return shown(member_of(data, name), Show::number);
            };
            session.out << shown(member_of(data, "at"), Show::time) << "  "
                        << number("requestsPerSecond") << " req/s  " << number("messagesPerSecond")
                        << " msg/s  lane " << number("laneQueue") << "  dead letters "
                        << number("deadLetters") << '\n';
            return ctl_done;
        });
        if (ended != ctl_done) return ended;
        ask(session, "/audit?limit=5", [&](JsonValue rows) {
            const auto newest =
                rows.size() == 0 ? "" : shown(member_of(rows.item(0), "id"), Show::text);
            for (std::size_t i = rows.size(); !last_seen.empty() && i-- > 0;) {
                const auto row = rows.item(i);
                if (shown(member_of(row, "id"), Show::text) <= last_seen) continue;
                session.out << "    " << shown(member_of(row, "actorName"), Show::text) << ": "
                            << shown(member_of(row, "action"), Show::text) << ' '
                            << shown(member_of(row, "target"), Show::text) << " ("
                            << shown(member_of(row, "reason"), Show::text) << ")\n";
            }
            last_seen = newest.empty() ? "-" : newest;
            return ctl_done;
        });
        session.out << std::flush;
        if (session.options.once || !session.wait_a_second()) return ctl_done;
    }
}

int act(CtlSession& session, const std::string& path, bool with_minutes = false) {
    const auto& options = session.options;
    if (options.reason.empty()) return misused(session, "an action needs --reason");
    std::string body;
    JsonWriter out{body};
    out.begin_object();
    out.key("reason");
    out.string(options.reason);
    out.key("dryRun");
    out.boolean(options.dry_run);
    if (with_minutes) {
        std::int64_t minutes = 0;
        const auto* end = options.minutes.data() + options.minutes.size();
        if (std::from_chars(options.minutes.data(), end, minutes).ptr != end)
            return misused(session, "--minutes must be a whole number");
        out.key("minutes");
        out.integer(minutes);
    }
    out.end_object();
    const auto answer = session.client.post(path, body);
    if (!answer) return report_error(session.errors, answer.error());
    if (options.json) {
        session.out << *answer << '\n';
        return ctl_done;
    }
    const auto document = JsonDocument::parse(*answer);
    if (!document) return report_error(session.errors, document.error());
    if (const auto data = member_of(document->root(), "data"))
        session.out << text_list({{"action", "action"},
                                  {"target", "target"},
                                  {"preview only", "dryRun"},
                                  {"touched", "touched"},
                                  {"audit", "auditId"}},
                                 *data);
    return ctl_done;
}

int act_on_actor(CtlSession& session) {
    const auto& options = session.options;
    return act(session, actor_path(options.words.front()) + "/" + options.command);
}

int pause_kind(CtlSession& session) {
    return act(session, "/kinds/" + url_part(session.options.words.front()) + "/pause");
}

int resume(CtlSession& session) {
    const auto& words = session.options.words;
    return act(session,
               words.empty() ? "/resume" : "/kinds/" + url_part(words.front()) + "/resume");
}

int drain(CtlSession& session) { return act(session, "/drain"); }

int release(CtlSession& session) {
    const auto& id = session.options.words.front();
    if (id.starts_with("res_")) return act(session, "/reservations/" + url_part(id) + "/release");
    return act_on_actor(session);
}

int extend(CtlSession& session) {
    return act(session, "/reservations/" + url_part(session.options.words.front()) + "/extend",
               true);
}

int retry(CtlSession& session) {
    return act(session, "/payments/" + url_part(session.options.words.front()) + "/retry");
}

int give_up(CtlSession& session) {
    return act(session, "/payments/" + url_part(session.options.words.front()) + "/give-up");
}

int print_completion(CtlSession& session) {
    const auto script = completion_script(session.options.words.front());
    if (!script) return report_error(session.errors, script.error());
    session.out << *script;
    return ctl_done;
}

bool has_right_words(const CtlCommand& command, std::size_t count) {
    if (command.words.empty()) return count == 0;
    if (command.words.starts_with('[')) return count <= 1;
    return count == 1;
}

}  // namespace

const std::vector<CtlCommand>& ctl_commands() {
    static const std::vector<CtlCommand> all{
        {"top", "", "Rates, latencies and the fullest mailboxes, every second", show_top},
        {"actors", "", "The highest actors; see --kind, --id, --sort, --limit", list_actors},
        {"actor", "ID", "One actor's memory beside its row, its mail, its history", show_actor},
        {"reservations", "", "Reservations about to run out", list_reservations},
        {"payments", "", "Payments that wait or are to be retried", list_payments},
        {"invariants", "", "What must hold; ends with 1 when something does not", check_invariants},
        {"trace", "REQUEST-ID", "Where a request's time went", explain_request},
        {"audit", "", "What operators did", list_audit},
        {"tail", "", "A line a second, and what operators do", tail},
        {"passivate", "ID", "Let an actor leave memory", act_on_actor},
        {"restart", "ID", "End an actor's life; the next reads its rows", act_on_actor},
        {"quarantine", "ID", "Refuse commands for one entity", act_on_actor},
        {"release", "ID", "End a quarantine, or give a reservation back", release},
        {"extend", "RESERVATION", "Let a reservation last longer", extend},
        {"retry", "PAYMENT", "Try a payment's waiting step now", retry},
        {"give-up", "PAYMENT", "Try a payment's stuck step no more", give_up},
        {"pause", "KIND", "Refuse commands for every entity of a kind", pause_kind},
        {"resume", "[KIND]", "End a pause; without a kind, a drain", resume},
        {"drain", "", "Take no new work, finish, empty the memory", drain},
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
           "\nIt ends with 0 done, 1 refused, 2 misused, 3 no key or no right, 4 not found, "
           "5 no answer.\n";
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
