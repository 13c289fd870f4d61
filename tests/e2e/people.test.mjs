// Address books, administration of people, customers, and the audit of what was done.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { bearer, Mailbox, PASSWORD, People } from './support/people.mjs';
import { until } from './support/server.mjs';
import { ADDRESS, orderOf, Shop } from './support/shop.mjs';

describe('people', () => {
    let shop;
    let people;
    let mailbox;
    let boss;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 5, environment: {
            ...mailbox.environment, SOUK_IDENTITY_HASH_COST: '10',
            SOUK_IDENTITY_LOCKOUT_ADDRESS_FAILURES: '100000' } });
        people = new People(shop, mailbox);
        boss = await superAdmin('boss@example.com');
    });
    after(async () => {
        await shop?.close();
        mailbox.close();
    });

    async function superAdmin(email) {
        shop.server.environment.SOUK_USER_PASSWORD = PASSWORD;
        await shop.server.command('user', '--email', email, '--role', 'super_admin',
            '--first-name', 'Rania', '--last-name', 'Haddad');
        delete shop.server.environment.SOUK_USER_PASSWORD;
        const answer = await people.logIn(email);
        assert.equal(answer.status, 200, answer.bytes.toString());
        return answer.data;
    }
    const as = (who) => bearer(who.accessToken);
    const status = async (...call) => (await shop.send(...call)).status;

    it('keep addresses, one default for each type', async () => {
        const amal = await people.someoneLoggedIn();
        const other = await people.someoneLoggedIn();
        const home = await shop.must(201, 'POST', '/users/addresses', { ...ADDRESS }, as(amal));
        assert.match(home.data.id, /^addr_/);
        assert.equal(home.headers.location, `/api/v1/users/addresses/${home.data.id}`);
        assert.deepEqual([home.data.type, home.data.isDefault], ['shipping', true]);
        const work = await shop.must(201, 'POST', '/users/addresses',
            { ...ADDRESS, city: 'Zarqa', isDefault: true }, as(amal));
        const list = async () => (await shop.must(200, 'GET', '/users/addresses', undefined, as(amal))).data;
        assert.deepEqual((await list()).map(({ city, isDefault }) => [city, isDefault]),
            [['Amman', false], ['Zarqa', true]]);
        const path = `/users/addresses/${home.data.id}`;
        const stale = await shop.send('PUT', path, { ...ADDRESS, city: 'Irbid' },
            { ...as(amal), 'If-Match': '"1"' });
        assert.equal(stale.status, 412, 'it is no default any more');
        const moved = await shop.must(200, 'PUT', path, { ...ADDRESS, city: 'Irbid', type: 'billing' }, as(amal));
        assert.deepEqual([moved.data.type, moved.data.isDefault], ['billing', true]);
        for (const [method, body] of [['PUT', { ...ADDRESS }], ['DELETE', undefined]]) {
            assert.equal(await status(method, path, body, as(other)), 404, `another's ${method}`);
        }
        assert.equal(await status('DELETE', path, undefined, as(amal)), 204);
        assert.equal(await status('DELETE', path, undefined, as(amal)), 404);
        assert.deepEqual((await list()).map(({ id }) => id), [work.data.id]);
        assert.equal(await status('GET', '/users/addresses'), 401);
        assert.equal(await status('GET', '/users/addresses', undefined, shop.operator), 403);
        const wrong = await shop.send('POST', '/users/addresses', { city: 'Amman', planet: 'Mars' }, as(amal));
        assert.equal(wrong.status, 400);
        assert.ok(wrong.error.details.length >= 5, 'every missing field is named');
    });

    it('are found, changed, suspended and reinstated by administrators alone', async () => {
        const amal = await people.someoneLoggedIn();
        const { id } = amal.user;
        for (const home of ['/users', '/admin/users']) {
            for (const [method, path, body] of [['GET', ''], ['GET', `/${id}`], ['PUT', `/${id}`, {}],
                ['DELETE', `/${id}`], ...['suspend', 'ban', 'reinstate'].map((verb) =>
                    ['POST', `/${id}/${verb}`, { reason: 'a test' }])]) {
                assert.equal(await status(method, home + path, body), 401, `${method} ${home}${path}`);
                assert.equal(await status(method, home + path, body, as(amal)), 403, `${method} ${home}${path}`);
            }
            const found = await shop.must(200, 'GET', `${home}?email=${amal.email.toUpperCase()}`,
                undefined, as(boss));
            assert.deepEqual(found.data.map((user) => user.id), [id]);
            assert.equal(found.json.pagination.total, 1);
        }
        assert.equal(await status('GET', '/users/profile', undefined, as(amal)), 200);
        const suspended = await shop.must(200, 'POST', `/users/${id}/suspend`, { reason: 'odd orders' }, as(boss));
        assert.equal(suspended.data.status, 'suspended');
        assert.equal(await status('GET', '/users/profile', undefined, as(amal)), 401, 'at once');
        assert.equal((await people.refresh(amal.refreshToken)).status, 401);
        assert.equal((await people.logIn(amal.email)).status, 403);
        await shop.must(200, 'POST', `/users/${id}/reinstate`, { reason: 'all well' }, as(boss));
        assert.equal((await people.logIn(amal.email)).status, 200);
        await shop.must(200, 'POST', `/admin/users/${id}/ban`, { reason: 'fraud' }, as(boss));
        assert.equal(await status('POST', `/users/${id}/suspend`, { reason: 'again' }, as(boss)), 409);
        assert.equal(await status('DELETE', `/users/${id}`, undefined, as(boss)), 204);
        const closed = await shop.must(200, 'GET', `/users/${id}`, undefined, as(boss));
        assert.equal(closed.data.status, 'closed');
        assert.equal((await shop.must(200, 'GET', `/users?email=${amal.email}`, undefined, as(boss))).data.length, 0);
        assert.equal(await status('POST', `/users/${id}/ban`, {}, as(boss)), 400, 'a reason is needed');
    });

    it('become administrators by a super admin alone, who cannot unmake themselves', async () => {
        const amal = await people.someoneLoggedIn();
        const path = `/users/${amal.user.id}`;
        const byKey = await shop.send('PUT', path, { role: 'admin' }, shop.operator);
        assert.equal(byKey.status, 403, 'a key that may do everything ranks as an administrator');
        await shop.must(200, 'PUT', path, { role: 'admin' }, as(boss));
        assert.equal(await status('GET', '/users', undefined, as(amal)), 200, 'at once');
        const other = await people.someoneLoggedIn();
        assert.equal(await status('PUT', `/users/${other.user.id}`, { role: 'SUPER_ADMIN' }, as(amal)), 403);
        assert.equal(await status('POST', `/users/${boss.user.id}/ban`, { reason: 'a coup' }, as(amal)), 403);
        assert.equal(await status('PUT', `/users/${boss.user.id}`, { role: 'customer' }, as(boss)), 403);
        assert.equal(await status('DELETE', `/users/${boss.user.id}`, undefined, as(boss)), 403);
        assert.equal((await shop.must(200, 'PUT', `/users/${other.user.id}`, { role: 'BUYER' }, as(amal))).data.role,
            'customer');
        await shop.must(200, 'PUT', path, { role: 'customer' }, as(boss));
        assert.equal(await status('GET', '/users', undefined, as(amal)), 403, 'at once');
    });

    it('who are tied to a vendor touch its things and no others', async () => {
        const [sku, ...others] = await shop.takeSkus(10, 10, 10, 10, 10, 10);
        const foreign = others.find(({ sellerId }) => sellerId !== sku.sellerId);
        const seller = await people.someoneLoggedIn();
        const path = `/users/${seller.user.id}`;
        assert.equal(await status('PUT', path, { role: 'vendor' }, as(boss)), 422);
        assert.equal(await status('PUT', path, { vendorId: sku.sellerId }, as(boss)), 422);
        const made = await shop.must(200, 'PUT', path, { role: 'SELLER', vendorId: sku.sellerId }, as(boss));
        assert.deepEqual([made.data.role, made.data.vendorId], ['vendor', sku.sellerId]);
        const set = (one) => status('PUT', `/inventory/${one.variantId}/${one.sellerId}/stock`,
            { mode: 'set', quantity: 7, reason: 'recount' }, as(seller));
        assert.equal(await set(sku), 200);
        if (foreign) assert.equal(await set(foreign), 404);
        assert.equal(await status('GET', '/users', undefined, as(seller)), 403);
        assert.equal(await status('GET', '/admin/audit', undefined, as(seller)), 403);
    });

    it('tell of themselves as customers, and nobody else reads it', async () => {
        const body = { email: 'customer@example.com', firstName: 'John', lastName: 'Doe',
            phone: '+1234567890', dateOfBirth: '1990-01-15', skinType: 'combination',
            skinConcerns: ['acne', 'dark-spots'] };
        const guest = await shop.must(201, 'POST', '/customers', body);
        assert.match(guest.data.id, /^cust_/);
        assert.deepEqual(guest.data.skinProfile,
            { skinType: 'combination', skinConcerns: ['acne', 'dark-spots'] });
        const again = await shop.must(201, 'POST', '/customers', body);
        assert.notEqual(again.data.id, guest.data.id, 'whether an address is known is told to nobody');
        const amal = await people.someoneLoggedIn();
        const other = await people.someoneLoggedIn();
        const mine = await shop.must(201, 'POST', '/customers', body, as(amal));
        const [sku] = await shop.takeSkus(5);
        const cart = await shop.cartWith([sku, 1]);
        const order = (await shop.send('POST', '/orders', orderOf(cart, { customerId: mine.data.id }), as(amal))).data;
        const path = `/customers/${mine.data.id}`;
        const shown = await shop.must(200, 'GET', path, undefined, as(amal));
        assert.deepEqual(shown.data.orders.map(({ id, orderNumber, total, status: state }) =>
            [id, orderNumber, total, state]), [[order.id, order.orderNumber, order.total, 'pending']]);
        assert.equal(await status('GET', path), 401);
        assert.equal(await status('GET', path, undefined, as(other)), 404);
        assert.equal(await status('GET', `/customers/${guest.data.id}`, undefined, as(amal)), 404);
        assert.equal(await status('GET', path, undefined, shop.operator), 200);
        const vendorKey = Object.entries(shop.server.keys).find(([name]) => name.startsWith('vendor:'))[1];
        assert.equal(await status('GET', path, undefined, bearer(vendorKey)), 403);
        assert.equal(await status('POST', '/customers', { ...body, dateOfBirth: '1990-02-30' }), 400);
    });

    it('leave rows in the audit, which a command verifies and which finds what was changed', async () => {
        const amal = await people.someone();
        await people.logIn(amal, 'not the password');
        const { data } = await people.logIn(amal);
        const requestId = 'a-request-of-mine';
        await shop.must(200, 'POST', `/users/${data.user.id}/suspend`, { reason: 'odd' },
            { ...as(boss), 'X-Request-Id': requestId });
        const find = async (query) => (await shop.must(200, 'GET', `/admin/audit?${query}`, undefined, as(boss))).data;
        const target = encodeURIComponent(`user ${data.user.id}`);
        assert.deepEqual((await find(`target=${target}`)).map(({ action }) => action),
            ['users.suspend', 'auth.login', 'auth.login_failed', 'auth.email_verified']);
        const [row] = await find(`requestId=${requestId}`);
        assert.deepEqual([row.actor, row.actorName, row.action, row.address, row.reason],
            [boss.user.id, 'super_admin', 'users.suspend', '127.0.0.1', 'odd']);
        assert.deepEqual(row.before.find(({ name }) => name === 'status'), { name: 'status', value: 'active' });
        assert.deepEqual(row.after.find(({ name }) => name === 'status'), { name: 'status', value: 'suspended' });
        assert.equal((await find(`actor=${boss.user.id}&action=users`)).every(({ actor }) =>
            actor === boss.user.id), true);
        assert.equal((await find(`from=2999-01-01T00:00:00Z`)).length, 0);
        assert.equal(await status('GET', '/admin/audit', undefined, as(await people.someoneLoggedIn())), 403);
        const viewer = { Authorization: `Bearer ${shop.server.keys['console-viewer']}` };
        const seen = await shop.must(200, 'GET', '/admin/audit?limit=100', undefined, viewer);
        assert.ok(seen.data.every(({ action }) => !/^(auth|users|keys)\./.test(action)),
            'log-ins and their addresses are for administrators');
        await until(async () => (await shop.server.sql('SELECT FROM audit_unsealed')).length === 0,
            { what: 'sealing' });
        const sound = await shop.server.command('audit', 'verify');
        const [, head] = /head is ([0-9a-f]{64})/.exec(sound);
        await shop.server.command('audit', 'verify', '--head', head);
        await assert.rejects(shop.server.command('audit', 'verify', '--head', '0'.repeat(64)), /noted is not in it/);
        await assert.rejects(shop.server.psql("UPDATE audit SET action = 'x'"), /only ever added to/);
        await shop.server.psql("SET session_replication_role = replica; UPDATE audit SET action = 'fine' " +
            `WHERE request_id = '${requestId}'`);
        await assert.rejects(shop.server.command('audit', 'verify'), /was changed: audit_/);
    });

    it('have a demo super admin, whom the seeder names once', async () => {
        const rows = await shop.server.sql("SELECT role FROM users WHERE email = 'admin@example.com'");
        assert.deepEqual(rows, [{ role: 3 }]);
        const again = await shop.server.command('seed', '--products', '5');
        assert.doesNotMatch(again, /super-admin/);
    });
});
