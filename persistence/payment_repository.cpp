#include "persistence/payment_repository.hpp"

#include "persistence/payment_columns.hpp"
#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_order_of_payment = "SELECT order_id, tenant_id FROM payments WHERE id = $1";

// The last way to pay first: should a gateway ever name two things alike, the later one counts.
constexpr auto select_order_of_intent = R"(
    SELECT p.order_id, p.tenant_id
    FROM (SELECT order_id, 0 AS place FROM payments WHERE intent = $2 AND intent <> ''
          UNION ALL
          SELECT order_id, 1 FROM payment_attempts WHERE intent = $2 AND intent <> ''
          UNION ALL
          SELECT order_id, 2 FROM stray_charges WHERE intent = $2 AND intent <> '') named
    JOIN payments p ON p.order_id = named.order_id AND p.gateway = $1
    ORDER BY named.place, p.created_at DESC
    LIMIT 1)";

constexpr auto select_event =
    "SELECT EXISTS (SELECT FROM gateway_events WHERE gateway = $1 AND id = $2)";

constexpr auto select_tenant = "SELECT tenant_id FROM orders WHERE id = $1";

constexpr auto delete_old_events = R"(
    DELETE FROM gateway_events
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM gateway_events WHERE received_at < $1 LIMIT $2)))";

constexpr auto select_due = R"(
    SELECT order_id, key, due_at, tenant_id
    FROM payment_attempts
    WHERE state = 0 AND NOT stuck AND due_at < $1
    ORDER BY due_at, order_id, number
    LIMIT $2)";

const std::string select_stuck = R"(
    SELECT o.id, o.number, p.id, o.total, o.currency, o.tenant_id, )" +
                                 attempt_column("a") + R"(
    FROM payment_attempts a
    JOIN payments p ON p.order_id = a.order_id
    JOIN orders o ON o.id = a.order_id
    WHERE a.tenant_id = $1 AND a.state = 0 AND a.stuck
    ORDER BY a.due_at, a.order_id, a.number
    LIMIT $2 OFFSET $3)";

// Each of the three has an index of its own, and is read no further than to its limit. A refund
// that was given up fits as RetryNow says: its charge has that much left, and no other refund of it
// is under way.
const std::string select_waiting = R"(
    SELECT o.id, o.number, p.id, o.total, o.currency, o.tenant_id, )" +
                                   attempt_column("a") + R"(
    FROM ((SELECT 0 AS place, order_id, number
           FROM payment_attempts WHERE state = 0 AND stuck ORDER BY due_at LIMIT $1)
          UNION ALL
          (SELECT 1, order_id, number
           FROM payment_attempts WHERE state = 0 AND NOT stuck ORDER BY due_at LIMIT $1)
          UNION ALL
          (SELECT 2, g.order_id, g.number
           FROM payment_attempts g
           JOIN refunds r ON r.order_id = g.order_id AND r.id = g.refund_id AND r.state = 4
           JOIN payments c ON c.order_id = g.order_id
           LEFT JOIN stray_charges s ON s.order_id = g.order_id AND s.intent = g.intent
           WHERE g.state = 3 AND g.step = 4
             AND g.amount + coalesce((SELECT sum(q.amount) FROM refunds q
                                      WHERE q.order_id = g.order_id AND q.intent = g.intent
                                        AND q.state = 0), 0)
                 <= coalesce(s.captured - s.refunded, c.captured - c.refunded)
             AND NOT EXISTS (SELECT FROM payment_attempts u
                             WHERE u.order_id = g.order_id AND u.intent = g.intent AND u.step = 4
                               AND u.state = 0)
           ORDER BY g.due_at DESC LIMIT $1)) named
    JOIN payment_attempts a ON a.order_id = named.order_id AND a.number = named.number
    JOIN payments p ON p.order_id = a.order_id
    JOIN orders o ON o.id = a.order_id
    ORDER BY named.place, a.due_at, a.order_id, a.number)";

constexpr auto count_stuck =
    "SELECT count(*) FROM payment_attempts WHERE tenant_id = $1 AND state = 0 AND stuck";

Result<std::optional<OfTenant<OrderId>>> first_order(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<OfTenant<OrderId>>{};
    const auto row = rows->front();
    return std::optional{OfTenant<OrderId>{row.get<TenantId>(1), row.get<OrderId>(0)}};
}

PaymentDue due_from(Row row) {
    return {row.get<OrderId>(0), row.get<std::string>(1), row.get<TimePoint>(2),
            row.get<TenantId>(3)};
}

StuckAttemptLine stuck_from(Row row) {
    Columns columns(row);
    StuckAttemptLine line;
    line.order_id = columns.next<OrderId>();
    line.order_number = columns.next<std::string>();
    line.payment_id = columns.next<PaymentId>();
    line.total = columns.next<Amount>();
    line.currency = columns.next<Currency>();
    line.tenant = columns.next<TenantId>();
    line.attempt = read_attempt(columns);
    return line;
}

}  // namespace

Result<std::optional<OfTenant<OrderId>>> find_order_of_payment(Connection& db, PaymentId id) {
    return first_order(query(db, select_order_of_payment, id));
}

Result<std::optional<OfTenant<OrderId>>> find_order_of_intent(Connection& db, PaymentMethod gateway,
                                                              std::string_view intent) {
    return first_order(query(db, select_order_of_intent, gateway, intent));
}

Result<bool> has_gateway_event(Connection& db, PaymentMethod gateway, std::string_view id) {
    const auto rows = query(db, select_event, gateway, id);
    if (!rows) return rows.error();
    return rows->front().get<bool>(0);
}

Result<std::optional<TenantId>> find_tenant_of_order(Connection& db, OrderId id) {
    const auto rows = query(db, select_tenant, id);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<TenantId>{};
    return std::optional{rows->front().get<TenantId>(0)};
}

Result<std::int64_t> purge_gateway_events(Connection& db, TimePoint oldest, std::int64_t limit) {
    const auto rows = query(db, delete_old_events, oldest, limit);
    if (!rows) return rows.error();
    return rows->affected();
}

Result<std::vector<PaymentDue>> find_due_attempts(Connection& db, TimePoint before,
                                                  std::int64_t limit) {
    return map_rows(query(db, select_due, before, limit), due_from);
}

Result<StuckAttemptList> find_stuck_attempts(Connection& db, const TenantId& tenant,
                                             std::int64_t limit, std::int64_t offset) {
    auto lines = map_rows(query(db, select_stuck.c_str(), tenant, limit, offset), stuck_from);
    if (!lines) return lines.error();
    const auto total = query(db, count_stuck, tenant);
    if (!total) return total.error();
    return StuckAttemptList{std::move(*lines), total->front().get<std::int64_t>(0)};
}

Result<std::vector<StuckAttemptLine>> find_waiting_attempts(Connection& db, std::int64_t limit) {
    return map_rows(query(db, select_waiting.c_str(), limit), stuck_from);
}

}  // namespace souk
