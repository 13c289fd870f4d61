#pragma once
// The console's answers and the bodies of its actions. Times are in microseconds.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "protocol/console.hpp"
#include "protocol/envelope.hpp"
#include "protocol/fields.hpp"
#include "protocol/health_json.hpp"
#include "protocol/text_values.hpp"

namespace souk {

template <>
struct EnumNames<EntityKind> {
    static constexpr std::array<std::pair<EntityKind, std::string_view>, entity_kinds> names{{
        {EntityKind::stock, "stock"},
        {EntityKind::cart, "cart"},
        {EntityKind::order, "order"},
        {EntityKind::discount, "discount"},
    }};
};
template <>
struct EnumNames<ActorSort> {
    static constexpr std::array<std::pair<ActorSort, std::string_view>, 4> names{{
        {ActorSort::mailbox, "mailbox"},
        {ActorSort::rate, "rate"},
        {ActorSort::slowest, "slowest"},
        {ActorSort::restarts, "restarts"},
    }};
};
template <>
struct EnumNames<StateAgreement> {
    static constexpr std::array<std::pair<StateAgreement, std::string_view>, 5> names{{
        {StateAgreement::not_in_memory, "not_in_memory"},
        {StateAgreement::no_row, "no_row"},
        {StateAgreement::same, "same"},
        {StateAgreement::under_way, "under_way"},
        {StateAgreement::differs, "differs"},
    }};
};
template <>
struct EnumNames<InvariantState> {
    static constexpr std::array<std::pair<InvariantState, std::string_view>, 3> names{{
        {InvariantState::holds, "holds"},
        {InvariantState::broken, "broken"},
        {InvariantState::unknown, "unknown"},
    }};
};
template <>
struct EnumNames<ConsoleVerb> {
    static constexpr std::array<std::pair<ConsoleVerb, std::string_view>, 12> names{{
        {ConsoleVerb::passivate, "actors.passivate"},
        {ConsoleVerb::restart, "actors.restart"},
        {ConsoleVerb::quarantine, "actors.quarantine"},
        {ConsoleVerb::release, "actors.release"},
        {ConsoleVerb::pause_kind, "kinds.pause"},
        {ConsoleVerb::resume_kind, "kinds.resume"},
        {ConsoleVerb::drain, "server.drain"},
        {ConsoleVerb::resume, "server.resume"},
        {ConsoleVerb::release_reservation, "reservations.release"},
        {ConsoleVerb::extend_reservation, "reservations.extend"},
        {ConsoleVerb::retry_payment, "payments.retry"},
        {ConsoleVerb::give_up_payment, "payments.give-up"},
    }};
};

constexpr std::int64_t in_us(std::int64_t nanoseconds) { return nanoseconds / 1000; }
constexpr std::optional<std::int64_t> in_us(const std::optional<std::int64_t>& nanoseconds) {
    return nanoseconds ? std::optional{in_us(*nanoseconds)} : std::nullopt;
}

/// A field in microseconds of a member in nanoseconds.
template <class Whole, class Member>
constexpr auto microseconds(std::string_view name, Member Whole::*member, std::string_view doc) {
    return field(
        name, [member](const Whole& whole) { return in_us(whole.*member); }, doc);
}

template <>
struct Schema<KindLine> {
    static constexpr std::string_view name = "ActorKind";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("kind", &KindLine::kind, "What the actors are."),
        field("live", &KindLine::live, "In memory now."),
        field("messages", &KindLine::messages, "Letters delivered since the start."),
        field("refused", &KindLine::refused, "Letters refused before an actor saw them."),
        field("activated", &KindLine::activated, "Taken into memory since the start."),
        field("passivated", &KindLine::passivated, "Left memory by themselves."),
        field("crashed", &KindLine::crashed, "Handlers that threw."),
        field("quarantined", &KindLine::quarantined, "Kept out until an operator releases them."),
        field("deadLetters", &KindLine::dead_letters, "Letters to lives that had ended."),
        field("paused", &KindLine::paused, "Has an operator paused it?"));
};

