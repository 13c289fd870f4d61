// A cart becomes one order, whoever asks, however often, and whatever happens to the answer.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertInvariants } from './support/invariants.mjs';
import { orderOf, Shop, tally } from './support/shop.mjs';
import { uuidOf } from './support/ids.mjs';

describe('one order per cart', () => {
    let shop;
    let sku;
    before(async () => {
        shop = await Shop.open();
        [sku] = await shop.takeSkus(10_000);
    });
    after(() => shop?.close());

    const fifty = (make) => Promise.all(Array.from({ length: 50 }, (_, index) => make(index)));

    async function assertOneOrder(cart, answers) {
        const told = new Set(answers.filter(({ status }) => status < 300).map(({ data }) => data.id));
        assert.equal(told.size, 1, 'everyone is told the same order');
        const rows = await shop.server.sql(`SELECT id FROM orders WHERE cart_id = '${uuidOf(cart)}'`);
        assert.deepEqual(rows.map(({ id }) => id), [uuidOf([...told][0])]);
        await assertInvariants(shop.server);
    }

    it('comes of 50 parallel requests without a key, and everyone is told the same', async () => {
        const cart = await shop.cartWith([sku, 2]);
        const answers = await fifty(() => shop.order(cart));
        assert.deepEqual(tally(answers), { 201: 50 });
        await assertOneOrder(cart, answers);
    });

    it('comes of 50 parallel requests under one key, with the same bytes for everyone', async () => {
        const cart = await shop.cartWith([sku, 2]);
        const headers = { 'Idempotency-Key': randomUUID() };
        const answers = await fifty(() => shop.order(cart, {}, headers));
        assert.deepEqual(tally(answers), { 201: 50 });
        assert.equal(new Set(answers.map(({ bytes }) => bytes.toString())).size, 1);
        assert.equal(new Set(answers.map((answer) => answer.headers.location)).size, 1);
        const first = answers.filter((answer) => answer.headers['idempotent-replayed'] !== 'true');
        assert.equal(first.length, 1, 'one did it, the others are replays');
        await assertOneOrder(cart, answers);
    });

    it('comes of 50 parallel requests under 50 keys', async () => {
        const cart = await shop.cartWith([sku, 2]);
        const answers = await fifty(() => shop.order(cart, {}, { 'Idempotency-Key': randomUUID() }));
        assert.deepEqual(tally(answers), { 201: 50 });
        await assertOneOrder(cart, answers);
    });

    it('is what a repeat under another key was told, for as long as that key lives', async () => {
        const cart = await shop.cartWith([sku, 1]);
        await shop.must(201, 'POST', '/orders', orderOf(cart), { 'Idempotency-Key': randomUUID() });
        const headers = { 'Idempotency-Key': randomUUID() };
        const repeat = await shop.order(cart, {}, headers);
        await shop.must(200, 'POST', `/orders/${repeat.data.id}/cancel`, { reason: 'changed' },
            { 'X-Cart-Id': cart });
        const again = await shop.order(cart, {}, headers);
        assert.equal(again.bytes.toString(), repeat.bytes.toString(), 'the same key, the same bytes');
        assert.equal((await shop.order(cart, { notes: 'other' }, headers)).status, 422);
    });

    it('is refused to another wish: the cart has its order', async () => {
        const cart = await shop.cartWith([sku, 1]);
        const answers = await fifty((index) => shop.order(cart, { notes: `wish ${index}` }));
        assert.deepEqual(tally(answers), { 201: 1, 409: 49 });
        const refused = answers.find(({ status }) => status === 409);
        assert.equal(refused.error.code, 'CONFLICT');
        await assertOneOrder(cart, answers);
    });

    it('answers 422 to another body under the same key, even at the same time', async () => {
        const cart = await shop.cartWith([sku, 1]);
        const headers = { 'Idempotency-Key': randomUUID() };
        const answers = await Promise.all([0, 1, 2, 3].map((index) =>
            shop.order(cart, { notes: index % 2 ? 'other' : '' }, headers)));
        assert.deepEqual(tally(answers), { 201: 2, 422: 2 });
        for (const answer of answers.filter(({ status }) => status === 422)) {
            assert.equal(answer.error.code, 'IDEMPOTENCY_MISMATCH');
        }
        const later = await shop.order(cart, { notes: 'late' }, headers);
        assert.equal(later.error.code, 'IDEMPOTENCY_MISMATCH');
        await assertOneOrder(cart, answers);
    });

    it('answers at all three addresses of checkout with the same order', async () => {
        const cart = await shop.cartWith([sku, 1]);
        const answers = [];
        for (const path of ['/orders', '/orders/checkout', '/cart/checkout']) {
            answers.push(await shop.send('POST', path, orderOf(cart)));
        }
        assert.deepEqual(tally(answers), { 201: 3 });
        await assertOneOrder(cart, answers);
    });

    it('forgets what was refused before it was accepted', async () => {
        const [scarce] = await shop.takeSkus(1);
        const cart = await shop.cartWith([scarce, 1]);
        await shop.setStock(scarce, 0);
        const headers = { 'Idempotency-Key': randomUUID() };
        assert.equal((await shop.order(cart, {}, headers)).status, 409);
        await shop.setStock(scarce, 1);
        const answer = await shop.order(cart, {}, headers);
        assert.equal(answer.status, 201, 'a refusal does not stick to the key');
        assert.equal(answer.headers['idempotent-replayed'], undefined);
    });

    it('gives the same bytes again after a restart', async () => {
        const cart = await shop.cartWith([sku, 1]);
        const headers = { 'Idempotency-Key': randomUUID() };
        const first = await shop.order(cart, {}, headers);
        await shop.server.stop();
        await shop.server.start();
        const again = await shop.order(cart, {}, headers);
        assert.equal(again.status, 201);
        assert.equal(again.headers['idempotent-replayed'], 'true');
        assert.equal(again.headers.location, first.headers.location);
        assert.deepEqual(again.bytes, first.bytes);
    });

    it('is safely retried when the server dies before it answers', async () => {
        for (let round = 0; round < 6; round += 1) {
            const cart = await shop.cartWith([sku, 1]);
            const keys = round % 2 ? { 'Idempotency-Key': randomUUID() } : {};
            const lost = shop.order(cart, {}, keys).catch((error) => ({ status: 0, error }));
            await new Promise((resolve) => setTimeout(resolve, round)); // somewhere in its middle
            await shop.server.kill();
            const before = await lost;
            await shop.server.start();
            const answer = await shop.order(cart, {}, keys);
            assert.equal(answer.status, 201, `round ${round}: ${answer.bytes}`);
            await assertOneOrder(cart, [answer, ...(before.status ? [before] : [])]);
        }
    });
});
