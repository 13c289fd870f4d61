// The whole way of a purchase, and every convention a client may rely on along it.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { after, before, describe, it } from 'node:test';
import { request } from './support/http.mjs';
import { assertInvariants } from './support/invariants.mjs';
import { ADDRESS, Shop } from './support/shop.mjs';

describe('the journey of a buyer', () => {
    let shop;
    let product; // with its details
    let sku;
    before(async () => {
        shop = await Shop.open({ products: 200 });
        [sku] = await shop.takeSkus(500);
    });
    after(() => shop?.close());

    it('finds the demo shop: 200 products with 600 variants in two currencies', async () => {
        const { json } = await shop.must(200, 'GET', '/products');
        assert.deepEqual(json.pagination,
            { page: 1, limit: 20, total: 200, totalPages: 10, hasNext: true, hasPrev: false });
        assert.equal(json.data.length, 20);
        const [{ variants, vendors, categories }] = await shop.server.sql(`SELECT
            (SELECT count(*) FROM product_variants)::int AS variants, (SELECT count(*) FROM vendors)::int AS vendors,
            (SELECT count(*) FROM categories)::int AS categories`);
        assert.deepEqual({ variants, vendors, categories }, { variants: 600, vendors: 3, categories: 5 });
        for (const currency of ['USD', 'JOD']) {
            const some = await shop.must(200, 'GET', `/products?currency=${currency}&limit=1`);
            assert.equal(some.data[0]?.currency, currency);
        }
    });

    it('pages through all products in every order without losing or repeating one', async () => {
        const keys = { price: ({ price }) => price, name: ({ name }) => name, created_at: ({ createdAt }) => createdAt };
        for (const [sortBy, key] of Object.entries(keys)) {
            for (const sortOrder of ['asc', 'desc']) {
                const seen = [];
                for (let page = 1; ; page += 1) {
                    const { json } = await shop.must(200, 'GET',
                        `/products?sortBy=${sortBy}&sortOrder=${sortOrder}&limit=100&page=${page}`);
                    seen.push(...json.data);
                    assert.equal(json.pagination.hasPrev, page > 1);
                    if (!json.pagination.hasNext) break;
                }
                assert.equal(new Set(seen.map(({ id }) => id)).size, 200, `${sortBy} ${sortOrder}`);
                if (sortBy === 'name') continue; // by the database's collation
                const sorted = seen.map(key);
                const ascending = [...sorted].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
                assert.deepEqual(sorted, sortOrder === 'asc' ? ascending : ascending.reverse());
            }
        }
        const beyond = await shop.must(200, 'GET', '/products?page=99');
        assert.deepEqual(beyond.data, []);
    });

    it('filters by category, price, stock and words', async () => {
        const { data: all } = await shop.must(200, 'GET', '/products?limit=100');
        const subtree = await shop.server.sql(`WITH RECURSIVE below AS (
            SELECT id, slug FROM categories WHERE parent_id IS NULL AND id IN (SELECT parent_id FROM categories)
            UNION ALL SELECT c.id, c.slug FROM categories c JOIN below b ON c.parent_id = b.id)
            SELECT slug FROM below`);
        const inside = await shop.must(200, 'GET', `/products?category=${subtree[0].slug}&limit=100`);
        const slugs = subtree.map(({ slug }) => slug);
        assert.ok(inside.data.length > 0 && inside.data.every(({ category }) => slugs.includes(category)));
        assert.ok(inside.data.some(({ category }) => category !== slugs[0]), 'the subtree is listed too');
        await shop.must(200, 'GET', '/products?category=no-such-category');
        const priced = await shop.must(200, 'GET', '/products?minPrice=1000&maxPrice=3000&limit=100');
        assert.ok(priced.data.every(({ price }) => price >= 1000 && price <= 3000));
        const word = all[0].name.split(' ')[0];
        const found = await shop.must(200, 'GET', `/products?search=${encodeURIComponent(word)}&limit=100`);
        assert.ok(found.data.some(({ id }) => id === all[0].id));
        const stocked = await shop.must(200, 'GET', '/products?inStock=true&limit=100');
        assert.ok(stocked.data.every(({ variants }) => variants.some(({ available }) => available)));
        const nothing = await shop.must(200, 'GET', '/products?search=surelynothinghasthisname');
        assert.equal(nothing.json.pagination.total, 0);
    });

    it('looks at a product by id and by slug', async () => {
        ({ data: product } = await shop.must(200, 'GET', `/products/${sku.productId}`));
        assert.equal(product.id, sku.productId);
        for (const field of ['ingredients', 'skinTypes', 'concerns', 'howToUse', 'reviews']) {
            assert.ok(product[field] !== undefined, `no ${field}`);
        }
        const bySlug = await shop.must(200, 'GET', `/products/slug/${product.slug}`);
        assert.deepEqual(bySlug.data, product);
        const variant = product.variants.find(({ id }) => id === sku.variantId);
        assert.equal(variant.inventoryCount, 500);
    });

    it('asks a read again with its ETag and gets 304, until something changes', async () => {
        for (const path of [`/products/${sku.productId}`, '/products?limit=5', `/inventory/${sku.variantId}/${sku.sellerId}`]) {
            const { headers } = await shop.must(200, 'GET', path);
            assert.match(headers.etag, /^"[^"]+"$/, path);
            const again = await shop.must(304, 'GET', path, undefined, { 'If-None-Match': headers.etag });
            assert.equal(again.bytes.length, 0);
            await shop.must(200, 'GET', path, undefined, { 'If-None-Match': '"other"' });
        }
        const path = `/products/${sku.productId}`;
        const { headers } = await shop.must(200, 'GET', path);
        await shop.setStock(sku, 499);
        const changed = await shop.must(200, 'GET', path, undefined, { 'If-None-Match': headers.etag });
        const variant = changed.data.variants.find(({ id }) => id === sku.variantId);
        assert.equal(variant.inventoryCount, 499, 'the cache was dropped with the commit');
        await shop.setStock(sku, 500);
    });

    it('fills a cart, changes its mind, and sees totals that add up', async () => {
        const made = await shop.must(201, 'POST', '/cart', { currency: 'USD' });
        const cart = made.data;
        assert.equal(made.headers.location, `/api/v1/cart/${cart.id}`);
        assert.deepEqual([cart.customerId, cart.items, cart.total, cart.discountCode], [null, [], 0, null]);

        const added = await shop.addItem(cart.id, sku, 2);
        assert.equal(added.status, 200);
        assert.equal(added.json.message, 'Item added to cart successfully');
        const [line] = added.data.items;
        assert.equal(line.totalPrice, line.unitPrice * 2);
        assert.equal(line.product.slug, product.slug);
        const updated = await shop.must(200, 'PUT', `/cart/${cart.id}/items/${line.id}`, { quantity: 3 });
        assert.equal(updated.data.subtotal, line.unitPrice * 3);
        assert.equal(updated.data.itemCount, 3);

        const shipping = await shop.must(200, 'POST', '/checkout/shipping',
            { cartId: cart.id, shippingAddress: { country: 'JO', city: 'Amman' } });
        assert.deepEqual(shipping.data.methods.map(({ id }) => id).sort(), ['express', 'same_day', 'standard']);
        assert.equal(shipping.data.methods.filter(({ isDefault }) => isDefault).length, 1);
        const outside = await shop.must(200, 'POST', '/checkout/shipping',
            { cartId: cart.id, shippingAddress: { country: 'JO', city: 'Aqaba' } });
        assert.ok(!outside.data.methods.some(({ id }) => id === 'same_day'), 'only in Amman');
        await shop.must(422, 'POST', '/checkout/shipping',
            { cartId: cart.id, shippingAddress: { country: 'AQ', city: 'Nowhere' } });

        const { data: shown } = await shop.must(200, 'GET', `/cart/${cart.id}`);
        assert.equal(shown.total, shown.subtotal - shown.discount + shown.tax + shown.shipping);
        assert.ok(shown.shipping > 0 && shown.tax > 0);

        const removed = await shop.must(200, 'DELETE', `/cart/${cart.id}/items/${line.id}`);
        assert.deepEqual(removed.data.items, []);
        await shop.must(404, 'DELETE', `/cart/${cart.id}/items/${line.id}`);
        const cleared = await shop.must(200, 'DELETE', `/cart/${cart.id}`);
        assert.deepEqual(cleared.json, { message: 'Cart cleared successfully' });
    });

    it('is refused what cannot be: strange products, too many units, another currency', async () => {
        const cart = await shop.newCart();
        const nothing = `var_${'0'.repeat(26)}`;
        const strange = await shop.send('POST', `/cart/${cart.id}/items`,
            { productId: sku.productId, variantId: nothing, quantity: 1 });
        assert.equal(strange.status, 400);
        assert.equal(strange.error.details[0].field, 'variantId');
        assert.equal((await shop.addItem(cart.id, sku, 501)).status, 409);
        assert.equal((await shop.addItem(cart.id, sku, 1001)).status, 422);
        const dinars = await shop.newCart('JOD');
        assert.equal((await shop.addItem(dinars.id, sku, 1)).status, 422);
        assert.equal((await shop.addItem(`cart_${'0'.repeat(26)}`, sku, 1)).status, 404);
    });

    it('keeps two tabs apart with If-Match', async () => {
        const cart = await shop.newCart();
        const { headers, data } = await shop.addItem(cart.id, sku, 1);
        const stale = headers.etag;
        const path = `/cart/${cart.id}/items/${data.items[0].id}`;
        await shop.must(200, 'PUT', path, { quantity: 2 }, { 'If-Match': stale });
        const refused = await shop.must(412, 'PUT', path, { quantity: 5 }, { 'If-Match': stale });
        assert.equal(refused.error.code, 'PRECONDITION_FAILED');
        await shop.must(412, 'DELETE', `/cart/${cart.id}`, undefined, { 'If-Match': stale });
        const { data: kept } = await shop.must(200, 'GET', `/cart/${cart.id}`);
        assert.equal(kept.items[0].quantity, 2);
    });

    it('adds once however often a request with an Idempotency-Key is repeated', async () => {
        const cart = await shop.newCart();
        const headers = { 'Idempotency-Key': randomUUID() };
        const first = await shop.addItem(cart.id, sku, 1, headers);
        const again = await shop.addItem(cart.id, sku, 1, headers);
        assert.deepEqual(again.bytes, first.bytes);
        assert.equal(again.headers['idempotent-replayed'], 'true');
        assert.equal(first.headers['idempotent-replayed'], undefined);
        const other = await shop.addItem(cart.id, sku, 2, headers);
        assert.equal(other.status, 422);
        assert.equal(other.error.code, 'IDEMPOTENCY_MISMATCH');
        const { data } = await shop.must(200, 'GET', `/cart/${cart.id}`);
        assert.equal(data.items[0].quantity, 1);
        const long = await shop.addItem(cart.id, sku, 1, { 'Idempotency-Key': 'x'.repeat(256) });
        assert.equal(long.status, 400);
        const carts = await Promise.all([0, 1, 2].map(() =>
            shop.send('POST', '/cart', { currency: 'USD' }, { 'Idempotency-Key': 'one-cart' })));
        assert.equal(new Set(carts.map((answer) => answer.data.id)).size, 1);
    });

    it('orders, pays on delivery, and the units leave the shelf once', async () => {
        const before = await shop.stockOf(sku);
        const cart = await shop.cartWith([sku, 2]);
        const placed = await shop.order(cart, { notes: 'Please handle with care' });
        assert.equal(placed.status, 201);
        assert.equal(placed.json.message, 'Order created successfully');
        const order = placed.data;
        assert.equal(placed.headers.location, `/api/v1/orders/${order.id}`);
        assert.match(order.orderNumber, /^SOUK-\d{4}-\d{6,}$/);
        assert.deepEqual([order.status, order.paymentStatus, order.customerId], ['pending', 'pending', null]);
        assert.equal(order.total, order.subtotal - order.discount + order.tax + order.shipping);
        assert.deepEqual(order.billingAddress, order.shippingAddress);
        assert.equal(order.shippingAddress.firstName, ADDRESS.firstName);
        assert.equal(order.vendorOrders.reduce((sum, part) => sum + part.total, 0), order.total);
        assert.equal((await shop.stockOf(sku)).reserved, before.reserved + 2);

        const own = { 'X-Cart-Id': cart };
        const shown = await shop.must(200, 'GET', `/orders/${order.id}`, undefined, own);
        assert.equal(shown.data.orderNumber, order.orderNumber);
        await shop.must(401, 'GET', `/orders/${order.id}`);
        const stranger = { 'X-Cart-Id': (await shop.newCart()).id };
        await shop.must(404, 'GET', `/orders/${order.id}`, undefined, stranger);
        await shop.must(200, 'GET', `/orders/${order.id}`, undefined, shop.operator);

        const pay = () => shop.send('POST', `/orders/${order.id}/payment`,
            { paymentMethod: 'cash_on_delivery', confirmationRequired: true }, own);
        const paid = await pay();
        assert.equal(paid.status, 200);
        assert.equal(paid.json.message, 'Order confirmed for cash on delivery');
        assert.deepEqual([paid.data.order.status, paid.data.order.paymentStatus], ['confirmed', 'pending']);
        assert.ok([200, 409].includes((await pay()).status), 'paying twice is harmless');
        const status = await shop.must(200, 'GET', `/orders/${order.id}/status`, undefined, own);
        assert.deepEqual(status.data.history.map((entry) => entry.status), ['pending', 'confirmed']);
        const after = await shop.stockOf(sku);
        assert.deepEqual([after.onHand, after.reserved], [before.onHand - 2, before.reserved]);

        const closed = await shop.addItem(cart, sku, 1);
        assert.equal(closed.status, 409, 'an ordered cart is closed');
        await assertInvariants(shop.server);
    });

    it('is told when the total is no longer what it agreed to', async () => {
        const cart = await shop.cartWith([sku, 1]);
        const refused = await shop.order(cart, { expectedTotal: 1 });
        assert.equal(refused.status, 409);
        assert.equal(refused.error.code, 'CONFLICT');
        const right = await shop.order(await shop.cartWith([sku, 1]));
        const same = await shop.order(cart, { expectedTotal: right.data.total });
        assert.equal(same.status, 201);
    });

    it('cancels by POST and by PUT, and the units come back', async () => {
        const before = await shop.stockOf(sku);
        for (const [method, confirm] of [['POST', false], ['PUT', false], ['POST', true]]) {
            const cart = await shop.cartWith([sku, 3]);
            const { data: order } = await shop.order(cart);
            const own = { 'X-Cart-Id': cart };
            if (confirm) {
                await shop.must(200, 'POST', `/orders/${order.id}/payment`, { paymentMethod: 'cash_on_delivery' }, own);
            }
            const gone = await shop.must(200, method, `/orders/${order.id}/cancel`, { reason: 'changed my mind' }, own);
            assert.equal(gone.data.status, 'cancelled');
            await shop.must(200, method, `/orders/${order.id}/cancel`, undefined, own);
            const late = await shop.send('POST', `/orders/${order.id}/payment`, { paymentMethod: 'cash_on_delivery' }, own);
            assert.equal(late.status, 409);
        }
        const after = await shop.stockOf(sku);
        assert.deepEqual([after.onHand, after.reserved], [before.onHand, before.reserved]);
        await assertInvariants(shop.server);
    });

    it('is refused an order of nothing, to nowhere, or of a cart that is not there', async () => {
        const empty = await shop.newCart();
        assert.equal((await shop.order(empty.id)).status, 400);
        const cart = await shop.cartWith([sku, 1]);
        const nowhere = await shop.order(cart, { shippingAddress: { ...ADDRESS, country: 'AQ' } });
        assert.equal(nowhere.status, 422);
        assert.equal((await shop.order(cart, { shippingMethod: 'balloon' })).status, 422);
        assert.equal((await shop.order(`cart_${'0'.repeat(26)}`)).status, 400);
        assert.equal((await shop.order(cart, { paymentMethod: 'stripe' })).status, 422);
    });

    it('reserves for its cart, and the order takes the reservation over', async () => {
        const [scarce] = await shop.takeSkus(2);
        const cart = await shop.cartWith([scarce, 2]);
        const kept = await shop.reserve([[scarce, 2]], { cartId: cart }, {});
        assert.equal(kept.status, 201);
        const rival = await shop.newCart();
        assert.equal((await shop.addItem(rival.id, scarce, 1)).status, 409);
        assert.equal((await shop.order(cart)).status, 201, 'its own reservation does not stand in its way');
        const { onHand, reserved } = await shop.stockOf(scarce);
        assert.deepEqual([onHand, reserved], [2, 2]);
        await assertInvariants(shop.server);
    });
});

