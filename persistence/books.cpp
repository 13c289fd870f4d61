#include "persistence/books.hpp"

#include <algorithm>

#include "persistence/outbox_repository.hpp"
#include "persistence/query.hpp"

namespace souk {
namespace {

// `charges` are all that was taken: what pays or should have paid the order, and strays.
constexpr auto select_captures = R"(
    WITH charges AS (
        SELECT order_id, intent, captured, refunded, pays_order FROM payments
        UNION ALL
        SELECT order_id, intent, captured, refunded, false FROM stray_charges),
    taken AS (
        SELECT order_id, sum(captured) AS captured, sum(refunded) AS refunded
        FROM charges GROUP BY order_id),
    posted AS (
        SELECT order_id, coalesce(sum(amount) FILTER (WHERE kind <> 1), 0) AS captured,
               -coalesce(sum(amount) FILTER (WHERE kind = 1), 0) AS refunded
        FROM ledger WHERE account IN (0, 1) GROUP BY order_id),
    given_back AS (
        SELECT order_id, intent, sum(amount) FILTER (WHERE state = 2) AS done,
               sum(amount) FILTER (WHERE state <> 3) AS on_record
        FROM refunds GROUP BY order_id, intent)
    SELECT 'what pays an order is its total', o.number, o.total, p.captured
    FROM payments p JOIN orders o ON o.id = p.order_id
    WHERE p.pays_order AND p.captured <> o.total
    UNION ALL
    SELECT 'an order that is not paid in cash is confirmed by what pays it', o.number, o.total, 0
    FROM orders o LEFT JOIN payments p ON p.order_id = o.id
    WHERE o.payment_method <> 0 AND o.status IN (1, 2, 3, 4, 6) AND p.pays_order IS NOT TRUE
    UNION ALL
    SELECT 'an order says that it is paid when money was taken for it', o.number,
           (p.captured > 0)::int, (o.payment_status IN (2, 4, 5))::int
    FROM payments p JOIN orders o ON o.id = p.order_id
    WHERE o.total > 0 AND (p.captured > 0) <> (o.payment_status IN (2, 4, 5))
    UNION ALL
    SELECT 'money taken is posted', o.number, t.captured::bigint, coalesce(l.captured, 0)::bigint
    FROM taken t JOIN orders o ON o.id = t.order_id LEFT JOIN posted l ON l.order_id = t.order_id
    WHERE t.captured <> coalesce(l.captured, 0)
    UNION ALL
    SELECT 'money given back is posted', o.number, t.refunded::bigint,
           coalesce(l.refunded, 0)::bigint
    FROM taken t JOIN orders o ON o.id = t.order_id LEFT JOIN posted l ON l.order_id = t.order_id
    WHERE t.refunded <> coalesce(l.refunded, 0)
    UNION ALL
    SELECT 'the refunds of a charge that stand are what it gave back', o.number, c.refunded,
           coalesce(g.done, 0)::bigint
    FROM charges c JOIN orders o ON o.id = c.order_id
    LEFT JOIN given_back g ON g.order_id = c.order_id AND g.intent = c.intent
    WHERE c.refunded <> coalesce(g.done, 0)
    UNION ALL
    SELECT 'money that pays no order has refunds on record', o.number, c.captured,
           coalesce(g.on_record, 0)::bigint
    FROM charges c JOIN orders o ON o.id = c.order_id
    LEFT JOIN given_back g ON g.order_id = c.order_id AND g.intent = c.intent
    WHERE NOT c.pays_order AND c.captured > coalesce(g.on_record, 0)
    UNION ALL
    SELECT 'money is posted for payments alone', o.number, 0, l.captured::bigint
    FROM posted l JOIN orders o ON o.id = l.order_id LEFT JOIN payments p ON p.order_id = o.id
    WHERE p.order_id IS NULL AND o.payment_method <> 0 AND l.captured <> 0
    ORDER BY 2, 1 LIMIT $1)";

constexpr auto select_ledger = R"(
    SELECT 'the ledger sums to zero', currency, 0, sum(amount)::bigint
    FROM ledger GROUP BY currency HAVING sum(amount) <> 0
    UNION ALL
    SELECT 'an entry sums to zero', reference, 0, sum(amount)::bigint
    FROM ledger GROUP BY reference, currency HAVING sum(amount) <> 0
    ORDER BY 1, 2 LIMIT $1)";

constexpr auto select_discounts = R"(
    SELECT 'a code counts its uses', c.code, count(u.order_id), c.used
    FROM discount_codes c
    LEFT JOIN discount_uses u ON u.discount_id = c.id AND u.state = 0
    GROUP BY c.id HAVING count(u.order_id) <> c.used
    ORDER BY c.code LIMIT $1)";

