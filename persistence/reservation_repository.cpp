#include "persistence/reservation_repository.hpp"

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_lines = R"(
    SELECT r.tenant_id, r.id, r.variant_id, r.seller_id, r.quantity, r.expires_at, r.cart_id,
           r.order_id, r.state
    FROM unnest($1::uuid[], $2::uuid[]) AS wanted(tenant_id, id)
    JOIN reservations r ON r.id = wanted.id AND r.tenant_id = wanted.tenant_id
    ORDER BY r.id, r.variant_id, r.seller_id)";

// Grouped, not DISTINCT: only so does PostgreSQL read the index no further than to the limit.
constexpr auto select_due = R"(
    SELECT expires_at, id, order_id, tenant_id
    FROM reservations
    WHERE state = 0 AND expires_at >= $1 AND expires_at < $2
    GROUP BY expires_at, id, order_id, tenant_id
    ORDER BY expires_at, id
    LIMIT $3)";

constexpr auto select_earliest = "SELECT min(expires_at) FROM reservations WHERE state = 0";

StoredReservationLine line_from(Row row) {
    Columns columns(row);
    StoredReservationLine stored;
    stored.tenant = columns.next<TenantId>();
    stored.line.id = columns.next<ReservationId>();
    stored.line.key.variant = columns.next<VariantId>();
    stored.line.key.seller = columns.next<VendorId>();
    stored.line.quantity = columns.next<std::int64_t>();
    stored.line.expires_at = columns.next<TimePoint>();
    stored.line.cart_id = columns.next<std::optional<CartId>>();
    stored.line.order_id = columns.next<std::optional<OrderId>>();
    stored.state = columns.next<ReservationState>();
    return stored;
}

ReservationDue due_from(Row row) {
    return {row.get<ReservationId>(1), row.get<TimePoint>(0), row.get<std::optional<OrderId>>(2),
            row.get<TenantId>(3)};
}

}  // namespace

Result<std::vector<StoredReservationLine>> find_reservation_lines(
    Connection& db, const std::vector<OfTenant<ReservationId>>& keys) {
    const auto [tenants, ids] = apart(keys);
    return map_rows(query(db, select_lines, tenants, ids), line_from);
}

Result<std::vector<ReservationDue>> find_due_reservations(Connection& db, TimePoint from,
                                                          TimePoint before, std::int64_t limit) {
    return map_rows(query(db, select_due, from, before, limit), due_from);
}

Result<std::optional<TimePoint>> find_earliest_due(Connection& db) {
    const auto rows = query(db, select_earliest);
    if (!rows) return rows.error();
    return rows->front().get<std::optional<TimePoint>>(0);
}

}  // namespace souk