template <>
struct Schema<ActorLine> {
    static constexpr std::string_view name = "Actor";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("kind", &ActorLine::kind, "What it is."),
        field("id", &ActorLine::id, "Which one; shortened where it is a secret to the caller."),
        field("live", &ActorLine::live, "Is it in memory?"),
        field("quarantined", &ActorLine::quarantined, "Is it kept out?"),
        field("mailbox", &ActorLine::mailbox, "Letters that wait."),
        field("messages", &ActorLine::messages, "Handled in this life."),
        field("messagesPerMinute", &ActorLine::messages_per_minute, "Lately."),
        microseconds("handlingUs", &ActorLine::handling_ns, "Mean of what was timed."),
        microseconds("slowestUs", &ActorLine::slowest_ns, "The longest that was timed."),
        field("restarts", &ActorLine::restarts, "Crashes, and restarts by operators."),
        field("lastError", &ActorLine::last_error, "Of the last crash.", {.null_when_empty = true}),
        field("lastErrorAt", &ActorLine::last_error_at, "When that was."),
        field("activatedAt", &ActorLine::activated_at, "When this life began."),
        field("version", &ActorLine::version, "Of the committed state it shows."));
};

template <>
struct Schema<StateField> {
    static constexpr std::string_view name = "StateField";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(field("name", &StateField::name, "A member."),
                                                   field("value", &StateField::value, "As text."));
};

template <>
struct Schema<MessageLine> {
    static constexpr std::string_view name = "ActorMessage";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("at", &MessageLine::at, "When it was handled."),
        field("kind", &MessageLine::kind, "Whose mail."),
        field("id", &MessageLine::id, "Whose mail."),
        field("requestId", &MessageLine::request_id, "The request behind it.",
              {.null_when_empty = true}),
        field("what", &MessageLine::what, "What was wanted."),
        microseconds("queueUs", &MessageLine::queue_ns, "In the mailbox."),
        microseconds("handlerUs", &MessageLine::handler_ns, "In the actor."),
        microseconds("laneUs", &MessageLine::lane_ns, "From the actor to the database."),
        microseconds("commitUs", &MessageLine::commit_ns, "From there to the commit."),
        field("crashed", &MessageLine::crashed, "Did the handler throw?"));
};

template <>
struct Schema<StateComparison> {
    static constexpr std::string_view name = "StateComparison";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("field", &StateComparison::field, "A member of the state."),
                        field("memory", &StateComparison::memory, "In the actor."),
                        field("row", &StateComparison::row, "In the database."),
                        field("same", &StateComparison::same, "Do they agree?"));
};

template <>
struct Schema<HistoryLine> {
    static constexpr std::string_view name = "ActorHistory";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("at", &HistoryLine::at, "When."), field("what", &HistoryLine::what, "What happened."),
        field("detail", &HistoryLine::detail, "More of it.", {.null_when_empty = true}),
        field("actor", &HistoryLine::actor, "Who did it.", {.null_when_empty = true}));
};

template <>
struct Schema<ActorPage> {
    static constexpr std::string_view name = "ActorDetail";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("actor", &ActorPage::actor, ""),
        field("agreement", &ActorPage::agreement,
              "Memory against the row; under_way: a change is being committed."),
        field("state", &ActorPage::state, "Member by member."),
        field("underWay", &ActorPage::under_way, "Changes whose fate is open."),
        field("busy", &ActorPage::busy, "Does it wait for others?"),
        field("lastMessages", &ActorPage::last_messages, "Newest first, since somebody looks."),
        field("history", &ActorPage::history,
              "Its movements, or what became of it; newest first."));
};

template <>
struct Schema<LatencyLine> {
    static constexpr std::string_view name = "Latency";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("what", &LatencyLine::what, "What was timed."),
                        field("count", &LatencyLine::count, "How often, in the last ten seconds."),
                        microseconds("p50Us", &LatencyLine::p50_ns, "Half took no longer."),
                        microseconds("p95Us", &LatencyLine::p95_ns, "95 of 100 took no longer."),
                        microseconds("p99Us", &LatencyLine::p99_ns, "99 of 100 took no longer."),
                        microseconds("maxUs", &LatencyLine::max_ns, "The longest."));
};

