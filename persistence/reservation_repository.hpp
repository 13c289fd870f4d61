#pragma once
// Reads reservations as wholes: the lines of one, and what falls due. They are written by the batch
// writer.

#include <optional>
#include <vector>

#include "domain/stock.hpp"
#include "persistence/connection.hpp"
#include "persistence/found.hpp"

namespace souk {

struct StoredReservationLine {
    ReservationLine line;
    ReservationState state{ReservationState::open};
    TenantId tenant;
};
/// Every line ever written under these ids, whatever became of it.
Result<std::vector<StoredReservationLine>> find_reservation_lines(
    Connection& db, const std::vector<OfTenant<ReservationId>>& keys);

struct ReservationDue {
    ReservationId id;
    TimePoint expires_at;
    std::optional<OrderId> order_id;
    TenantId tenant;
};
/// Open reservations that run out from a time on and before another, earliest first, each once.
Result<std::vector<ReservationDue>> find_due_reservations(Connection& db, TimePoint from,
                                                          TimePoint before, std::int64_t limit);
/// When the next open reservation runs out; nothing when none is open.
Result<std::optional<TimePoint>> find_earliest_due(Connection& db);

}  // namespace souk
