#pragma once
// The console's overview, and its actors.

#include <optional>
#include <string>

#include "protocol/console_names.hpp"
#include "protocol/envelope.hpp"
#include "protocol/health_json.hpp"
#include "protocol/text_values.hpp"

namespace souk {

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
struct Schema<StageLine> {
    static constexpr std::string_view name = "MessageStage";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("stage", &StageLine::stage, "queue, handler, lane or commit."),
                        field("count", &StageLine::count, "Messages that came this way."),
                        microseconds("sumUs", &StageLine::sum_ns, "Together."),
                        microseconds("p50Us", &StageLine::p50_ns, "Half took no longer."),
                        microseconds("p95Us", &StageLine::p95_ns, "95 of 100 took no longer."),
                        microseconds("maxUs", &StageLine::max_ns, "The longest."));
};

template <>
struct Schema<ActorSummary> {
    static constexpr std::string_view name = "ActorSummary";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("messages", &ActorSummary::messages, "The last ones, as listed."),
        field("stages", &ActorSummary::stages, "Where their time went."),
        field("sentence", &ActorSummary::sentence, "Which part of it is the largest."));
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
        field("summary", &ActorPage::summary, "Why is it slow? Over these messages."),
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

/// Without an envelope.
std::string overview_json(const Overview& overview);

}  // namespace souk
