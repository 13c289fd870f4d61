// Every acknowledged write is in the database as it was acknowledged, no refused one is, and those
// of unknown outcome are there at most once.

import { groupBy, rowId } from './ids.mjs';

const CLOSED_AS = { confirm: 1, release: 2 };
const PENDING = 0;
const CANCELLED = 5;
const ADJUSTED = [0, 1]; // received, adjusted

/** `keyed` tells which operations with a key left their answer in the database: those happened. */
export function happenedByKey(books) {
    const kept = new Map(books.keys.filter(({ status }) => status < 300).map((row) => [row.key, row]));
    return ({ key }) => kept.get(key);
}

const CHECKS = { carts, orders, reservations, closings, adjustments, orderEnds, keys };

export function checkWrites(operations, books) {
    const of = (...actions) => operations.filter(({ action }) => actions.includes(action));
    return Object.values(CHECKS).flatMap((check) => check(of, books));
}

/** No key, no effect: what is refused is not remembered, what is acknowledged is. */
function keys(of, books) {
    const kept = happenedByKey(books);
    const remembered = ['create cart', 'add item', 'order', 'reserve', 'release', 'confirm', 'cancel'];
    return of(...remembered).flatMap((one) => {
        if (one.outcome === 'refused' && kept(one)) {
            return [`${one.action} ${one.operation} was refused (${one.last.message}) and has happened`];
        }
        return one.outcome === 'done' && !kept(one) ? [`${one.action} ${one.operation} was acknowledged and its key is lost`] : [];
    });
}

function countedOnce(what, rows, done, uncertain) {
    const extra = rows - done;
    if (extra < 0) return [`${-extra} acknowledged ${what} are lost`];
    return extra > uncertain ? [`${extra - uncertain} ${what} more than anybody can have made`] : [];
}

function carts(of, books) {
    const rows = new Set(books.carts.map(({ id }) => id));
    const made = of('create cart');
    const done = made.filter(({ outcome }) => outcome === 'done');
    const unsure = made.filter(({ outcome }) => outcome === 'uncertain').length;
    return [
        ...done.filter(({ shown }) => !rows.has(rowId(shown.id))).map(({ shown }) => `the cart ${shown.id} is lost`),
        ...countedOnce('carts', rows.size, new Set(done.map(({ shown }) => shown.id)).size, unsure),
    ];
}

function orders(of, books) {
    const byCart = groupBy(books.orders, ({ cart_id: cart }) => cart);
    const lines = groupBy(books.orderItems, ({ order_id: order }) => order);
    const wishes = groupBy(of('order'), ({ args }) => rowId(args.cart));
    const broken = [];
    for (const [cart, rows] of byCart) {
        if (rows.length > 1) broken.push(`the cart ${cart} has ${rows.length} orders`);
        const asked = wishes.get(cart) ?? [];
        if (asked.every(({ outcome }) => outcome === 'refused')) broken.push(`the order ${rows[0].id} was not asked for, or refused`);
    }
    for (const { operation, shown, outcome } of of('order')) {
        if (outcome !== 'done') continue;
        const row = byCart.get(rowId(shown.cart))?.find(({ id }) => id === rowId(shown.id));
        if (!row) broken.push(`the acknowledged order ${shown.id} (${operation}) is lost`);
        else if (row.total !== shown.total) broken.push(`the order ${shown.id} comes to ${row.total}, not ${shown.total}`);
        else if (!sameUnits(shown.items, lines.get(row.id))) broken.push(`the order ${shown.id} has other lines`);
    }
    return broken;
}

const sameUnits = (items, rows = []) => rows.length === Object.keys(items).length &&
    Object.entries(items).every(([variant, quantity]) =>
        rows.some((row) => row.variant_id === rowId(variant) && row.quantity === quantity));

/** Of partners; those of orders are for the invariants. */
function reservations(of, books) {
    const own = groupBy(books.reservations.filter(({ order_id: order }) => !order), ({ id }) => id);
    const made = of('reserve');
    const kept = happenedByKey(books);
    const broken = [];
    const wanted = new Set();
    for (const one of made) {
        const answer = kept(one);
        if (!answer) continue;
        const { reservationId } = JSON.parse(answer.body).data;
        wanted.add(rowId(reservationId));
        if (one.shown && one.shown.id !== reservationId) broken.push(`${one.operation} was told of ${one.shown.id}, and ${reservationId} is kept`);
        const rows = own.get(rowId(reservationId));
        const items = Object.fromEntries(one.args.lines.map(({ variant, quantity }) => [variant, quantity]));
        if (!sameUnits(items, rows)) broken.push(`the reservation ${reservationId} holds other units than were asked for`);
    }
    for (const id of own.keys()) if (!wanted.has(id)) broken.push(`nobody asked for the reservation ${id}, or it was refused`);
    return broken;
}

function closings(of, books) {
    const states = new Map(books.reservations.map(({ id, state }) => [id, state]));
    return of('release', 'confirm').filter(({ outcome }) => outcome === 'done').flatMap(({ action, args, shown }) => {
        const state = states.get(rowId(args.reservation));
        const told = shown.status === 'expired' ? 3 : CLOSED_AS[action];
        return state === told ? [] : [`the reservation ${args.reservation}, said to be ${shown.status}, is in state ${state}`];
    });
}

function adjustments(of, books) {
    const adjusted = books.movements.filter(({ kind, reason }) => ADJUSTED.includes(kind) && reason.startsWith('vendor-'));
    const byReason = groupBy(adjusted, ({ reason }) => reason);
    const broken = [];
    for (const { args, outcome, shown } of of('change stock')) {
        const rows = byReason.get(args.reason) ?? [];
        byReason.delete(args.reason);
        if (rows.length > 1) broken.push(`"${args.reason}" moved stock ${rows.length} times`);
        if (outcome === 'refused' && rows.length > 0) broken.push(`"${args.reason}" was refused and has moved stock`);
        if (outcome === 'done' && rows.length === 0 && args.mode === 'adjust') broken.push(`"${args.reason}" is lost`);
        if (rows.length === 1 && args.mode === 'adjust' && rows[0].quantity !== args.quantity) broken.push(`"${args.reason}" moved ${rows[0].quantity}`);
        if (rows.length === 1 && rows[0].variant_id !== rowId(args.variant)) broken.push(`"${args.reason}" moved another SKU`);
        if (outcome === 'done' && args.mode === 'set' && shown.onHand !== args.quantity) broken.push(`"${args.reason}" set ${shown.onHand}`);
    }
    return [...broken, ...[...byReason.keys()].map((reason) => `nobody asked for the movement "${reason}"`)];
}

function orderEnds(of, books) {
    const statuses = new Map(books.orders.map(({ id, status }) => [id, status]));
    const ended = (action, isWrong, what) => of(action).filter(({ outcome }) => outcome === 'done')
        .filter(({ args }) => isWrong(statuses.get(rowId(args.order))))
        .map(({ args }) => `the order ${args.order}, ${what}, has status ${statuses.get(rowId(args.order))}`);
    return [
        ...ended('cancel', (status) => status !== CANCELLED, 'acknowledged as cancelled'),
        ...ended('confirm order', (status) => status === PENDING || status === undefined, 'acknowledged as confirmed'),
    ];
}

