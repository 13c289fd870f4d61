#pragma once
// What operators see and steer: the actors, what they stand on, and the books. `app` implements the
// interface; looking at anything here turns the timing of messages on for a few seconds.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/audit.hpp"
#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "protocol/answer.hpp"
#include "protocol/views.hpp"

namespace souk {

enum class EntityKind { stock, cart, order, discount };
inline constexpr std::size_t entity_kinds = 4;

/// Running totals of a kind since the start, and how many are there now.
struct KindLine {
    EntityKind kind{EntityKind::stock};
    std::int64_t live{};
    std::int64_t messages{};
    std::int64_t refused{};
    std::int64_t activated{};
    std::int64_t passivated{};
    std::int64_t crashed{};
    std::int64_t quarantined{};
    std::int64_t dead_letters{};
    bool paused{false};
};

enum class ActorSort { mailbox, rate, slowest, restarts };

/// What anybody who may look is shown of an id: of carts and reservations, whose ids are their
/// owners' secrets, the time they were made.
inline std::string_view public_part(std::string_view id) {
    constexpr std::size_t time_part = 10;  // of the 26 characters
    const auto start = id.starts_with("tenant_") ? id.find(':') + 1 : 0;
    const auto own = id.substr(start);
    if (!own.starts_with("cart_") && !own.starts_with("res_")) return id;
    return id.substr(0, start + own.find('_') + 1 + time_part);
}

struct ActorQuery {
    std::optional<EntityKind> kind;
    std::string id;             // a part of it; empty: any
    bool in_public_part{true};  // a part of what anybody is shown: who looks may not guess the rest
    ActorSort sort{ActorSort::mailbox};
    std::int64_t limit{20};
};

struct ActorLine {
    EntityKind kind{EntityKind::stock};
    std::string id;
    bool live{false};
    bool quarantined{false};
    std::int64_t mailbox{};   // letters that wait
    std::int64_t messages{};  // handled in this life
    std::int64_t messages_per_minute{};
    std::optional<std::int64_t> handling_ns;  // mean of those that were timed
    std::optional<std::int64_t> slowest_ns;
    std::int64_t restarts{};  // crashes, and restarts by operators
    std::string last_error;
    std::optional<TimePoint> last_error_at;
    std::optional<TimePoint> activated_at;
    std::optional<Version> version;  // of the committed state it shows
};

/// A member of an entity's state, for people.
struct StateField {
    std::string name;
    std::string value;
    bool operator==(const StateField&) const = default;
};

/// One message's way. What has not happened, or was not a change, has no time.
struct MessageLine {
    TimePoint at;
    EntityKind kind{EntityKind::stock};
    std::string id;
    std::string request_id;
    std::string what;
    std::int64_t queue_ns{};
    std::int64_t handler_ns{};
    std::optional<std::int64_t> lane_ns;
    std::optional<std::int64_t> commit_ns;
    bool crashed{false};
};

struct StateComparison {
    std::string field;
    std::optional<std::string> memory;
    std::optional<std::string> row;
    bool same() const { return memory == row; }
};

/// A difference is only a fault when nothing is under way.
enum class StateAgreement { not_in_memory, no_row, same, under_way, differs };

struct HistoryLine {
    TimePoint at;
    std::string what;
    std::string detail;
    std::string actor;
};

/// One part of the way of an actor's messages, over all of them that were timed.
struct StageLine {
    std::string stage;  // "queue", "handler", "lane", "commit"
    std::int64_t count{};
    std::int64_t sum_ns{};
    std::int64_t p50_ns{};
    std::int64_t p95_ns{};
    std::int64_t max_ns{};
};
/// Why is this actor slow?
struct ActorSummary {
    std::int64_t messages{};
    std::vector<StageLine> stages;  // in the order of the way; none without messages
    std::string sentence;           // names the largest
};

struct ActorPage {
    ActorLine actor;
    StateAgreement agreement{StateAgreement::not_in_memory};
    std::vector<StateComparison> state;
    std::int64_t under_way{};                // changes whose fate is open
    bool busy{false};                        // waits for others
    std::vector<MessageLine> last_messages;  // newest first
    ActorSummary summary;                    // of these
    std::vector<HistoryLine> history;        // newest first
};

struct LatencyLine {
    std::string what;
    std::int64_t count{};
    std::int64_t p50_ns{};
    std::int64_t p95_ns{};
    std::int64_t p99_ns{};
    std::int64_t max_ns{};
};

/// One second of the server's life.
struct SeriesPoint {
    TimePoint at;
    std::int64_t requests{};
    std::int64_t messages{};
    std::int64_t changes{};
    std::int64_t commits{};
    std::int64_t live{};
    std::int64_t lane_queue{};
    std::int64_t resident_bytes{};
    std::int64_t http_p50_ns{};
    std::int64_t http_p99_ns{};
    std::int64_t mailbox_p99_ns{};
    std::int64_t handler_p99_ns{};
    std::int64_t commit_p99_ns{};
};

struct Overview {
    TimePoint at;
    TimePoint started_at;
    bool draining{false};
    std::int64_t requests_per_s{};
    std::int64_t requests_in_flight{};
    std::int64_t connections{};
    std::int64_t messages_per_s{};
    std::vector<KindLine> kinds;
    std::int64_t max_live{};
    std::vector<LatencyLine> latencies;  // over the last ten seconds
    bool lane_accepting{false};
    std::int64_t lane_queue{};
    std::int64_t lane_batches{};
    std::int64_t lane_changes{};
    std::int64_t lane_refused{};
    std::int64_t lane_failed_batches{};
    std::int64_t dead_letters{};
    std::int64_t resident_bytes{};
    std::vector<ComponentHealth> components;
    std::int64_t postgres_connections{};
    std::int64_t postgres_waiting{};
    std::int64_t postgres_reads{};
    std::vector<SeriesPoint> series;  // oldest first
};

struct DueReservationLine {
    std::string id;
    TimePoint expires_at;
    std::optional<OrderId> order_id;
};
struct PaymentLine {
    PaymentId payment_id;
    OrderId order_id;
    std::string order_number;
    std::string attempt_key;  // names the step to whoever acts on it
    std::string step;
    std::int64_t tries{};
    bool stuck{false};
    bool given_up{false};  // a refund that an operator may take up again
    TimePoint due_at;
    std::string reason;
};
struct RelayLine {
    std::string name;
    std::int64_t cursor{};          // the last event that was passed on
    std::int64_t head{};            // the last event there is
    std::int64_t behind{};          // events not looked at yet
    std::int64_t behind_seconds{};  // since the first of them
    std::int64_t passed_on{};       // since the start
    std::string last_error;         // empty: the last round went well
    std::optional<TimePoint> last_error_at;
};
/// A mail that an operator may retry or drop.
struct DeadMailLine {
    MailId id;
    std::string kind;
    std::string recipient;  // its first letter and its domain
    std::string about;      // an order's id, or empty
    std::int64_t tries{};
    TimePoint created_at;
    TimePoint died_at;
    std::string reason;
};
/// Somebody whose traces are still to be erased.
struct ErasureLine {
    UserId user;
    std::string step;
    TimePoint requested_at;
    TimePoint due_at;
    std::int64_t tries{};  // in a row that have failed
    std::string reason;    // of the last failure
};
enum class SupervisorKind { reservations, payments, mails, relays, erasures };
inline constexpr std::size_t supervisor_kinds = 5;
/// Something that a supervisor did by itself.
struct SupervisorDeed {
    TimePoint at;
    SupervisorKind supervisor{SupervisorKind::reservations};
    std::string what;
    std::string subject;
    std::string detail;
};
struct SupervisorPage {
    std::int64_t reservations_due_soon{};
    std::int64_t reservations_expired{};
    std::vector<DueReservationLine> reservations;  // earliest first
    std::int64_t payments_taken_up{};
    std::vector<PaymentLine> payments;  // stuck, then what is due next, then given-up refunds
    std::int64_t outbox_sequence{};
    std::vector<RelayLine> relays;
    std::int64_t mails_waiting{};  // those that failed and are tried again among them
    std::int64_t mails_retrying{};
    std::int64_t mails_dead{};
    std::vector<DeadMailLine> dead_mails;  // newest first
    std::int64_t erasures_waiting{};
    std::vector<ErasureLine> erasures;    // earliest due first
    std::vector<SupervisorDeed> history;  // newest first
};

struct InvariantDifference {
    std::string rule;
    std::string subject;
    std::int64_t expected{};
    std::int64_t found{};
};
enum class InvariantState { holds, broken, unknown };
struct InvariantLine {
    std::string name;
    InvariantState state{InvariantState::unknown};
    std::string detail;  // why it is not known
    std::int64_t took_ns{};
    bool more{false};  // there are more differences than are shown
    std::vector<InvariantDifference> differences;
};
struct InvariantsPage {
    TimePoint at;
    std::vector<InvariantLine> invariants;
};

struct RequestLine {
    TimePoint at;
    std::string request_id;
    std::string method;
    std::string route;
    std::int64_t status{};
    std::int64_t took_ns{};
};
struct TracePage {
    std::string request_id;
    std::optional<RequestLine> request;
    std::vector<MessageLine> messages;  // oldest first
    bool incomplete{false};             // messages of it may be missing
    std::int64_t queue_ns{};
    std::int64_t handler_ns{};
    std::int64_t lane_ns{};
    std::int64_t commit_ns{};
    std::optional<std::int64_t> elsewhere_ns;  // of the request, what none explains
};

struct AuditRow {
    AuditEntry entry;
    TimePoint at;
};
struct AuditPage {
    std::vector<AuditRow> rows;  // newest first
    std::int64_t newest{};       // of them, in the order of the audit; 0 when there is none
    std::int64_t total{};        // in the whole audit, when that was asked for
    std::string next_cursor;     // empty: the last page
};

enum class ConsoleVerb {
    passivate,
    restart,
    quarantine,
    release,
    pause_kind,
    resume_kind,
    drain,
    resume,
    release_reservation,
    extend_reservation,
    retry_payment,
    give_up_payment,
    refund_order,
    retry_mail,
    drop_mail,
};

/// What an operator wants, and why.
struct ConsoleWish {
    ConsoleVerb verb{ConsoleVerb::passivate};
    std::optional<EntityKind> kind;
    std::string id;    // of the entity, the reservation, the payment, the order, the mail
    std::string step;  // of the payment, by its attempt's key; empty: the first that it fits
    std::string reason;
    bool dry_run{false};
    std::int64_t minutes{};        // to extend by
    std::optional<Amount> amount;  // to refund; nothing: all that is left
    RefundId refund_id;            // the same for a repeat of the same request
    AuditId audit_id;              // of the row it leaves
    // With an Idempotency-Key: of the row that the same request left, or leaves now.
    std::optional<AuditId> audit_id_of_repeats;
    std::string actor;  // the API key's id
    std::string actor_name;
    std::string request_id;
    std::string address{};
    TenantId tenant{default_tenant};
};

struct ConsoleReport {
    ConsoleVerb verb{ConsoleVerb::passivate};
    std::string target;
    bool dry_run{false};
    std::int64_t touched{};
    bool unfinished{false};           // what it began goes on
    std::optional<AuditId> audit_id;  // none when nothing was done
    std::vector<StateField> before;
    std::vector<StateField> after;
};

class Console {
public:
    virtual ~Console() = default;

