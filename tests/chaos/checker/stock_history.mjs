// The history of each SKU, for the model of a counter. What happened without a request of its own (an
// order paid by a webhook, a reservation that expired) is in the rows, at a time that nobody saw.

import { groupBy, rowId } from './ids.mjs';
import { linearize } from './linearize.mjs';
import { stockModel } from './stock_model.mjs';
import { happenedByKey } from './writes.mjs';

const CONFIRMED = 1;
const OPEN = 0;
const CANCELLED = 5;
const SOLD = 2;
const RETURNED = 3;
// How long after its client gave up a request may still hold units in memory.
const LINGERS = 30_000;

export function checkStock(operations, books, begin, at) {
    const entries = [...reserves(operations, books), ...orders(operations, books), ...adjusts(operations, books),
        ...reads(operations), ...refusals(operations)];
    const bySku = groupBy(entries, ({ sku }) => sku);
    const finals = new Map(books.stock.map((row) => [row.variant_id, row]));
    return begin.skus.flatMap(({ variant, onHand, reserved }) => {
        const sku = rowId(variant);
        const history = bySku.get(sku) ?? [];
        const row = finals.get(sku);
        history.push({ kind: 'read', onHand: row.on_hand, reserved: row.reserved, call: at, end: at, operation: 'the rows' });
        history.filter(({ kind }) => kind === 'refused').forEach((one) => lookBeside(one, history));
        const counted = history.filter(({ absent }) => !absent);
        const { verdict, stuck } = linearize(counted, stockModel({ onHand, reserved }));
        return [{ what: `the stock ${variant}`, verdict, stuck, size: counted.length }, ...versions(variant, counted)];
    });
}

const TAKES = { reserve: (quantity) => quantity, adjust: (quantity) => Math.max(-quantity, 0) };

/** Units that may have been promised for a moment while `refused` was decided. */
function lookBeside(refused, history) {
    const around = history.filter((one) => TAKES[one.kind] && one.call < refused.end &&
        (one.end === Infinity ? one.seenUntil + LINGERS : one.end) > refused.call);
    refused.transient = around.filter(({ absent }) => absent)
        .reduce((sum, { kind, quantity }) => sum + TAKES[kind](quantity), 0);
    refused.beside = around.filter(({ absent, kind }) => !absent && kind === 'reserve');
}

const timesOf = ({ call, end, seenUntil, operation }) => ({ call, end, seenUntil, operation });

/** Of partners, with their ends. What was refused or never happened may still have held units meanwhile. */
function reserves(operations, books) {
    const kept = happenedByKey(books);
    const states = new Map(books.reservations.map((row) => [`${row.id} ${row.variant_id}`, row.state]));
    const ends = groupBy(operations.filter(({ action, outcome }) => ['release', 'confirm'].includes(action)
        && outcome !== 'refused'), ({ args }) => rowId(args.reservation));
    return operations.filter(({ action }) => action === 'reserve').flatMap((one) => one.args.lines.flatMap((line) => {
        const sku = rowId(line.variant);
        const first = { kind: 'reserve', sku, quantity: line.quantity, ...timesOf(one) };
        const answer = kept(one);
        if (!answer) return [{ ...first, absent: true }];
        const id = rowId(JSON.parse(answer.body).data.reservationId);
        const state = states.get(`${id} ${sku}`);
        if (state === OPEN || state === undefined) return [first];
        const kind = state === CONFIRMED ? 'confirm' : 'release';
        const end = (ends.get(id) ?? []).find(({ action }) => action === kind);
        const times = end ? timesOf(end) : { call: one.call, end: Infinity, operation: `the end of ${one.operation}` };
        return [first, { kind, sku, quantity: line.quantity, after: first, ...times }];
    }));
}

function orders(operations, books) {
    const byCart = groupBy(operations.filter(({ args }) => args.cart), ({ args }) => rowId(args.cart));
    const lines = groupBy(books.orderItems, ({ order_id: order }) => order);
    const movements = groupBy(books.movements.filter((row) => row.order_id), ({ order_id: order }) => order);
    const made = books.orders.flatMap((row) => life(row, byCart.get(row.cart_id) ?? [], lines.get(row.id) ?? [],
        movements.get(row.id) ?? []));
    return [...made, ...ordersThatCameToNothing(byCart, books)];
}

/** From when it was first asked for until an answer proved it. */
function spanOf(all, isAsked, isProof, otherwise) {
    const asked = all.filter(isAsked).filter(({ outcome }) => outcome !== 'refused');
    const proofs = all.filter((one) => one.outcome === 'done' && isProof(one));
    return { call: asked.length > 0 ? Math.min(...asked.map(({ call }) => call)) : otherwise,
        end: Math.min(Infinity, ...proofs.map(({ end }) => end)), seenUntil: Math.max(...all.map(({ seenUntil }) => seenUntil)) };
}

