// A key remembers what its request was told, also when there was nothing left to do.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Shop } from './support/shop.mjs';

describe('a key whose request found all done already', () => {
    let shop;
    let sku;
    before(async () => {
        shop = await Shop.open();
        [sku] = await shop.takeSkus(1000);
    });
    after(() => shop?.close());

    /// Does it, does it again under a key, and asks under that key once more and for something else.
    async function assertRemembered(path, body, other, headers) {
        await shop.must(200, 'POST', path, body, headers);
        const keyed = { ...headers, 'Idempotency-Key': randomUUID() };
        const told = await shop.must(200, 'POST', path, body, keyed);
        assert.equal(told.headers['idempotent-replayed'], undefined, 'it was asked for the first time');
        const again = await shop.must(200, 'POST', path, body, keyed);
        assert.equal(again.headers['idempotent-replayed'], 'true');
        assert.equal(again.bytes.toString(), told.bytes.toString(), 'the same key, the same bytes');
        assert.equal((await shop.send('POST', path, other, keyed)).status, 422, 'another request');
    }

    it('is kept for an order that is cancelled twice', async () => {
        const cart = await shop.cartWith([sku, 1]);
        const order = await shop.order(cart);
        await assertRemembered(`/orders/${order.data.id}/cancel`, { reason: 'changed' }, { reason: 'other' },
            { 'X-Cart-Id': cart });
    });

    it('is kept for a destination that a cart has already', async () => {
        const cart = await shop.cartWith([sku, 1]);
        const to = (city) => ({ cartId: cart, shippingAddress: { country: 'JO', city } });
        await assertRemembered('/checkout/shipping', to('Amman'), to('Irbid'));
    });

    it('is kept for a reservation that is released twice', async () => {
        const { data } = await shop.reserve([[sku, 1]]);
        const path = `/inventory/release/${data.reservationId}`;
        await shop.must(200, 'POST', path, undefined, shop.operator);
        const keyed = { ...shop.operator, 'Idempotency-Key': randomUUID() };
        await shop.must(200, 'POST', path, undefined, keyed);
        const again = await shop.must(200, 'POST', path, undefined, keyed);
        assert.equal(again.headers['idempotent-replayed'], 'true');
    });
});
