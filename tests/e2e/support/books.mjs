// What must be true of the money at rest, and what the sandbox gateway's own books say of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const BROKEN = {
    'the ledger sums to zero in every currency': `
        SELECT currency, sum(amount) FROM ledger GROUP BY 1 HAVING sum(amount) <> 0`,
    'every entry of the ledger sums to zero': `
        SELECT reference, sum(amount) FROM ledger GROUP BY 1 HAVING sum(amount) <> 0`,
    'an order has at most one capture that did not fail': `
        SELECT order_id FROM payment_attempts WHERE step = 2 AND state <> 2
        GROUP BY 1 HAVING count(*) > 1`,
    'a paid order was captured for exactly its total': `
        SELECT o.id, o.total, p.captured FROM orders o LEFT JOIN payments p ON p.order_id = o.id
        WHERE o.payment_status IN (2, 4, 5) AND p.captured IS DISTINCT FROM o.total`,
    'money that was taken for a cancelled order is refunded or being refunded': `
        SELECT o.id, p.captured, p.refunded FROM orders o JOIN payments p ON p.order_id = o.id
        WHERE o.status = 5 AND p.captured > p.refunded AND NOT EXISTS (
            SELECT FROM refunds r WHERE r.order_id = o.id AND r.state IN (0, 1))`,
    'the uses of a code are counted': `
        SELECT c.code, c.used, count(u.order_id) FROM discount_codes c
        LEFT JOIN discount_uses u ON u.discount_id = c.id AND u.state = 0
        GROUP BY c.id HAVING c.used <> count(u.order_id)`,
};

export async function assertBooks(server) {
    for (const [sentence, query] of Object.entries(BROKEN)) {
        assert.deepEqual(await server.sql(query), [], `broken: ${sentence}`);
    }
}

/** Nothing of any payment is under way any more. */
export async function openAttempts(server) {
    const [{ count }] = await server.sql(
        'SELECT count(*) FROM payment_attempts WHERE state = 0 AND NOT stuck');
    return Number(count);
}