    /// Somebody looks: messages are timed for the next seconds.
    virtual void look() = 0;
    /// Is anybody looking? Cheap; asked once per request.
    virtual bool watched() const = 0;
    /// A request has been answered; told only while somebody looks.
    virtual void request_done(RequestLine request) = 0;

    /// With the points of the series after `since`.
    virtual Overview overview(TimePoint since) = 0;
    virtual std::vector<KindLine> kinds() = 0;
    virtual std::vector<ActorLine> actors(const ActorQuery& query) = 0;
    /// `not_found` when it is neither in memory nor in the rows.
    virtual void actor(EntityKind kind, std::string id, Promise<Result<ActorPage>> found) = 0;
    virtual void supervisors(Promise<Result<SupervisorPage>> found) = 0;
    virtual void invariants(Promise<Result<InvariantsPage>> found) = 0;
    /// `not_found` when nothing is known of it any more.
    virtual Result<TracePage> trace(const std::string& request_id) = 0;
    /// What operators did of late, without the total: cheap however long the audit is.
    virtual void newest_audit(std::int64_t limit, Promise<Result<AuditPage>> page) = 0;
    /// Does it, or says what it would do. What was done has left its row in the audit; what was so
    /// already touches nothing and leaves none, and a repeat is answered from the first's row.
    virtual void act(ConsoleWish wish, Promise<Result<ConsoleReport>> done) = 0;
};

}  // namespace souk
