#include "persistence/outbox_repository.hpp"

#include "persistence/query.hpp"

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

}  // namespace souk
