// The checker bites: histories by hand, of which the good pass and the bad do not.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cartModel } from './cart_model.mjs';
import { linearize } from './linearize.mjs';
import { stockModel } from './stock_model.mjs';

const op = (call, end, kind, more = {}) => ({ call, end, kind, ...more });
const never = Infinity;
const perhaps = { optional: true };

describe('a SKU as a counter', () => {
    const of = (onHand, ...history) => linearize(history, stockModel({ onHand, reserved: 0 })).verdict;
    const reserve = (call, end, quantity, more) => op(call, end, 'reserve', { quantity, ...more });
    const read = (call, end, onHand, reserved) => op(call, end, 'read', { onHand, reserved });
    const refused = (call, end, quantity, more) => op(call, end, 'refused', { quantity, ...more });

    it('takes what follows one after the other', () => {
        assert.equal(of(5, reserve(0, 1, 3), read(2, 3, 5, 3), refused(4, 5, 3)), 'linearisable');
    });
    it('takes concurrent operations in the order that explains what was read', () => {
        assert.equal(of(5, reserve(0, 10, 3), reserve(1, 9, 2), read(2, 3, 5, 2), read(4, 5, 5, 5)), 'linearisable');
    });
    it('sees units sold twice', () => {
        assert.equal(of(5, reserve(0, 10, 3), reserve(0, 10, 3)), 'broken');
    });
    it('sees an acknowledged reservation that is lost', () => {
        assert.equal(of(5, reserve(0, 1, 3), read(2, 3, 5, 0)), 'broken');
    });
    it('sees a read from before another that ended earlier', () => {
        assert.equal(of(5, reserve(0, 10, 3), read(1, 2, 5, 3), read(3, 4, 5, 0)), 'broken');
    });
    it('sees a refusal while there was stock for all', () => {
        assert.equal(of(5, reserve(0, 1, 1), refused(2, 3, 2)), 'broken');
    });
    it('takes a refusal beside a promise that came to nothing', () => {
        assert.equal(of(5, refused(2, 3, 2, { transient: 4 })), 'linearisable');
    });
    it('takes a refusal beside a promise that is shown only later', () => {
        const promise = reserve(0, 10, 4);
        assert.equal(of(5, promise, refused(1, 2, 2, { beside: [promise] }), read(3, 4, 5, 0)), 'linearisable');
        assert.equal(of(5, promise, refused(1, 2, 2), read(3, 4, 5, 0)), 'broken');
    });
    it('lets what nobody saw end happen at any later time, once', () => {
        const late = reserve(0, never, 3);
        assert.equal(of(5, late, read(5, 6, 5, 0), read(7, 8, 5, 3)), 'linearisable');
        assert.equal(of(5, late, read(5, 6, 5, 3), read(7, 8, 5, 0)), 'broken');
        assert.equal(of(9, late, read(7, 8, 9, 6)), 'broken');
    });
    it('lets what may not have happened be absent', () => {
        assert.equal(of(5, reserve(0, never, 3, perhaps), reserve(1, 2, 4)), 'linearisable');
        assert.equal(of(5, reserve(0, never, 3), reserve(1, 2, 4)), 'broken');
    });
    it('lets nothing be released before it was reserved', () => {
        const first = reserve(5, 6, 2);
        const release = op(0, never, 'release', { quantity: 2, after: first });
        assert.equal(of(5, reserve(0, 1, 2), release, first, read(7, 8, 5, 2)), 'linearisable');
        assert.equal(of(5, reserve(0, 1, 2), release, read(2, 3, 5, 0), first), 'broken');
    });
    it('sees more units leave than there are', () => {
        const first = reserve(0, 1, 2);
        const confirm = (call) => op(call, call + 1, 'confirm', { quantity: 2, after: first });
        assert.equal(of(5, first, confirm(2), read(4, 5, 3, 0)), 'linearisable');
        assert.equal(of(5, first, confirm(2), confirm(4)), 'broken');
    });
    it('decides about many interchangeable operations without an end', () => {
        const open = Array.from({ length: 40 }, () => reserve(0, never, 1));
        assert.equal(of(40, ...open, read(1, 2, 40, 20), read(3, 4, 40, 21)), 'linearisable');
        assert.equal(of(40, ...open, read(1, 2, 40, 21), read(3, 4, 40, 20)), 'broken');
    });
    it('says when it gives up', () => {
        const history = [reserve(0, 1, 3), reserve(2, 3, 1)];
        assert.equal(linearize(history, stockModel({ onHand: 9, reserved: 0 }), { limit: 1 }).verdict, 'undecided');
    });
    it('says where it stands', () => {
        const { stuck } = linearize([reserve(0, 1, 3), read(2, 3, 5, 0)], stockModel({ onHand: 5, reserved: 0 }));
        assert.deepEqual(stuck.state, { onHand: 5, reserved: 3 });
        assert.deepEqual(stuck.waiting.map(({ kind }) => kind), ['read']);
    });
});

describe('a cart as a map', () => {
    const of = (...history) => linearize(history, cartModel).verdict;
    const shown = (version, items, closed) => ({ shown: { version, items, closed } });
    const add = (call, end, variant, quantity, more) => op(call, end, 'add', { variant, quantity, ...more });

    it('takes concurrent additions in either order, as their answers say', () => {
        assert.equal(of(add(0, 9, 'a', 1, shown(3, { a: 1, b: 2 })), add(0, 9, 'b', 2, shown(2, { b: 2 }))),
            'linearisable');
        assert.equal(of(add(0, 9, 'a', 1, shown(2, { a: 1 })), add(0, 9, 'b', 2, shown(2, { b: 2 }))), 'broken');
    });
    it('sees an acknowledged item that is lost', () => {
        assert.equal(of(add(0, 1, 'a', 1), op(2, 3, 'read', shown(1, {}))), 'broken');
    });
    it('sees an addition that counted twice', () => {
        assert.equal(of(add(0, 1, 'a', 1), op(2, 3, 'read', shown(3, { a: 2 }))), 'broken');
    });
    it('takes an uncertain change as done or as not, but not as both', () => {
        const unsure = add(0, never, 'a', 1, perhaps);
        assert.equal(of(unsure, op(2, 3, 'read', shown(1, {}))), 'linearisable');
        assert.equal(of(unsure, op(2, 3, 'read', shown(2, { a: 1 }))), 'linearisable');
        assert.equal(of(unsure, op(2, 3, 'read', shown(2, { a: 1 })), op(4, 5, 'read', shown(1, {}))), 'broken');
    });
    it('sees a change after the order, and an order of something else', () => {
        const order = op(2, 3, 'order', { items: { a: 1 } });
        assert.equal(of(add(0, 1, 'a', 1), order), 'linearisable');
        assert.equal(of(add(0, 1, 'a', 1), order, add(4, 5, 'a', 1)), 'broken');
        assert.equal(of(add(0, 1, 'a', 2), order), 'broken');
        assert.equal(of(add(0, 1, 'a', 1), order, { ...order, call: 4, end: 5 }), 'broken');
    });
    it('sees a version that is skipped or repeated', () => {
        assert.equal(of(add(0, 1, 'a', 1, shown(3, { a: 1 }))), 'broken');
        assert.equal(of(add(0, 1, 'a', 1), op(2, 3, 'remove', { variant: 'a', ...shown(2, {}) })), 'broken');
    });
    it('lets a quantity that is there already change nothing', () => {
        assert.equal(of(add(0, 1, 'a', 2), op(2, 3, 'set', { variant: 'a', quantity: 2, ...shown(2, { a: 2 }) })),
            'linearisable');
    });
});