function life(row, all, lines, movements) {
    const begun = spanOf(all, ({ action }) => action === 'order', ({ action }) => action === 'order', 0);
    const confirmed = spanOf(all, ({ action }) => ['confirm order', 'pay', 'confirm payment'].includes(action),
        ({ shown }) => shown?.status === 'confirmed', begun.call);
    const cancelled = spanOf(all, ({ action }) => action === 'cancel',
        ({ action, shown }) => action === 'cancel' || shown?.status === 'cancelled', begun.call);
    return lines.flatMap(({ variant_id: sku, quantity }) => {
        const entry = (kind, units, span, after) => ({ kind, sku, quantity: units, after, operation: `${kind} of order ${row.id}`, ...span });
        const reserve = entry('reserve', quantity, begun);
        const moved = (kind) => movements.filter((one) => one.variant_id === sku && one.kind === kind)
            .reduce((sum, one) => sum + one.quantity, 0);
        const steps = [reserve];
        if (moved(SOLD) !== 0) steps.push(entry('confirm', quantity, confirmed, reserve));
        if (row.status !== CANCELLED) return steps;
        if (moved(SOLD) === 0) steps.push(entry('release', quantity, cancelled, reserve));
        else if (moved(RETURNED) !== 0) steps.push(entry('adjust', moved(RETURNED), cancelled, steps[1]));
        return steps;
    });
}

/** They may have held for a moment what their carts may have had at most. */
function ordersThatCameToNothing(byCart, books) {
    const ordered = new Set(books.orders.map(({ cart_id: cart }) => cart));
    return [...byCart].filter(([cart]) => !ordered.has(cart)).flatMap(([, all]) => {
        const units = new Map();
        for (const { args } of all) {
            if (args.variant) units.set(rowId(args.variant), (units.get(rowId(args.variant)) ?? 0) + (args.quantity ?? 0));
        }
        return all.filter(({ action }) => action === 'order').flatMap((one) => [...units].map(([sku, quantity]) =>
            ({ kind: 'reserve', sku, quantity, absent: true, ...timesOf(one) })));
    });
}

function adjusts(operations, books) {
    const moved = new Map(books.movements.map((row) => [row.reason, row]));
    return operations.filter(({ action }) => action === 'change stock').flatMap((one) => {
        const { variant, mode, quantity, reason } = one.args;
        const entry = { kind: mode, sku: rowId(variant), quantity, ...timesOf(one) };
        if (one.outcome === 'done' || moved.has(reason)) return [entry];
        return [{ ...entry, absent: true }];
    });
}

const reads = (operations) => operations.filter(({ action, outcome }) => action === 'read stock' && outcome === 'done')
    .map((one) => ({ kind: 'read', sku: rowId(one.args.variant), ...one.shown, ...timesOf(one) }));

/** Only of a single SKU is it known which one was short; only the last attempt's time is when. */
const refusals = (operations) => operations.filter(({ action, args, outcome, last }) => action === 'reserve'
    && args.lines.length === 1 && outcome === 'refused' && last.code === 'INVENTORY_ERROR').map((one) => ({
    kind: 'refused', sku: rowId(one.args.lines[0].variant), quantity: one.args.lines[0].quantity,
    call: one.last.start, end: one.last.end, operation: one.operation }));

/** A version is one state, and never goes back for who reads one after the other. */
function versions(variant, history) {
    const seen = history.filter(({ kind, version }) => kind === 'read' && version).sort((a, b) => a.end - b.end);
    const states = new Map();
    const broken = [];
    for (const read of seen) {
        const state = `${read.onHand} on hand, ${read.reserved} reserved`;
        const before = states.get(read.version) ?? state;
        if (before !== state) broken.push(`version ${read.version} is ${before}, and ${state}`);
        states.set(read.version, before);
    }
    let newest = { version: 0 };
    const byCall = [...seen].sort((a, b) => a.call - b.call);
    let ended = 0;
    for (const read of byCall) {
        while (seen[ended].end < read.call) {
            if (seen[ended].version > newest.version) newest = seen[ended];
            ended += 1;
        }
        if (read.version < newest.version) broken.push(`${read.operation} read version ${read.version} after ${newest.version}`);
    }
    return broken.map((text) => ({ what: `the stock ${variant}`, verdict: 'broken', size: seen.length, stuck: { state: text, waiting: [] } }));
}
