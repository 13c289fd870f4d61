// What goes on when Redis or PostgreSQL is away, and that it mends by itself.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertInvariants } from './support/invariants.mjs';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';

describe('degraded', () => {
    let shop;
    let sku;
    before(async () => {
        shop = await Shop.open();
        [sku] = await shop.takeSkus(1000);
    });
    after(() => shop?.close());

    const ready = () => shop.raw('GET', '/health/ready');
    const component = async (name) => (await ready()).json.components.find((one) => one.name === name);
    const metrics = async () => (await shop.raw('GET', '/metrics')).bytes.toString();

    async function buySomething() {
        const cart = await shop.cartWith([sku, 1]);
        const answer = await shop.order(cart);
        assert.equal(answer.status, 201, `${answer.bytes}`);
        return { cart, order: answer.data };
    }

    it('without Redis everything is sold as before, and health says what is missing', async () => {
        await shop.server.services('stop', 'redis');
        await buySomething();
        await shop.must(200, 'GET', '/products?limit=5');
        await shop.must(200, 'GET', `/products/${sku.productId}`);
        await until(async () => (await component('redis')).up === false, { what: 'noticing' });
        const answer = await ready();
        assert.equal(answer.status, 200, 'Redis is not required');
        assert.equal(answer.json.status, 'degraded');
        assert.equal((await shop.raw('GET', '/health/live')).status, 200);
        assert.match(await metrics(), /redis.*\b0$/m);
        await buySomething();
    });

    it('takes Redis up again by itself', async () => {
        await shop.server.services('start', 'redis');
        await until(async () => /redis.*\b1$/m.test(await metrics()), { what: 'Redis being taken up' });
        await buySomething();
    });

    it('without PostgreSQL refuses writes with Retry-After and goes on reading live carts', async () => {
        await buySomething();
        const open = await shop.cartWith([sku, 2]);
        const watched = await shop.cartWith([sku, 2]);
        await shop.server.services('stop', 'postgres', 'immediate');

        const refused = await shop.addItem(open, sku, 1);
        assert.equal(refused.status, 503);
        assert.equal(refused.error.code, 'SERVICE_UNAVAILABLE');
        assert.match(refused.headers['retry-after'], /^[1-9]\d*$/);
        const creation = await shop.send('POST', '/cart', { currency: 'USD' });
        assert.equal(creation.status, 503);
        assert.ok(creation.headers['retry-after']);

        const { data } = await shop.must(200, 'GET', `/cart/${watched}`);
        assert.equal(data.items[0].quantity, 2);
        await shop.must(200, 'GET', `/inventory/${sku.variantId}/${sku.sellerId}`);
        assert.equal((await ready()).status, 503);
        assert.equal((await shop.raw('GET', '/health/live')).status, 200);

        await shop.server.services('start', 'postgres');
        await until(async () => (await ready()).status === 200, { what: 'recovery' });
        const retried = await shop.addItem(open, sku, 1);
        assert.ok(retried.status < 300, `${retried.bytes}`);
        assert.equal(retried.data.items[0].quantity, 3, 'the refused addition left nothing behind');
        await buySomething();
        await assertInvariants(shop.server);
    });

    it('answers every caller within its deadline while PostgreSQL is away', async () => {
        await shop.server.services('stop', 'postgres', 'immediate');
        const started = Date.now();
        const answers = await Promise.all(Array.from({ length: 100 }, () =>
            shop.send('POST', '/cart', { currency: 'USD' })));
        assert.ok(answers.every(({ status }) => status === 503));
        assert.ok(Date.now() - started < 15_000, 'within the request deadline');
        await shop.server.services('start', 'postgres');
        await until(async () => (await ready()).status === 200, { what: 'recovery' });
        await buySomething();
    });
});
