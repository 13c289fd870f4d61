#pragma once
// The bodies of operators' actions, what is answered, and the audit of them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/console_json.hpp"

namespace souk {

template <>
struct Schema<AuditRow> {
    using Row = AuditRow;
    static constexpr std::string_view name = "AuditEntry";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const Row& row) { return row.entry.id; }, "The entry."),
        field("at", &Row::at, "When."),
        field(
            "actor", [](const Row& row) -> auto& { return row.entry.actor; },
            "The id of a key or a user."),
        field(
            "actorName", [](const Row& row) -> auto& { return row.entry.actor_name; },
            "As the key is called, or the user's role."),
        field("address", [](const Row& row) -> const std::string& { return row.entry.address; },
              "From where; null when that was not noted.", {.null_when_empty = true}),
        field(
            "action", [](const Row& row) -> auto& { return row.entry.action; }, "What was done."),
        field(
            "target", [](const Row& row) -> auto& { return row.entry.target; }, "To what."),
        field(
            "reason", [](const Row& row) -> auto& { return row.entry.reason; }, "Why."),
        field(
            "requestId", [](const Row& row) -> auto& { return row.entry.request_id; },
            "The request that did it."),
        field(
            "touched", [](const Row& row) { return row.entry.touched; }, "How many it touched."),
        field(
            "before",
            [](const Row& row) { return RawJson<std::vector<StateField>>{row.entry.before}; },
            "As it was."),
        field(
            "after",
            [](const Row& row) { return RawJson<std::vector<StateField>>{row.entry.after}; },
            "As it became, or what was asked of it."));
};

template <>
struct Schema<ConsoleReport> {
    using Report = ConsoleReport;
    static constexpr std::string_view name = "ActionReport";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("action", &Report::verb, "What was wanted."),
        field("target", &Report::target, "Of what."),
        field("dryRun", &Report::dry_run, "Was it only a preview?"),
        field("touched", &Report::touched,
              "How many actors, lines or steps it touches; a kind or the server counts as one at "
              "least."),
        field("unfinished", &Report::unfinished,
              "Does it go on after this answer, as a drain may?"),
        field("auditId", &Report::audit_id, "Its row in the audit; null when nothing was done."),
        field("before", &Report::before, "As it was."),
        field("after", &Report::after, "As it is, or would be, or what is asked of it."));
};

struct AuditQuery {
    std::int64_t limit{20};
    std::string cursor;
    std::string actor;
    std::string action;
    std::string target;
    std::string request_id;
    std::optional<TimePoint> from;
    std::optional<TimePoint> to;
};

template <>
struct Schema<AuditQuery> {
    static constexpr std::string_view name = "AuditQuery";
    static constexpr auto use = Use::request;
    static constexpr Rule text{.max_length = 200, .optional = true};
    static constexpr auto fields = std::make_tuple(
        field("limit", &AuditQuery::limit, "Entries per page.", limit_rule),
        field("cursor", &AuditQuery::cursor, "nextCursor of the page before.", text),
        field("actor", &AuditQuery::actor, "The id of a key or a user.", text),
        field("action", &AuditQuery::action, "users.suspend, or users for all that begin so.",
              text),
        field("target", &AuditQuery::target, "To what, as an entry says it.", text),
        field("requestId", &AuditQuery::request_id, "The request that did it.", text),
        field("from", &AuditQuery::from, "Not before."), field("to", &AuditQuery::to, "Before."));
};

inline constexpr Rule action_reason_rule{.min_length = 3, .max_length = 500};

struct ActionBody {
    std::string reason;
    bool dry_run{false};
};

template <>
struct Schema<ActionBody> {
    static constexpr std::string_view name = "OperatorAction";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("reason", &ActionBody::reason, "For the audit.", action_reason_rule),
        field("dryRun", &ActionBody::dry_run, "Only say what it would touch.", {.optional = true}));
};

struct PaymentStepBody {
    std::string reason;
    bool dry_run{false};
    std::string attempt_key;
};

template <>
struct Schema<PaymentStepBody> {
    static constexpr std::string_view name = "PaymentStepAction";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("reason", &PaymentStepBody::reason, "For the audit.", action_reason_rule),
        field("dryRun", &PaymentStepBody::dry_run, "Only say what it would touch.",
              {.optional = true}),
        field("attemptKey", &PaymentStepBody::attempt_key,
              "Of GET /admin/supervisors; the step that has waited longest unless said otherwise.",
              {.min_length = 1, .max_length = 100, .optional = true}));
};

struct RefundNowBody {
    std::string reason;
    bool dry_run{false};
    std::optional<Amount> amount;
};

template <>
struct Schema<RefundNowBody> {
    static constexpr std::string_view name = "RefundNow";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("reason", &RefundNowBody::reason, "For the audit and the refund.",
              {.min_length = 3, .max_length = 255}),
        field("dryRun", &RefundNowBody::dry_run, "Only say what it would touch.",
              {.optional = true}),
        field("amount", &RefundNowBody::amount, "All that is left unless said otherwise.",
              {.min = 1, .max = max_amount}));
};

struct ExtendBody {
    std::string reason;
    bool dry_run{false};
    std::int64_t minutes{15};
};

template <>
struct Schema<ExtendBody> {
    static constexpr std::string_view name = "ExtendReservation";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("reason", &ExtendBody::reason, "For the audit.", action_reason_rule),
        field("dryRun", &ExtendBody::dry_run, "Only say what it would touch.", {.optional = true}),
        field("minutes", &ExtendBody::minutes, "By how much; 15 unless said otherwise.",
              {.min = 1, .max = 1440, .optional = true}));
};

/// As rows of the audit keep it.
std::string state_json(const std::vector<StateField>& state);
/// The inverse, of text that `state_json` made.
std::vector<StateField> read_state(std::string_view json);
/// A page of the audit, envelope included; and its rows alone.
std::string audit_json(AuditPage page, std::int64_t limit);
std::string audit_rows_json(const std::vector<AuditRow>& rows);

}  // namespace souk
