// API keys: made, shown once, used, rotated, revoked.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { bearer, Mailbox, PASSWORD, People } from './support/people.mjs';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';

describe('API keys', () => {
    let shop;
    let people;
    let mailbox;
    let boss;
    let vendorKey;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 5, environment: {
            ...mailbox.environment, SOUK_IDENTITY_HASH_COST: '10' } });
        people = new People(shop, mailbox);
        shop.server.environment.SOUK_USER_PASSWORD = PASSWORD;
        await shop.server.command('user', '--email', 'boss@example.com', '--role', 'super_admin');
        delete shop.server.environment.SOUK_USER_PASSWORD;
        boss = bearer((await people.logIn('boss@example.com')).data.accessToken);
        vendorKey = bearer(Object.entries(shop.server.keys).find(([name]) => name.startsWith('vendor:'))[1]);
    });
    after(async () => {
        await shop?.close();
        mailbox.close();
    });

    const make = (body, headers = boss) => shop.send('POST', '/api-keys',
        { name: 'a partner', scopes: ['payments:read'], ...body }, headers);
    const use = async (key) => (await shop.send('GET', '/payments/stuck', undefined, { 'X-API-Key': key })).status;

    it('are shown once, hold until they are revoked, and leave their rows in the audit', async () => {
        const made = await make();
        assert.equal(made.status, 201);
        const { apiKey, key } = made.data;
        assert.match(key, /^souk_/);
        assert.equal(made.headers.location, `/api/v1/api-keys/${apiKey.id}`);
        assert.equal(await use(key), 200);
        const stored = JSON.stringify(await shop.server.sql('SELECT * FROM api_keys')) +
            JSON.stringify(await shop.server.sql('SELECT * FROM idempotency_keys'));
        assert.ok(!stored.includes(key.split('_').at(-1)), 'only its hash is kept');
        const list = await shop.must(200, 'GET', '/api-keys?limit=100', undefined, boss);
        const line = list.data.find(({ id }) => id === apiKey.id);
        assert.deepEqual(line.scopes, ['payments:read']);
        assert.ok(!('key' in line));
        assert.equal((await shop.send('DELETE', `/api-keys/${apiKey.id}`, undefined, boss)).status, 204);
        assert.equal(await use(key), 401, 'at once');
        assert.equal((await shop.send('DELETE', `/api-keys/${apiKey.id}`, undefined, boss)).status, 204);
        const target = encodeURIComponent(`key ${apiKey.id}`);
        const told = await shop.must(200, 'GET', `/admin/audit?target=${target}`, undefined, boss);
        assert.deepEqual(told.data.map(({ action }) => action), ['keys.revoke', 'keys.make']);
    });

    it('take another secret, beside which the first holds for as long as is wished', async () => {
        const { data } = await make();
        const rotate = (body) => shop.must(200, 'POST', `/api-keys/${data.apiKey.id}/rotate`, body, boss);
        const first = await rotate(undefined);
        const hours = (Date.parse(first.data.expiresOldAt) - Date.now()) / 3_600_000;
        assert.ok(hours > 23 && hours <= 24, `${hours} hours`);
        assert.deepEqual([await use(data.key), await use(first.data.key)], [200, 200]);
        const second = await rotate({ overlapHours: 0 });
        assert.deepEqual([await use(data.key), await use(first.data.key), await use(second.data.key)], [401, 401, 200]);
        const tooLong = await shop.send('POST', `/api-keys/${data.apiKey.id}/rotate`, { overlapHours: 169 }, boss);
        assert.equal(tooLong.status, 400);
    });

    it('rest with whoever made them', async () => {
        const person = await people.someoneLoggedIn();
        await shop.must(200, 'PUT', `/users/${person.user.id}`, { role: 'admin' }, boss);
        const { data } = await make({}, bearer((await people.logIn(person.email)).data.accessToken));
        assert.equal(await use(data.key), 200);
        const move = (verb) => shop.must(200, 'POST', `/users/${person.user.id}/${verb}`, { reason: 'a test' }, boss);
        await move('suspend');
        assert.equal(await use(data.key), 401, 'at once');
        const list = await shop.must(200, 'GET', '/api-keys?limit=100', undefined, boss);
        assert.ok(list.data.find(({ id }) => id === data.apiKey.id).suspendedAt);
        await move('reinstate');
        assert.equal(await use(data.key), 200);
        await shop.must(200, 'PUT', `/users/${person.user.id}`, { role: 'customer' }, boss);
        assert.equal(await use(data.key), 401);
        const target = encodeURIComponent(`key ${data.apiKey.id}`);
        const told = await shop.must(200, 'GET', `/admin/audit?target=${target}`, undefined, boss);
        assert.deepEqual(told.data.map(({ action }) => action),
            ['keys.suspend', 'keys.reinstate', 'keys.suspend', 'keys.make']);
    });

    it('may do no more than who made them', async () => {
        const { data } = await make({ scopes: ['keys:manage', 'orders:read'] });
        const keeper = { 'X-API-Key': data.key };
        assert.equal((await make({ scopes: ['orders:read'] }, keeper)).status, 201);
        assert.equal((await make({ scopes: ['orders:write'] }, keeper)).status, 403);
        assert.equal((await make({ scopes: ['admin'] }, keeper)).status, 403);
        const list = await shop.must(200, 'GET', '/api-keys?limit=100', undefined, keeper);
        assert.ok(list.data.every(({ scopes }) => scopes.every((scope) =>
            ['keys:manage', 'orders:read'].includes(scope))));
        assert.equal((await make({ scopes: ['everything'] })).status, 400);
        assert.equal((await make({ expiresAt: '2001-01-01T00:00:00Z' })).status, 422);
        assert.equal((await make({}, vendorKey)).status, 403, 'demo keys do not make keys');
        const customer = await people.someoneLoggedIn();
        assert.equal((await make({}, bearer(customer.accessToken))).status, 403);
        assert.equal((await make({}, {})).status, 401);
    });

    it('of a vendor are for that vendor alone, by its people', async () => {
        const vendors = await shop.must(200, 'GET', '/products?limit=100');
        const sellers = [...new Set(JSON.stringify(vendors.json).match(/vend_[0-9a-z]{26}/g))];
        const person = await people.someoneLoggedIn();
        await shop.must(200, 'PUT', `/users/${person.user.id}`, { role: 'vendor', vendorId: sellers[0] }, boss);
        const seller = bearer(person.accessToken);
        const made = await make({ scopes: ['inventory:read'] }, seller);
        assert.equal(made.status, 201);
        assert.equal(made.data.apiKey.vendorId, sellers[0]);
        assert.equal((await make({ scopes: ['inventory:read'], vendorId: sellers[1] }, seller)).status, 403);
        assert.equal((await make({ scopes: ['payments:read'] }, seller)).status, 403);
        const bosses = (await make()).data.apiKey.id;
        assert.equal((await shop.send('DELETE', `/api-keys/${bosses}`, undefined, seller)).status, 404);
        const list = await shop.must(200, 'GET', '/api-keys', undefined, seller);
        assert.ok(list.data.every(({ vendorId }) => vendorId === sellers[0]));
    });

    it('have limits of their own and say when they were used last', async () => {
        const { data } = await make({ requestsPerMinute: 3 });
        const statuses = [];
        for (let i = 0; i < 5; ++i) statuses.push(await use(data.key));
        assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
        await shop.server.stop(); // writes what it noted
        await shop.server.start();
        const list = await shop.must(200, 'GET', '/api-keys?limit=100', undefined,
            shop.operator);
        const line = await until(() => list.data.find(({ id }) => id === data.apiKey.id), { what: 'the key' });
        assert.ok(line.lastUsedAt, 'when it was used');
    });
});
