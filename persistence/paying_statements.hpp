#pragma once
// The batch writer's statements about paying, in the order in which they run. Their parameters are
// the arrays of paying_rows.hpp, $1 in each.

#include "persistence/prepared_statement.hpp"

namespace souk {

// A row never passes to another payment. $2 rows
inline constexpr PreparedStatement put_payments{"put_payments", R"(
WITH u AS (
    INSERT INTO payments AS p (tenant_id, order_id, id, gateway, method, state, intent, client_secret,
                               captured, refunded, fee, pays_order, graced, disputed, last_error,
                               created_at)
    SELECT * FROM unnest($1::payments_row[])
    ON CONFLICT (order_id) DO UPDATE
    SET gateway = excluded.gateway, method = excluded.method, state = excluded.state,
        intent = excluded.intent, client_secret = excluded.client_secret,
        captured = excluded.captured, refunded = excluded.refunded, fee = excluded.fee,
        pays_order = excluded.pays_order, graced = excluded.graced,
        disputed = excluded.disputed, last_error = excluded.last_error,
        created_at = excluded.created_at
    WHERE p.id = excluded.id
    RETURNING 1)
SELECT souk_expect(count(*), $2::int8, 'payments') FROM u)"};

// An attempt keeps its key. Rows come in their numbers' order, so that a capture is known to have
// failed before the next one meets payment_attempts_one_capture. $2 rows
inline constexpr PreparedStatement put_attempts{"put_attempts", R"(
WITH u AS (
    INSERT INTO payment_attempts AS a (tenant_id, order_id, number, step, state, key, intent, method, amount,
                                       refund_id, tries, forgiven, due_at, uncertain, stuck,
                                       reason)
    SELECT tenant_id, order_id, number, step, state, key, intent, method, amount, refund_id, tries,
           forgiven, due_at, uncertain, stuck, reason
    FROM unnest($1::attempts_row[])
        WITH ORDINALITY AS d(tenant_id, order_id, number, step, state, key, intent, method, amount, refund_id,
                             tries, forgiven, due_at, uncertain, stuck, reason, ordinal)
    ORDER BY ordinal
    ON CONFLICT (order_id, number) DO UPDATE
    SET step = excluded.step, state = excluded.state, intent = excluded.intent,
        method = excluded.method, amount = excluded.amount, refund_id = excluded.refund_id,
        tries = excluded.tries, forgiven = excluded.forgiven, due_at = excluded.due_at,
        uncertain = excluded.uncertain, stuck = excluded.stuck, reason = excluded.reason
    WHERE a.key = excluded.key
    RETURNING 1)
SELECT souk_expect(count(*), $2::int8, 'payment attempts') FROM u)"};

inline constexpr PreparedStatement put_refunds{"put_refunds", R"(
INSERT INTO refunds (tenant_id, order_id, position, id, amount, reason, restock, actor, state, intent, owed,
                     settled_as, requested_at)
SELECT * FROM unnest($1::refunds_row[])
ON CONFLICT (order_id, id) DO UPDATE
SET position = excluded.position, amount = excluded.amount, reason = excluded.reason,
    restock = excluded.restock, actor = excluded.actor, state = excluded.state,
    intent = excluded.intent, owed = excluded.owed, settled_as = excluded.settled_as,
    requested_at = excluded.requested_at)"};

inline constexpr PreparedStatement put_strays{"put_strays", R"(
INSERT INTO stray_charges (tenant_id, order_id, position, intent, captured, refunded)
SELECT * FROM unnest($1::strays_row[])
ON CONFLICT (order_id, intent) DO UPDATE
SET position = excluded.position, captured = excluded.captured, refunded = excluded.refunded)"};

// Each entry sums to zero in each of its currencies, or nothing of the batch is written.
inline constexpr PreparedStatement post_ledger{"post_ledger", R"(
WITH l AS (
    INSERT INTO ledger (tenant_id, reference, line, kind, order_id, account, vendor_id, gateway, currency,
                        amount, at)
    SELECT * FROM unnest($1::ledger_row[])
    RETURNING reference, currency, amount),
e AS (SELECT sum(amount) AS sum FROM l GROUP BY reference, currency)
SELECT souk_expect(count(*) FILTER (WHERE sum = 0), count(*), 'balanced ledger entries') FROM e)"};

// What follows in count_discounts makes it the code it is to be.
inline constexpr PreparedStatement make_discounts{"make_discounts", R"(
INSERT INTO discount_codes (tenant_id, id, code, type, value, version, created_at)
SELECT tenant_id, id, code, 0, 1, 0, $2::timestamptz
FROM unnest($1::discounts_new_row[]) AS d(tenant_id, id, code))"};

// Before uses are given back: an order may come and go within one batch.
inline constexpr PreparedStatement use_discounts{"use_discounts", R"(
INSERT INTO discount_uses (tenant_id, discount_id, order_id, buyer_keys, at)
SELECT tenant_id, discount_id, order_id, buyer_keys, $2::timestamptz
FROM unnest($1::discounts_used_row[])
    AS d(tenant_id, discount_id, order_id, buyer_keys))"};

inline constexpr PreparedStatement give_back_discounts{"give_back_discounts", R"(
WITH u AS (
    UPDATE discount_uses u SET state = 1
    FROM unnest($1::discounts_given_back_row[]) AS d(discount_id, order_id)
    WHERE u.discount_id = d.discount_id AND u.order_id = d.order_id AND u.state = 0
    RETURNING 1)
SELECT souk_expect(count(*), $2::int8, 'discount uses') FROM u)"};

// One row at a time is true of a code: counter and limit change together. $2 rows
inline constexpr PreparedStatement count_discounts{"count_discounts", R"(
WITH u AS (
    UPDATE discount_codes c
    SET used = c.used + d.used, version = c.version + d.changes,
        type = CASE WHEN d.ruled THEN d.type ELSE c.type END,
        value = CASE WHEN d.ruled THEN d.value ELSE c.value END,
        minimum = CASE WHEN d.ruled THEN d.minimum ELSE c.minimum END,
        currency = CASE WHEN d.ruled THEN d.currency ELSE c.currency END,
        starts_at = CASE WHEN d.ruled THEN d.starts_at ELSE c.starts_at END,
        ends_at = CASE WHEN d.ruled THEN d.ends_at ELSE c.ends_at END,
        usage_limit = CASE WHEN d.ruled THEN d.usage_limit ELSE c.usage_limit END,
        usage_limit_per_customer =
            CASE WHEN d.ruled THEN d.per_customer ELSE c.usage_limit_per_customer END,
        active = CASE WHEN d.ruled THEN d.active ELSE c.active END
    FROM unnest($1::discounts_row[])
        AS d(id, used, changes, ruled, type, value, minimum, currency, starts_at, ends_at,
             usage_limit, per_customer, active)
    WHERE c.id = d.id
    RETURNING 1)
SELECT souk_expect(count(*), $2::int8, 'discounts') FROM u)"};

// Whoever brings an event has looked whether it came before. Should two come at once, the second
// has nothing more to say: what an event does changes nothing when it is done again.
inline constexpr PreparedStatement note_gateway_events{"note_gateway_events", R"(
INSERT INTO gateway_events (tenant_id, gateway, id, type, order_id, created, received_at)
SELECT *, $2::timestamptz
FROM unnest($1::gateway_events_row[])
ON CONFLICT DO NOTHING)"};

}  // namespace souk
