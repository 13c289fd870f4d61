// The history of each cart, for the model of a map. Refusals decide nothing here, except that only an
// order closes a cart: they are made on what has not been committed yet and may never be.

import { cartModel } from './cart_model.mjs';
import { groupBy, rowId } from './ids.mjs';
import { linearize } from './linearize.mjs';
import { happenedByKey } from './writes.mjs';

const KINDS = { 'add item': 'add', 'set item': 'set', 'remove item': 'remove', 'read cart': 'read' };

export function checkCarts(operations, books, at) {
    const kept = happenedByKey(books);
    const rows = new Map(books.carts.map((row) => [row.id, row]));
    const items = groupBy(books.items, ({ cart_id: cart }) => cart);
    const lines = groupBy(books.orderItems, ({ order_id: order }) => order);
    const ofCarts = groupBy(operations.filter(({ args }) => args.cart), ({ args }) => rowId(args.cart));
    const verdicts = [];
    for (const [id, all] of ofCarts) {
        const row = rows.get(id);
        if (!row) continue; // writes.mjs says so
        const history = [...changes(all, kept), ...order(all, row, lines), final(row, items.get(id), all, at)];
        const { verdict, stuck } = linearize(history, cartModel);
        verdicts.push({ what: `the cart ${all[0].args.cart}`, verdict, stuck, size: history.length });
        verdicts.push(...closedTooEarly(all, row));
    }
    return verdicts;
}

function changes(all, kept) {
    return all.filter(({ action, outcome }) => KINDS[action] && outcome !== 'refused').flatMap((one) => {
        const kind = KINDS[one.action];
        const entry = { kind, call: one.call, end: one.end, quantity: one.args.quantity, variant: one.args.variant,
            operation: one.operation, shown: one.shown };
        if (one.outcome === 'done') return [entry];
        if (kind === 'read') return [];
        if (one.key) return kept(one) ? [entry] : [];
        return [{ ...entry, optional: true }];
    });
}

function order(all, row, lines) {
    if (!row.order_id) return [];
    const asked = all.filter(({ action, outcome }) => action === 'order' && outcome !== 'refused');
    const items = Object.fromEntries((lines.get(row.order_id) ?? [])
        .map(({ variant_id: variant, quantity }) => [variant, quantity]));
    return [{ kind: 'order', items: asTypeIds(items, all), call: Math.min(...asked.map(({ call }) => call)),
        end: Math.min(...asked.map(({ end }) => end)) }];
}

/** The lines of rows under the names that the history has for them. */
function asTypeIds(items, all) {
    const names = new Map();
    for (const { args, shown } of all) {
        for (const name of [args.variant, ...Object.keys(shown?.items ?? {})]) if (name) names.set(rowId(name), name);
    }
    return Object.fromEntries(Object.entries(items).map(([id, quantity]) => [names.get(id) ?? id, quantity]));
}

/** What the rows say, as a read after everything. */
function final(row, rows = [], all, at) {
    const items = Object.fromEntries(rows.map(({ variant_id: variant, quantity }) => [variant, quantity]));
    return { kind: 'read', call: at, end: at, operation: 'the rows',
        shown: { items: asTypeIds(items, all), version: row.version, closed: row.status !== 0 } };
}

function closedTooEarly(all, row) {
    if (row.order_id) return [];
    return all.filter(({ last, action }) => last.code === 'CONFLICT' && KINDS[action])
        .filter((one) => !all.some((other) => other.action === 'order' && other.call < one.seenUntil))
        .map((one) => ({ what: `the cart ${one.args.cart}`, verdict: 'broken', size: 1,
            stuck: { state: 'never ordered', waiting: [`${one.operation} was refused as ordered`] } }));
}
