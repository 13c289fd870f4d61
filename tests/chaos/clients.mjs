// Buyers, vendors and watchers. Each has random numbers of its own from the seed, so that what one
// wishes does not depend on how fast the others are.

import { randomFrom } from '../e2e/support/chaos.mjs';
import { orderOf } from '../e2e/support/shop.mjs';
import { pause, Requests } from './requests.mjs';

const itemsOf = (items) => Object.fromEntries(items.map(({ variantId, quantity }) => [variantId, quantity]));
const showCart = ({ data, headers }) => ({
    id: data.id, version: Number(headers.etag.replaceAll('"', '')), items: itemsOf(data.items),
    closed: data.status !== 'open',
});
const showOrder = ({ data }) => ({ id: data.id, cart: data.cartId, total: data.total, status: data.status,
    paid: data.paymentStatus, items: itemsOf(data.items) });
const showPaid = ({ data }) => ({ status: data.order.status, paid: data.order.paymentStatus,
    intent: data.paymentIntent?.status });
const showStock = ({ data: { onHand, reserved, version } }) => ({ onHand, reserved, version });
const showReservation = ({ data }) => ({ id: data.reservationId, status: data.status, expires: data.expiresAt });

class Client {
    constructor(name, number, { shop, history, skus, seed, gateway }) {
        const random = randomFrom(seed * 7919 + number * 104_729);
        Object.assign(this, { name, random, skus, shop, gateway, seed });
        this.requests = new Requests({ shop, history, random, seed: `${seed}-${name}` });
    }

    async run() {
        this.running = true;
        while (this.running) {
            await this.turn();
            await pause(this.random() * this.leisure);
        }
    }
    stop() {
        this.running = false;
        this.requests.stopping = true;
    }

    do(action, method, path, more = {}) {
        return this.requests.perform({ client: this.name, action, method, path, ...more });
    }
    under(chance) {
        return this.random() < chance;
    }
    oneOf(list) {
        return list[Math.floor(this.random() * list.length)];
    }
    upTo(most) {
        return 1 + Math.floor(this.random() * most);
    }
}

class Buyer extends Client {
    leisure = 60;

    async turn() {
        const made = await this.do('create cart', 'POST', '/cart',
            { body: { currency: 'USD' }, keyed: true, show: showCart });
        if (made?.status !== 201) return;
        const cart = made.data.id;
        await this.fill(cart);
        if (this.under(0.15)) return;
        const order = await this.place(cart);
        if (!order || order.status >= 300) return;
        await this.settle(cart, order.data.id);
    }

    add(cart) {
        const sku = this.oneOf(this.skus);
        const quantity = this.upTo(3);
        return this.do('add item', 'POST', `/cart/${cart}/items`, { keyed: true, show: showCart,
            args: { cart, variant: sku.variantId, quantity },
            body: { productId: sku.productId, variantId: sku.variantId, quantity } });
    }

    /** Two windows of one browser at times. */
    async fill(cart) {
        const first = [this.add(cart)];
        if (this.under(0.4)) first.push(this.add(cart));
        if (this.under(0.2)) first.push(this.read(cart));
        const answers = await Promise.all(first);
        const items = answers.flatMap((answer) => answer?.data?.items ?? []);
        if (items.length === 0) return;
        const changes = [];
        if (this.under(0.4)) changes.push(this.change(cart, this.oneOf(items)));
        if (this.under(0.2)) changes.push(this.change(cart, this.oneOf(items)));
        if (this.under(0.3)) changes.push(this.add(cart));
        await Promise.all(changes);
        if (this.under(0.3)) await this.read(cart);
    }
    change(cart, { id, variantId: variant }) {
        const path = `/cart/${cart}/items/${id}`;
        if (this.under(0.3)) {
            return this.do('remove item', 'DELETE', path, { show: showCart, args: { cart, variant, item: id } });
        }
        const quantity = this.upTo(4);
        return this.do('set item', 'PUT', path,
            { show: showCart, args: { cart, variant, item: id, quantity }, body: { quantity } });
    }
    read(cart) {
        return this.do('read cart', 'GET', `/cart/${cart}`, { show: showCart, args: { cart } });
    }

