// A reservation ends on time, whether or not the server was there when the time came.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertInvariants } from './support/invariants.mjs';
import { uuidOf } from './support/ids.mjs';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';

describe('expiry', () => {
    let shop;
    before(async () => { shop = await Shop.open(); });
    after(() => shop?.close());

    /** Moves a reservation's end while the server is away, so that no test waits for minutes. */
    async function whileDown(end, ...changes) {
        await end();
        for (const change of changes) await shop.server.psql(change);
        await shop.server.start();
    }
    const dueIn = (reservation, interval) =>
        `UPDATE reservations SET expires_at = now() + interval '${interval}' WHERE id = '${uuidOf(reservation)}'`;
    const kill = () => shop.server.kill();

    async function reserved(sku, quantity) {
        const answer = await shop.reserve([[sku, quantity]], { reservationMinutes: 15 });
        assert.equal(answer.status, 201);
        return answer.data;
    }
    const left = async (sku) => (await shop.must(200, 'GET',
        `/inventory/${sku.productId}/variants/${sku.variantId}`)).data.inventoryCount;
    const freed = (sku, count) => until(async () => (await left(sku)) === count, { seconds: 10, what: 'expiry' });

    it('is promised for the minutes asked for', async () => {
        const [sku] = await shop.takeSkus(10);
        const asked = Date.now();
        const answer = await shop.reserve([[sku, 1]], { reservationMinutes: 1 });
        const minutes = (Date.parse(answer.data.expiresAt) - asked) / 60_000;
        assert.ok(minutes > 0.98 && minutes < 1.1, `expires after ${minutes} minutes`);
    });

    it('frees the units when they are due, not earlier and not much later', async () => {
        const [sku] = await shop.takeSkus(10);
        const { reservationId } = await reserved(sku, 4);
        await whileDown(kill, dueIn(reservationId, '3 seconds'));
        const [{ due }] = await shop.server.sql(`SELECT extract(epoch FROM expires_at) * 1000 AS due
            FROM reservations WHERE id = '${uuidOf(reservationId)}'`);
        assert.equal(await left(sku), 6, 'not before it is due');
        await freed(sku, 10);
        const late = Date.now() - due;
        assert.ok(late > -5 && late < 1000, `freed ${late} ms after it was due`);
        await assertInvariants(shop.server);
    });

    it('frees what fell due while the server was killed', async () => {
        const [sku] = await shop.takeSkus(10);
        const { reservationId } = await reserved(sku, 4);
        await whileDown(kill, dueIn(reservationId, '-1 hour'));
        await freed(sku, 10);
        const [row] = await shop.server.sql(
            `SELECT state FROM reservations WHERE id = '${uuidOf(reservationId)}'`);
        assert.equal(row.state, 3, 'expired');
    });

    it('keeps what is not due over a restart', async () => {
        const [sku] = await shop.takeSkus(10);
        const { reservationId } = await reserved(sku, 4);
        await whileDown(() => shop.server.stop());
        assert.equal(await left(sku), 6);
        await shop.must(200, 'POST', `/inventory/confirm/${reservationId}`, undefined, shop.operator);
        assert.equal((await shop.stockOf(sku)).onHand, 6);
        await assertInvariants(shop.server);
    });

    it('makes confirming too late 410', async () => {
        const [sku] = await shop.takeSkus(10);
        const { reservationId } = await reserved(sku, 4);
        await whileDown(kill, dueIn(reservationId, '-1 second'));
        const path = `/inventory/confirm/${reservationId}`;
        assert.equal((await shop.must(410, 'POST', path, undefined, shop.operator)).error.code, 'GONE');
        await freed(sku, 10);
        await shop.must(410, 'POST', path, undefined, shop.operator);
        await assertInvariants(shop.server);
    });

    it('makes releasing twice harmless, and confirming twice too', async () => {
        const [sku] = await shop.takeSkus(10);
        const first = await reserved(sku, 3);
        for (let time = 0; time < 2; time += 1) {
            await shop.must(200, 'POST', `/inventory/release/${first.reservationId}`, undefined, shop.operator);
            assert.equal(await left(sku), 10);
        }
        const second = await reserved(sku, 3);
        for (let time = 0; time < 2; time += 1) {
            await shop.must(200, 'POST', `/inventory/confirm/${second.reservationId}`, undefined, shop.operator);
            assert.equal(await left(sku), 7);
        }
        await shop.must(409, 'POST', `/inventory/release/${second.reservationId}`, undefined, shop.operator);
        await shop.must(409, 'POST', `/inventory/confirm/${first.reservationId}`, undefined, shop.operator);
        await assertInvariants(shop.server);
    });

    it('gives one end to a reservation that is confirmed and released at once', async () => {
        const [sku] = await shop.takeSkus(40);
        const made = await Promise.all(Array.from({ length: 20 }, () => reserved(sku, 1)));
        // Who comes while the other is still being committed may be told to try again.
        const end = async (how, { reservationId }) => until(async () => {
            const answer = await shop.send('POST', `/inventory/${how}/${reservationId}`, undefined, shop.operator);
            return answer.status !== 503 && answer;
        }, { what: `an end to ${reservationId}` });
        const ends = await Promise.all(made.map((one) =>
            Promise.all(['confirm', 'release'].map((how) => end(how, one)))));
        for (const pair of ends) assert.deepEqual(pair.map(({ status }) => status).sort(), [200, 409]);
        await assertInvariants(shop.server);
    });

    it('cancels an order that nobody confirmed, and its units go back', async () => {
        const [sku] = await shop.takeSkus(10);
        const cart = await shop.cartWith([sku, 4]);
        const { data: order } = await shop.order(cart);
        assert.equal(await left(sku), 6);
        await whileDown(kill,
            `UPDATE reservations SET expires_at = now() - interval '1 s' WHERE order_id = '${uuidOf(order.id)}'`,
            `UPDATE orders SET reserved_until = now() - interval '1 s' WHERE id = '${uuidOf(order.id)}'`);
        await freed(sku, 10);
        const own = { 'X-Cart-Id': cart };
        const { data } = await shop.must(200, 'GET', `/orders/${order.id}`, undefined, own);
        assert.equal(data.status, 'cancelled');
        const late = await shop.send('POST', `/orders/${order.id}/payment`,
            { paymentMethod: 'cash_on_delivery', confirmationRequired: true }, own);
        assert.ok([409, 410].includes(late.status), `paying too late gave ${late.status}`);
        await assertInvariants(shop.server);
    });
});
