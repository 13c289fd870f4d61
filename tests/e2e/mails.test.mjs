// Mails against a real SMTP server: what buyers read, and what becomes of a mail that nobody takes.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MailServer } from './support/mail_server.mjs';
import { until } from './support/server.mjs';
import { ADDRESS, Shop } from './support/shop.mjs';

describe('mails', () => {
    let mails;
    let shop;
    let sku;
    let buyers = 0;
    before(async () => {
        mails = await MailServer.open();
        shop = await Shop.open({ environment: { ...mails.environment, SOUK_PAYMENTS_SANDBOX_EVENT_MS: '50',
            SOUK_IDENTITY_HASH_COST: '10' } });
        [sku] = await shop.takeSkus(10_000);
    });
    after(async () => {
        await shop?.close();
        await mails?.close();
    });

    /** An order that is confirmed: by its payment, or to be paid on delivery. */
    async function confirmedOrder(payment = { paymentMethod: 'cash_on_delivery' }, address = {}) {
        buyers += 1;
        const email = `buyer${buyers}@example.com`;
        const cart = await shop.cartWith([sku, 2]);
        const placed = await shop.order(cart, { paymentMethod: payment.paymentMethod,
            shippingAddress: { ...ADDRESS, email, ...address } });
        assert.equal(placed.status, 201, String(placed.bytes));
        const owner = { 'X-Cart-Id': cart };
        await shop.must(200, 'POST', `/orders/${placed.data.id}/payment`, payment, owner);
        return { ...placed.data, email, owner };
    }
    const CARD = { paymentMethod: 'sandbox', paymentMethodId: 'pm_card_visa' };
    const jobOf = async (email) => (await shop.server.sql(
        `SELECT state, tries, failure FROM mail_jobs WHERE recipient = '${email}'`))[0];

    it('confirm an order in text and in HTML, over TLS and logged in', async () => {
        const order = await confirmedOrder(undefined, { firstName: 'Žofie <b>', city: 'Ammán' });
        const mail = await mails.last(order.email);
        assert.equal(mail.subject, `Your order ${order.orderNumber} is confirmed`);
        assert.ok(mail.secure && mails.logIns > 0);
        assert.equal(mail.from, 'shop@example.com');
        assert.equal(mail.headers.from, '"The shop" <shop@example.com>');
        assert.equal(mail.headers.to, order.email);
        assert.match(mail.headers['message-id'], /^<mail_[0-9a-z]{26}@example\.com>$/);
        assert.ok(Math.abs(Date.parse(mail.headers.date) - Date.now()) < 60_000);
        const total = `USD ${(order.total / 100).toFixed(2)}`;
        for (const form of [mail.text, mail.html]) {
            assert.ok(form.includes(order.orderNumber) && form.includes(total) && form.includes('Ammán'));
            assert.ok(form.includes('2 × '));
        }
        assert.ok(mail.text.includes('Žofie <b>') && mail.html.includes('Žofie &lt;b&gt;'));
        assert.ok(mail.raw.split('\r\n').every((line) => line.length <= 78));
    });

    it('tell of a cancellation, and of each part of the money that goes back', async () => {
        const order = await confirmedOrder(CARD);
        await mails.last(order.email);
        const refund = (amount) => shop.must(201, 'POST', `/orders/${order.id}/refunds`,
            { amount, reason: 'broken' }, shop.operator);
        await refund(100);
        assert.match((await mails.last(order.email, 2)).text, /USD 1\.00 of USD/);
        await refund(250);
        assert.match((await mails.last(order.email, 3)).text, /USD 3\.50 of USD/);
        await shop.must(200, 'POST', `/orders/${order.id}/cancel`, { reason: 'no longer needed' }, order.owner);
        const rest = await mails.last(order.email, 5);
        const subjects = mails.to(order.email).map(({ subject }) => subject.replace(order.orderNumber, 'N')).slice(3);
        assert.deepEqual(subjects.sort(), ['A refund for your order N', 'Your order N is cancelled']);
        assert.ok(rest);
    });

    it('wait for a mail server that is down, and arrive once it is up', async () => {
        await mails.stop();
        const order = await confirmedOrder();
        await until(async () => (await jobOf(order.email))?.tries >= 2, { what: 'a second try' });
        assert.equal((await jobOf(order.email)).state, 0);
        await mails.start();
        await mails.last(order.email);
        await until(async () => (await jobOf(order.email)).state === 1, { what: 'the end of the job' });
    });

    it('outlive the server that was to send them', async () => {
        await mails.stop();
        const order = await confirmedOrder();
        await shop.server.kill();
        await mails.start();
        await shop.server.start();
        await mails.last(order.email);
        await until(async () => (await jobOf(order.email)).state === 1, { what: 'the end of the job' });
        const ids = new Set(mails.to(order.email).map(({ headers }) => headers['message-id']));
        assert.equal(ids.size, 1);
    });

    it('are tried again when refused for now, and dead letters when refused for good', async () => {
        mails.refusals.set(`buyer${buyers + 1}@example.com`, [451, 'come back later']);
        const later = await confirmedOrder();
        mails.refusals.set(`buyer${buyers + 1}@example.com`, [550, 'nobody here']);
        const never = await confirmedOrder();
        const fine = await confirmedOrder();
        await mails.last(fine.email);
        await until(async () => (await jobOf(never.email))?.state === 3, { what: 'a dead letter' });
        const dead = await jobOf(never.email);
        assert.equal(dead.tries, 1);
        assert.match(dead.failure, /550 nobody here/);
        await until(async () => (await jobOf(later.email)).tries >= 2, { what: 'a second try' });
        mails.refusals.delete(later.email);
        await mails.last(later.email);
    });

    const key = (name) => ({ Authorization: `Bearer ${shop.server.keys[name]}` });
    const supervised = async (who = 'console-viewer') =>
        (await shop.must(200, 'GET', '/admin/supervisors', undefined, key(who))).data;
    const act = (id, verb, more = {}, headers = {}) => shop.send('POST', `/admin/mails/${id}/${verb}`,
        { reason: 'they called', ...more }, { ...key('console-operator'), ...headers });
    const deadMailOf = async (order) => (await supervised()).deadMails.find(({ about }) => about === order.id);
    async function refused() {
        mails.refusals.set(`buyer${buyers + 1}@example.com`, [550, 'nobody here']);
        const order = await confirmedOrder();
        const dead = await until(() => deadMailOf(order), { what: 'a dead letter' });
        return { order, dead };
    }

    it('that were given up are on the console, where an operator retries them once', async () => {
        const { order, dead } = await refused();
        assert.equal(dead.kind, 'order_confirmed');
        assert.equal(dead.recipient, 'b…@example.com');
        assert.match(dead.reason, /550 nobody here/);
        assert.ok(!JSON.stringify(await supervised()).includes(order.email));
        const preview = await act(dead.id, 'retry', { dryRun: true });
        assert.deepEqual([preview.status, preview.data.touched, preview.data.auditId], [200, 1, null]);
        assert.equal((await deadMailOf(order)).id, dead.id, 'untouched');
        mails.refusals.delete(order.email);
        const once = { 'Idempotency-Key': 'retry-that-mail' };
        const done = await act(dead.id, 'retry', {}, once);
        assert.deepEqual([done.status, done.data.touched], [200, 1]);
        await mails.last(order.email);
        const again = await act(dead.id, 'retry', {}, once);
        assert.equal(again.data.auditId, done.data.auditId);
        assert.equal(mails.to(order.email).length, 1);
        assert.equal((await act(dead.id, 'retry')).status, 409, 'it was sent');
        const { data: audit } = await shop.must(200, 'GET', '/admin/audit', undefined, key('console-viewer'));
        const row = audit.find(({ id }) => id === done.data.auditId);
        assert.deepEqual([row.action, row.target, row.reason], ['mails.retry', `mail ${dead.id}`, 'they called']);
    });

    it('that were given up may be dropped, and then stay so', async () => {
        const { order, dead } = await refused();
        assert.equal((await act(dead.id, 'drop')).data.touched, 1);
        assert.equal(await deadMailOf(order), undefined);
        assert.equal((await act(dead.id, 'drop')).data.touched, 0);
        assert.equal((await act(dead.id, 'retry')).status, 409);
    });

    it('leave a relay that keeps up, and a history of what was done', async () => {
        const order = await confirmedOrder();
        await mails.last(order.email);
        const isSent = ({ what, detail }) => what === 'sent' && detail?.includes(order.id);
        const page = await until(async () => {
            const found = await supervised();
            return found.relays[0]?.behind === 0 && found.history.some(isSent) && found;
        }, { what: 'a relay that is up to date, and a mail that was sent' });
        const [relay] = page.relays;
        assert.deepEqual([page.relays.length, relay.name, relay.lastError], [1, 'mails', null]);
        assert.ok(relay.cursor === relay.head && relay.passedOn > 0 && relay.behindSeconds === 0);
        assert.equal(page.history.find(isSent).supervisor, 'mails');
        assert.ok(page.history.some(({ supervisor, what }) => supervisor === 'relays' && what === 'passed on'));
        assert.ok(page.history.some(({ what, detail }) => what === 'gave up' && /550/.test(detail)));
        const invariants = async () => (await shop.must(200, 'GET', '/admin/invariants', undefined,
            key('console-viewer'))).data.invariants.find(({ name }) => /relay/.test(name));
        assert.equal((await invariants()).state, 'holds');
    });

    it('show as an invariant that does not hold when their relay falls behind', async () => {
        const before = await supervised();
        await shop.server.psql('ALTER TABLE relays RENAME TO relays_hidden');
        await shop.server.psql(`CREATE VIEW relays AS SELECT name, cursor - 1 AS cursor, moved_at FROM relays_hidden`);
        await shop.server.psql(`UPDATE outbox SET at = now() - interval '2 minutes' WHERE sequence = ${before.outboxSequence}`);
        const broken = await until(async () => {
            const { data } = await shop.must(200, 'GET', '/admin/invariants', undefined, key('console-viewer'));
            const found = data.invariants.find(({ name }) => /relay/.test(name));
            return found.state === 'broken' && found;
        }, { what: 'a broken invariant' });
        assert.equal(broken.differences[0].subject, 'mails');
        assert.ok(broken.differences[0].found >= 120);
        await shop.server.psql('DROP VIEW relays; ALTER TABLE relays_hidden RENAME TO relays');
    });

    it('are not sent to a server that offers no TLS', async () => {
        const plain = await MailServer.open({ starttls: false });
        await shop.server.stop();
        const { environment } = shop.server;
        shop.server.environment = { ...environment, SOUK_MAIL_SMTP_URL: plain.environment.SOUK_MAIL_SMTP_URL };
        await shop.server.start();
        const order = await confirmedOrder();
        await until(async () => (await jobOf(order.email))?.tries >= 2, { what: 'a second try' });
        assert.equal(plain.mails.length, 0);
        await shop.server.stop();
        shop.server.environment = environment;
        await shop.server.start();
        await mails.last(order.email);
        await plain.close();
    });
});
