#pragma once
// The outbox as relays read it: forward, each from where its own durable cursor stands. Within a
// lane events have no gap, so that nothing can appear behind a cursor.

#include <optional>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "persistence/connection.hpp"

namespace souk {

struct OutboxEvent {
    std::int64_t sequence{};
    std::string type;    // "order.confirmed"
    std::string entity;  // TypeID
    Version version{};
    TimePoint at;
    TenantId tenant{default_tenant};
};

/// The sequence of the last event that is committed.
Result<std::int64_t> find_outbox_head(Connection& db);
/// Those of the types with after < sequence ≤ until, in their order.
Result<std::vector<OutboxEvent>> find_events(Connection& db, std::int64_t after, std::int64_t until,
                                             const std::vector<std::string>& types);

/// A relay that is new begins where the outbox ends now; one that is ahead of it, as after a
/// restore, goes back to its end.
Result<void> begin_relay(Connection& db, const std::string& name, TimePoint now);
/// The cursor; until the end of the transaction nobody else moves it. `not_found` before it began.
Result<std::int64_t> lock_relay(Connection& db, const std::string& name);
Result<void> move_relay(Connection& db, const std::string& name, std::int64_t cursor,
                        TimePoint now);

struct RelayRow {
    std::string name;
    std::int64_t cursor{};
    std::int64_t head{};
    std::optional<TimePoint> waits_since;  // of the first event that was not passed on
};
/// For how long the first event that was not passed on has waited.
std::chrono::seconds lag_of(const RelayRow& relay, TimePoint now);
/// In the order of their names.
Result<std::vector<RelayRow>> find_relays(Connection& db);

/// Deletes up to `limit` of the oldest events, all from before `oldest` and passed on by every
/// relay there is; tells how many. What is left has no gap, and where it begins is on record.
Result<std::int64_t> purge_events(Connection& db, TimePoint oldest, std::int64_t limit);

}  // namespace souk
