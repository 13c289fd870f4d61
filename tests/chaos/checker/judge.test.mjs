// The whole verdict bites: a small run by hand that is in order, and the same with one thing wrong.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge } from './check.mjs';
import { rowId } from './ids.mjs';

const id = (prefix, letter) => `${prefix}_01m809gr75es0s6vpakn2pkq${letter}0`;
const VARIANT = id('var', 'a');
const CART = id('cart', 'b');
const ORDER = id('order', 'c');
const KEPT = id('res', 'd');

function goodRun() {
    let clock = 0;
    const request = (action, args, status, more = {}) => {
        clock += 2;
        return { operation: `client/${clock}`, attempt: 1, client: 'client', action, args, start: clock, end: clock + 1, status,
            requestId: `r-${clock}`, digest: 'same', ...more };
    };
    const requests = [
        request('create cart', {}, 201, { key: 'k1', shown: { id: CART, version: 1, items: {}, closed: false } }),
        request('add item', { cart: CART, variant: VARIANT, quantity: 2 }, 200,
            { key: 'k2', shown: { version: 2, items: { [VARIANT]: 2 }, closed: false } }),
        request('order', { cart: CART }, 201,
            { key: 'k3', shown: { id: ORDER, cart: CART, total: 50, status: 'pending', items: { [VARIANT]: 2 } } }),
        request('reserve', { lines: [{ variant: VARIANT, quantity: 3 }] }, 201, { key: 'k4', shown: { id: KEPT } }),
        request('read stock', { variant: VARIANT }, 200, { shown: { onHand: 10, reserved: 5, version: 3 } }),
        request('pay', { cart: CART, order: ORDER }, 200, { key: 'k5', shown: { status: 'confirmed', paid: 'paid' } }),
        request('change stock', { variant: VARIANT, mode: 'adjust', quantity: 4, reason: 'vendor-1 1' }, 200,
            { shown: { onHand: 12, reserved: 3 } }),
        request('reserve', { lines: [{ variant: VARIANT, quantity: 10 }] }, 409, { key: 'k6', code: 'INVENTORY_ERROR' }),
        request('change stock', { variant: VARIANT, mode: 'adjust', quantity: 9, reason: 'vendor-1 2' }, 503,
            { message: 'the database is not reachable' }),
    ];
    const history = { request: requests, fault: [], begin: [{ seed: 1, gateway: 'stripe', skus: [{ variant: VARIANT, onHand: 10, reserved: 0 }] }],
        end: [{ at: clock + 10 }], note: [] };
    const [variant, cart, order, reservation] = [VARIANT, CART, ORDER, KEPT].map(rowId);
    const books = {
        carts: [{ id: cart, status: 1, order_id: order, version: 3 }],
        items: [{ cart_id: cart, variant_id: variant, quantity: 2 }],
        orders: [{ id: order, cart_id: cart, status: 1, payment_status: 2, total: 50, stock_deducted: true }],
        orderItems: [{ order_id: order, variant_id: variant, quantity: 2 }],
        reservations: [{ id: reservation, variant_id: variant, quantity: 3, state: 0, order_id: null }],
        stock: [{ variant_id: variant, on_hand: 12, reserved: 3, version: 5 }],
        movements: [{ variant_id: variant, kind: 2, quantity: -2, reason: '', order_id: order },
            { variant_id: variant, kind: 1, quantity: 4, reason: 'vendor-1 1', order_id: null }],
        keys: ['k1', 'k2', 'k3', 'k4'].map((key) => ({ key, status: 201, body: JSON.stringify({ data: { reservationId: KEPT } }) })),
        payments: [{ order_id: order, gateway: 1 }],
        gateway: [[ORDER, { captures: 1, captured: 50, refunded: 0, held: 0 }]],
        problems: [], contract: [], gatewaySeen: '',
    };
    return { history, books, of: (action) => requests.find((one) => one.action === action) };
}

const SPOILT = {
    'an order that is lost': ({ books }) => { books.orders = []; },
    'an order of another total': ({ books }) => { books.orders[0].total = 51; },
    'an order that nobody asked for': ({ of }) => { Object.assign(of('order'), { status: 409 }); },
    'a second order of a cart': ({ books }) => { books.orders.push({ ...books.orders[0] }); },
    'a cart that is lost': ({ books }) => { books.carts = []; },
    'an item that is lost': ({ books }) => { books.items = []; },
    'a reservation that is lost': ({ books }) => { books.reservations = []; },
    'a reservation of other units': ({ books }) => { books.reservations[0].quantity = 4; },
    'a refusal that has happened': ({ books }) => { books.keys.push({ key: 'k6', status: 201, body: books.keys[0].body }); },
    'a promise of nothing that has happened': ({ books }) => {
        books.movements.push({ ...books.movements[1], quantity: 9, reason: 'vendor-1 2' });
    },
    'an adjustment that counted twice': ({ books }) => { books.movements.push({ ...books.movements[1] }); },
    'an adjustment that is lost': ({ books }) => { books.movements.pop(); },
    'stock that does not follow': ({ books }) => { books.stock[0].on_hand = 13; },
    'a read of what never was': ({ of }) => { of('read stock').shown.reserved = 4; },
    'a refusal while there was enough': ({ history }) => { history.request[7].args.lines[0].quantity = 2; },
    'a capture that is missing': ({ books }) => { books.gateway = []; },
    'a capture that was made twice': ({ books }) => { books.gateway[0][1] = { captures: 2, captured: 100, refunded: 50 }; },
    'money that is held for nothing': ({ books }) => { books.gateway[0][1].held = 50; },
    'a charge without an order': ({ books }) => { books.gateway.push([id('order', 'x'), { captures: 1, captured: 5, refunded: 0 }]); },
    'two answers to one key': ({ history, of }) => { history.request.push({ ...of('order'), attempt: 2, digest: 'other' }); },
    'an answer of 500': ({ history, of }) => { history.request.push({ ...of('pay'), operation: 'x', status: 500 }); },
    'a forged event that is taken': ({ history, of }) => { history.request.push({ ...of('pay'), operation: 'x', action: 'forge' }); },
};

describe('the verdict', () => {
    it('finds nothing in a run that is in order', () => {
        const { history, books } = goodRun();
        assert.deepEqual(judge(history, books).problems, []);
    });
    for (const [name, spoil] of Object.entries(SPOILT)) {
        it(`finds ${name}`, () => {
            const run = goodRun();
            spoil(run);
            assert.notDeepEqual(judge(run.history, run.books).problems, []);
        });
    }
    it('lets what is uncertain be there once or not at all', () => {
        const lost = goodRun();
        Object.assign(lost.history.request[8], { status: 0, message: 'ECONNRESET' });
        assert.deepEqual(judge(lost.history, lost.books).problems, []);
        const { books, history } = lost;
        books.movements.push({ ...books.movements[1], quantity: 9, reason: 'vendor-1 2' });
        books.stock[0].on_hand += 9;
        assert.deepEqual(judge(history, books).problems, []);
        books.movements.push({ ...books.movements[2] });
        assert.notDeepEqual(judge(history, books).problems, []);
    });
});
