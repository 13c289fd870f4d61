// What the tests of payments in chaos share: buyers who try again, a server that is killed under
// them, and the comparison of what the gateway took with what the orders say.

import assert from 'node:assert/strict';
import { openAttempts } from './books.mjs';
import { typeIdOf } from './ids.mjs';
import { until } from './server.mjs';

const BUYERS = 12;

/** Settings under which trouble is not the end. */
export const PATIENCE = {
    SOUK_PAYMENTS_RETRY_BASE_MS: '50',
    SOUK_PAYMENTS_RETRY_CAP_MS: '500',
    SOUK_PAYMENTS_MAX_TRIES: '30',
    SOUK_PAYMENTS_BREAKER_FAILURES: '1000',
};

/** Numbers in [0, 1) that are the same for the same seed. */
export function randomFrom(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** One purchase; every other buyer who is asked for something does `act` and goes on. */
async function buy(shop, turn, { sku, method, tokens, act = () => {} }) {
    const cart = await shop.cartWith([sku, 1]);
    const order = await shop.order(cart, { paymentMethod: method });
    if (order.status !== 201) return false;
    const owner = { 'X-Cart-Id': cart };
    for (let attempt = 0; attempt < 3; attempt += 1) {
        const token = tokens[(turn + attempt * 3) % tokens.length];
        const paid = await shop.send('POST', `/orders/${order.data.id}/payment`,
            { paymentMethod: method, paymentMethodId: token }, owner);
        const intent = paid.data?.paymentIntent;
        if (intent?.status === 'requires_action' && turn % 2) {
            act(intent, turn);
            await shop.send('POST', `/orders/${order.data.id}/confirm-payment`, {}, owner);
        }
        if (turn % 7 === 0) {
            await shop.send('POST', `/orders/${order.data.id}/cancel`, { reason: 'chaos' }, owner);
        }
        if (paid.status !== 402) break;
    }
    return true;
}

/**
 * Buyers make so many purchases while the server is killed so many times. What is not answered is
 * tried again, as a browser would.
 */
export async function buyThroughKills(shop, { orders, kills, ...wish }) {
    let bought = 0;
    let turn = 0;
    const buyer = async () => {
        while (bought < orders) {
            turn += 1;
            try {
                if (await buy(shop, turn, wish)) bought += 1;
            } catch (error) {
                if (error instanceof assert.AssertionError && !/ECONN|socket/.test(error.message)
                    && !/gave 503/.test(error.message)) throw error;
                await new Promise((resolve) => setTimeout(resolve, 5)); // the server is away
            }
        }
    };
    const buyers = Promise.all(Array.from({ length: BUYERS }, buyer));
    for (let kill = 1; kill <= kills; kill += 1) {
        const target = Math.floor((orders * kill) / (kills + 1));
        await until(() => bought >= target, { seconds: 300, what: `${target} orders` });
        await shop.server.kill();
        await shop.server.start();
    }
    await buyers;
    await allStepsEnd(shop.server);
}

export const allStepsEnd = (server) => until(async () => (await openAttempts(server)) === 0,
    { seconds: 180, what: 'the end of every step' });

/**
 * Every paid order has exactly one capture of its amount at the gateway, and every other capture
 * its refund. `taken` maps an order's id to { captures, captured, refunded }.
 */
export async function assertGatewayAgrees(server, taken, orders) {
    const rows = await server.sql(`SELECT o.id, o.total, o.status, o.payment_status AS paid,
        p.captured, p.refunded FROM orders o LEFT JOIN payments p ON p.order_id = o.id`);
    const known = new Set();
    for (const row of rows) {
        const id = typeIdOf('order', row.id);
        known.add(id);
        const there = taken.get(id) ?? { captures: 0, captured: 0, refunded: 0 };
        const what = `order ${row.id}: ${JSON.stringify(row)} at the gateway ${JSON.stringify(there)}`;
        const kept = row.paid === 2 && row.status !== 5;
        assert.equal(there.captured - there.refunded, kept ? row.total : 0, what);
        if (kept) assert.equal(there.captures, 1, what);
    }
    for (const id of taken.keys()) assert.ok(known.has(id), `${id} was charged and does not exist`);
    assert.ok(rows.some(({ paid }) => paid === 2) && rows.length >= orders);
}
