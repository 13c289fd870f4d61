#pragma once
// The batch writer's statements about selling: the lane's row, stock, carts, orders, events and
// remembered answers. Their first parameters are the arrays of batch_rows.hpp.

#include "persistence/prepared_statement.hpp"

namespace souk {

// $1 epoch, $2 batch before, $3 outbox after, $4 order number
inline constexpr PreparedStatement move_lane{"move_lane", R"(
WITH moved AS (
    UPDATE lanes SET batch = batch + 1, outbox = $3::int8,
                     order_number = greatest(order_number, $4::int8)
    WHERE id = 0 AND epoch = $1::int8 AND batch = $2::int8 RETURNING 1)
SELECT souk_expect(count(*), 1, 'lane') FROM moved)"};

inline constexpr PreparedStatement check_lane{"check_lane", R"(
SELECT souk_expect(count(*), 1, 'lane') FROM lanes WHERE id = 0 AND epoch = $1::int8)"};

// One event per SKU and batch, with the last version.
inline constexpr PreparedStatement write_stock{"write_stock", R"(
WITH d AS (
    SELECT * FROM unnest($1::stock_row[])
        WITH ORDINALITY AS d(variant_id, seller_id, on_hand, reserved, threshold, changes, entity,
                             ordinal)),
u AS (
    UPDATE stock s
    SET on_hand = s.on_hand + d.on_hand, reserved = s.reserved + d.reserved,
        low_stock_threshold = coalesce(d.threshold, s.low_stock_threshold),
        version = s.version + d.changes
    FROM d WHERE s.variant_id = d.variant_id AND s.seller_id = d.seller_id
    RETURNING s.tenant_id, s.variant_id, s.seller_id, s.on_hand, s.reserved, s.version, d.entity,
              d.ordinal),
m AS (
    INSERT INTO movements (tenant_id, id, variant_id, seller_id, kind, quantity, balance, reason,
                           order_id, reservation_id, at)
    SELECT u.tenant_id, m.id, m.variant_id, m.seller_id, m.kind, m.quantity, u.on_hand - m.later, m.reason,
           m.order_id, m.reservation_id, $3::timestamptz
    FROM unnest($2::movements_row[])
        WITH ORDINALITY AS m(id, variant_id, seller_id, kind, quantity, later, reason, order_id,
                             reservation_id, ordinal)
    JOIN u ON u.variant_id = m.variant_id AND u.seller_id = m.seller_id
    ORDER BY m.ordinal),
o AS (
    INSERT INTO outbox (tenant_id, lane, sequence, type, entity, version, payload, request_id, at)
    SELECT u.tenant_id, 0, $4::int8 + u.ordinal, 'stock.changed', u.entity, u.version,
           json_build_object('variantId', u.entity, 'sellerId', u.seller_id, 'onHand', u.on_hand,
                              'reserved', u.reserved, 'available', u.on_hand - u.reserved),
           '', $3::timestamptz
    FROM u)
SELECT souk_expect(count(*), $5::int8, 'stock') FROM u)"};

inline constexpr PreparedStatement open_reservations{"open_reservations", R"(
INSERT INTO reservations (tenant_id, id, variant_id, seller_id, quantity, expires_at, cart_id,
                          order_id, created_at)
SELECT *, $2::timestamptz
FROM unnest($1::reservations_opened_row[]))"};

// After lines are opened and before they are closed: one batch may open, extend and close a line.
inline constexpr PreparedStatement extend_reservations{"extend_reservations", R"(
WITH u AS (
    UPDATE reservations r SET expires_at = e.expires_at
    FROM unnest($1::reservations_extended_row[])
        AS e(id, variant_id, seller_id, expires_at)
    WHERE r.id = e.id AND r.variant_id = e.variant_id AND r.seller_id = e.seller_id
      AND r.state = 0 AND r.expires_at < e.expires_at
    RETURNING 1)
SELECT souk_expect(count(*), $2::int8, 'reservations to extend') FROM u)"};

// A line that somebody has ended meanwhile needs no cart any more, so nobody counts them.
inline constexpr PreparedStatement move_reservations{"move_reservations", R"(
UPDATE reservations r SET cart_id = m.to_cart
FROM unnest($1::reservations_moved_row[])
    AS m(id, variant_id, seller_id, from_cart, to_cart)
WHERE r.id = m.id AND r.variant_id = m.variant_id AND r.seller_id = m.seller_id
  AND r.state = 0 AND r.cart_id = m.from_cart)"};

inline constexpr PreparedStatement close_reservations{"close_reservations", R"(
WITH u AS (
    UPDATE reservations r SET state = c.state, closed_at = $2::timestamptz
    FROM unnest($1::reservations_closed_row[])
        AS c(id, variant_id, seller_id, state)
    WHERE r.id = c.id AND r.variant_id = c.variant_id AND r.seller_id = c.seller_id
      AND r.state = 0
    RETURNING 1)
SELECT souk_expect(count(*), $3::int8, 'reservations') FROM u)"};

inline constexpr PreparedStatement add_carts{"add_carts", R"(
INSERT INTO carts (tenant_id, id, customer_id, currency, status, order_id, order_fingerprint, destination,
                   tax_basis_points, tax_inclusive, shipping_method, subtotal, discount, tax,
                   shipping, total, created_at, updated_at, expires_at, version,
                   applied_discount, user_id)
SELECT * FROM unnest($1::carts_new_row[]))"};

inline constexpr PreparedStatement change_carts{"change_carts", R"(
WITH u AS (
    UPDATE carts c
    SET customer_id = d.customer_id, status = d.status, order_id = d.order_id,
        order_fingerprint = d.order_fingerprint, destination = d.destination,
        tax_basis_points = d.tax_basis_points, tax_inclusive = d.tax_inclusive,
        shipping_method = d.shipping_method, subtotal = d.subtotal, discount = d.discount,
        tax = d.tax, shipping = d.shipping, total = d.total, version = d.version,
        applied_discount = d.applied_discount, currency = d.currency, merged_into = d.merged_into,
        updated_at = $2::timestamptz
    FROM unnest($1::carts_changed_row[])
        AS d(id, expected, customer_id, status, order_id, order_fingerprint, destination,
             tax_basis_points, tax_inclusive, shipping_method, subtotal, discount, tax, shipping,
             total, version, applied_discount, currency, merged_into)
    WHERE c.id = d.id AND c.version = d.expected
    RETURNING 1)
SELECT souk_expect(count(*), $3::int8, 'carts') FROM u)"};

inline constexpr PreparedStatement drop_cart_items{"drop_cart_items", R"(
DELETE FROM cart_items i USING unnest($1::cart_items_removed_row[]) AS d(cart_id, id)
WHERE i.cart_id = d.cart_id AND i.id = d.id)"};

inline constexpr PreparedStatement put_cart_items{"put_cart_items", R"(
INSERT INTO cart_items (tenant_id, cart_id, position, id, product_id, variant_id, seller_id,
                        quantity, unit_price)
SELECT * FROM unnest($1::cart_items_row[])
ON CONFLICT (cart_id, id) DO UPDATE
SET position = excluded.position, quantity = excluded.quantity, unit_price = excluded.unit_price)"};

inline constexpr PreparedStatement add_orders{"add_orders", R"(
INSERT INTO orders (tenant_id, id, number, cart_id, customer_id, customer_email, status, payment_status,
                    payment_method, currency, subtotal, discount, tax, shipping, total,
                    tax_basis_points, tax_inclusive, shipping_address, billing_address,
                    shipping_method, vendor_orders, estimated_delivery, tracking_number, notes,
                    reservation_id, reserved_until, stock_deducted, created_at, updated_at,
                    version, applied_discount, user_id)
SELECT * FROM unnest($1::orders_new_row[]))"};

inline constexpr PreparedStatement change_orders{"change_orders", R"(
WITH u AS (
    UPDATE orders o
    SET status = d.status, payment_status = d.payment_status, vendor_orders = d.vendor_orders,
        tracking_number = d.tracking_number, reserved_until = d.reserved_until,
        stock_deducted = d.stock_deducted, updated_at = d.updated_at, version = d.version
    FROM unnest($1::orders_changed_row[])
        AS d(id, expected, status, payment_status, vendor_orders, tracking_number,
             reserved_until, stock_deducted, updated_at, version)
    WHERE o.id = d.id AND o.version = d.expected
    RETURNING 1)
SELECT souk_expect(count(*), $2::int8, 'orders') FROM u)"};

// Who the buyer was; $2 rows. The order's version is checked by change_orders, before it.
inline constexpr PreparedStatement anonymise_orders{"anonymise_orders", R"(
WITH u AS (
    UPDATE orders o
    SET customer_id = NULL, customer_email = '', shipping_address = d.shipping_address,
        billing_address = d.billing_address, notes = ''
    FROM unnest($1::orders_anonymised_row[]) AS d(id, shipping_address, billing_address)
    WHERE o.id = d.id
    RETURNING 1)
SELECT souk_expect(count(*), $2::int8, 'anonymous orders') FROM u)"};

inline constexpr PreparedStatement erase_reasons{"erase_reasons", R"(
UPDATE order_history h SET reason = ''
FROM unnest($1::order_reasons_erased_row[]) AS d(order_id, position)
WHERE h.order_id = d.order_id AND h.position = d.position)"};

// Also of a use that was given back.
inline constexpr PreparedStatement forget_buyers{"forget_buyers", R"(
UPDATE discount_uses u SET buyer_keys = '{}'
FROM unnest($1::discount_buyers_erased_row[]) AS d(discount_id, order_id)
WHERE u.discount_id = d.discount_id AND u.order_id = d.order_id)"};

inline constexpr PreparedStatement add_order_items{"add_order_items", R"(
INSERT INTO order_items (tenant_id, order_id, position, id, product_id, variant_id, seller_id,
                         quantity, unit_price, total_price, discount, tax, snapshot)
SELECT * FROM unnest($1::order_items_row[]))"};

inline constexpr PreparedStatement add_order_history{"add_order_history", R"(
INSERT INTO order_history (tenant_id, order_id, position, status, payment_status, actor, reason,
                           at)
SELECT * FROM unnest($1::order_history_row[]))"};

// $3: the sequence before the first of them
inline constexpr PreparedStatement add_events{"add_events", R"(
INSERT INTO outbox (tenant_id, lane, sequence, type, entity, version, payload, request_id, at)
SELECT e.tenant_id, 0, $3::int8 + e.ordinal, e.type, e.entity, e.version, e.payload, e.request_id,
       $2::timestamptz
FROM unnest($1::events_row[])
    WITH ORDINALITY AS e(tenant_id, type, entity, version, payload, request_id, ordinal))"};

// A key may be used again after a day, though its old answer has not been purged yet.
inline constexpr PreparedStatement add_answers{"add_answers", R"(
WITH u AS (
    INSERT INTO idempotency_keys AS k (tenant_id, caller, key, request_hash, status, body,
                                       location, etag, created_at)
    SELECT *, $2::timestamptz
    FROM unnest($1::idempotency_row[])
    ON CONFLICT (tenant_id, caller, key) DO UPDATE
    SET request_hash = excluded.request_hash, status = excluded.status, body = excluded.body,
        location = excluded.location, etag = excluded.etag, created_at = excluded.created_at
    WHERE k.created_at < excluded.created_at - interval '24 hours'
    RETURNING 1)
SELECT souk_expect(count(*), $3::int8, 'idempotency keys') FROM u)"};

inline constexpr PreparedStatement add_audit{"add_audit", R"(
WITH given AS MATERIALIZED (
    SELECT *, souk_salt() AS address_salt, souk_salt() AS reason_salt
    FROM unnest($1::audit_row[])
        AS g(id, actor, actor_name, action, target, reason, request_id, touched, before, after,
             address, tenant_id)),
added AS (
    INSERT INTO audit (id, actor, actor_name, action, target, request_id, touched, before, after,
                       tenant_id, at, address_digest, reason_digest)
    SELECT id, actor, actor_name, action, target, request_id, touched, before, after, tenant_id,
           $2::timestamptz, souk_digest(address_salt, address), souk_digest(reason_salt, reason)
    FROM given
    RETURNING sequence, id)
INSERT INTO audit_personal (sequence, tenant_id, address_salt, address, reason_salt, reason)
SELECT sequence, tenant_id, address_salt, address, reason_salt, reason
FROM added JOIN given USING (id))"};

}  // namespace souk