template <>
struct Schema<SeriesPoint> {
    static constexpr std::string_view name = "SeriesPoint";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("at", &SeriesPoint::at, "The second's end."),
        field("requests", &SeriesPoint::requests, "Answered in this second."),
        field("messages", &SeriesPoint::messages, "Delivered to actors."),
        field("changes", &SeriesPoint::changes, "Committed."),
        field("commits", &SeriesPoint::commits, "Batches that held them."),
        field("live", &SeriesPoint::live, "Actors in memory."),
        field("laneQueue", &SeriesPoint::lane_queue, "Changes that waited."),
        field("residentBytes", &SeriesPoint::resident_bytes, "Memory of the process."),
        microseconds("httpP50Us", &SeriesPoint::http_p50_ns, "Of requests."),
        microseconds("httpP99Us", &SeriesPoint::http_p99_ns, "Of requests."),
        microseconds("mailboxP99Us", &SeriesPoint::mailbox_p99_ns, "Wait of letters; 0 untimed."),
        microseconds("handlerP99Us", &SeriesPoint::handler_p99_ns, "Of handlers; 0 untimed."),
        microseconds("commitP99Us", &SeriesPoint::commit_p99_ns, "Of commits."));
};

template <>
struct Schema<Overview> {
    static constexpr std::string_view name = "ServerOverview";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("at", &Overview::at, "Now."),
        field("startedAt", &Overview::started_at, "When the server began."),
        field("draining", &Overview::draining, "Does it refuse new work?"),
        field("requestsPerSecond", &Overview::requests_per_s, "Over the last ten seconds."),
        field("requestsInFlight", &Overview::requests_in_flight, "Without an answer yet."),
        field("connections", &Overview::connections, "Open."),
        field("messagesPerSecond", &Overview::messages_per_s, "Over the last ten seconds."),
        field("kinds", &Overview::kinds, "Actors by kind."),
        field("maxLive", &Overview::max_live, "So many actors may be in memory."),
        field("latencies", &Overview::latencies, "Over the last ten seconds."),
        field("laneAccepting", &Overview::lane_accepting, "Are changes taken?"),
        field("laneQueue", &Overview::lane_queue, "Changes that wait for a commit."),
        field("laneBatches", &Overview::lane_batches, "Commits since the start."),
        field("laneChanges", &Overview::lane_changes, "Changes in them."),
        field("laneRefused", &Overview::lane_refused, "Changes not committed."),
        field("laneFailedBatches", &Overview::lane_failed_batches, "Commits that failed."),
        field("deadLetters", &Overview::dead_letters, "Letters to lives that had ended."),
        field("residentBytes", &Overview::resident_bytes, "Memory of the process."),
        field("components", &Overview::components, "What the server stands on."),
        field("postgresConnections", &Overview::postgres_connections, "For reading."),
        field("postgresWaiting", &Overview::postgres_waiting, "Reads that wait."),
        field("postgresReads", &Overview::postgres_reads, "Reads since the start."),
        field("series", &Overview::series, "Second by second, oldest first."));
};

template <>
struct Schema<DueReservationLine> {
    static constexpr std::string_view name = "DueReservation";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &DueReservationLine::id, "Shortened where it is a secret to the caller."),
        field("expiresAt", &DueReservationLine::expires_at, "Then its units are free."),
        field("orderId", &DueReservationLine::order_id, "The order it is for."));
};

template <>
struct Schema<PaymentLine> {
    static constexpr std::string_view name = "DuePayment";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("paymentId", &PaymentLine::payment_id, "The payment."),
        field("orderId", &PaymentLine::order_id, "Its order."),
        field("orderNumber", &PaymentLine::order_number, "For people."),
        field("step", &PaymentLine::step, "What is wanted of the gateway."),
        field("tries", &PaymentLine::tries, "So far."),
        field("stuck", &PaymentLine::stuck, "Does it wait for an operator?"),
        field("dueAt", &PaymentLine::due_at, "When it is tried again, or was last."),
        field("reason", &PaymentLine::reason, "Of the last answer.", {.null_when_empty = true}));
};

template <>
struct Schema<RelayLine> {
    static constexpr std::string_view name = "Relay";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("name", &RelayLine::name, "Who passes events on."),
                        field("behind", &RelayLine::behind, "Events not passed on yet."));
};

template <>
struct Schema<SupervisorPage> {
    using Page = SupervisorPage;
    static constexpr std::string_view name = "Supervisors";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("reservationsDueSoon", &Page::reservations_due_soon, "Known to run out soon."),
        field("reservationsExpired", &Page::reservations_expired, "Since the start."),
        field("reservations", &Page::reservations, "The next to run out."),
        field("paymentsTakenUp", &Page::payments_taken_up, "Since the start."),
        field("payments", &Page::payments, "Stuck ones first, then what is due next."),
        field("outboxSequence", &Page::outbox_sequence, "Of the last event."),
        field("relays", &Page::relays, "Who passes events on."));
};