describe('the work of vendors and operators', () => {
    let shop;
    let sku;
    before(async () => {
        shop = await Shop.open();
        [sku] = await shop.takeSkus(100);
    });
    after(() => shop?.close());

    const bearer = (key) => ({ Authorization: `Bearer ${key}` });
    const path = () => `/inventory/${sku.variantId}/${sku.sellerId}`;

    it('reads the ledger newest first, by page and by cursor', async () => {
        for (const quantity of [5, -3, 7]) {
            await shop.must(200, 'PUT', `${path()}/stock`, { mode: 'adjust', quantity, reason: 'recount' }, shop.operator);
        }
        const all = await shop.must(200, 'GET', `${path()}/movements?limit=100`, undefined, shop.operator);
        assert.deepEqual(all.data.slice(0, 3).map(({ quantity }) => quantity), [7, -3, 5]);
        assert.equal(all.data[0].balance, 109);
        const byCursor = [];
        for (let cursor = ''; cursor !== null;) {
            const { json } = await shop.must(200, 'GET',
                `${path()}/movements?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, undefined, shop.operator);
            byCursor.push(...json.data);
            cursor = json.nextCursor ?? json.pagination?.nextCursor ?? null;
        }
        assert.deepEqual(byCursor, all.data);
    });

    it('lists what is about to run out', async () => {
        await shop.must(200, 'PUT', `${path()}/stock`,
            { mode: 'set', quantity: 3, reason: 'recount', lowStockThreshold: 1000 }, shop.operator);
        const ids = [];
        for (let page = 1; ; page += 1) {
            const { json } = await shop.must(200, 'GET', `/inventory/low-stock?limit=100&page=${page}`, undefined, shop.operator);
            ids.push(...json.data.map(({ variantId }) => variantId));
            if (!json.pagination.hasNext) break;
        }
        assert.ok(ids.includes(sku.variantId));
        const { data } = await shop.must(200, 'GET', `/inventory/${sku.productId}/variants/${sku.variantId}`);
        assert.deepEqual([data.lowStock, data.lowStockThreshold], [true, 1000]);
    });

    it('needs a key, the right one, for what is not public', async () => {
        const body = { mode: 'set', quantity: 50, reason: 'recount' };
        const put = (headers) => shop.send('PUT', `${path()}/stock`, body, headers);
        const anonymous = await put({});
        assert.deepEqual([anonymous.status, anonymous.error.code], [401, 'AUTHENTICATION_ERROR']);
        assert.ok(anonymous.headers['www-authenticate']);
        assert.equal((await put(bearer(`${shop.server.keys.operator}x`))).status, 401);
        assert.equal((await put(bearer('souk_nonsense'))).status, 401);
        assert.equal((await put(bearer('x'.repeat(5000)))).status, 401);
        assert.equal((await put({ Authorization: 'Basic dTpw' })).status, 401);
        const partner = await put(bearer(shop.server.keys.partner));
        assert.deepEqual([partner.status, partner.error.code], [403, 'AUTHORIZATION_ERROR']);

        const [{ slug }] = await shop.server.sql(`SELECT w.slug FROM vendors w JOIN stock s ON s.seller_id = w.id
            WHERE s.variant_id = '${sku.variant}'`);
        const vendors = Object.entries(shop.server.keys).filter(([name]) => name.startsWith('vendor:'));
        assert.equal(vendors.length, 3);
        for (const [name, key] of vendors) {
            const mine = name === `vendor:${slug}`;
            assert.equal((await put(bearer(key))).status, mine ? 200 : 404, name);
        }
    });

    it('lets a partner reserve without a cart, confirm and release', async () => {
        const partner = bearer(shop.server.keys.partner);
        const kept = await shop.reserve([[sku, 1]], {}, partner);
        assert.equal(kept.status, 201);
        await shop.must(200, 'POST', `/inventory/confirm/${kept.data.reservationId}`, undefined, partner);
        const guest = await shop.reserve([[sku, 1]], {}, {});
        assert.equal(guest.status, 401);
        const cart = await shop.newCart();
        const own = await shop.reserve([[sku, 1]], { cartId: cart.id }, {});
        await shop.must(401, 'POST', `/inventory/confirm/${own.data.reservationId}`);
        await shop.must(200, 'POST', `/inventory/release/${own.data.reservationId}`);
        await shop.must(404, 'POST', `/inventory/release/res_${'0'.repeat(26)}`);
        await assertInvariants(shop.server);
    });
});

describe('the conventions', () => {
    let shop;
    before(async () => { shop = await Shop.open({ products: 40 }); });
    after(() => shop?.close());

    const assertEnvelope = ({ error, headers }, code) => {
        assert.equal(error.code, code);
        assert.ok(error.message);
        assert.ok(Array.isArray(error.details));
        assert.equal(error.requestId, headers['x-request-id']);
    };

    it('hold at /api/v1 and at /api alike', async () => {
        for (const base of ['/api/v1', '/api']) {
            const headers = { 'Content-Type': 'application/json' };
            const made = await shop.raw('POST', `${base}/cart`, { headers, body: '{"currency":"USD"}' });
            assert.equal(made.status, 201);
            assert.equal((await shop.raw('GET', `${base}/cart/${made.data.id}`)).status, 200);
            assert.equal((await shop.raw('GET', `${base}/products?limit=1`)).status, 200);
            assert.equal((await shop.raw('GET', `${base}/nothing`)).status, 404);
        }
    });

    it('give the envelope for what no handler saw: 404, 405, 415, 400', async () => {
        assertEnvelope(await shop.must(404, 'GET', '/nothing/here'), 'RESOURCE_NOT_FOUND');
        assertEnvelope(await shop.raw('GET', '/nothing'), 'RESOURCE_NOT_FOUND');
        const wrong = await shop.must(405, 'PATCH', '/cart');
        assertEnvelope(wrong, 'METHOD_NOT_ALLOWED');
        assert.match(wrong.headers.allow, /POST/);
        assertEnvelope(await shop.raw('POST', '/api/v1/cart',
            { headers: { 'Content-Type': 'text/plain' }, body: 'x' }), 'UNSUPPORTED_MEDIA_TYPE');
        assertEnvelope(await shop.raw('POST', '/api/v1/cart',
            { headers: { 'Content-Type': 'application/json' }, body: '{' }), 'VALIDATION_ERROR');
    });

    it('give RFC 9457 to whoever asks for it', async () => {
        const answer = await shop.send('GET', '/nothing', undefined, { Accept: 'application/problem+json' });
        assert.equal(answer.headers['content-type'], 'application/problem+json');
        assert.equal(answer.json.status, 404);
        assert.equal(answer.json.code, 'RESOURCE_NOT_FOUND');
        assert.equal(answer.json.requestId, answer.headers['x-request-id']);
    });

    it('take a sane request id and replace another', async () => {
        const named = (id) => shop.send('GET', '/products?limit=1', undefined, { 'X-Request-Id': id });
        assert.equal((await named('shop-42.a')).headers['x-request-id'], 'shop-42.a');
        assert.notEqual((await named('a b')).headers['x-request-id'], 'a b');
        assert.ok((await named('x'.repeat(500))).headers['x-request-id'].length < 200);
    });

    it('answer HEAD as GET without the body, and OPTIONS with what is allowed', async () => {
        const get = await shop.must(200, 'GET', '/products?limit=1');
        const head = await shop.send('HEAD', '/products?limit=1');
        assert.equal(head.status, 200);
        assert.equal(head.bytes.length, 0);
        assert.equal(head.headers.etag, get.headers.etag);
        const options = await unchecked('OPTIONS', '/api/v1/cart');
        assert.equal(options.status, 204);
        assert.match(options.headers.allow, /POST/);
    });

    it('compress what is worth it, for those who can read it', async () => {
        const packed = await unchecked('GET', '/api/v1/products', { 'Accept-Encoding': 'gzip' });
        assert.equal(packed.headers['content-encoding'], 'gzip');
        assert.equal(JSON.parse(gunzipSync(packed.bytes)).data.length, 20);
        const plain = await shop.must(200, 'GET', '/products');
        assert.equal(plain.headers['content-encoding'], undefined);
    });

    it('limit the rate of guests, say when to come back, and leave health alone', async () => {
        const limited = await Shop.open({ products: 10, environment: { SOUK_RATE_LIMIT_GUEST_PER_MINUTE: '20' } });
        try {
            const answers = [];
            for (let time = 0; time < 30; time += 1) answers.push(await limited.send('GET', '/products?limit=1'));
            const refused = answers.filter(({ status }) => status === 429);
            assert.ok(refused.length >= 8 && refused.length <= 12, `${refused.length} of 30 were refused`);
            assertEnvelope(refused[0], 'RATE_LIMITED');
            assert.match(refused[0].headers['retry-after'], /^[1-9]\d*$/);
            assert.equal(answers[0].headers['ratelimit-limit'], '20');
            assert.equal((await limited.raw('GET', '/health/ready')).status, 200);
            const known = await limited.send('GET', '/products?limit=1', undefined, limited.operator);
            assert.equal(known.status, 200, 'a key has a limit of its own');
        } finally {
            await limited.close();
        }
    });

    it('tell how the server is, in JSON, in Prometheus text and on a page that works offline', async () => {
        for (const path of ['/health', '/health/live', '/health/ready']) {
            const { status, json } = await shop.raw('GET', path);
            assert.deepEqual([status, json.status], [200, 'ok'], path);
        }
        const metrics = await shop.raw('GET', '/metrics');
        assert.match(metrics.headers['content-type'], /^text\/plain; version=0\.0\.4/);
        assert.match(metrics.bytes.toString(), /^# TYPE \w+ (counter|gauge|histogram)$/m);
        const page = await shop.raw('GET', '/docs');
        assert.match(page.headers['content-type'], /^text\/html/);
        const outside = page.bytes.toString().match(/(?:src|href)="(?:https?:)?\/\/[^"]+"/g);
        assert.equal(outside, null, 'the page asks nobody else');
        const named = [...page.bytes.toString().matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, file]) => `/${file}`);
        assert.ok(named.includes('/favicon.svg'), named.join(' '));
        for (const file of [...named, '/favicon.ico']) {
            assert.equal((await shop.raw('GET', file)).status, 200, file);
        }
    });

    it('use every operation of the API document somewhere in these tests', () => {
        // By name, so that a new operation without a journey is noticed here.
        const known = new Set(['POST /cart', 'GET /cart/{}', 'DELETE /cart/{}', 'POST /cart/{}/items',
            'PUT /cart/{}/items/{}', 'DELETE /cart/{}/items/{}', 'POST /checkout/shipping', 'POST /orders',
            'POST /orders/checkout', 'POST /cart/checkout', 'GET /orders/{}', 'GET /orders/{}/status',
            'POST /orders/{}/cancel', 'PUT /orders/{}/cancel', 'POST /orders/{}/payment', 'GET /products',
            'GET /products/{}', 'GET /products/slug/{}', 'GET /inventory/{}/variants/{}', 'GET /inventory/{}/{}',
            'PUT /inventory/{}/{}/stock', 'GET /inventory/{}/{}/movements', 'POST /inventory/reserve',
            'POST /inventory/release/{}', 'POST /inventory/confirm/{}', 'GET /inventory/low-stock', 'GET /health',
            'GET /health/live', 'GET /health/ready', 'GET /metrics', 'GET /openapi.json', 'GET /docs',
            'POST /checkout/discount', 'DELETE /checkout/discount', 'GET /discounts', 'POST /discounts',
            'GET /discounts/{}', 'PUT /discounts/{}', 'POST /discounts/{}/end', 'POST /orders/{}/collect-payment', 'POST /orders/{}/confirm-payment',
            'POST /payments/create-intent', 'POST /payments/confirm', 'GET /payments/stuck',
            'POST /payments/{}/retry', 'POST /payments/{}/give-up', 'POST /orders/{}/refunds',
            'GET /orders/{}/refunds', 'POST /webhooks/stripe', 'GET /ws', 'GET /events/stock/{}',
            'GET /events/products/{}', 'GET /events/cart/{}', 'GET /events/orders/{}', 'GET /docs.js',
            'GET /docs.css', 'GET /favicon.svg', 'GET /favicon.ico', 'GET /', 'GET /shop.css', 'GET /shop/{}',
            'GET /admin/overview', 'GET /admin/actors', 'GET /admin/actors/{}/{}', 'GET /admin/supervisors',
            'GET /admin/invariants', 'GET /admin/trace/{}', 'GET /admin/audit',
            'POST /admin/actors/{}/{}/passivate', 'POST /admin/actors/{}/{}/restart',
            'POST /admin/actors/{}/{}/quarantine', 'POST /admin/actors/{}/{}/release',
            'POST /admin/kinds/{}/pause', 'POST /admin/kinds/{}/resume', 'POST /admin/drain',
            'POST /admin/resume', 'POST /admin/reservations/{}/release', 'POST /admin/reservations/{}/extend',
            'POST /admin/orders/{}/refund', 'POST /admin/payments/{}/retry', 'POST /admin/payments/{}/give-up',
            'POST /admin/mails/{}/retry', 'POST /admin/mails/{}/drop', 'GET /admin/console',
            'GET /admin/console/{}', 'GET /admin/console.css', 'POST /auth/register', 'POST /auth/verify-email',
            'POST /auth/resend-verification', 'POST /auth/login', 'POST /auth/refresh', 'POST /auth/logout',
            'POST /auth/forgot-password', 'POST /auth/reset-password', 'GET /auth/profile', 'GET /users/profile',
            'GET /auth/oauth/{}', 'GET /auth/oauth/{}/callback', 'POST /auth/oauth/redeem', 'POST /auth/google',
            'GET /admin/tenants', 'POST /admin/tenants', 'PUT /admin/tenants/{}',
            'PUT /users/profile', 'GET /auth/sessions', 'DELETE /auth/sessions/{}', 'GET /.well-known/jwks.json',
            'GET /users/addresses', 'POST /users/addresses', 'PUT /users/addresses/{}', 'DELETE /users/addresses/{}',
            ...['/users', '/admin/users'].flatMap((home) => [`GET ${home}`, `GET ${home}/{}`, `PUT ${home}/{}`,
                `DELETE ${home}/{}`, `POST ${home}/{}/suspend`, `POST ${home}/{}/ban`, `POST ${home}/{}/reinstate`,
                `POST ${home}/{}/erase`]),
            'GET /users/me/export', 'POST /users/me/erase',
            'POST /customers', 'GET /customers/{}', 'GET /api-keys', 'POST /api-keys', 'DELETE /api-keys/{}',
            'POST /api-keys/{}/rotate', 'GET /cart', 'DELETE /cart/clear', 'POST /cart/items', 'PUT /cart/items/{}',
            'DELETE /cart/items/{}', 'GET /orders', 'GET /users/orders']);
        const documented = shop.contract.operations.map(({ method, template }) =>
            `${method.toUpperCase()} ${template.replace(/^\/api\/v1/, '').replace(/\{[^}]+\}/g, '{}')}`);
        assert.deepEqual(documented.filter((name) => !known.has(name)), [], 'without a journey');
        assert.deepEqual([...known].filter((name) => !documented.includes(name)), [], 'without a description');
    });

    /** Outside the contract's check: what is asked here has no place in the document. */
    function unchecked(method, path, headers) {
        return request({ port: shop.server.port, method, path, headers });
    }
});
