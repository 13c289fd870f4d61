#include "app/views/console_view.hpp"

#include <algorithm>

#include "actors/message_summary.hpp"
#include "app/mail_names.hpp"
#include "app/system_health.hpp"
#include "app/views/audit_page.hpp"
#include "app/views/invariant_checks.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/books.hpp"
#include "persistence/erasure_repository.hpp"
#include "persistence/mail_repository.hpp"
#include "persistence/movement_repository.hpp"
#include "persistence/order_repository.hpp"
#include "persistence/outbox_repository.hpp"
#include "persistence/payment_repository.hpp"
#include "persistence/reservation_repository.hpp"
#include "protocol/inventory_json.hpp"
#include "protocol/order_json.hpp"
#include "protocol/payment_json.hpp"
#include "protocol/tenant_key.hpp"

namespace souk {
namespace {

constexpr std::int64_t history_lines = 20;
constexpr std::int64_t supervised_lines = 100;
constexpr Duration fresh = std::chrono::seconds{2};

std::string signed_number(std::int64_t number) {
    return (number > 0 ? "+" : "") + std::to_string(number);
}

HistoryLine line_of(const StoredMovement& stored) {
    const auto& movement = stored.movement;
    return {stored.at, std::string{to_text(movement.kind)},
            signed_number(movement.quantity) + " → " + std::to_string(stored.balance) +
                (movement.reason.empty() ? "" : ", " + movement.reason),
            movement.order_id ? to_text(*movement.order_id) : ""};
}

HistoryLine line_of(const OrderHistoryEntry& entry) {
    return {entry.at,
            std::string{to_text(entry.status)} + ", " + std::string{to_text(entry.payment_status)},
            entry.reason, entry.actor};
}

Result<std::vector<HistoryLine>> stock_history(Connection& db, const OfTenant<StockKey>& key) {
    const auto movements = find_movements(db, key, history_lines, 0);
    if (!movements) return movements.error();
    std::vector<HistoryLine> lines;
    for (const auto& movement : movements->rows) lines.push_back(line_of(movement));
    return lines;
}

Result<std::vector<HistoryLine>> order_history(Connection& db, const OfTenant<OrderId>& key) {
    const auto orders = find_orders(db, {key});
    if (!orders) return orders.error();
    std::vector<HistoryLine> lines;
    if (orders->empty()) return lines;
    const auto& history = orders->front().second.history;
    for (auto entry = history.rbegin();
         entry != history.rend() && std::ssize(lines) < history_lines; ++entry)
        lines.push_back(line_of(*entry));
    return lines;
}

std::vector<StateComparison> compare(const std::vector<StateField>& memory,
                                     const std::vector<StateField>& row) {
    std::vector<StateComparison> lines;
    for (const auto& [name, value] : memory) lines.push_back({name, value, std::nullopt});
    for (const auto& [name, value] : row) {
        const auto known = std::ranges::find(lines, name, &StateComparison::field);
        if (known == lines.end())
            lines.push_back({name, std::nullopt, value});
        else
            known->row = value;
    }
    return lines;
}

PaymentLine line_of(const StuckAttemptLine& line) {
    return {line.payment_id,
            line.order_id,
            line.order_number,
            line.attempt.key,
            std::string{to_text(line.attempt.step)},
            line.attempt.tries,
            line.attempt.stuck,
            line.attempt.state == AttemptState::given_up,
            line.attempt.due_at,
            line.attempt.reason};
}

DeadMailLine line_of(const StoredMail& mail) {
    return {mail.job.id,
            std::string{to_text(mail.job.kind)},
            shortened_address(mail.job.recipient),
            mail.job.about,
            mail.job.tries,
            mail.job.created_at,
            mail.done_at.value_or(mail.job.created_at),
            mail.failure};
}

Result<void> read_mails(Connection& db, SupervisorPage& page) {
    const auto counts = count_mail_jobs(db);
    if (!counts) return counts.error();
    page.mails_waiting = counts->waiting;
    page.mails_retrying = counts->retrying;
    page.mails_dead = counts->dead;
    const auto dead = find_dead_mails(db, supervised_lines);
    if (!dead) return dead.error();
    for (const auto& mail : *dead) page.dead_mails.push_back(line_of(mail));
    return {};
}

const char* name_of(ErasureStep step) {
    switch (step) {
        case ErasureStep::carts:
            return "carts";
        case ErasureStep::orders:
            return "orders";
        case ErasureStep::audit:
            return "audit";
        case ErasureStep::done:
            break;
    }
    return "done";
}

Result<void> read_erasures(Connection& db, SupervisorPage& page) {
    const auto waiting = count_erasures(db);
    if (!waiting) return waiting.error();
    page.erasures_waiting = *waiting;
    const auto next = find_erasures(db, supervised_lines);
    if (!next) return next.error();
    for (const auto& one : *next)
        page.erasures.push_back(
            {one.user, name_of(one.step), one.requested_at, one.due_at, one.tries, one.failure});
    return {};
}

/// What the rows say of those that run here.
Result<void> read_relays(Connection& db, std::vector<RelayLine>& relays, TimePoint now) {
    const auto rows = find_relays(db);
    if (!rows) return rows.error();
    for (auto& relay : relays) {
        const auto row = std::ranges::find(*rows, relay.name, &RelayRow::name);
        if (row == rows->end()) continue;
        relay.cursor = row->cursor;
        relay.head = row->head;
        relay.behind = std::max<std::int64_t>(row->head - row->cursor, 0);
        relay.behind_seconds = lag_of(*row, now).count();
    }
    return {};
}

Result<SupervisorPage> read_supervised(Connection& db, TimePoint now,
                                       std::vector<RelayLine> relays) {
    SupervisorPage page;
    const auto due =
        find_due_reservations(db, TimePoint{}, now + std::chrono::days{365}, supervised_lines);
    if (!due) return due.error();
    for (const auto& one : *due)
        page.reservations.push_back(
            {tenant_key_text(one.tenant, to_text(one.id)), one.expires_at, one.order_id});
    const auto attempts = find_waiting_attempts(db, supervised_lines);
    if (!attempts) return attempts.error();
    for (const auto& attempt : *attempts) page.payments.push_back(line_of(attempt));
    const auto sequence = last_event(db);
    if (!sequence) return sequence.error();
    page.outbox_sequence = *sequence;
    if (auto read = read_mails(db, page); !read) return read.error();
    page.relays = std::move(relays);
    if (auto read = read_relays(db, page.relays, now); !read) return read.error();
    if (auto read = read_erasures(db, page); !read) return read.error();
    return page;
}

}  // namespace

/// An actor's page while it is put together.
struct ConsoleView::Inspection {
    EntityKind kind{EntityKind::stock};
    std::string id;
    Promise<Result<ActorPage>> found;
    Insides insides;
    std::optional<RowState> row;
    ActorPage page;
};

ConsoleView::ConsoleView(ConsoleParts parts)
    : parts_(std::move(parts)),
      started_at_(parts_.clock.now()),
      sampler_(parts_.entities, parts_.metrics, parts_.clock),
      actions_(parts_.entities, parts_.reads, parts_.clock) {}

void ConsoleView::start() {
    sampler_.start([this] {
        actions_.tick();
        parts_.sampled();
    });
}

void ConsoleView::request_done(RequestLine request) {
    parts_.entities.watch().note(std::move(request));
}

Overview ConsoleView::overview(TimePoint since) {
    Overview overview{.at = parts_.clock.now(), .started_at = started_at_};
    sampler_.fill(overview, since);
    const auto server = parts_.server();
    overview.connections = server.connections;
    overview.requests_in_flight = server.requests_in_flight;
    overview.draining = actions_.draining();
    overview.kinds = kinds();
    overview.max_live = parts_.max_live;
    for (const auto& kind : overview.kinds) overview.dead_letters += kind.dead_letters;
    const auto lane = parts_.entities.figures().lane;
    overview.lane_accepting = lane.accepting;
    overview.lane_queue = lane.queued;
    overview.lane_batches = lane.batches;
    overview.lane_changes = lane.changes;
    overview.lane_refused = lane.refused;
    overview.lane_failed_batches = lane.failed_batches;
    overview.resident_bytes = resident_bytes();
    overview.components = parts_.health.check();
    const auto reads = parts_.reads.figures();
    overview.postgres_connections = reads.connected;
    overview.postgres_waiting = reads.waiting;
    overview.postgres_reads = reads.done;
    return overview;
}

std::vector<KindLine> ConsoleView::kinds() {
    std::vector<KindLine> lines;
    for (const auto* desk : parts_.entities.desks()) lines.push_back(desk->line());
    return lines;
}

std::vector<ActorLine> ConsoleView::actors(const ActorQuery& query) {
    std::vector<ActorLine> lines;
    if (query.kind) {
        parts_.entities.desk_of(*query.kind).add_top(query, lines);
    } else {
        for (auto* desk : parts_.entities.desks()) desk->add_top(query, lines);
    }
    return lines;
}

void ConsoleView::actor(EntityKind kind, std::string id, Promise<Result<ActorPage>> found) {
    auto& desk = parts_.entities.desk_of(kind);
    const auto known = desk.id_of(id);
    if (!known) return found(refuse(ErrorCode::not_found, "there is no such actor"));
    parts_.entities.watch().follow(kind, *known);
    auto inspection = std::make_shared<Inspection>();
    inspection->kind = kind;
    inspection->id = *known;
    inspection->found = std::move(found);
    desk.inspect(*known, Promise<Result<Insides>>([this, inspection](Result<Insides> insides) {
        if (insides) inspection->insides = std::move(*insides);
        read_its_row(inspection);
    }));
}

void ConsoleView::read_its_row(const InspectionPtr& inspection) {
    parts_.entities.desk_of(inspection->kind)
        .read_row(inspection->id, Promise<Result<std::optional<RowState>>>(
                                      [this, inspection](Result<std::optional<RowState>> row) {
                                          if (!row) return inspection->found(row.error());
                                          inspection->row = std::move(*row);
                                          inspect_again(inspection);
                                      }));
}

// What changed while the row was read is under way, and no disagreement.
void ConsoleView::inspect_again(const InspectionPtr& inspection) {
    parts_.entities.desk_of(inspection->kind)
        .inspect(
            inspection->id, Promise<Result<Insides>>([this, inspection](Result<Insides> again) {
                auto& page = inspection->page;
                const auto& memory = inspection->insides.state;
                if (memory.empty() && !inspection->row)
                    return inspection->found(
                        refuse(ErrorCode::not_found, "there is no such actor"));
                page.under_way = inspection->insides.under_way;
                page.busy = inspection->insides.busy;
                page.state = compare(
                    memory, inspection->row ? inspection->row->state : std::vector<StateField>{});
                const bool moved =
                    !again || again->state != memory || again->under_way > 0 || page.under_way > 0;
                if (memory.empty())
                    page.agreement = StateAgreement::not_in_memory;
                else if (!inspection->row)
                    page.agreement = moved ? StateAgreement::under_way : StateAgreement::no_row;
                else if (std::ranges::all_of(page.state, &StateComparison::same))
                    page.agreement = StateAgreement::same;
                else
                    page.agreement = moved ? StateAgreement::under_way : StateAgreement::differs;
                read_history(inspection);
            }));
}

void ConsoleView::read_history(const InspectionPtr& inspection) {
    parts_.reads.read(
        [kind = inspection->kind,
         id = inspection->id](Connection& db) -> Result<std::vector<HistoryLine>> {
            if (kind == EntityKind::stock) return stock_history(db, *StockEntity::parse_key(id));
            if (kind == EntityKind::order) return order_history(db, *OrderEntity::parse_key(id));
            return std::vector<HistoryLine>{};
        },
        [this, inspection](Result<std::vector<HistoryLine>> history) {
            if (!history) return inspection->found(history.error());
            auto& page = inspection->page;
            page.history = std::move(*history);
            page.actor = parts_.entities.desk_of(inspection->kind).actor(inspection->id);
            page.last_messages = parts_.entities.watch().last_of(inspection->kind, inspection->id);
            page.summary = summary_of(page.last_messages);
            inspection->found(std::move(page));
        });
}

std::vector<RelayLine> ConsoleView::relays() const {
    return parts_.relays ? parts_.relays() : std::vector<RelayLine>{};
}

RelayWatch ConsoleView::relay_watch() const {
    RelayWatch watch{{}, parts_.clock.now()};
    for (auto& relay : relays()) watch.names.push_back(std::move(relay.name));
    return watch;
}

void ConsoleView::supervisors(Promise<Result<SupervisorPage>> found) {
    parts_.reads.read([now = parts_.clock.now(), relays = relays()](
                          Connection& db) { return read_supervised(db, now, relays); },
                      [this, found](Result<SupervisorPage> page) {
                          if (page) {
                              const auto figures = parts_.entities.figures();
                              page->reservations_due_soon = figures.reservations_pending;
                              page->reservations_expired = figures.reservations_expired;
                              page->payments_taken_up = figures.payments_taken_up;
                              page->history = parts_.entities.deeds().newest();
                          }
                          found(std::move(page));
                      });
}

// The checks read whole tables: who asks while they run gets their answer, too.
void ConsoleView::invariants(Promise<Result<InvariantsPage>> found) {
    {
        const std::unique_lock lock(mutex_);
        const auto age = parts_.clock.now() - last_invariants_.at;
        if (age >= Duration::zero() && age < fresh) return found(last_invariants_);
        waiting_for_invariants_.push_back(std::move(found));
        if (waiting_for_invariants_.size() > 1) return;
    }
    parts_.reads.read(
        [watch = relay_watch()](Connection& db) -> Result<InvariantsPage> {
            return InvariantsPage{{}, check_invariants(db, watch)};
        },
        [this](Result<InvariantsPage> page) {
            if (page) page->at = parts_.clock.now();
            answer_invariants(page);
        });
}

void ConsoleView::answer_invariants(const Result<InvariantsPage>& page) {
    std::vector<Promise<Result<InvariantsPage>>> waiting;
    {
        const std::lock_guard lock(mutex_);
        if (page) last_invariants_ = *page;
        waiting.swap(waiting_for_invariants_);
    }
    for (const auto& found : waiting) found(page);
}

Result<TracePage> ConsoleView::trace(const std::string& request_id) {
    if (auto page = trace_of(parts_.entities.watch(), request_id)) return std::move(*page);
    return refuse(ErrorCode::not_found,
                  "nothing is known of this request: messages are timed while the console is "
                  "open, and kept for a short while");
}

void ConsoleView::newest_audit(std::int64_t limit, Promise<Result<AuditPage>> page) {
    parts_.reads.read(
        [limit](Connection& db) -> Result<AuditPage> {
            auto list = find_audit(db, {.kind = AuditKind::operation}, limit);
            if (!list) return list.error();
            return page_of(std::move(*list));
        },
        std::move(page));
}

void ConsoleView::act(ConsoleWish wish, Promise<Result<ConsoleReport>> done) {
    actions_.act(std::move(wish), std::move(done));
}

}  // namespace souk
