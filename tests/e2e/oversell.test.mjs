// A SKU never sells more than there is, however many ask at once and however they ask.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertInvariants } from './support/invariants.mjs';
import { Shop, tally } from './support/shop.mjs';

describe('overselling', () => {
    let shop;
    before(async () => { shop = await Shop.open(); });
    after(() => shop?.close());

    /** Units in standing orders, as the database and as the API have them. */
    async function assertSold(sku, units, onHand) {
        const [{ sold }] = await shop.server.sql(`
            SELECT coalesce(sum(quantity), 0)::int AS sold FROM order_items i
            JOIN orders o ON o.id = i.order_id AND o.status <> 5
            WHERE variant_id = '${sku.variant}'`);
        assert.equal(sold, units, 'units in orders, by the database');
        const [row] = await shop.server.sql(
            `SELECT on_hand, reserved FROM stock WHERE variant_id = '${sku.variant}'`);
        assert.deepEqual(row, { on_hand: onHand, reserved: units });
        const path = `/inventory/${sku.productId}/variants/${sku.variantId}`;
        const { data } = await shop.must(200, 'GET', path);
        assert.equal(data.inventoryCount, onHand - units, 'what is left, by the API');
        assert.equal(data.available, onHand > units);
    }

    function assertSoldOut(answer, ...fields) {
        assert.equal(answer.error.code, 'INVENTORY_ERROR');
        assert.ok(answer.error.details.length >= 1, 'a refusal names the short lines');
        for (const { field, message } of answer.error.details) {
            assert.ok(field && message);
            if (fields.length) assert.ok(fields.includes(field), `${field} is not a short line`);
        }
    }

    it('lets 500 buyers at once have exactly the 100 units there are', async () => {
        const [sku] = await shop.takeSkus(100);
        const carts = await Promise.all(Array.from({ length: 500 }, () => shop.cartWith([sku, 1])));
        const answers = await Promise.all(carts.map((cart) => shop.order(cart)));
        assert.deepEqual(tally(answers), { 201: 100, 409: 400 });
        for (const answer of answers.filter(({ status }) => status === 409)) assertSoldOut(answer);
        const numbers = answers.filter(({ status }) => status === 201).map(({ data }) => data.orderNumber);
        assert.equal(new Set(numbers).size, 100, 'order numbers are unique');
        await assertSold(sku, 100, 100);
        await assertInvariants(shop.server);
    });

    it('sells carts that share SKUs in opposite orders without a deadlock or a half sale', async () => {
        const [plenty, scarce] = await shop.takeSkus(90, 60);
        const carts = await Promise.all(Array.from({ length: 200 }, (_, index) => shop.cartWith(
            ...(index % 2 ? [[plenty, 1], [scarce, 1]] : [[scarce, 1], [plenty, 1]]))));
        const answers = await Promise.all(carts.map((cart) => shop.order(cart)));
        assert.deepEqual(tally(answers), { 201: 60, 409: 140 });
        await assertSold(plenty, 60, 90); // a refused cart holds nothing of what it did find
        await assertSold(scarce, 60, 60);
        await assertInvariants(shop.server);
    });

    it('names every short line of a cart', async () => {
        const [one, two, three] = await shop.takeSkus(5, 5, 5);
        const cart = await shop.cartWith([one, 5], [two, 1], [three, 5]);
        await shop.setStock(one, 1);
        await shop.setStock(three, 2);
        const answer = await shop.order(cart);
        assert.equal(answer.status, 409);
        assert.equal(answer.error.code, 'INVENTORY_ERROR');
        assert.equal(answer.error.details.length, 2);
        await assertSold(two, 0, 5);
    });

    it('merges two additions of one SKU into one line', async () => {
        const [sku] = await shop.takeSkus(3);
        const cart = await shop.cartWith([sku, 1], [sku, 2]);
        const { data } = await shop.must(200, 'GET', `/cart/${cart}`);
        assert.deepEqual(data.items.map(({ quantity }) => quantity), [3]);
        const refused = await shop.addItem(cart, sku, 1);
        assert.equal(refused.status, 409);
        assertSoldOut(refused);
        assert.equal((await shop.order(cart)).status, 201);
        await assertSold(sku, 3, 3);
    });

    it('adds up two lines of one SKU before it promises any of them', async () => {
        const [sku] = await shop.takeSkus(3);
        const refused = await shop.reserve([[sku, 2], [sku, 2]]);
        assert.equal(refused.status, 409);
        assertSoldOut(refused);
        assert.equal((await shop.stockOf(sku)).reserved, 0);
        const kept = await shop.reserve([[sku, 2], [sku, 1]]);
        assert.equal(kept.status, 201);
        assert.equal((await shop.reserve([[sku, 1]])).status, 409);
        await assertInvariants(shop.server);
    });

    it('reserves all of many SKUs or none, for 100 callers in opposite orders', async () => {
        const [left, right] = await shop.takeSkus(21, 40);
        const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => shop.reserve(
            index % 2 ? [[left, 1], [right, 1]] : [[right, 1], [left, 1]])));
        assert.deepEqual(tally(answers), { 201: 21, 409: 79 });
        const rows = await shop.server.sql(`SELECT variant_id, reserved FROM stock
            WHERE variant_id IN ('${left.variant}', '${right.variant}')`);
        assert.deepEqual(rows.map(({ reserved }) => reserved), [21, 21]);
        await assertInvariants(shop.server);
    });

    it('never lets the shelf go below what is promised', async () => {
        const [sku] = await shop.takeSkus(10);
        assert.equal((await shop.reserve([[sku, 6]])).status, 201);
        const path = `/inventory/${sku.variantId}/${sku.sellerId}/stock`;
        const answers = await Promise.all([
            shop.send('PUT', path, { mode: 'set', quantity: 5, reason: 'recount' }, shop.operator),
            shop.send('PUT', path, { mode: 'adjust', quantity: -5, reason: 'broken' }, shop.operator),
            shop.send('PUT', path, { mode: 'adjust', quantity: -10, reason: 'stolen' }, shop.operator),
        ]);
        assert.deepEqual(tally(answers), { 409: 3 });
        await assertInvariants(shop.server);
    });

    it('sells while the shelf is being filled and emptied, and every unit is accounted for', async () => {
        const [sku] = await shop.takeSkus(50);
        const carts = await Promise.all(Array.from({ length: 80 }, () => shop.cartWith([sku, 1])));
        const path = `/inventory/${sku.variantId}/${sku.sellerId}/stock`;
        const adjustments = Array.from({ length: 40 }, (_, index) => shop.send('PUT', path,
            { mode: 'adjust', quantity: index % 2 ? 1 : -1, reason: 'recount' }, shop.operator));
        const [orders] = await Promise.all([
            Promise.all(carts.map((cart) => shop.order(cart))), Promise.all(adjustments)]);
        const sold = orders.filter(({ status }) => status === 201).length;
        assert.ok(sold >= 49 && sold <= 51, `${sold} orders of about 50 units`);
        await assertInvariants(shop.server);
    });
});
