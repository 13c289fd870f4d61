// Carts and orders of people who have logged in: theirs alone, and heirs of the cart they filled as guests.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { uuidOf } from './support/ids.mjs';
import { assertInvariants } from './support/invariants.mjs';
import { bearer, Mailbox, PASSWORD, People } from './support/people.mjs';
import { orderOf, Shop } from './support/shop.mjs';

const NOBODY = `cart_${'0'.repeat(26)}`;

describe('carts of people', () => {
    let shop;
    let people;
    let mailbox;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 120, environment: {
            ...mailbox.environment, SOUK_IDENTITY_HASH_COST: '10', SOUK_IDENTITY_HASH_QUEUE: '200',
            SOUK_IDENTITY_LOCKOUT_FAILURES: '100000',
            SOUK_IDENTITY_LOCKOUT_ADDRESS_FAILURES: '100000' } });
        people = new People(shop, mailbox);
    });
    after(async () => {
        if (shop) await assertInvariants(shop.server);
        await shop?.close();
        mailbox.close();
    });

    const as = (who) => bearer(who.accessToken);
    const status = async (...call) => (await shop.send(...call)).status;
    const cartOf = async (who) => (await shop.must(200, 'GET', '/cart', undefined, as(who))).data;
    const logInWith = (email, cartId) => shop.must(200, 'POST', '/auth/login', { email, password: PASSWORD, cartId });
    const unitsOf = (cart) => Object.fromEntries(cart.items.map((item) => [item.variantId, item.quantity]));
    const add = (who, sku, quantity = 1) => shop.must(200, 'POST', '/cart/items',
        { productId: sku.productId, variantId: sku.variantId, quantity }, as(who));

    it('are made on first use, once however many ask at a time', async () => {
        const amal = await people.someoneLoggedIn();
        assert.equal(await status('GET', '/cart'), 401);
        assert.equal(await status('GET', '/cart', undefined, shop.operator), 403);
        const shown = await Promise.all(Array.from({ length: 20 }, () => cartOf(amal)));
        assert.equal(new Set(shown.map(({ id }) => id)).size, 1);
        assert.deepEqual([shown[0].status, shown[0].items, shown[0].expiresAt], ['open', [], null]);
        const again = await shop.must(201, 'POST', '/cart', { currency: 'USD' }, as(amal));
        assert.equal(again.data.id, shown[0].id, 'POST /cart gives the same');
    });

    it('are filled, changed and emptied without an id', async () => {
        const amal = await people.someoneLoggedIn();
        const [one, two] = await shop.takeSkus(10, 10);
        await add(amal, one, 2);
        const { data: cart } = await add(amal, two);
        const line = cart.items.find(({ variantId }) => variantId === one.variantId);
        const changed = await shop.must(200, 'PUT', `/cart/items/${line.id}`, { quantity: 3 }, as(amal));
        assert.equal(changed.data.itemCount, 4);
        assert.equal(await status('PUT', `/cart/items/${line.id}`, { quantity: 11 }, as(amal)), 409);
        await shop.must(200, 'DELETE', `/cart/items/${line.id}`, undefined, as(amal));
        assert.deepEqual(unitsOf(await cartOf(amal)), { [two.variantId]: 1 });
        assert.equal(await status('DELETE', '/cart/clear', undefined, { ...as(amal), 'If-Match': '"1"' }), 412);
        await shop.must(200, 'DELETE', '/cart/clear', undefined, as(amal));
        assert.deepEqual((await cartOf(amal)).items, []);
    });

    it('change their currency while they are empty, and not afterwards', async () => {
        const amal = await people.someoneLoggedIn();
        const dinars = (await shop.must(201, 'POST', '/cart', { currency: 'JOD' }, as(amal))).data;
        assert.equal(dinars.currency, 'JOD');
        const dollars = (await shop.must(200, 'POST', '/cart', { currency: 'USD' }, as(amal))).data;
        assert.deepEqual([dollars.id, dollars.currency], [dinars.id, 'USD']);
        const [sku] = await shop.takeSkus(5);
        await add(amal, sku);
        assert.equal((await shop.must(200, 'POST', '/cart', { currency: 'JOD' }, as(amal))).data.currency, 'USD');
    });

    it('are their own: to know the id is not enough', async () => {
        const [amal, other] = [await people.someoneLoggedIn(), await people.someoneLoggedIn()];
        const [sku] = await shop.takeSkus(10);
        const { data: cart } = await add(amal, sku);
        const path = `/cart/${cart.id}`;
        const line = { productId: sku.productId, variantId: sku.variantId, quantity: 1 };
        for (const headers of [{}, as(other), bearer(shop.server.keys.partner)]) {
            assert.equal(await status('GET', path, undefined, headers), 404);
            assert.equal(await status('DELETE', path, undefined, headers), 404);
            assert.equal(await status('POST', `${path}/items`, line, headers), 404);
            assert.equal(await status('PUT', `${path}/items/${cart.items[0].id}`, { quantity: 1 }, headers), 404);
            assert.equal(await status('DELETE', `${path}/items/${cart.items[0].id}`, undefined, headers), 404);
            assert.equal(await status('POST', '/checkout/discount', { cartId: cart.id, discountCode: 'SAVE20' }, headers), 400);
            assert.equal(await status('POST', '/orders', orderOf(cart.id), headers), 400);
            assert.equal((await shop.reserve([[sku, 1]], { cartId: cart.id }, headers)).status, 400);
            assert.equal((await shop.raw('GET', `/events/cart/${cart.id}`, { headers })).status, 404);
        }
        assert.equal(await status('GET', path, undefined, as(amal)), 200);
        assert.equal(await status('GET', path, undefined, shop.operator), 200, 'staff helps');
        assert.deepEqual(unitsOf(await cartOf(amal)), { [sku.variantId]: 1 });
        const there = { ...as(amal), 'X-Tenant-Id': 'default' };
        assert.equal(await status('GET', '/cart', undefined, there), 200);
    });

    it('become orders, which need no secret, are listed newest first, and are followed by another cart', async () => {
        const amal = await people.someoneLoggedIn();
        const other = await people.someoneLoggedIn();
        const [sku] = await shop.takeSkus(100);
        const placed = [];
        for (let count = 0; count < 5; count += 1) {
            const { data: cart } = await add(amal, sku);
            const { data: order } = await shop.must(201, 'POST', '/orders', orderOf(cart.id), as(amal));
            placed.unshift(order.id);
            const next = await cartOf(amal);
            assert.notEqual(next.id, cart.id);
            assert.deepEqual(next.items, []);
        }
        const path = `/orders/${placed[0]}`;
        const [{ cartId }] = [(await shop.must(200, 'GET', path, undefined, as(amal))).data];
        assert.equal(await status('GET', path, undefined, { 'X-Cart-Id': cartId }), 404, 'the cart proves nothing now');
        assert.equal(await status('GET', path, undefined, as(other)), 404);
        assert.equal(await status('GET', path, undefined, { ...as(other), 'X-Cart-Id': cartId }), 404);
        assert.equal(await status('POST', `${path}/cancel`, { reason: 'mine' }, as(other)), 404);
        assert.equal(await status('GET', path), 401);
        assert.equal(await status('GET', path, undefined, shop.operator), 200);
        await shop.must(200, 'POST', `${path}/payment`, { paymentMethod: 'cash_on_delivery' }, as(amal));
        assert.equal((await shop.must(200, 'GET', `${path}/status`, undefined, as(amal))).data.status, 'confirmed');
        for (const list of ['/orders', '/users/orders']) {
            assert.equal(await status('GET', list), 401);
            const first = await shop.must(200, 'GET', `${list}?limit=2`, undefined, as(amal));
            assert.deepEqual(first.data.map(({ id }) => id), placed.slice(0, 2));
            assert.equal(first.json.pagination.total, 5);
            const cursor = first.json.pagination.nextCursor;
            const second = await shop.must(200, 'GET', `${list}?limit=2&cursor=${cursor}`, undefined, as(amal));
            assert.deepEqual(second.data.map(({ id }) => id), placed.slice(2, 4));
            const last = await shop.must(200, 'GET', `${list}?limit=2&page=3`, undefined, as(amal));
            assert.deepEqual(last.data.map(({ id }) => id), placed.slice(4));
            assert.equal(last.json.pagination.nextCursor, null);
            assert.deepEqual((await shop.must(200, 'GET', list, undefined, as(other))).data, []);
            assert.equal(await status('GET', `${list}?cursor=nonsense`, undefined, as(amal)), 400);
        }
    });

    it('are not asked for: a guest\'s cart is ordered by who has logged in, and the order is theirs', async () => {
        const amal = await people.someoneLoggedIn();
        const [sku] = await shop.takeSkus(5);
        const cart = await shop.cartWith([sku, 1]);
        const { data: order } = await shop.must(201, 'POST', '/orders', orderOf(cart), as(amal));
        assert.equal(await status('GET', `/orders/${order.id}`, undefined, as(amal)), 200);
        assert.equal(await status('GET', `/orders/${order.id}`, undefined, { 'X-Cart-Id': cart }), 404);
        assert.deepEqual((await cartOf(amal)).items, []);
    });

    it('take in a guest\'s cart of 65 lines at log-in, and lose nothing of it', async () => {
        const email = await people.someone();
        const skus = await shop.takeSkus(...Array(70).fill(50));
        const guest = await shop.cartWith(...skus.slice(0, 65).map((sku) => [sku, 2]));
        const amal = (await logInWith(email)).data;
        assert.equal(amal.cart, null, 'none was named');
        for (const sku of skus.slice(60)) await add(amal, sku, 3);
        const { data } = await logInWith(email, guest);
        assert.deepEqual(data.cart, { id: (await cartOf(amal)).id, merged: true, code: null, reason: null, leftOut: [] });
        const units = unitsOf(await cartOf(amal));
        assert.equal(Object.keys(units).length, 70);
        for (const [index, sku] of skus.entries()) {
            assert.equal(units[sku.variantId], (index < 65 ? 2 : 0) + (index < 60 ? 0 : 3), `line ${index}`);
        }
        const left = (await shop.must(200, 'GET', `/cart/${guest}`)).data;
        assert.deepEqual([left.status, left.items, left.total], ['merged', [], 0]);
        assert.ok(!JSON.stringify(left).includes(data.cart.id), 'whose it is now is nobody\'s business');
        assert.equal((await shop.order(guest)).status, 409);
        assert.equal((await shop.addItem(guest, skus[0])).status, 409);
    });

    it('hold no more than there is, and say what stayed behind; a log-in again says the same', async () => {
        const email = await people.someone();
        const [few, plenty] = await shop.takeSkus(4, 50);
        const amal = (await logInWith(email)).data;
        await add(amal, few, 3);
        await add(amal, plenty, 3);
        const guest = await shop.cartWith([few, 3], [plenty, 3]);
        const { data } = await logInWith(email, guest);
        assert.deepEqual(data.cart.leftOut, [{ productId: few.productId, variantId: few.variantId,
            sellerId: few.sellerId, quantity: 2 }]);
        const cart = await cartOf(amal);
        assert.deepEqual(unitsOf(cart), { [few.variantId]: 4, [plenty.variantId]: 6 });
        assert.deepEqual((await logInWith(email, guest)).data.cart, data.cart);
        const byHeader = await shop.must(200, 'POST', '/auth/login', { email, password: PASSWORD }, { 'X-Cart-Id': guest });
        assert.deepEqual(byHeader.data.cart, data.cart);
        assert.equal((await cartOf(amal)).version, cart.version, 'nothing changed');
    });

    it('take a guest\'s cart once, though twenty log-ins name it at a time', { timeout: 120_000 }, async () => {
        const email = await people.someone();
        const [sku] = await shop.takeSkus(100);
        const guest = await shop.cartWith([sku, 7]);
        const answers = await Promise.all(Array.from({ length: 20 }, () => logInWith(email, guest)));
        for (const { data } of answers) assert.deepEqual(data.cart, answers[0].data.cart);
        assert.equal(answers[0].data.cart.merged, true);
        assert.deepEqual(unitsOf(await cartOf(answers[0].data)), { [sku.variantId]: 7 });
    });

    it('get a guest\'s cart or its order, never both', { timeout: 120_000 }, async () => {
        const email = await people.someone();
        const [sku] = await shop.takeSkus(1000);
        let units = 0;
        let amal;
        for (let round = 0; round < 10; round += 1) {
            const guest = await shop.cartWith([sku, 1]);
            const [order, logIn] = await Promise.all([shop.order(guest), logInWith(email, guest)]);
            amal = logIn.data;
            assert.equal(order.status === 201, !amal.cart.merged, `${order.status} and ${JSON.stringify(amal.cart)}`);
            assert.ok([201, 409].includes(order.status));
            units += amal.cart.merged ? 1 : 0;
            if (!amal.cart.merged) assert.equal(amal.cart.code, 'CONFLICT');
        }
        assert.equal((await cartOf(amal)).itemCount, units);
    });

    it('inherit what the guest had reserved', async () => {
        const email = await people.someone();
        const [sku] = await shop.takeSkus(2);
        const guest = await shop.cartWith([sku, 2]);
        const { data: held } = await shop.reserve([[sku, 2]], { cartId: guest }, {});
        assert.equal((await shop.stockOf(sku)).available, 0);
        const { data: amal } = await logInWith(email, guest);
        assert.equal(amal.cart.merged, true);
        await shop.must(201, 'POST', '/orders', orderOf(amal.cart.id), as(amal));
        const [{ state }] = await shop.server.sql(`SELECT state FROM reservations
            WHERE id = '${uuidOf(held.reservationId)}'`);
        assert.equal(Number(state), 4, 'it became the order\'s');
        assert.equal((await shop.stockOf(sku)).reserved, 2);
    });

    it('merge nothing that is not a guest\'s, and tell no more of another\'s than of nobody\'s', async () => {
        const [amal, other] = [await people.someoneLoggedIn(), await people.someoneLoggedIn()];
        const [sku] = await shop.takeSkus(20);
        const { data: theirs } = await add(other, sku, 2);
        const unknown = (await logInWith(amal.email, NOBODY)).data.cart;
        assert.deepEqual([unknown.id, unknown.merged, unknown.code, unknown.leftOut], [null, false, 'RESOURCE_NOT_FOUND', []]);
        assert.deepEqual((await logInWith(amal.email, theirs.id)).data.cart, unknown);
        const guest = await shop.cartWith([sku, 1]);
        assert.equal((await logInWith(other.email, guest)).data.cart.merged, true);
        assert.deepEqual((await logInWith(amal.email, guest)).data.cart, unknown, 'others\' merges too');
        const ordered = await shop.cartWith([sku, 1]);
        assert.equal((await shop.order(ordered)).status, 201);
        assert.equal((await logInWith(amal.email, ordered)).data.cart.code, 'CONFLICT');
        assert.equal(await status('POST', '/auth/login', { email: amal.email, password: PASSWORD, cartId: 'nonsense' }), 400);
        assert.deepEqual((await cartOf(amal)).items, []);
        assert.deepEqual(unitsOf(await cartOf(other)), { [sku.variantId]: 3 });
    });

    it('survive a restart as they are', { timeout: 120_000 }, async () => {
        const email = await people.someone();
        const [sku] = await shop.takeSkus(50);
        const guest = await shop.cartWith([sku, 4]);
        const first = (await logInWith(email, guest)).data;
        await shop.server.stop();
        await shop.server.start();
        const again = (await logInWith(email, guest)).data;
        assert.deepEqual(again.cart, first.cart);
        assert.deepEqual(unitsOf(await cartOf(again)), { [sku.variantId]: 4 });
    });

    it('name as their customer who they are and nobody else', async () => {
        const [amal, other] = [await people.someoneLoggedIn(), await people.someoneLoggedIn()];
        const body = { email: 'amal@example.com', firstName: 'Amal', lastName: 'Khalil', phone: '+962791234567' };
        const mine = (await shop.must(201, 'POST', '/customers', body, as(amal))).data.id;
        const guests = (await shop.must(201, 'POST', '/customers', body)).data.id;
        const make = async (customerId, headers) => status('POST', '/cart', { currency: 'USD', customerId }, headers);
        assert.equal(await make(mine, {}), 400);
        assert.equal(await make(mine, as(other)), 400);
        assert.equal(await make(`cust_${'0'.repeat(26)}`, {}), 400);
        assert.equal(await make(guests, {}), 201);
        assert.equal(await make(mine, as(amal)), 201);
        assert.equal(await make(mine, shop.operator), 201);
        const [sku] = await shop.takeSkus(5);
        const cart = await shop.cartWith([sku, 1]);
        assert.equal((await shop.order(cart, { customerId: mine })).status, 400);
        assert.equal((await shop.order(cart, { customerId: mine }, as(amal))).status, 201);
    });
});
