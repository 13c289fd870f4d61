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
