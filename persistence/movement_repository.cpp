#include "persistence/movement_repository.hpp"

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_movements = R"(
    SELECT sequence, id, variant_id, seller_id, kind, quantity, balance, reason, order_id,
           reservation_id, at
    FROM movements
    WHERE tenant_id = $1 AND variant_id = $2 AND seller_id = $3 AND sequence < $4
    ORDER BY sequence DESC
    LIMIT $5 OFFSET $6)";

constexpr auto count_movements = R"(
    SELECT count(*) FROM movements WHERE tenant_id = $1 AND variant_id = $2 AND seller_id = $3)";

StoredMovement movement_from(Row row) {
    Columns columns(row);
    StoredMovement stored;
    stored.sequence = columns.next<std::int64_t>();
    stored.movement.id = columns.next<MovementId>();
    stored.movement.key.variant = columns.next<VariantId>();
    stored.movement.key.seller = columns.next<VendorId>();
    stored.movement.kind = columns.next<MovementKind>();
    stored.movement.quantity = columns.next<std::int64_t>();
    stored.balance = columns.next<std::int64_t>();
    stored.movement.reason = columns.next<std::string>();
    stored.movement.order_id = columns.next<std::optional<OrderId>>();
    stored.movement.reservation_id = columns.next<std::optional<ReservationId>>();
    stored.at = columns.next<TimePoint>();
    return stored;
}

}  // namespace

Result<MovementList> find_movements(Connection& db, const OfTenant<StockKey>& key,
                                    std::int64_t limit, std::int64_t offset,
                                    std::optional<std::int64_t> before) {
    const auto& [tenant, sku] = key;
    // One row more than asked for tells whether there is a next page.
    auto rows = map_rows(query(db, select_movements, tenant, sku.variant, sku.seller,
                               before.value_or(INT64_MAX), limit + 1, offset),
                         movement_from);
    if (!rows) return rows.error();
    const auto total = query(db, count_movements, tenant, sku.variant, sku.seller);
    if (!total) return total.error();
    MovementList list{std::move(*rows), total->front().get<std::int64_t>(0)};
    list.more = static_cast<std::int64_t>(list.rows.size()) > limit;
    if (list.more) list.rows.pop_back();
    return list;
}

}  // namespace souk
