// The database at the end of a run, as far as the checker reads it.

import { assertBooks } from '../e2e/support/books.mjs';
import { assertInvariants } from '../e2e/support/invariants.mjs';

const TABLES = {
    // Those in dinars are of slow clients, who keep no history.
    carts: "SELECT id, status, order_id, version FROM carts WHERE currency = 'USD'",
    items: 'SELECT cart_id, variant_id, quantity FROM cart_items',
    orders: `SELECT id, cart_id, status, payment_status, total, reservation_id, stock_deducted FROM orders`,
    orderItems: `SELECT order_id, variant_id, sum(quantity)::bigint AS quantity FROM order_items GROUP BY 1, 2`,
    reservations: 'SELECT id, variant_id, quantity, state, order_id FROM reservations',
    stock: 'SELECT variant_id, on_hand, reserved, version FROM stock',
    movements: `SELECT variant_id, kind, quantity, reason, order_id, reservation_id, sequence
        FROM movements ORDER BY sequence`,
    keys: `SELECT key, status, body FROM idempotency_keys WHERE key LIKE 'chaos-%'`,
    payments: 'SELECT order_id, gateway, state, captured, refunded FROM payments',
};

export async function takeBooks(server) {
    const books = {};
    for (const [name, query] of Object.entries(TABLES)) books[name] = await server.sql(query);
    return books;
}

/** What the invariants of the end-to-end tests say, as text. */
export async function brokenInvariants(server) {
    const broken = [];
    for (const check of [assertInvariants, assertBooks]) {
        try {
            await check(server);
        } catch (error) {
            if (error.code !== 'ERR_ASSERTION') return broken; // the database went away
            broken.push(`${error.message} ${JSON.stringify(error.actual)?.slice(0, 500)}`);
        }
    }
    return broken;
}
