// Two marketplaces on one server: each sells, and every operation, asked with the other's ids, finds nothing.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import WebSocket from 'ws';
import { typeIdOf } from './support/ids.mjs';
import { assertInvariants } from './support/invariants.mjs';
import { keyOf, oneOfEach } from './support/one_of_each.mjs';
import { bearer, Mailbox, PASSWORD, People, tokenIn } from './support/people.mjs';
import { Shop } from './support/shop.mjs';

const run = promisify(execFile);
const SOUKCTL = path.resolve(process.env.SOUKCTL
    ?? fileURLToPath(new URL('../../build/dev/app/ctl/soukctl', import.meta.url)));
const THERE = { 'X-Tenant-Id': 'other' };

describe('two marketplaces', () => {
    let shop;
    let other; // its id
    let operator; // of the other
    let mailbox;
    let people;
    let person;
    let things;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 20, environment: { SOUK_PAYMENTS_SANDBOX_EVENT_MS: '600000',
            SOUK_IDENTITY_HASH_COST: '10', ...mailbox.environment } });
        people = new People(shop, mailbox);
        person = await people.someoneLoggedIn();
        const { stdout } = await run(SOUKCTL, ['tenant', 'create', 'other', '--name', 'The other', '--host',
            'other.example', '--json'], { env: { ...process.env, SOUK_KEY: shop.server.keys.operator,
            SOUK_URL: `http://127.0.0.1:${shop.server.port}` } });
        const { data } = JSON.parse(stdout);
        other = data.tenant.id;
        operator = { ...THERE, Authorization: `Bearer ${data.apiKey}` };
        await shop.server.command('seed', '--tenant', 'other', '--products', '20');
        things = await oneOfEach(shop, person);
    });
    after(async () => {
        await shop?.close();
        mailbox.close();
    });

    it('sell what is theirs, and write nothing that is not', async () => {
        const [sku] = await shop.server.sql(`SELECT v.id, v.product_id, p.currency FROM product_variants v
            JOIN products p ON p.id = v.product_id JOIN stock s ON s.variant_id = v.id
            JOIN tenants t ON t.id = v.tenant_id AND t.slug = 'other'
            WHERE s.on_hand > 10 AND p.currency = 'USD' ORDER BY v.id LIMIT 1`);
        const line = { productId: typeIdOf('prod', sku.product_id), variantId: typeIdOf('var', sku.id), quantity: 2 };
        const { data: cart } = await shop.must(201, 'POST', '/cart', { currency: 'USD' }, THERE);
        await shop.must(200, 'POST', `/cart/${cart.id}/items`,
            line, THERE);
        const { data: order } = await shop.must(201, 'POST', '/orders',
            { ...things.rightBodies['POST /orders'], cartId: cart.id, expectedTotal: undefined }, THERE);
        await shop.must(200, 'POST', `/orders/${order.id}/payment`, { paymentMethod: 'cash_on_delivery' },
            { ...THERE, 'X-Cart-Id': cart.id });
        await shop.must(200, 'GET', `/orders/${order.id}`, undefined, operator);
        const tables = await shop.server.sql(`SELECT table_name AS name FROM information_schema.columns
            WHERE column_name = 'tenant_id' AND table_schema = 'public'`);
        for (const { name } of tables) {
            const [{ wrong }] = await shop.server.sql(`SELECT count(*) AS wrong FROM "${name}"
                WHERE tenant_id NOT IN (SELECT id FROM tenants)`);
            assert.equal(Number(wrong), 0, `${name} has rows of nobody`);
        }
        const mixed = await shop.server.sql(`SELECT o.id FROM orders o JOIN order_items i ON i.order_id = o.id
            JOIN product_variants v ON v.id = i.variant_id JOIN carts c ON c.id = o.cart_id
            WHERE NOT (o.tenant_id = i.tenant_id AND o.tenant_id = v.tenant_id AND o.tenant_id = c.tenant_id)`);
        assert.deepEqual(mixed, []);
        await assertInvariants(shop.server);
    });

    it('find nothing by each other\'s ids, whatever is asked', async () => {
        const wrong = [];
        let tried = 0;
        const guests = { ...THERE, 'X-Cart-Id': things.values.ownCart };
        for (const operation of shop.contract.operations) {
            const { method, template } = operation;
            const key = keyOf(operation);
            const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
            const body = things.rightBodies[key];
            const naming = names.some((name) => !['slug', 'kind', 'code', 'provider', 'module', 'script', 'requestId', 'mailId'].includes(name))
                || /"(cart|order|product|variant|payment|vendor)Id"/.test(JSON.stringify(body ?? {}));
            if (!naming || template.startsWith('/console') || template.startsWith('/shop')) continue;
            for (const [who, headers] of [['a guest', guests], ['its operator', operator]]) {
                const answer = await shop.raw(method.toUpperCase(), things.pathOf(operation), {
                    headers: { ...headers, ...(body ? { 'Content-Type': 'application/json' } : {}) },
                    body: body && JSON.stringify(body) });
                tried += 1;
                // Who may not ask at all is told so; who may finds nothing, or a body that names nothing.
                const fits = [404, ...(names.length === 0 || body ? [400, 422] : []),
                    ...(who === 'a guest' ? [401] : [401, 403])];
                if (!fits.includes(answer.status)) wrong.push(`${key} by ${who}: ${answer.status}`);
            }
        }
        assert.deepEqual(wrong, []);
        assert.ok(tried > 60, `only ${tried} were tried`);
        const { data: cart } = await shop.must(200, 'GET', `/cart/${things.values.cartId}`);
        assert.equal(cart.items[0].quantity, 2, 'and nothing came of it');
    });

    it('know neither each other\'s keys nor each other\'s people', async () => {
        const mine = shop.operator;
        assert.equal((await shop.send('GET', '/inventory/low-stock', undefined, { ...mine, ...THERE })).status, 401);
        const { Authorization } = operator;
        assert.equal((await shop.send('GET', '/inventory/low-stock', undefined, { Authorization })).status, 401);
        await shop.must(200, 'GET', '/inventory/low-stock', undefined, operator);
        assert.equal((await shop.send('GET', '/users/profile', undefined,
            { ...bearer(person.accessToken), ...THERE })).status, 401);
        const { email } = person.user;
        assert.equal((await shop.send('POST', '/auth/login', { email, password: PASSWORD }, THERE)).status, 401);
        await shop.must(200, 'POST', '/auth/login', { email, password: PASSWORD });
    });

    it('do not take each other\'s secrets, and use none of them up', async () => {
        const { data: tokens } = await people.logIn(person.email);
        const { refreshToken } = tokens;
        assert.equal((await shop.send('POST', '/auth/refresh', { refreshToken }, THERE)).status, 401);
        assert.equal((await shop.send('POST', '/auth/logout', { refreshToken }, THERE)).status, 204, 'as for any unknown one');
        await shop.must(200, 'POST', '/auth/refresh', { refreshToken });
        const email = people.newAddress();
        await people.register(email);
        const token = tokenIn(await mailbox.last(email));
        assert.equal((await shop.send('POST', '/auth/verify-email', { token }, THERE)).status, 410);
        await shop.must(200, 'POST', '/auth/verify-email', { token });
        await shop.must(202, 'POST', '/auth/forgot-password', { email });
        const reset = { token: tokenIn(await mailbox.last(email, 2)), password: 'another good password' };
        assert.equal((await shop.send('POST', '/auth/reset-password', reset, THERE)).status, 410);
        await shop.must(200, 'POST', '/auth/reset-password', reset);
    });

    it('write their mails in their own names', async () => {
        const env = { ...process.env, SOUK_KEY: shop.server.keys.operator, SOUK_URL: `http://127.0.0.1:${shop.server.port}` };
        const { stdout } = await run(SOUKCTL, ['tenant', 'update', 'other', '--name', 'Rose & Co',
            '--site-url', 'https://rose.example', '--json'], { env });
        assert.equal(JSON.parse(stdout).data.siteUrl, 'https://rose.example');
        assert.deepEqual(JSON.parse(stdout).data.hosts, ['other.example'], 'what is not named stays');
        const email = people.newAddress();
        assert.equal((await people.register(email, {}, THERE)).status, 202);
        const mail = await mailbox.last(email);
        assert.equal(mail.subject, 'Rose & Co: Verify your e-mail address');
        assert.match(mail.text, /Welcome to Rose & Co!/);
        assert.match(mail.text, /^https:\/\/rose\.example\/#\/verify-email\//m);
        await shop.must(200, 'POST', '/auth/verify-email', { token: tokenIn(mail) }, THERE);
        const [{ reason }] = await shop.server.sql("SELECT reason FROM audit JOIN audit_personal USING (sequence) WHERE action = 'changeTenant'");
        assert.ok(reason);
        assert.equal((await shop.send('PUT', '/admin/tenants/nobody', { name: 'x' }, shop.operator)).status, 404);
        const bad = await shop.send('PUT', '/admin/tenants/other', { siteUrl: 'javascript:alert(1)', hosts: ['A'] }, shop.operator);
        assert.deepEqual(bad.error.details.map(({ field }) => field), ['hosts[0]', 'siteUrl']);
    });

    it('have people from the command line', async () => {
        shop.server.environment.SOUK_USER_PASSWORD = 'a password of forty characters or so';
        await shop.server.command('user', '--tenant', 'other', '--email', 'boss@example.com', '--role', 'super_admin',
            '--first-name', 'Rania', '--last-name', 'Haddad');
        const logIn = (headers) => people.logIn('boss@example.com', 'a password of forty characters or so', headers);
        assert.equal((await logIn({})).status, 401);
        const { data } = await logIn(THERE);
        assert.equal(data.user.role, 'super_admin');
        const list = await shop.must(200, 'GET', '/users?limit=100', undefined, { ...THERE, ...bearer(data.accessToken) });
        assert.ok(list.data.every(({ email }) => email !== person.email));
    });

    it('leave the console to the operators of the deployment', async () => {
        for (const route of ['/admin/overview', '/admin/actors', '/admin/supervisors', '/admin/tenants']) {
            assert.equal((await shop.send('GET', route, undefined, operator)).status, 404, route);
        }
        const left = [];
        const ofConsole = shop.contract.operations.filter(({ template, described }) => template.includes('/admin/')
            && (described.tags ?? []).includes('Console') && described.operationId !== 'listAudit');
        assert.ok(ofConsole.length > 20, `only ${ofConsole.length} operations of the console`);
        for (const operation of ofConsole) {
            const body = things.rightBodies[keyOf(operation)];
            const answer = await shop.raw(operation.method.toUpperCase(), things.pathOf(operation), {
                headers: { ...operator, ...(body ? { 'Content-Type': 'application/json' } : {}) },
                body: body && JSON.stringify(body) });
            if (answer.status !== 404) left.push(`${keyOf(operation)}: ${answer.status}`);
        }
        assert.deepEqual(left, []);
        const { data: tenants } = await shop.must(200, 'GET', '/admin/tenants', undefined, shop.operator);
        assert.deepEqual(tenants.map(({ slug }) => slug), ['default', 'other']);
        const second = await shop.must(200, 'GET', '/admin/tenants?page=2&limit=1', undefined, shop.operator);
        assert.deepEqual(second.data.map(({ slug }) => slug), ['other']);
        assert.equal(second.json.pagination.total, 2);
        const { data: cart } = await shop.must(201, 'POST', '/cart', { currency: 'USD' }, THERE);
        const page = await shop.must(200, 'GET', `/admin/actors/cart/${other}:${cart.id}`, undefined, shop.operator);
        assert.equal(page.data.agreement, 'same');
        assert.equal((await shop.send('GET', `/admin/actors/cart/${cart.id}`, undefined, shop.operator)).status, 404);
    });

    it('are told apart by their hosts, and by a name that is known', async () => {
        const ask = (headers) => shop.raw('GET', '/api/v1/products?limit=100', { headers });
        const ids = async (headers) => (await ask(headers)).data.map(({ id }) => id);
        const [here, there, byHost] = [await ids({}), await ids(THERE), await ids({ Host: 'other.example' })];
        assert.deepEqual(there, byHost);
        assert.deepEqual(here.filter((id) => there.includes(id)), []);
        assert.deepEqual(await ids({ 'X-Tenant-Id': other }), there, 'by its id too');
        assert.equal((await ask({ 'X-Tenant-Id': 'nobody' })).status, 404);
        assert.equal((await ask({ Host: 'other.example', 'X-Tenant-Id': 'default' })).status, 400);
        assert.match((await ask({})).headers.vary, /X-Tenant-Id/, 'no cache between mixes them up');
        assert.equal((await shop.send('POST', '/auth/google', things.rightBodies['POST /auth/google'], THERE)).status, 404);
    });

    it('follow nothing of each other live', async () => {
        const { values } = things;
        const reader = new WebSocket(`ws://127.0.0.1:${shop.server.port}/ws`, { headers: THERE });
        const refusal = await new Promise((resolve, reject) => {
            reader.on('error', reject);
            reader.on('open', () => reader.send(JSON.stringify({ type: 'subscribe', id: 'a', topics: [
                `stock:${values.variantId}`, `product:${values.productId}`, `cart:${values.cartId}`] })));
            reader.on('message', (data) => resolve(JSON.parse(data)));
        });
        assert.equal(refusal.type, 'error');
        assert.equal(refusal.error.code, 'RESOURCE_NOT_FOUND');
        reader.close();
    });

    it('are made with a name of their own and the scope for it', async () => {
        const again = await shop.send('POST', '/admin/tenants', { slug: 'other', name: 'Again' }, shop.operator);
        assert.equal(again.status, 409);
        const bad = await shop.send('POST', '/admin/tenants', { slug: 'Not a slug', name: 'x', hosts: ['a b'] }, shop.operator);
        assert.equal(bad.status, 400);
        assert.deepEqual(bad.error.details.map(({ field }) => field), ['slug', 'hosts[0]']);
        const stranger = await shop.send('POST', '/admin/tenants', { slug: 'x', name: 'x' }, bearer(shop.server.keys.partner));
        assert.equal(stranger.status, 403);
        const [row] = await shop.server.sql('SELECT action, reason FROM audit JOIN audit_personal USING (sequence) WHERE action = \'createTenant\'');
        assert.match(row.reason, /other/);
    });
});
