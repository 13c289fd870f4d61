// Paying through the built-in sandbox: every path that a buyer, a gateway and an operator can take.

import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertBooks, openAttempts } from './support/books.mjs';
import { assertInvariants } from './support/invariants.mjs';
import { until } from './support/server.mjs';
import { Shop, tally } from './support/shop.mjs';

const VISA = 'pm_card_visa';
const FAST = {
    SOUK_PAYMENTS_SANDBOX_DECISION_MS: '300',
    SOUK_PAYMENTS_SANDBOX_EVENT_MS: '50',
    SOUK_PAYMENTS_ANSWER_TIME_MS: '2000',
    SOUK_STRIPE_TOTAL_TIMEOUT_MS: '1500',
    SOUK_PAYMENTS_RETRY_BASE_MS: '100',
    SOUK_PAYMENTS_RETRY_CAP_MS: '1000',
    SOUK_STRIPE_WEBHOOK_SECRETS: 'whsec_new,whsec_old',
    SOUK_PAYMENTS_BREAKER_FAILURES: '1000', // trouble is the point here
};

describe('payments', () => {
    let shop;
    let sku;
    before(async () => {
        shop = await Shop.open({ environment: FAST });
        [sku] = await shop.takeSkus(10_000);
    });
    after(async () => {
        if (!shop) return;
        await until(async () => (await openAttempts(shop.server)) === 0, { what: 'the end of every step' });
        await assertBooks(shop.server);
        await assertInvariants(shop.server);
        await shop.close();
    });

    async function placed(quantity = 1) {
        const cart = await shop.cartWith([sku, quantity]);
        const answer = await shop.order(cart, { paymentMethod: 'sandbox' });
        assert.equal(answer.status, 201, String(answer.bytes));
        return { id: answer.data.id, total: answer.data.total, owner: { 'X-Cart-Id': cart } };
    }
    const pay = (order, token = VISA, headers = {}) =>
        shop.send('POST', `/orders/${order.id}/payment`,
            { paymentMethod: 'sandbox', paymentMethodId: token }, { ...order.owner, ...headers });
    const show = async (order) =>
        (await shop.must(200, 'GET', `/orders/${order.id}`, undefined, order.owner)).data;
    const becomes = (order, status) =>
        until(async () => (await show(order)).paymentStatus === status, { what: `payment ${status}` });

    it('takes the money, and the order is confirmed', async () => {
        const order = await placed(2);
        const { status, data } = await pay(order);
        assert.equal(status, 200);
        assert.equal(data.paymentIntent.status, 'succeeded');
        assert.equal(data.order.paymentStatus, 'paid');
        assert.equal(data.order.status, 'confirmed');
        assert.equal((await pay(order)).bytes.toString(), (await pay(order)).bytes.toString());
        assert.equal((await pay(order, 'pm_card_mastercard')).status, 409);
    });

    for (const [token, reason] of [
        ['pm_card_chargeDeclined', 'generic_decline'],
        ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
        ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
        ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc'],
    ]) {
        it(`is told that a card is declined (${reason}), and pays with another`, async () => {
            const order = await placed();
            const declined = await pay(order, token);
            assert.equal(declined.status, 402);
            assert.equal(declined.error.code, 'PAYMENT_ERROR');
            assert.match(String(declined.bytes), new RegExp(reason));
            assert.equal((await show(order)).paymentStatus, 'failed');
            assert.equal((await pay(order)).data.order.paymentStatus, 'paid');
        });
    }

    it('asks the buyer to do something, and goes on when that is confirmed', async () => {
        const order = await placed();
        const asked = await pay(order, 'pm_card_authenticationRequired');
        assert.equal(asked.status, 200);
        assert.equal(asked.data.paymentIntent.status, 'requires_action');
        assert.ok(asked.data.paymentIntent.clientSecret);
        const confirmed = await shop.send('POST', `/orders/${order.id}/confirm-payment`, {}, order.owner);
        assert.equal(confirmed.status, 200, String(confirmed.bytes));
        assert.equal(confirmed.data.order.paymentStatus, 'paid');
    });

    it('speaks of intents too, by the same states', async () => {
        const order = await placed();
        const made = await shop.send('POST', '/payments/create-intent',
            { orderId: order.id, paymentMethod: 'sandbox', paymentMethodId: 'pm_card_threeDSecureRequired' },
            order.owner);
        assert.equal(made.status, 200, String(made.bytes));
        assert.equal(made.data.paymentIntent.status, 'requires_action');
        const confirmed = await shop.send('POST', '/payments/confirm', { orderId: order.id }, order.owner);
        assert.equal(confirmed.data.order.paymentStatus, 'paid');
        const intent = { paymentIntentId: made.data.paymentIntent.id };
        const again = await shop.send('POST', '/payments/confirm', intent, order.owner);
        assert.equal(again.data.order.id, order.id, String(again.bytes));
        assert.equal((await shop.send('POST', '/payments/confirm', intent,
            { 'X-Cart-Id': (await shop.newCart()).id })).status, 404);
    });

    for (const token of ['pm_sandbox_authorizeAnswerLost', 'pm_sandbox_authorizeRequestLost',
        'pm_sandbox_authorizeAwayTwice', 'pm_sandbox_captureAnswerLost', 'pm_sandbox_captureRequestLost',
        'pm_sandbox_captureAwayTwice', 'pm_sandbox_authorizedLate']) {
        it(`is paid once in the end with ${token}`, async () => {
            const order = await placed();
            const answer = await pay(order, token);
            assert.equal(answer.status, 200, String(answer.bytes));
            await becomes(order, 'paid');
        });
    }

    it('takes the money once for 50 payments at once', async () => {
        const order = await placed();
        const answers = await Promise.all(Array.from({ length: 50 }, () => pay(order)));
        for (const { status } of answers) assert.ok(status === 200 || status === 409, `${status}`);
        assert.ok(answers.some(({ status }) => status === 200));
        const [{ count }] = await shop.server.sql(`SELECT count(*) FROM payment_attempts a
            JOIN orders o ON o.id = a.order_id WHERE a.step = 2
            AND o.number = '${(await show(order)).orderNumber}'`);
        assert.equal(Number(count), 1);
    });

    it('gives the same answer again under the same key', async () => {
        const order = await placed();
        const key = { 'Idempotency-Key': randomUUID() };
        const first = await pay(order, VISA, key);
        const again = await pay(order, VISA, key);
        assert.equal(again.status, 200);
        assert.equal(String(again.bytes), String(first.bytes));
        assert.equal(again.headers['idempotent-replayed'], 'true');
    });

    it('gives the same decline again under the same key, and tries nothing more', async () => {
        const order = await placed();
        const key = { 'Idempotency-Key': randomUUID() };
        const first = await pay(order, 'pm_card_chargeDeclined', key);
        const again = await pay(order, 'pm_card_chargeDeclined', key);
        assert.deepEqual([first.status, again.status], [402, 402]);
        assert.equal(String(again.bytes), String(first.bytes));
        assert.equal(again.headers['idempotent-replayed'], 'true');
        const [{ count }] = await shop.server.sql(`SELECT count(*) FROM payment_attempts a
            JOIN orders o ON o.id = a.order_id WHERE o.number = '${(await show(order)).orderNumber}'`);
        assert.equal(Number(count), 1);
        assert.equal((await pay(order, 'pm_card_chargeDeclined')).status, 402);
        assert.equal((await pay(order, VISA, key)).status, 422);
    });

    it('takes cash when it is collected, and gives it back by hand', async () => {
        const collect = (id, who) => shop.send('POST', `/orders/${id}/collect-payment`, {}, who);
        const buy = async () => {
            const cart = await shop.cartWith([sku, 2]);
            const { data } = await shop.order(cart);
            const owner = { 'X-Cart-Id': cart };
            assert.equal((await collect(data.id, shop.operator)).status, 409);
            await shop.must(200, 'POST', `/orders/${data.id}/payment`,
                { paymentMethod: 'cash_on_delivery' }, owner);
            return { id: data.id, total: data.total, owner };
        };
        const order = await buy();
        assert.equal((await collect(order.id, order.owner)).status, 401);
        for (const answer of [await collect(order.id, shop.operator), await collect(order.id, shop.operator)]) {
            assert.equal(answer.status, 200, String(answer.bytes));
            assert.equal(answer.data.paymentStatus, 'paid');
            assert.equal(answer.data.payment.amountCaptured, order.total);
        }
        const refund = (amount) => shop.send('POST', `/orders/${order.id}/refunds`,
            { amount, reason: 'late' }, shop.operator);
        assert.equal((await refund(7)).data.refund.status, 'succeeded');
        assert.equal((await refund(order.total)).status, 422);
        assert.equal((await refund()).data.order.paymentStatus, 'refunded');

        const cancelled = await buy();
        await collect(cancelled.id, shop.operator);
        await shop.must(200, 'POST', `/orders/${cancelled.id}/cancel`, { reason: 'gone' }, cancelled.owner);
        const { data: queue } = await shop.must(200, 'GET', '/payments/stuck', undefined, shop.operator);
        const owed = queue.find(({ orderId }) => orderId === cancelled.id);
        assert.equal(owed.step, 'refund');
        await shop.must(200, 'POST', `/payments/${owed.paymentId}/retry`,
            { attemptKey: owed.attemptKey }, shop.operator);
        await becomes(cancelled, 'refunded');
    });

    it('gives money back in parts, and the units where asked', async () => {
        const order = await placed(3);
        const paid = await pay(order);
        const line = paid.data.order.items[0].id;
        const before_ = await shop.stockOf(sku);
        const refund = (body) => shop.send('POST', `/orders/${order.id}/refunds`, body, shop.operator);
        const part = await refund({ amount: 7, reason: 'late', restock: [{ itemId: line, quantity: 2 }] });
        assert.equal(part.status, 201, String(part.bytes));
        await becomes(order, 'partially_refunded');
        assert.equal((await shop.stockOf(sku)).available ?? 0, (before_.available ?? 0) + 2);
        assert.equal((await refund({ amount: order.total, reason: 'too much' })).status, 422);
        assert.equal((await refund({ reason: 'the rest' })).status, 201);
        await becomes(order, 'refunded');
        assert.ok([401, 403].includes((await shop.send('POST', `/orders/${order.id}/refunds`,
            { reason: 'mine' }, order.owner)).status));
    });

    it('shows operators what is stuck, and lets them end that alone', async () => {
        const order = await placed();
        const paid = await pay(order);
        const stuck = await shop.must(200, 'GET', '/payments/stuck?limit=5', undefined, shop.operator);
        assert.ok(Array.isArray(stuck.data));
        const path = `/payments/${paid.data.order.payment.id}`;
        for (const [action, more] of [['retry', {}], ['give-up', { reason: 'settled by hand' }]]) {
            const answer = await shop.send('POST', `${path}/${action}`, { attemptKey: 'none', ...more }, shop.operator);
            assert.equal(answer.status, 404, String(answer.bytes));
            const guest = await shop.send('POST', `${path}/${action}`, { attemptKey: 'none', ...more });
            assert.ok([401, 403].includes(guest.status));
        }
        const refunds = await shop.must(200, 'GET', `/orders/${order.id}/refunds`, undefined, shop.operator);
        assert.deepEqual(refunds.data.refunds ?? refunds.data, []);
    });

    it('refunds an order that is cancelled after it was paid', async () => {
        const order = await placed();
        await pay(order);
        await shop.must(200, 'POST', `/orders/${order.id}/cancel`, { reason: 'changed my mind' }, order.owner);
        await becomes(order, 'refunded');
    });

    it('refuses what looks like a card number, and never writes it down', async () => {
        const order = await placed();
        const answer = await pay(order, '4242 4242 4242 4242');
        assert.equal(answer.status, 400);
        assert.equal(answer.error.details[0].field, 'paymentMethodId');
        assert.doesNotMatch(shop.server.lastLog(), /4242 ?4242/);
        assert.doesNotMatch(String(answer.bytes), /4242 ?4242/);
    });

    it('lets a code with one use be used once', async () => {
        const carts = [];
        for (let i = 0; i < 20; i += 1) carts.push(await shop.cartWith([sku, 5]));
        const applied = await Promise.all(carts.map((cartId) =>
            shop.send('POST', '/checkout/discount', { cartId, discountCode: 'once' })));
        assert.deepEqual(tally(applied), { 200: 20 }, String(applied[0].bytes));
        assert.ok(applied[0].data.discountAmount > 0);
        const orders = await Promise.all(carts.map((cart) => shop.order(cart)));
        assert.deepEqual(tally(orders), { 201: 1, 410: 19 });
        const late = await shop.cartWith([sku, 5]);
        assert.equal((await shop.send('POST', '/checkout/discount',
            { cartId: late, discountCode: 'ONCE' })).status, 410);
        assert.equal((await shop.send('POST', '/checkout/discount',
            { cartId: late, discountCode: 'NO-SUCH' })).status, 400);
        await shop.must(200, 'POST', '/checkout/discount', { cartId: late, discountCode: 'SAVE20' });
        assert.equal((await shop.send('POST', '/checkout/discount',
            { cartId: late, discountCode: 'SAVE20' })).status, 409);
        await shop.must(200, 'DELETE', '/checkout/discount', { cartId: late });
    });

    it('lets operators make, change and end codes while they are used', async () => {
        const send = (method, path, body, more) =>
            shop.send(method, `/discounts${path}`, body, { ...shop.operator, ...more });
        const rules = { type: 'percentage', value: 10, usageLimit: 5 };
        const key = { 'Idempotency-Key': randomUUID() };
        const made = await send('POST', '', { code: 'launch', ...rules }, key);
        assert.equal(made.status, 201, String(made.bytes));
        const again = await send('POST', '', { code: 'launch', ...rules }, key);
        assert.equal(String(again.bytes), String(made.bytes));
        assert.equal((await send('POST', '', { code: 'LAUNCH', ...rules })).status, 409);
        const { json: list } = await shop.must(200, 'GET', '/discounts?limit=1', undefined, shop.operator);
        assert.equal(list.data[0].code, 'LAUNCH');

        const order = async () => {
            const cartId = await shop.cartWith([sku, 1]);
            const applied = await shop.send('POST', '/checkout/discount', { cartId, discountCode: 'launch' });
            return applied.status === 200 ? shop.order(cartId) : applied;
        };
        const orders = await Promise.all([...Array.from({ length: 12 }, order),
            send('PUT', '/launch', { ...rules, usageLimit: 8 })]);
        const changed = orders.pop();
        assert.equal(changed.status, 200, String(changed.bytes));
        assert.deepEqual(Object.keys(tally(orders)).sort(), ['201', '410']);
        const placed = orders.filter(({ status }) => status === 201).length;
        assert.ok(placed >= 5 && placed <= 8, `${placed}`);
        const shown = await send('GET', '/LAUNCH');
        assert.equal(shown.data.used, placed);
        assert.equal((await send('PUT', '/launch', { ...rules, usageLimit: 1 })).status, 409);
        assert.equal((await send('POST', '/launch/end', undefined, { 'If-Match': '"1"' })).status, 412);
        const ended = await send('POST', '/launch/end', undefined, { 'If-Match': shown.headers.etag });
        assert.equal(ended.status, 200, String(ended.bytes));
        assert.equal((await order()).status, 410);
        assert.equal((await send('GET', '/never')).status, 404);

        await shop.server.kill();
        await shop.server.start();
        assert.deepEqual((await send('GET', '/launch')).data, ended.data);
    });

    const hook = (body, secret, at = Math.floor(Date.now() / 1000)) => {
        const text = JSON.stringify(body);
        const mac = createHmac('sha256', secret).update(`${at}.${text}`).digest('hex');
        return shop.raw('POST', '/api/webhooks/stripe', { body: text, headers: {
            'Content-Type': 'application/json', 'Stripe-Signature': `t=${at},v1=${mac}` } });
    };

    it('takes signed webhooks alone, each once', async () => {
        const event = { id: 'evt_1', object: 'event', api_version: '2020-08-27', type: 'invoice.payment_succeeded',
            created: Math.floor(Date.now() / 1000), livemode: false, pending_webhooks: 1,
            data: { object: { id: 'in_1', object: 'invoice', amount_paid: 100, currency: 'usd' } } };
        for (const secret of ['whsec_new', 'whsec_old', 'whsec_new']) {
            const answer = await hook(event, secret);
            assert.equal(answer.status, 200, String(answer.bytes));
            assert.deepEqual(answer.json, { received: true });
        }
        const rows = await shop.server.sql("SELECT id FROM gateway_events WHERE id = 'evt_1'");
        assert.equal(rows.length, 1);
        assert.equal((await hook(event, 'whsec_wrong')).status, 401);
        assert.equal((await hook(event, 'whsec_new', Math.floor(Date.now() / 1000) - 400)).status, 401);
        assert.equal((await hook({ ...event, id: 'evt_2', type: 'no.such' }, 'whsec_new')).status, 422);
        assert.equal((await shop.raw('POST', '/api/webhooks/stripe', { body: '{}', headers: {
            'Content-Type': 'application/json' } })).status, 400);
    });

    it('ignores events of the other mode', async () => {
        const order = await placed();
        const event = { id: 'evt_live', object: 'event', type: 'payment_intent.succeeded', livemode: true,
            created: Math.floor(Date.now() / 1000), data: { object: { id: 'pi_live', object: 'payment_intent',
                currency: 'usd', amount_received: order.total, metadata: { orderId: order.id } } } };
        for (const [id, livemode] of [['evt_live', true], ['evt_other', false]]) {
            assert.equal((await hook({ ...event, id, livemode }, 'whsec_new')).status, 200);
        }
        assert.equal((await show(order)).payment, null);
        const metrics = await shop.raw('GET', '/metrics', {});
        assert.match(String(metrics.bytes), /^souk_webhooks_ignored_total 2$/m);
    });
});