    /** At times with a second click, which is another request with another key. */
    async place(cart) {
        const paymentMethod = this.under(0.5) ? 'cash_on_delivery' : this.gateway.method;
        const place = () => this.do('order', 'POST', '/orders', { keyed: true, show: showOrder, args: { cart },
            body: orderOf(cart, { paymentMethod }), headers: { 'X-Cart-Id': cart } });
        const [order] = await Promise.all(this.under(0.15) ? [place(), place()] : [place()]);
        return order;
    }

    async settle(cart, order) {
        const headers = { 'X-Cart-Id': cart };
        const known = { headers, args: { cart, order } };
        const read = () => this.do('read order', 'GET', `/orders/${order}`, { ...known, show: showOrder });
        const { data } = await read() ?? {};
        if (this.under(0.15)) return;
        if (this.under(0.1)) return void await this.cancel(order, known);
        if (data?.paymentMethod !== this.gateway.method) await this.confirm(order, known);
        else await this.pay(order, known);
        await read();
        if (this.under(0.1)) {
            await this.cancel(order, known);
            await read();
        }
    }
    cancel(order, known) {
        return this.do('cancel', 'POST', `/orders/${order}/cancel`, { ...known, keyed: true, body: { reason: 'chaos' } });
    }
    confirm(order, known) {
        return this.do('confirm order', 'POST', `/orders/${order}/payment`, { ...known, keyed: true, show: showPaid,
            body: { paymentMethod: 'cash_on_delivery', confirmationRequired: true } });
    }
    async pay(order, known) {
        const paymentMethod = this.gateway.method;
        for (let attempt = 0; attempt < 3; attempt += 1) {
            const paid = await this.do('pay', 'POST', `/orders/${order}/payment`, { ...known, keyed: true,
                show: showPaid, body: { paymentMethod, paymentMethodId: this.oneOf(this.gateway.tokens) } });
            const intent = paid?.data?.paymentIntent;
            if (intent?.status === 'requires_action') {
                if (this.under(0.7)) this.gateway.authenticate(intent);
                await this.do('confirm payment', 'POST', `/orders/${order}/confirm-payment`,
                    { ...known, keyed: true, body: {}, show: showPaid });
            }
            if (paid?.status !== 402) return;
        }
    }
}

/** Someone who reserves from outside, by an operator's key. */
class Partner extends Client {
    leisure = 80;

    async turn() {
        const headers = this.shop.operator;
        const skus = this.under(0.3) ? [this.oneOf(this.skus), this.oneOf(this.skus)] : [this.oneOf(this.skus)];
        const lines = [...new Set(skus)].map((sku) => ({ variant: sku.variantId, quantity: this.upTo(4) }));
        const kept = await this.do('reserve', 'POST', '/inventory/reserve', { keyed: true, headers, args: { lines },
            show: showReservation, body: { reservationMinutes: 15,
                items: lines.map(({ variant, quantity }) => ({ variantId: variant, quantity })) } });
        const reservation = kept?.data?.reservationId;
        if (!reservation || this.under(0.1)) return;
        await pause(this.random() * 200);
        const end = this.under(0.6) ? 'release' : 'confirm';
        await this.do(end, 'POST', `/inventory/${end}/${reservation}`,
            { keyed: true, headers, args: { reservation }, show: showReservation });
    }
}

class Vendor extends Client {
    leisure = 250;

    async turn() {
        const sku = this.oneOf(this.skus);
        const mode = this.under(0.1) ? 'set' : 'adjust';
        const quantity = mode === 'set' ? 20 + this.upTo(100) : this.upTo(16) - 4 || 5;
        this.changes = (this.changes ?? 0) + 1;
        const reason = `${this.name} ${this.changes}`;
        await this.do('change stock', 'PUT', `/inventory/${sku.variantId}/${sku.sellerId}/stock`, {
            headers: this.shop.operator, show: showStock, body: { mode, quantity, reason },
            args: { variant: sku.variantId, mode, quantity, reason } });
    }
}

class Watcher extends Client {
    leisure = 60;

    turn() {
        const sku = this.oneOf(this.skus);
        return this.do('read stock', 'GET', `/inventory/${sku.variantId}/${sku.sellerId}`,
            { show: showStock, args: { variant: sku.variantId } });
    }
}

const CROWD = [[Buyer, 8], [Partner, 3], [Vendor, 2], [Watcher, 2]];

export const crowd = (world) => CROWD.flatMap(([Kind, count]) => Array.from({ length: count },
    (_, index) => [Kind, index])).map(([Kind, index], number) =>
    new Kind(`${Kind.name.toLowerCase()}-${index + 1}`, number + 1, world));
