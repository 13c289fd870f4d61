// Everything about a person, gathered and erased: a dump of the database afterwards has nothing of
// them, the books still agree, and nobody else has lost anything.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { filesIn } from './support/archive.mjs';
import { assertBooks } from './support/books.mjs';
import { assertInvariants } from './support/invariants.mjs';
import { bearer, Mailbox, PASSWORD, People, tokenIn } from './support/people.mjs';
import { until } from './support/server.mjs';
import { ADDRESS, orderOf, Shop } from './support/shop.mjs';

const run = promisify(execFile);

/** Somebody whose every detail is nobody else's. */
function somebody(mark, network) {
    return {
        email: `zaynab.${mark}@example.org`, firstName: `Zaynab${mark}`, lastName: `Quondam${mark}`,
        phone: `+96279${network}00123`, street: `Alley of ${mark} 77`, building: `House ${mark}`,
        ip: `203.0.113.${network}`, agent: `Phone of ${mark}`, notes: `Leave it with the aunt of ${mark}`,
        why: `${mark} moves away`,
    };
}
const detailsOf = ({ notes, why, agent, ...person }) => [...Object.values(person), notes, why, agent];

describe('erasure', () => {
    let shop;
    let people;
    let mailbox;
    let skus;
    let boss;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 10, environment: {
            ...mailbox.environment, SOUK_SERVER_TRUSTED_PROXIES: '127.0.0.1',
            SOUK_IDENTITY_SECRET: 'a secret of forty characters, for tests.', // tokens outlive a restart
            SOUK_IDENTITY_LOCKOUT_ADDRESS_FAILURES: '100000', SOUK_PAYMENTS_SANDBOX_DECISION_MS: '50',
            SOUK_PAYMENTS_SANDBOX_EVENT_MS: '50' } });
        people = new People(shop, mailbox);
        skus = await shop.takeSkus(1_000, 1_000);
        const email = await people.someone();
        await shop.server.psql(`UPDATE users SET role = 3 WHERE email = '${email}'`);
        boss = bearer((await people.logIn(email)).data.accessToken);
        await shop.must(201, 'POST', '/discounts', { code: 'TRYUS', type: 'percentage', value: 10, active: true,
            usageLimitPerCustomer: 1 }, shop.operator);
    });
    after(async () => {
        await shop?.close();
        mailbox.close();
    });

    const from = ({ ip, agent }) => ({ 'X-Forwarded-For': ip, 'User-Agent': agent });
    const addressOf = ({ email, firstName, lastName, phone, street, building }) =>
        ({ ...ADDRESS, email, firstName, lastName, phone, street, building });

    /** Registers, logs in from two devices, tells of themselves, forgets the password once. */
    async function comes(person) {
        const headers = from(person);
        const { email, firstName, lastName, phone } = person;
        const asked = await shop.send('POST', '/auth/register',
            { email, password: PASSWORD, firstName, lastName, phone }, headers);
        assert.equal(asked.status, 202);
        const token = tokenIn(await mailbox.last(email));
        await shop.must(200, 'POST', '/auth/verify-email', { token }, headers);
        assert.equal((await people.logIn(email, 'not the password', headers)).status, 401);
        await people.logIn(email, PASSWORD, { ...headers, 'User-Agent': `Tablet of ${firstName}` });
        const tokens = (await people.logIn(email, PASSWORD, headers)).data;
        const me = { ...headers, ...bearer(tokens.accessToken) };
        await shop.must(202, 'POST', '/auth/forgot-password', { email }, headers);
        await mailbox.last(email, 2);
        await shop.must(201, 'POST', '/users/addresses', addressOf(person), me);
        await shop.must(201, 'POST', '/customers', { email, firstName, lastName, phone,
            dateOfBirth: '1990-01-15', skinType: 'dry', skinConcerns: ['acne'] },
        { ...me, 'Idempotency-Key': `customer-${firstName}` });
        const { variantId, productId } = skus[1];
        const { data: cart } = await shop.must(200, 'POST', '/cart/items', { productId, variantId, quantity: 1 }, me);
        await shop.must(200, 'POST', '/checkout/shipping', { cartId: cart.id,
            shippingAddress: { country: 'JO', city: 'Amman', street: person.street } }, me);
        return { me, tokens };
    }
    /** An order of theirs: its id, and what shows that it is. */
    async function orders(person, me, more = {}, code = undefined) {
        const cart = await shop.cartWith([skus[0], 2], [skus[1], 1]);
        await shop.must(200, 'POST', '/checkout/shipping',
            { cartId: cart, shippingAddress: { country: 'JO', city: 'Amman' } }, me);
        if (code) await shop.must(200, 'POST', '/checkout/discount', { cartId: cart, discountCode: code }, me);
        const placed = await shop.send('POST', '/orders', orderOf(cart,
            { shippingAddress: addressOf(person), notes: person.notes, ...more }),
        { ...me, 'Idempotency-Key': `order-${cart}` });
        assert.equal(placed.status, 201, String(placed.bytes));
        return { id: placed.data.id, total: placed.data.total, owner: { ...me, 'X-Cart-Id': cart } };
    }
    async function buys(person, me) {
        const paid = await orders(person, me, { paymentMethod: 'sandbox' }, 'TRYUS');
        await shop.must(200, 'POST', `/orders/${paid.id}/payment`,
            { paymentMethod: 'sandbox', paymentMethodId: 'pm_card_visa' }, paid.owner);
        const inCash = await orders(person, me);
        await shop.must(200, 'POST', `/orders/${inCash.id}/payment`,
            { paymentMethod: 'cash_on_delivery' }, inCash.owner);
        return [paid, inCash];
    }
    async function cancel(order, reason) {
        await shop.must(200, 'POST', `/orders/${order.id}/cancel`, { reason }, order.owner);
        await until(async () => {
            const { data } = await shop.must(200, 'GET', `/orders/${order.id}`, undefined, shop.operator);
            return data.paymentStatus !== 'paid';
        }, { what: 'the refund' });
    }
    const isErased = async (user) => (await shop.server.sql(
        `SELECT done_at FROM erasures WHERE done_at IS NOT NULL AND user_id = '${user}'`)).length === 1;
    const uuidOf = async (email) =>
        (await shop.server.sql(`SELECT id FROM users WHERE email = '${email}'`))[0].id;

    async function dump() {
        const { stdout } = await run('pg_dump', ['--inserts', '-d', shop.server.environment.SOUK_POSTGRES_URL],
            { maxBuffer: 1 << 30 });
        return stdout.toLowerCase();
    }
    /** Which of these details a text has, as they are, in base64 or in hex. */
    function foundIn(text, details) {
        return details.filter((detail) => [detail.toLowerCase(),
            Buffer.from(detail).toString('base64').replace(/=+$/, '').toLowerCase(),
            Buffer.from(detail).toString('hex')].some((spelling) => text.includes(spelling)));
    }
    async function verifyAudit() {
        await until(async () => (await shop.server.sql('SELECT FROM audit_unsealed')).length === 0,
            { what: 'sealing' });
        return shop.server.command('audit', 'verify');
    }

    it('leaves nothing of a person but the books, over a crash', { timeout: 240_000 }, async () => {
        const amal = somebody('amalamal', 77);
        const omar = somebody('omaromar', 78);
        const { me, tokens } = await comes(amal);
        const other = await comes(omar);
        const bought = await buys(amal, me);
        const others = await buys(omar, other.me);
        const user = await uuidOf(amal.email);
        await until(async () => mailbox.to(amal.email).length >= 4, { what: 'mails about orders' });

        const tooEarly = await shop.send('POST', '/users/me/erase', { password: PASSWORD }, me);
        assert.equal(tooEarly.status, 409);
        assert.deepEqual(tooEarly.error.details.map(({ field }) => field).sort(), bought.map(({ id }) => id).sort());
        await cancel(bought[0], amal.why);
        await cancel(bought[1], amal.why);
        await shop.must(200, 'POST', '/auth/refresh', { refreshToken: tokens.refreshToken }, from(amal));

        const answer = await shop.send('GET', '/users/me/export', undefined, me);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['content-type'], 'application/zip');
        assert.match(answer.headers['content-disposition'], /^attachment; filename="user_[0-9a-z]{26}\.zip"$/);
        const files = filesIn(answer.bytes);
        assert.equal(files['profile.json'].email, amal.email);
        assert.equal(files['sessions.json'].length, 2);
        assert.equal(files['addresses.json'][0].street, amal.street);
        assert.equal(files['customer.json'].skinProfile.skinType, 'dry');
        const orderFiles = Object.entries(files).filter(([name]) => name.startsWith('orders/'));
        assert.deepEqual(orderFiles.map(([, order]) => order.id).sort(), bought.map(({ id }) => id).sort());
        assert.ok(orderFiles.every(([, order]) => order.shippingAddress.street === amal.street));
        assert.ok(files['mails.json'].length >= 4);
        assert.ok(files['audit.json'].some(({ action, address }) => action === 'auth.login' && address === amal.ip));
        assert.deepEqual(foundIn(JSON.stringify(files).toLowerCase(), detailsOf(omar)), []);
        assert.deepEqual(foundIn(await dump(), detailsOf(amal)).sort(), detailsOf(amal).sort(),
            'what is looked for is there');

        const wrong = await shop.send('POST', '/users/me/erase', { password: 'not the password' }, me);
        assert.equal(wrong.status, 401);
        await shop.must(202, 'POST', '/users/me/erase', { password: PASSWORD }, me);
        await shop.server.kill();
        await shop.server.start();
        await until(() => isErased(user), { seconds: 60, what: 'the erasure' });

        assert.deepEqual(foundIn(await dump(), detailsOf(amal)), []);
        const again = await shop.send('POST', '/users/me/erase', { password: PASSWORD }, me);
        assert.equal(again.status, 401);
        assert.equal((await people.logIn(amal.email)).status, 401);
        assert.equal((await people.refresh(tokens.refreshToken)).status, 401);
        const { data: kept } = await shop.must(200, 'GET', `/orders/${bought[0].id}`, undefined, shop.operator);
        assert.equal(kept.total, bought[0].total);
        assert.equal(kept.shippingAddress.country, 'JO');
        assert.equal(kept.paymentStatus, 'refunded');
        assert.deepEqual(await shop.server.sql(`SELECT c.id FROM carts c LEFT JOIN cart_items i ON i.cart_id = c.id
            WHERE c.user_id = '${user}' AND (c.destination IS NOT NULL OR i.id IS NOT NULL)`), []);
        const [use] = await shop.server.sql(`SELECT count(*) AS uses FROM discount_uses WHERE buyer_keys = '{}'`);
        assert.equal(Number(use.uses), 1);

        assert.match(await verifyAudit(), /[1-9]\d* have lost personal parts to erasures/);
        await assertBooks(shop.server);
        await assertInvariants(shop.server);
        const { data: checks } = await shop.must(200, 'GET', '/admin/invariants', undefined,
            bearer(shop.server.keys['console-admin']));
        assert.deepEqual(checks.invariants.filter(({ state }) => state !== 'holds'), []);

        assert.deepEqual(foundIn(await dump(), detailsOf(omar)), detailsOf(omar).filter((detail) => detail !== omar.why));
        const { data: profile } = await shop.must(200, 'GET', '/users/profile', undefined, other.me);
        assert.equal(profile.email, omar.email);
        const { data: whole } = await shop.must(200, 'GET', `/orders/${others[0].id}`, undefined, others[0].owner);
        assert.equal(whole.shippingAddress.street, omar.street);

        assert.equal((await people.register(amal.email)).status, 202);
        assert.notEqual(await uuidOf(amal.email), user, 'their address is free');
    });

    it('is done for somebody who asks an administrator, and shown while it waits', { timeout: 120_000 }, async () => {
        const laila = somebody('lailalaila', 79);
        const { me } = await comes(laila);
        const user = await uuidOf(laila.email);
        const { data: profile } = await shop.must(200, 'GET', '/users/profile', undefined, me);
        const erase = (headers, reason = `${laila.firstName} called`) =>
            shop.send('POST', `/admin/users/${profile.id}/erase`, { reason }, headers);
        assert.equal((await erase(me)).status, 403);
        assert.equal((await erase(boss)).status, 202);
        await until(() => isErased(user), { what: 'the erasure' });
        assert.equal((await erase(boss, 'again')).status, 202);
        assert.deepEqual(foundIn(await dump(), detailsOf(laila)), []);
        const { data: seen } = await shop.must(200, 'GET', '/admin/supervisors', undefined,
            bearer(shop.server.keys['console-admin']));
        assert.equal(seen.erasuresWaiting, 0);
        assert.ok(seen.history.some(({ supervisor, what, subject }) =>
            supervisor === 'erasures' && what === 'erased' && subject === profile.id));
        const { data: shown } = await shop.must(200, 'GET', `/admin/users/${profile.id}`, undefined, boss);
        assert.deepEqual([shown.status, shown.firstName, shown.email], ['erased', '', `${profile.id}@erased.invalid`]);
        assert.equal((await shop.send('POST', `/admin/users/${profile.id}/reinstate`, { reason: 'a mistake' }, boss)).status, 409);
        await verifyAudit();
    });

    it('is asked for on the command line, and goes on once a server runs', { timeout: 120_000 }, async () => {
        const huda = somebody('hudahuda', 80);
        await comes(huda);
        const user = await uuidOf(huda.email);
        await shop.server.stop();
        assert.match(await shop.server.command('erase-user', '--email', huda.email, '--reason', 'wrote a letter'),
            /^user_[0-9a-z]{26} is erased/);
        assert.equal(await isErased(user), false);
        await shop.server.start();
        await until(() => isErased(user), { what: 'the erasure' });
        assert.deepEqual(foundIn(await dump(), detailsOf(huda)), []);
    });

    it('has nothing to do in the log, which never knew names', () => {
        const log = readFileSync(path.join(shop.server.directory, 'soukd.log'), 'utf8').toLowerCase();
        for (const person of [somebody('amalamal', 77), somebody('lailalaila', 79), somebody('hudahuda', 80)]) {
            const { ip, agent, ...named } = person;
            assert.deepEqual(foundIn(log, Object.values(named)), [], `${ip} and ${agent} alone`);
        }
    });
});