describe('a gateway that is away', () => {
    let shop;
    before(async () => {
        shop = await Shop.open({ environment: { ...FAST, SOUK_PAYMENTS_BREAKER_FAILURES: '2',
            SOUK_PAYMENTS_BREAKER_OPEN_MS: '2000' } });
    });
    after(() => shop?.close());

    it('is left alone for a while: its payments are 503, others go on, and it comes back by itself', async () => {
        const [sku] = await shop.takeSkus(100);
        const order = async (paymentMethod) => {
            const cart = await shop.cartWith([sku, 1]);
            const { data } = await shop.order(cart, { paymentMethod });
            return (body) => shop.send('POST', `/orders/${data.id}/payment`,
                { paymentMethod, ...body }, { 'X-Cart-Id': cart });
        };
        const card = (token) => ({ paymentMethodId: token });
        const unlucky = [await order('sandbox'), await order('sandbox')];
        const begun = await Promise.all(unlucky.map((pay) => pay(card('pm_sandbox_authorizeAwayTwice'))));
        // Two failures are enough, also of one order: the other may have come too late to begin.
        assert.ok(begun.some(({ status }) => status === 200));
        assert.ok(begun.every(({ status }) => status === 200 || status === 503));
        const pay = await order('sandbox');
        const refused = await pay(card(VISA));
        assert.equal(refused.status, 503);
        assert.equal(refused.error.code, 'SERVICE_UNAVAILABLE');
        assert.match(refused.headers['retry-after'], /^[1-9]\d*$/);
        const cash = await order('cash_on_delivery');
        assert.equal((await cash({ confirmationRequired: true })).status, 200);
        const paid = await until(async () => {
            const answer = await pay(card(VISA));
            return answer.status === 503 ? undefined : answer;
        }, { what: 'the gateway taken up again' });
        assert.equal(paid.data.order.paymentStatus, 'paid');
    });
});
