// Every cell of docs/access.md on a running server: each route, asked by each kind of caller. What is
// allowed is asked for in a way that changes nothing: with a body that is refused, or an id of nothing.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bearer, Mailbox, People } from './support/people.mjs';
import { Shop } from './support/shop.mjs';

const PAGE = fileURLToPath(new URL('../../docs/access.md', import.meta.url));
const ROLES = ['customer', 'vendor', 'admin', 'super admin']; // in the order of their numbers
const NOTHING = '01kf0w9c3z0000000000000000'; // what no id ends with

/** The callers, and a row for each route: { method, pattern, cells: caller → cell }. */
function readTable() {
    const lines = readFileSync(PAGE, 'utf8').split('\n').filter((line) => line.startsWith('|'));
    const cellsOf = (line) => line.split('|').slice(1, -1).map((cell) => cell.trim());
    const [, , ...callers] = cellsOf(lines[0]);
    const rows = lines.slice(2).map((line) => {
        const [route, , ...cells] = cellsOf(line);
        const [, method, pattern] = /^`(\w+) (\S+)`$/.exec(route);
        return { method, pattern, cells: Object.fromEntries(callers.map((caller, i) => [caller, cells[i]])) };
    });
    return { callers, rows };
}

describe('access', () => {
    const { callers, rows } = readTable();
    let shop;
    let mailbox;
    let headersOf;
    let ids;
    let orderCart;
    let otherCart;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 20, environment: { ...mailbox.environment, SOUK_IDENTITY_HASH_COST: '10' } });
        const people = new People(shop, mailbox);
        const { keys } = shop.server;
        const [vendorKey, mightyKey] = Object.keys(keys).filter((name) => name.startsWith('vendor:'));
        await shop.server.psql(`UPDATE api_keys SET scopes = '{admin}'
            WHERE 'vendor:' || replace(lower(name), ' ', '-') = '${mightyKey}'`);
        headersOf = {
            guest: {}, 'vendor key': bearer(keys[vendorKey]), 'vendor key, all scopes': bearer(keys[mightyKey]),
            'partner key': bearer(keys.partner), 'operator key': bearer(keys.operator),
            'console viewer': bearer(keys['console-viewer']), 'console operator': bearer(keys['console-operator']),
            'console admin': bearer(keys['console-admin']),
        };
        for (const [number, role] of ROLES.entries()) {
            const email = await people.someone();
            await shop.server.psql(`UPDATE users SET role = ${number},
                vendor_id = ${role === 'vendor' ? '(SELECT min(id::text)::uuid FROM vendors)' : 'NULL'} WHERE email = '${email}'`);
            headersOf[role] = bearer((await people.logIn(email)).data.accessToken);
        }
        const [sku] = await shop.takeSkus(100);
        orderCart = await shop.cartWith([sku, 1]);
        otherCart = await shop.cartWith([sku, 1]);
        const { data: order } = await shop.order(orderCart);
        const reservation = (await shop.reserve([[sku, 1]])).data;
        const reserve = { items: [{ productId: sku.productId, variantId: sku.variantId, quantity: 1 }] };
        ids = { reserve, orderId: order.id, productId: sku.productId, variantId: sku.variantId, sellerId: sku.sellerId,
            reservationId: reservation.reservationId, cartId: await shop.cartWith([sku, 1]), itemId: `item_${NOTHING}`,
            kind: 'stock', actorId: `${sku.variantId}:${sku.sellerId}`, requestId: 'nobody-asked', code: 'SAVE20',
            paymentId: `pay_${NOTHING}`, slug: 'nothing', provider: 'nobody', module: 'app', script: 'shop.js' };
    });
    after(async () => {
        await shop?.close();
        mailbox.close();
    });

    const operationOf = ({ method, pattern }) => shop.contract.document.paths[pattern]?.[method.toLowerCase()];

    function pathOf({ pattern }, replaced = {}) {
        const prefix = shop.contract.document.paths[pattern].servers ? '' : '/api/v1';
        return prefix + pattern.replace(/\{([^}]+)\}/g, (_, name) => {
            if (name in replaced) return replaced[name];
            if (name !== 'id') return ids[name] ?? 'nothing';
            if (/^\/(events\/)?products/.test(pattern)) return ids.productId;
            return /^\/(events\/)?orders/.test(pattern) ? ids.orderId : `sess_${NOTHING}`;
        });
    }

    /** The status and, of a refusal, its envelope. A stream is not waited for. */
    function ask({ method }, path, headers, body) {
        return new Promise((resolve, reject) => {
            const sent = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
            const outgoing = http.request({ host: '127.0.0.1', port: shop.server.port, method, path, agent: false,
                headers: { ...sent, ...headers } }, (incoming) => {
                if (incoming.statusCode < 400) {
                    outgoing.destroy();
                    resolve({ status: incoming.statusCode });
                    return;
                }
                let text = '';
                incoming.on('data', (part) => { text += part; });
                incoming.on('end', () => resolve({ status: incoming.statusCode, error: JSON.parse(text).error }));
            });
            outgoing.on('error', reject);
            outgoing.end(body);
        });
    }

    /** Asks for a route in a way that changes nothing, should it be allowed. */
    function askFor(row, headers, { proof, replaced, json } = {}) {
        const operation = operationOf(row);
        const harmless = ['DELETE', 'POST'].includes(row.method) && !operation.requestBody
            ? { reservationId: `res_${NOTHING}`, cartId: `cart_${NOTHING}` } : {};
        const inBody = row.pattern === '/inventory/reserve';
        const body = operation.requestBody
            && JSON.stringify(json ?? { surelyUnknown: 1, ...(inBody && proof ? { cartId: proof } : {}) });
        const shown = proof && !inBody ? { 'X-Cart-Id': proof } : {};
        return ask(row, pathOf(row, { ...harmless, ...replaced }), { ...headers, ...shown }, body);
    }

    const problems = [];
    const note = (row, caller, what, answer) =>
        problems.push(`${row.method} ${row.pattern} by ${caller}: ${what}, but gave ${answer.status} ${answer.error?.message ?? ''}`);
    const isRefusal = ({ status }) => status === 401 || status === 403;

    const TRIALS = {
        async yes(row, caller) {
            const answer = await askFor(row, headersOf[caller]);
            if (isRefusal(answer) || answer.status >= 500) note(row, caller, 'is allowed', answer);
        },
        async id(row, caller) {
            await TRIALS.yes(row, caller);
            const [name, prefix] = [...row.pattern.matchAll(/\{(cart|reservation)Id\}/g)].map(([, noun]) =>
                [`${noun}Id`, noun === 'cart' ? 'cart' : 'res'])[0] ?? [];
            if (!name) return;
            const answer = await askFor(row, headersOf[caller], { replaced: { [name]: `${prefix}_${NOTHING}` } });
            // A body that is refused may be so before what its path names is looked for.
            if (![404, ...(operationOf(row).requestBody ? [400] : [])].includes(answer.status)) note(row, caller, 'does not know the id', answer);
        },
        async own(row, caller) {
            const without = await askFor(row, headersOf[caller]);
            // A body that is refused may be so before the order that it names is looked for.
            const fits = row.pattern.includes('{') ? [404] : [400, 404];
            if (!fits.includes(without.status)) note(row, caller, 'has nothing to do with it', without);
            const shown = await askFor(row, headersOf[caller], { proof: orderCart });
            if (isRefusal(shown) || shown.status >= 500) note(row, caller, 'shows the cart', shown);
            if (!row.pattern.includes('{')) return;
            const another = await askFor(row, headersOf[caller], { proof: otherCart });
            if (another.status !== 404) note(row, caller, 'shows another cart', another);
        },
        async cart(row, caller) {
            // Whether a cart is named in the body is seen once it is read, so that it must be right.
            const inBody = row.pattern === '/inventory/reserve';
            const without = await askFor(row, headersOf[caller], { json: inBody ? ids.reserve : undefined });
            if (without.status !== (inBody && caller !== 'guest' ? 403 : 401)) note(row, caller, 'shows no cart', without);
            const shown = await askFor(row, headersOf[caller], { proof: orderCart });
            if (isRefusal(shown) || shown.status >= 500) note(row, caller, 'shows the cart', shown);
            if (!row.pattern.includes('{')) return;
            const another = await askFor(row, headersOf[caller], { proof: otherCart });
            if (another.status !== 404) note(row, caller, 'shows another cart', another);
        },
    };
    for (const [status, code] of [['401', 'AUTHENTICATION_ERROR'], ['403', 'AUTHORIZATION_ERROR']]) {
        TRIALS[status] = async (row, caller) => {
            const answer = await askFor(row, headersOf[caller], { proof: orderCart });
            if (String(answer.status) !== status || answer.error?.code !== code) note(row, caller, `is refused by ${status}`, answer);
        };
    }

    it('is declared for every operation of the API document, and for nothing else', () => {
        const declared = rows.map(({ method, pattern }) => `${method} ${pattern}`).sort();
        const documented = shop.contract.operations.map(({ method, template }) => `${method.toUpperCase()} ${template}`).sort();
        assert.deepEqual(declared, documented);
        assert.deepEqual(callers.filter((caller) => !headersOf[caller]), []);
    });

    it('is as declared, for every route and every kind of caller', { timeout: 240_000 }, async () => {
        let tried = 0;
        for (const row of rows) {
            await Promise.all(callers.map(async (caller) => {
                const trial = TRIALS[row.cells[caller]];
                assert.ok(trial, `${row.pattern} has a cell "${row.cells[caller]}"`);
                await trial(row, caller);
                tried += 1;
            }));
        }
        assert.deepEqual(problems, []);
        assert.equal(tried, rows.length * callers.length);
        assert.ok(tried > 800, `only ${tried} were tried`);
    });

    it('is nobody\'s with credentials that are not good, but where nobody is asked for them', async () => {
        const stale = bearer(`${'x'.repeat(20)}.${'y'.repeat(20)}.${'z'.repeat(20)}`);
        const wrong = [];
        for (const row of rows.filter(({ pattern }) => !pattern.startsWith('/auth/'))) {
            const answer = await askFor(row, stale, { proof: orderCart });
            if (answer.status !== 401) wrong.push(`${row.method} ${row.pattern} gave ${answer.status}`);
        }
        assert.deepEqual(wrong, []);
    });

    it('has changed nothing by being asked for', async () => {
        assert.equal((await shop.raw('GET', '/health/ready')).status, 200);
        assert.equal((await shop.send('GET', `/orders/${ids.orderId}`, undefined, { 'X-Cart-Id': orderCart })).data.status, 'pending');
    });
});
