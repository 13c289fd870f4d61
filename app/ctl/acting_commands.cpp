#include <charconv>
#include <optional>
#include <ostream>
#include <string>

#include "app/ctl/command_functions.hpp"
#include "app/ctl/text_table.hpp"
#include "protocol/json.hpp"

namespace souk {
namespace {

std::string kind_of(std::string_view id) {
    if (id.starts_with("tenant_")) id.remove_prefix(id.find(':') + 1);
    if (id.starts_with("var_")) return "stock";
    if (id.starts_with("cart_")) return "cart";
    if (id.starts_with("order_")) return "order";
    return "discount";
}

/// A member of the body; an empty value leaves it out.
struct BodyOption {
    std::string_view option;
    std::string_view member;
    std::string value;
    bool is_number{true};
};

std::optional<std::int64_t> whole_number(const std::string& text) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number);
    if (failure != std::errc{} || stop != end) return std::nullopt;
    return number;
}

/// Scripts go on when it is done, and only then.
int show_report(CtlSession& session, const std::string& answer) {
    const auto document = JsonDocument::parse(answer);
    if (!document) return report_error(session.errors, document.error());
    const auto data = member_of(document->root(), "data");
    if (session.options.json) {
        session.out << answer << '\n';
    } else if (data) {
        session.out << text_list({{"action", "action"},
                                  {"target", "target"},
                                  {"preview only", "dryRun"},
                                  {"touched", "touched"},
                                  {"unfinished", "unfinished"},
                                  {"audit", "auditId"}},
                                 *data);
    }
    const auto unfinished = data ? member_of(*data, "unfinished") : std::nullopt;
    if (!unfinished || !unfinished->is_boolean() || !unfinished->as_boolean()) return ctl_done;
    session.errors << "soukctl: it has begun and goes on: soukctl top shows what is left\n";
    return ctl_failed;
}

int act(CtlSession& session, const std::string& path, const BodyOption& more = {}) {
    const auto& options = session.options;
    if (options.reason.empty()) return misused(session, "an action needs --reason");
    std::string body;
    JsonWriter out{body};
    out.begin_object();
    out.key("reason");
    out.string(options.reason);
    out.key("dryRun");
    out.boolean(options.dry_run);
    if (!more.value.empty()) {
        const auto number = whole_number(more.value);
        if (more.is_number && !number)
            return misused(session, std::string{more.option} + " must be a whole number");
        out.key(more.member);
        if (more.is_number)
            out.integer(*number);
        else
            out.string(more.value);
    }
    out.end_object();
    const auto answer = session.client.post(path, body, options.idempotency_key);
    if (answer) return show_report(session, *answer);
    const int ended = report_error(session.errors, answer.error());
    if (ended == ctl_unreachable && !options.dry_run)
        session.errors << "    should it have been done: --idempotency-key "
                       << options.idempotency_key << " does it once and no more\n";
    return ended;
}

int act_on_step(CtlSession& session, const std::string& verb) {
    return act(session, "/payments/" + url_part(session.options.words.front()) + verb,
               {"--step", "attemptKey", session.options.step, false});
}

}  // namespace

std::string actor_path(std::string_view id) {
    return "/actors/" + kind_of(id) + "/" + url_part(id);
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
    if (id.find("res_") != id.npos)
        return act(session, "/reservations/" + url_part(id) + "/release");
    return act_on_actor(session);
}

int extend(CtlSession& session) {
    return act(session, "/reservations/" + url_part(session.options.words.front()) + "/extend",
               {"--minutes", "minutes", session.options.minutes});
}

int retry(CtlSession& session) {
    const auto& id = session.options.words.front();
    if (id.starts_with("mail_")) return act(session, "/mails/" + url_part(id) + "/retry");
    return act_on_step(session, "/retry");
}
int give_up(CtlSession& session) { return act_on_step(session, "/give-up"); }

int refund(CtlSession& session) {
    return act(session, "/orders/" + url_part(session.options.words.front()) + "/refund",
               {"--amount", "amount", session.options.amount});
}

int drop(CtlSession& session) {
    return act(session, "/mails/" + url_part(session.options.words.front()) + "/drop");
}

}  // namespace souk
