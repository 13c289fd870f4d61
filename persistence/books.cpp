#include "persistence/books.hpp"

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
    ORDER BY 2, 1)";

constexpr auto select_ledger = R"(
    SELECT 'the ledger sums to zero', currency, 0, sum(amount)::bigint
    FROM ledger GROUP BY currency HAVING sum(amount) <> 0
    UNION ALL
    SELECT 'an entry sums to zero', reference, 0, sum(amount)::bigint
    FROM ledger GROUP BY reference, currency HAVING sum(amount) <> 0
    ORDER BY 1, 2)";

constexpr auto select_discounts = R"(
    SELECT 'a code counts its uses', c.code, count(u.order_id), c.used
    FROM discount_codes c
    LEFT JOIN discount_uses u ON u.discount_id = c.id AND u.state = 0
    GROUP BY c.id HAVING count(u.order_id) <> c.used
    ORDER BY c.code)";

Difference difference_from(Row row) {
    return {row.get<std::string>(0), row.get<std::string>(1), row.get<Amount>(2),
            row.get<Amount>(3)};
}

}  // namespace

Result<std::vector<Difference>> find_capture_differences(Connection& db) {
    return map_rows(query(db, select_captures), difference_from);
}

Result<std::vector<Difference>> find_ledger_differences(Connection& db) {
    return map_rows(query(db, select_ledger), difference_from);
}

Result<std::vector<Difference>> find_discount_differences(Connection& db) {
    return map_rows(query(db, select_discounts), difference_from);
}

}  // namespace souk
