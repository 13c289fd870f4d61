// The API as a buyer, a vendor and an operator use it. Every exchange is held against the contract.

import assert from 'node:assert/strict';
import http from 'node:http';
import { Contract } from './contract.mjs';
import { request } from './http.mjs';
import { typeIdOf } from './ids.mjs';
import { Server } from './server.mjs';

export const ADDRESS = {
    firstName: 'Ahmed', lastName: 'Khalil', email: 'ahmed@example.com', phone: '+962791234567',
    country: 'JO', city: 'Amman', governorate: 'Amman', postalCode: '11118',
    street: 'Queen Rania Street', building: 'Building 15', apartment: 'Apt 3A',
    instructions: 'Ring doorbell twice',
};

export const orderOf = (cartId, more = {}) => ({
    cartId, shippingAddress: ADDRESS, billingAddress: 'same', shippingMethod: 'standard',
    paymentMethod: 'cash_on_delivery', ...more,
});

export class Shop {
    static async open(options) {
        const shop = new Shop(await Server.create(options));
        const document = await shop.raw('GET', '/openapi.json');
        assert.equal(document.status, 200, 'the API document must be there');
        shop.contract = new Contract(JSON.parse(document.bytes));
        return shop;
    }

    constructor(server) {
        this.server = server;
        this.taken = 0;
        this.agent = new http.Agent({ keepAlive: true, maxSockets: 600 });
    }

    get operator() {
        return { Authorization: `Bearer ${this.server.keys.operator}` };
    }

    async raw(method, path, { headers = {}, body, seconds } = {}) {
        const answer = await request({
            port: this.server.port, method, path, headers, body, seconds, agent: this.agent,
        });
        const type = answer.headers['content-type'] ?? '';
        answer.json = /json/.test(type) && answer.bytes.length ? JSON.parse(answer.bytes) : undefined;
        answer.data = answer.json?.data;
        answer.error = answer.json?.error;
        this.contract?.check({ method, path, requestBody: body, ...answer });
        return answer;
    }

    /** A path of the API; the version is put in front. `json` is sent as the body. */
    send(method, path, json, headers = {}) {
        const body = json === undefined ? undefined : JSON.stringify(json);
        const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
        return this.raw(method, `/api/v1${path}`, { headers: { ...type, ...headers }, body });
    }

    async must(status, method, path, json, headers) {
        const answer = await this.send(method, path, json, headers);
        assert.equal(answer.status, status, `${method} ${path} gave ${answer.status}: ${answer.bytes}`);
        return answer;
    }

    async newCart(currency = 'USD') {
        return (await this.must(201, 'POST', '/cart', { currency })).data;
    }
    addItem(cartId, sku, quantity = 1, headers) {
        return this.send('POST', `/cart/${cartId}/items`,
            { productId: sku.productId, variantId: sku.variantId, quantity }, headers);
    }
    async cartWith(...lines) {
        const cart = await this.newCart();
        for (const [sku, quantity] of lines) {
            const answer = await this.addItem(cart.id, sku, quantity);
            assert.ok(answer.status < 300, `adding an item gave ${answer.status}: ${answer.bytes}`);
        }
        return cart.id;
    }
    order(cartId, more, headers) {
        return this.send('POST', '/orders', orderOf(cartId, more), headers);
    }
    reserve(items, more = {}, headers = this.operator) {
        return this.send('POST', '/inventory/reserve', {
            items: items.map(([sku, quantity]) =>
                ({ productId: sku.productId, variantId: sku.variantId, quantity })), ...more,
        }, headers);
    }
    async stockOf(sku) {
        const answer = await this.must(200, 'GET', `/inventory/${sku.variantId}/${sku.sellerId}`);
        return answer.data;
    }

    /** SKUs that no other test of this server uses, each with that many units on hand. */
    async takeSkus(...units) {
        const rows = await this.server.sql(`
            SELECT v.id AS variant, v.product_id AS product, s.seller_id AS seller
            FROM product_variants v JOIN stock s ON s.variant_id = v.id
            JOIN products p ON p.id = v.product_id
            JOIN tenants t ON t.id = p.tenant_id AND t.slug = 'default'
            WHERE p.currency = 'USD' AND p.status = 'active'
            ORDER BY v.id OFFSET ${this.taken} LIMIT ${units.length}`);
        assert.equal(rows.length, units.length, 'the demo data has too few SKUs');
        this.taken += units.length;
        const skus = rows.map((row) => ({
            productId: typeIdOf('prod', row.product),
            variantId: typeIdOf('var', row.variant),
            sellerId: typeIdOf('vend', row.seller),
            variant: row.variant,
        }));
        for (const [index, quantity] of units.entries()) {
            await this.setStock(skus[index], quantity);
        }
        return skus;
    }
    setStock(sku, quantity) {
        return this.must(200, 'PUT', `/inventory/${sku.variantId}/${sku.sellerId}/stock`,
            { mode: 'set', quantity, reason: 'test' }, this.operator);
    }

    /** Says what departed from the API document, then clears everything away. */
    async close() {
        this.agent.destroy();
        await this.server.destroy();
        this.contract.assertHeld();
    }
}

/** How many answers had which status. */
export function tally(answers) {
    const counts = {};
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
}
