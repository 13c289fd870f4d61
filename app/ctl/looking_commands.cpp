#include <ostream>
#include <string>
#include <vector>

#include "app/ctl/command_functions.hpp"
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
const std::vector<Column> stage_columns{
    {"WHERE TIME WENT", "stage"},         {"MESSAGES", "count", Show::number},
    {"SUM", "sumUs", Show::microseconds}, {"P50", "p50Us", Show::microseconds},
    {"P95", "p95Us", Show::microseconds}, {"LONGEST", "maxUs", Show::microseconds}};
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

}  // namespace

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
        if (const auto summary = member_of(data, "summary")) {
            print_part(session, *summary, "stages", stage_columns);
            session.out << shown(member_of(*summary, "sentence"), Show::text) << "\n\n";
        }
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
                    {"GIVEN UP", "givenUp"},
                    {"ATTEMPT", "attemptKey"},
                    {"DUE", "dueAt", Show::time},
                    {"REASON", "reason"}});
        return ctl_done;
    });
}

int list_mails(CtlSession& session) {
    return ask(session, "/supervisors", [&](JsonValue data) {
        session.out << text_list({{"WAITING", "mailsWaiting", Show::number},
                                  {"OF THEM FAILED", "mailsRetrying", Show::number},
                                  {"DEAD", "mailsDead", Show::number}},
                                 data)
                    << '\n';
        print_part(session, data, "deadMails",
                   {{"MAIL", "id"},
                    {"KIND", "kind"},
                    {"TO", "recipient"},
                    {"ABOUT", "about"},
                    {"TRIES", "tries", Show::number},
                    {"GIVEN UP", "diedAt", Show::time},
                    {"REASON", "reason"}});
        return ctl_done;
    });
}

int list_relays(CtlSession& session) {
    return ask(session, "/supervisors", [&](JsonValue data) {
        print_part(session, data, "relays",
                   {{"RELAY", "name"},
                    {"CURSOR", "cursor", Show::number},
                    {"HEAD", "head", Show::number},
                    {"BEHIND", "behind", Show::number},
                    {"SECONDS", "behindSeconds", Show::number},
                    {"PASSED ON", "passedOn", Show::number},
                    {"LAST ERROR", "lastError"}});
        return ctl_done;
    });
}

int list_erasures(CtlSession& session) {
    return ask(session, "/supervisors", [&](JsonValue data) {
        print_part(session, data, "erasures",
                   {{"USER", "userId"},
                    {"STEP", "step"},
                    {"ASKED FOR", "requestedAt", Show::time},
                    {"DUE", "dueAt", Show::time},
                    {"FAILURES", "tries", Show::number},
                    {"REASON", "reason"}});
        return ctl_done;
    });
}

int show_history(CtlSession& session) {
    return ask(session, "/supervisors", [&](JsonValue data) {
        print_part(session, data, "history",
                   {{"WHEN", "at", Show::time},
                    {"SUPERVISOR", "supervisor"},
                    {"DID", "what"},
                    {"TO", "subject"},
                    {"", "detail"}});
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
        const auto incomplete = member_of(data, "incomplete");
        if (incomplete && incomplete->is_boolean() && incomplete->as_boolean())
            session.errors << "soukctl: messages may be missing here: the request began before "
                              "anybody looked, or too many came after them\n";
        return ctl_done;
    });
}

int list_audit(CtlSession& session) {
    return ask(session, "/audit?limit=" + url_part(session.options.limit), [&](JsonValue rows) {
        session.out << text_table(audit_columns, rows);
        return ctl_done;
    });
}

namespace {

/// Actions that are new since the last look, oldest first; the page of the audit as it is for
/// scripts.
int tail_audit(CtlSession& session, std::string& last_seen) {
    const auto answer = session.client.get("/audit?limit=100");
    if (!answer) return report_error(session.errors, answer.error());
    const auto document = JsonDocument::parse(*answer);
    const auto rows = document ? member_of(document->root(), "data") : std::nullopt;
    if (!rows || !rows->is_array())
        return report_error(session.errors, refuse(ErrorCode::internal, "not the console's API"));
    const auto id_of = [&](std::size_t i) {
        return shown(member_of(rows->item(i), "id"), Show::text);
    };
    std::size_t fresh = 0;
    while (fresh < rows->size() && id_of(fresh) != last_seen) ++fresh;
    const bool is_first_look = last_seen.empty();
    last_seen = rows->size() == 0 ? "-" : id_of(0);
    if (fresh == 0 || is_first_look) return ctl_done;
    if (session.options.json) session.out << *answer << '\n';
    for (std::size_t i = fresh; !session.options.json && i-- > 0;) {
        const auto row = rows->item(i);
        session.out << "    " << shown(member_of(row, "actorName"), Show::text) << ": "
                    << shown(member_of(row, "action"), Show::text) << ' '
                    << shown(member_of(row, "target"), Show::text) << " ("
                    << shown(member_of(row, "reason"), Show::text) << ")\n";
    }
    return ctl_done;
}

}  // namespace

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
        if (const int told = tail_audit(session, last_seen); told != ctl_done) return told;
        session.out << std::flush;
        if (session.options.once || !session.wait_a_second()) return ctl_done;
    }
}

}  // namespace souk
