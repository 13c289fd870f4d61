#include "persistence/outbox_repository.hpp"

#include "persistence/query.hpp"
#include "persistence/transaction.hpp"

namespace souk {
namespace {

constexpr auto select_head = "SELECT outbox FROM lanes WHERE id = 0";

constexpr auto select_events = R"(
    SELECT tenant_id, sequence, type, entity, version, at
    FROM outbox
    WHERE lane = 0 AND sequence > $1 AND sequence <= $2 AND type = ANY($3)
    ORDER BY sequence)";

constexpr auto upsert_relay = R"(
    INSERT INTO relays (name, cursor, moved_at)
    SELECT $1, outbox, $2::timestamptz FROM lanes WHERE id = 0
    ON CONFLICT (name) DO UPDATE SET cursor = least(relays.cursor, excluded.cursor))";

constexpr auto select_cursor = "SELECT cursor FROM relays WHERE name = $1 FOR UPDATE";

constexpr auto update_cursor = "UPDATE relays SET cursor = $2, moved_at = $3 WHERE name = $1";

constexpr auto select_relays = R"(
    SELECT r.name, r.cursor, l.outbox,
           (SELECT o.at FROM outbox o WHERE o.lane = 0 AND o.sequence = r.cursor + 1)
    FROM relays r CROSS JOIN lanes l
    WHERE l.id = 0
    ORDER BY r.name)";

constexpr auto lock_end = "SELECT forgotten FROM outbox_ends WHERE lane = 0 FOR UPDATE";

// Up to the least cursor, and up to the first event that is too young, whatever clocks did.
constexpr auto select_until = R"(
    WITH piece AS (SELECT $1::bigint AS forgotten, $1::bigint + $2::bigint AS most)
    SELECT least(p.most, l.outbox, (SELECT min(r.cursor) FROM relays r),
                 (SELECT min(o.sequence) - 1 FROM outbox o
                  WHERE o.lane = 0 AND o.sequence > p.forgotten AND o.sequence <= p.most
                    AND o.at >= $3))
    FROM lanes l CROSS JOIN piece p
    WHERE l.id = 0)";

constexpr auto delete_events =
    "DELETE FROM outbox WHERE lane = 0 AND sequence > $1 AND sequence <= $2";
constexpr auto update_end = "UPDATE outbox_ends SET forgotten = $1 WHERE lane = 0";

OutboxEvent event_from(Row row) {
    Columns columns(row);
    OutboxEvent event;
    event.tenant = columns.next<TenantId>();
    event.sequence = columns.next<std::int64_t>();
    event.type = columns.next<std::string>();
    event.entity = columns.next<std::string>();
    event.version = columns.next<Version>();
    event.at = columns.next<TimePoint>();
    return event;
}

RelayRow relay_from(Row row) {
    Columns columns(row);
    RelayRow relay;
    relay.name = columns.next<std::string>();
    relay.cursor = columns.next<std::int64_t>();
    relay.head = columns.next<std::int64_t>();
    relay.waits_since = columns.next<std::optional<TimePoint>>();
    return relay;
}

Result<void> done(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return {};
}

Result<std::int64_t> purge_in(Connection& db, TimePoint oldest, std::int64_t limit) {
    const auto end = query(db, lock_end);
    if (!end) return end.error();
    const auto forgotten = end->front().get<std::int64_t>(0);
    const auto bound = query(db, select_until, forgotten, limit, oldest);
    if (!bound) return bound.error();
    const auto until = bound->front().get<std::int64_t>(0);
    if (until <= forgotten) return 0;
    const auto deleted = query(db, delete_events, forgotten, until);
    if (!deleted) return deleted.error();
    if (const auto moved = query(db, update_end, until); !moved) return moved.error();
    return deleted->affected();
}

}  // namespace

Result<std::int64_t> find_outbox_head(Connection& db) {
    const auto rows = query(db, select_head);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

Result<std::vector<OutboxEvent>> find_events(Connection& db, std::int64_t after, std::int64_t until,
                                             const std::vector<std::string>& types) {
    return map_rows(query(db, select_events, after, until, types), event_from);
}

Result<void> begin_relay(Connection& db, const std::string& name, TimePoint now) {
    return done(query(db, upsert_relay, name, now));
}

Result<std::int64_t> lock_relay(Connection& db, const std::string& name) {
    const auto rows = query(db, select_cursor, name);
    if (!rows) return rows.error();
    if (rows->empty()) return refuse(ErrorCode::not_found, "the relay has no cursor yet");
    return rows->front().get<std::int64_t>(0);
}

Result<void> move_relay(Connection& db, const std::string& name, std::int64_t cursor,
                        TimePoint now) {
    return done(query(db, update_cursor, name, cursor, now));
}

std::chrono::seconds lag_of(const RelayRow& relay, TimePoint now) {
    if (!relay.waits_since || *relay.waits_since > now) return std::chrono::seconds{0};
    return std::chrono::floor<std::chrono::seconds>(now - *relay.waits_since);
}

Result<std::vector<RelayRow>> find_relays(Connection& db) {
    return map_rows(query(db, select_relays), relay_from);
}

Result<std::int64_t> purge_events(Connection& db, TimePoint oldest, std::int64_t limit) {
    return in_transaction(db, [&](Connection& inner) { return purge_in(inner, oldest, limit); });
}

}  // namespace souk
