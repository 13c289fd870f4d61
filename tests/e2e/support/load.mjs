// Buyers who go on through crashes, and remember what they were promised.

import assert from 'node:assert/strict';
import { uuidOf } from './ids.mjs';

export class Load {
    constructor(shop, skus) {
        this.shop = shop;
        this.skus = skus;
        this.orders = []; // acknowledged
        this.reservations = new Map(); // id → how it ended, or "open"
        this.unsure = new Set(); // ended without an answer: either is right
        this.refusals = {};
        this.running = false;
    }

    start(buyers) {
        this.running = true;
        this.loops = Array.from({ length: buyers }, (_, index) => this.loop(index));
    }
    async stop() {
        this.running = false;
        await Promise.all(this.loops);
    }

    async loop(index) {
        for (let turn = 0; this.running; turn += 1) {
            try {
                await ((index + turn) % 3 ? this.buy(index + turn) : this.reserve(index + turn));
            } catch (error) {
                if (error instanceof assert.AssertionError) throw error;
                await new Promise((resolve) => setTimeout(resolve, 5)); // the server is away
            }
        }
    }

    sku(number) {
        return this.skus[number % this.skus.length];
    }
    refused(answer) {
        assert.ok([409, 503].includes(answer.status), `${answer.status}: ${answer.bytes}`);
        this.refusals[answer.status] = (this.refusals[answer.status] ?? 0) + 1;
    }

    async buy(turn) {
        const { shop } = this;
        const cart = await shop.send('POST', '/cart', { currency: 'USD' });
        if (cart.status !== 201) return this.refused(cart);
        for (const [sku, quantity] of [[this.sku(turn), 1], [this.sku(turn * 7 + 1), 2]]) {
            const added = await shop.addItem(cart.data.id, sku, quantity);
            if (added.status >= 300) return this.refused(added);
        }
        const order = await shop.order(cart.data.id);
        if (order.status !== 201) return this.refused(order);
        const made = { id: order.data.id, cart: cart.data.id, total: order.data.total, confirmed: 'no' };
        this.orders.push(made);
        if (turn % 4) return undefined;
        made.confirmed = 'unsure';
        const paid = await shop.send('POST', `/orders/${made.id}/payment`,
            { paymentMethod: 'cash_on_delivery', confirmationRequired: true }, { 'X-Cart-Id': made.cart });
        if (paid.status !== 200) return this.refused(paid);
        made.confirmed = 'yes';
        return undefined;
    }

    async reserve(turn) {
        const kept = await this.shop.reserve([[this.sku(turn), 1], [this.sku(turn + 1), 1]]);
        if (kept.status !== 201) return this.refused(kept);
        const id = kept.data.reservationId;
        this.reservations.set(id, 'open');
        if (turn % 2) return undefined;
        const end = turn % 4 ? 'release' : 'confirm';
        this.unsure.add(id);
        const ended = await this.shop.send('POST', `/inventory/${end}/${id}`, undefined, this.shop.operator);
        if (ended.status !== 200) return this.refused(ended);
        this.unsure.delete(id);
        this.reservations.set(id, end === 'release' ? 'released' : 'confirmed');
        return undefined;
    }

    /** Everything that was acknowledged is in the database, as it was acknowledged. */
    async assertKept() {
        const { server } = this.shop;
        const orders = new Map((await server.sql('SELECT id, total, status FROM orders'))
            .map((row) => [row.id, row]));
        for (const order of this.orders) {
            const row = orders.get(uuidOf(order.id));
            assert.ok(row, `the acknowledged order ${order.id} is lost`);
            assert.equal(row.total, order.total);
            if (order.confirmed !== 'unsure') {
                assert.equal(row.status, order.confirmed === 'yes' ? 1 : 0, `status of ${order.id}`);
            }
        }
        const states = ['open', 'confirmed', 'released'];
        const rows = new Map((await server.sql('SELECT id, state FROM reservations'))
            .map((row) => [row.id, states[row.state]]));
        for (const [id, state] of this.reservations) {
            assert.ok(rows.has(uuidOf(id)), `the acknowledged reservation ${id} is lost`);
            if (!this.unsure.has(id)) assert.equal(rows.get(uuidOf(id)), state, `state of ${id}`);
        }
    }

    /** Some of what was bought, asked for by its buyers. */
    async assertReadable(count) {
        for (const order of this.orders.slice(-count)) {
            const { data } = await this.shop.must(200, 'GET', `/orders/${order.id}`, undefined,
                { 'X-Cart-Id': order.cart });
            assert.equal(data.total, order.total);
        }
    }
}