// Movements of what has no stock row count too: they belong to nothing.
constexpr auto select_movements = R"(
    WITH moved AS (
        SELECT variant_id, seller_id, sum(quantity)::bigint AS units
        FROM movements GROUP BY variant_id, seller_id)
    SELECT 'the movements of a stock add up to what is on hand',
           coalesce(s.variant_id, m.variant_id), coalesce(s.seller_id, m.seller_id),
           coalesce(m.units, 0), coalesce(s.on_hand, 0)
    FROM stock s FULL JOIN moved m ON m.variant_id = s.variant_id AND m.seller_id = s.seller_id
    WHERE coalesce(s.on_hand, 0) <> coalesce(m.units, 0)
    ORDER BY 2, 3 LIMIT $1)";

constexpr auto select_reserved = R"(
    WITH promised AS (
        SELECT variant_id, seller_id, sum(quantity)::bigint AS units
        FROM reservations WHERE state = 0 GROUP BY variant_id, seller_id)
    SELECT 'the open reservations of a stock add up to what is reserved',
           coalesce(s.variant_id, p.variant_id), coalesce(s.seller_id, p.seller_id),
           coalesce(p.units, 0), coalesce(s.reserved, 0)
    FROM stock s
    FULL JOIN promised p ON p.variant_id = s.variant_id AND p.seller_id = s.seller_id
    WHERE coalesce(s.reserved, 0) <> coalesce(p.units, 0)
    ORDER BY 2, 3 LIMIT $1)";

constexpr auto select_outbox = R"(
    SELECT 'the outbox ends where its lane says', 'lane ' || l.id, l.outbox,
           coalesce((SELECT max(o.sequence) FROM outbox o WHERE o.lane = l.id), e.forgotten)
    FROM lanes l JOIN outbox_ends e ON e.lane = l.id
    WHERE l.outbox <>
          coalesce((SELECT max(o.sequence) FROM outbox o WHERE o.lane = l.id), e.forgotten)
    UNION ALL
    SELECT 'the outbox has no gap', 'lane ' || l.id, least(l.outbox - e.forgotten, 10000),
           count(o.sequence)
    FROM lanes l JOIN outbox_ends e ON e.lane = l.id
    LEFT JOIN outbox o ON o.lane = l.id AND o.sequence > l.outbox - 10000
    GROUP BY l.id, e.forgotten HAVING count(o.sequence) <> least(l.outbox - e.forgotten, 10000)
    ORDER BY 1)";

constexpr auto select_last_event = "SELECT outbox FROM lanes WHERE id = 0";

Difference stock_difference_from(Row row) {
    return {row.get<std::string>(0),
            to_text(row.get<VariantId>(1)) + ":" + to_text(row.get<VendorId>(2)),
            row.get<std::int64_t>(3), row.get<std::int64_t>(4)};
}

Difference difference_from(Row row) {
    return {row.get<std::string>(0), row.get<std::string>(1), row.get<Amount>(2),
            row.get<Amount>(3)};
}

}  // namespace

Result<std::vector<Difference>> find_movement_differences(Connection& db) {
    return map_rows(query(db, select_movements, max_differences), stock_difference_from);
}

Result<std::vector<Difference>> find_reservation_differences(Connection& db) {
    return map_rows(query(db, select_reserved, max_differences), stock_difference_from);
}

Result<std::vector<Difference>> find_outbox_differences(Connection& db) {
    return map_rows(query(db, select_outbox), difference_from);
}

Result<std::vector<Difference>> find_relay_differences(Connection& db,
                                                       const std::vector<std::string>& names,
                                                       TimePoint now) {
    const auto relays = find_relays(db);
    if (!relays) return relays.error();
    std::vector<Difference> differences;
    for (const auto& name : names) {
        const auto relay = std::ranges::find(*relays, name, &RelayRow::name);
        if (relay == relays->end())
            differences.push_back({"a relay has a cursor", name, 1, 0});
        else if (const auto lag = lag_of(*relay, now); lag > max_relay_lag)
            differences.push_back({"no event waits for a relay for more seconds than that", name,
                                   max_relay_lag.count(), lag.count()});
    }
    return differences;
}

Result<std::int64_t> last_event(Connection& db) {
    const auto rows = query(db, select_last_event);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

Result<std::vector<Difference>> find_capture_differences(Connection& db) {
    return map_rows(query(db, select_captures, max_differences), difference_from);
}

Result<std::vector<Difference>> find_ledger_differences(Connection& db) {
    return map_rows(query(db, select_ledger, max_differences), difference_from);
}

Result<std::vector<Difference>> find_discount_differences(Connection& db) {
    return map_rows(query(db, select_discounts, max_differences), difference_from);
}

}  // namespace souk
