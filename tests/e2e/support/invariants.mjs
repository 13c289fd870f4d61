// What must be true of the database at rest, whatever was done to the server. Each query gives the
// rows that break its sentence.

import assert from 'node:assert/strict';

const BROKEN = {
    'open reservations add up to what is reserved': `
        SELECT s.variant_id, s.reserved, coalesce(r.units, 0) AS open
        FROM stock s LEFT JOIN (SELECT variant_id, seller_id, sum(quantity) AS units
            FROM reservations WHERE state = 0 GROUP BY 1, 2) r USING (variant_id, seller_id)
        WHERE s.reserved <> coalesce(r.units, 0)`,
    'every open reservation is of a SKU that exists': `
        SELECT r.id FROM reservations r LEFT JOIN stock s USING (variant_id, seller_id)
        WHERE r.state = 0 AND s.variant_id IS NULL`,
    'movements add up to what is on hand': `
        SELECT s.variant_id, s.on_hand, coalesce(m.units, 0) AS moved
        FROM stock s LEFT JOIN (SELECT variant_id, seller_id, sum(quantity) AS units
            FROM movements GROUP BY 1, 2) m USING (variant_id, seller_id)
        WHERE s.on_hand <> coalesce(m.units, 0)`,
    'every movement carries the balance after it': `
        SELECT * FROM (SELECT sequence, balance, sum(quantity) OVER
            (PARTITION BY variant_id, seller_id ORDER BY sequence) AS sum FROM movements) m
        WHERE balance <> sum`,
    'every line of an order has its units in the reservations of the order': `
        SELECT i.order_id, i.variant_id FROM (SELECT order_id, variant_id, seller_id,
            sum(quantity) AS units FROM order_items GROUP BY 1, 2, 3) i
        JOIN orders o ON o.id = i.order_id
        LEFT JOIN reservations r ON r.id = o.reservation_id AND r.order_id = o.id
            AND r.variant_id = i.variant_id AND r.seller_id = i.seller_id
        WHERE r.quantity IS DISTINCT FROM i.units`,
    'a pending order holds its units, a confirmed one has deducted them, a cancelled one neither': `
        SELECT o.id, o.status, r.state FROM orders o JOIN reservations r ON r.order_id = o.id
        WHERE (o.status = 0 AND r.state <> 0) OR (o.status = 1 AND r.state <> 1)
           OR (o.status = 5 AND r.state = 0)`,
    'a deducted order has its sales in the ledger': `
        SELECT o.id FROM orders o JOIN order_items i ON i.order_id = o.id
        LEFT JOIN movements m ON m.order_id = o.id AND m.variant_id = i.variant_id AND m.kind = 2
        WHERE o.stock_deducted AND m.id IS NULL`,
    'a cart is closed exactly when it has its one order': `
        SELECT c.id, c.status FROM carts c LEFT JOIN orders o ON o.cart_id = c.id
        WHERE (c.status = 1) <> (o.id IS NOT NULL) OR c.order_id IS DISTINCT FROM o.id`,
    'the parts of an order add up': `
        SELECT id FROM orders o WHERE total <> subtotal - discount + shipping +
            CASE WHEN tax_inclusive THEN 0 ELSE tax END
          OR subtotal <> (SELECT sum(total_price) FROM order_items i WHERE i.order_id = o.id)`,
    'order histories end at the status of the order': `
        SELECT o.id FROM orders o WHERE status IS DISTINCT FROM (SELECT h.status
            FROM order_history h WHERE h.order_id = o.id ORDER BY position DESC LIMIT 1)`,
    'the outbox has no gaps': `
        SELECT l.id, l.outbox, count(o.sequence) AS events, max(o.sequence) AS last
        FROM lanes l JOIN outbox_ends e ON e.lane = l.id LEFT JOIN outbox o ON o.lane = l.id
        GROUP BY l.id, l.outbox, e.forgotten HAVING count(o.sequence) <> l.outbox - e.forgotten
            OR coalesce(max(o.sequence), e.forgotten) <> l.outbox`,
};

export async function assertInvariants(server) {
    for (const [sentence, query] of Object.entries(BROKEN)) {
        assert.deepEqual(await server.sql(query), [], `broken: ${sentence}`);
    }
}