template <>
struct Schema<InvariantDifference> {
    static constexpr std::string_view name = "InvariantDifference";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("rule", &InvariantDifference::rule, "What does not hold."),
                        field("subject", &InvariantDifference::subject, "For what."),
                        field("expected", &InvariantDifference::expected, "What it ought to be."),
                        field("found", &InvariantDifference::found, "What it is."));
};

template <>
struct Schema<InvariantLine> {
    static constexpr std::string_view name = "Invariant";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("name", &InvariantLine::name, "What has to hold."),
        field("state", &InvariantLine::state, "Does it?"),
        field("detail", &InvariantLine::detail, "Why that is not known.",
              {.null_when_empty = true}),
        microseconds("tookUs", &InvariantLine::took_ns, "To find out."),
        field("more", &InvariantLine::more, "Are there more differences than these?"),
        field("differences", &InvariantLine::differences, "The rows that differ."));
};

template <>
struct Schema<InvariantsPage> {
    static constexpr std::string_view name = "Invariants";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("at", &InvariantsPage::at, "When they were checked."),
                        field("invariants", &InvariantsPage::invariants, ""));
};

template <>
struct Schema<RequestLine> {
    static constexpr std::string_view name = "TracedRequest";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("at", &RequestLine::at, "When it was answered."),
                        field("method", &RequestLine::method, "As GET."),
                        field("route", &RequestLine::route, "Its pattern."),
                        field("status", &RequestLine::status, "Of the answer."),
                        microseconds("tookUs", &RequestLine::took_ns, "In all."));
};

template <>
struct Schema<TracePage> {
    static constexpr std::string_view name = "Trace";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("requestId", &TracePage::request_id, "The request."),
        field("request", &TracePage::request, "Null when it is not answered yet."),
        field("messages", &TracePage::messages, "Oldest first."),
        microseconds("queueUs", &TracePage::queue_ns, "In mailboxes."),
        microseconds("handlerUs", &TracePage::handler_ns, "In actors."),
        microseconds("laneUs", &TracePage::lane_ns, "On the way to the database."),
        microseconds("commitUs", &TracePage::commit_ns, "In commits."),
        microseconds("elsewhereUs", &TracePage::elsewhere_ns, "What none of these explains."));
};

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
            "actor", [](const Row& row) -> auto& { return row.entry.actor; }, "Whose key."),
        field(
            "actorName", [](const Row& row) -> auto& { return row.entry.actor_name; },
            "As the key is called."),
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
            "As it became."));
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
        field("touched", &Report::touched, "How many it touches."),
        field("auditId", &Report::audit_id, "Its row in the audit; null for a preview."),
        field("before", &Report::before, "As it was."),
        field("after", &Report::after, "As it is, or would be."));
};

/// The query of GET /admin/actors.
struct ActorsQuery {
    std::optional<EntityKind> kind;
    std::string id;
    ActorSort sort{ActorSort::mailbox};
    std::int64_t limit{20};
};

template <>
struct Schema<ActorsQuery> {
    static constexpr std::string_view name = "ActorsQuery";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("kind", &ActorsQuery::kind, "Of one kind alone."),
        field("id", &ActorsQuery::id, "A part of the id.", {.max_length = 100, .optional = true}),
        field("sort", &ActorsQuery::sort, "Highest first; mailbox unless said otherwise.",
              {.optional = true}),
        field("limit", &ActorsQuery::limit, "How many.", limit_rule));
};

struct OverviewQuery {
    std::optional<TimePoint> since;
};

template <>
struct Schema<OverviewQuery> {
    static constexpr std::string_view name = "OverviewQuery";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("since", &OverviewQuery::since, "Only the points of the series after it."));
};

/// The query of a list that goes by cursor alone.
struct AuditQuery {
    std::int64_t limit{20};
    std::string cursor;
};

template <>
struct Schema<AuditQuery> {
    static constexpr std::string_view name = "AuditQuery";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("limit", &AuditQuery::limit, "Entries per page.", limit_rule),
                        field("cursor", &AuditQuery::cursor, "nextCursor of the page before.",
                              {.max_length = 200, .optional = true}));
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
/// A page of the audit, envelope included.
std::string audit_json(AuditPage page, std::int64_t limit);

}  // namespace souk
