// The console's API on a real server: who may call it, what it shows, what it does, and the row that
// every action leaves in the audit.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertInvariants } from './support/invariants.mjs';
import { LiveReader } from './support/live.mjs';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';

/** The lowest role that may do what; a call without a rule here fails the test. */
const MAY = {
    'GET /admin/overview': 'viewer',
    'GET /admin/actors': 'viewer',
    'GET /admin/actors/{kind}/{actorId}': 'viewer',
    'GET /admin/supervisors': 'viewer',
    'GET /admin/invariants': 'viewer',
    'GET /admin/trace/{requestId}': 'viewer',
    'GET /admin/audit': 'viewer',
    'POST /admin/actors/{kind}/{actorId}/passivate': 'operator',
    'POST /admin/actors/{kind}/{actorId}/restart': 'operator',
    'POST /admin/actors/{kind}/{actorId}/quarantine': 'operator',
    'POST /admin/actors/{kind}/{actorId}/release': 'operator',
    'POST /admin/reservations/{reservationId}/release': 'operator',
    'POST /admin/reservations/{reservationId}/extend': 'operator',
    'POST /admin/payments/{paymentId}/retry': 'operator',
    'POST /admin/payments/{paymentId}/give-up': 'operator',
    'POST /admin/orders/{orderId}/refund': 'operator',
    'POST /admin/mails/{mailId}/retry': 'operator',
    'POST /admin/mails/{mailId}/drop': 'operator',
    'POST /admin/kinds/{kind}/pause': 'admin',
    'POST /admin/kinds/{kind}/resume': 'admin',
    'POST /admin/drain': 'admin',
    'POST /admin/resume': 'admin',
};
const TOPICS = { actors: 'viewer', events: 'viewer' };

describe('the console', () => {
    let shop;
    let sku;
    let other;
    let viewer;
    let operator;
    let admin;
    before(async () => {
        shop = await Shop.open();
        [sku, other] = await shop.takeSkus(500, 500);
        const key = (name) => ({ Authorization: `Bearer ${shop.server.keys[name]}` });
        viewer = key('console-viewer');
        operator = key('console-operator');
        admin = key('console-admin');
    });
    after(() => shop?.close());

    const nameOf = ({ variantId, sellerId }) => `/admin/actors/stock/${variantId}:${sellerId}`;
    const see = (path, who = viewer) => shop.must(200, 'GET', path, undefined, who);
    const why = (more = {}) => ({ reason: 'a test of the console', ...more });
    const act = (path, body = why(), who = operator) => shop.send('POST', path, body, who);
    const audited = async (id) => (await see('/admin/audit?limit=100')).data.find((row) => row.id === id);
    const reserve = (one, id) => shop.send('POST', '/inventory/reserve',
        { items: [{ variantId: one.variantId, quantity: 1 }] }, { ...shop.operator, 'X-Request-Id': id });

    it('is open to nobody without a key of the right role', async () => {
        const wrong = [];
        const example = { kind: 'stock', actorId: `${sku.variantId}:${sku.sellerId}`, requestId: 'none',
            reservationId: `res_${'0'.repeat(26)}`, paymentId: `pay_${'0'.repeat(26)}`,
            orderId: `order_${'0'.repeat(26)}`, mailId: `mail_${'0'.repeat(26)}` };
        const calls = shop.contract.operations.filter(({ template, described }) =>
            /\/admin\//.test(template) && described.tags?.includes('Console'));
        const nameOfCall = ({ method, template }) => `${method.toUpperCase()} ${template.replace(/^\/api\/v1/, '')}`;
        assert.deepEqual(calls.map(nameOfCall).sort(), Object.keys(MAY).sort(), 'every call has a rule, and no other');
        const roles = [['nobody', {}, []], ['partner', { Authorization: `Bearer ${shop.server.keys.partner}` }, []],
            ['viewer', viewer, ['viewer']], ['operator', operator, ['viewer', 'operator']],
            ['admin', admin, ['viewer', 'operator', 'admin']]];
        for (const call of calls) {
            const path = call.template.replace(/^\/api\/v1/, '').replace(/\{([^}]+)\}/g, (_, name) => example[name]);
            for (const [role, headers, may] of roles) {
                const body = call.method === 'post' ? why({ dryRun: true }) : undefined;
                const { status, error } = await shop.send(call.method.toUpperCase(), path, body, headers);
                const refused = role === 'nobody' ? 401 : 403;
                const expected = may.includes(MAY[nameOfCall(call)]) ? [200, 404] : [refused];
                if (!expected.includes(status)) wrong.push(`${call.method} ${path} as ${role}: ${status}`);
                if (status === 403) assert.equal(error.code, 'AUTHORIZATION_ERROR');
            }
        }
        assert.deepEqual(wrong, []);
        const [vendor] = Object.keys(shop.server.keys).filter((name) => name.startsWith('vendor:'));
        const key = { Authorization: `Bearer ${shop.server.keys[vendor]}` };
        assert.equal((await shop.send('GET', '/admin/overview', undefined, key)).status, 403);
        const bad = { Authorization: `Bearer ${shop.server.keys['console-admin']}x` };
        assert.equal((await shop.send('GET', '/admin/overview', undefined, bad)).status, 401);
    });

    it('lets nobody without the right role follow its topics', async () => {
        const roles = [['nobody', {}, []], ['partner', 'partner', []], ['viewer', 'console-viewer', ['viewer']],
            ['operator', 'console-operator', ['viewer']], ['admin', 'console-admin', ['viewer']],
            ['vendor', Object.keys(shop.server.keys).find((name) => name.startsWith('vendor:')), []]];
        for (const [role, name, may] of roles) {
            const headers = role === 'nobody' ? {} : { Authorization: `Bearer ${shop.server.keys[name]}` };
            const reader = await LiveReader.open(shop.server.port, { headers });
            for (const [topic, needed] of Object.entries(TOPICS)) {
                const answer = await reader.ask({ type: 'subscribe', topics: [topic] });
                const said = answer.type === 'subscribed' ? 'subscribed' : answer.error.code;
                const refused = role === 'nobody' ? 'AUTHENTICATION_ERROR' : 'AUTHORIZATION_ERROR';
                assert.equal(said, may.includes(needed) ? 'subscribed' : refused, `${topic} as ${role}`);
            }
            await reader.close();
        }
    });

    it('tells operators the figures every second, and what others do as they do it', async () => {
        const reader = await LiveReader.open(shop.server.port, { headers: viewer });
        await reader.subscribe(['actors', 'events']);
        const done = await act(`/admin/reservations/${(await shop.reserve([[other, 1]])).data.reservationId}/release`);
        const newest = await until(() => reader.seen('events').data?.find(({ id }) => id === done.data.auditId),
            { what: 'the event' });
        assert.deepEqual([newest.action, newest.actorName], ['reservations.release', 'Console operator']);
        assert.match(newest.target, /…$/, 'secret');
        assert.deepEqual(reader.seen('events').data, (await see('/admin/audit')).data);
        await until(() => reader.seen('actors').changes >= 2, { what: 'two seconds' });
        const { kinds, series, requestsPerSecond } = reader.seen('actors').data;
        assert.ok(kinds.length === 4 && series.length <= 11 && requestsPerSecond >= 0);
        reader.assertFaultless();
        await reader.close();
    });

    it("lets nobody who only looks find a cart by the part of its id that is its owner's secret", async () => {
        const { data: cart } = await shop.must(201, 'POST', '/cart', { currency: 'USD' });
        await shop.must(200, 'GET', `/cart/${cart.id}`);
        const found = async (part, who) => (await see(`/admin/actors?kind=cart&id=${part}`, who)).data.actors.length;
        const made = cart.id.slice(0, 'cart_'.length + 10);
        const secret = cart.id.slice(made.length);
        for (const part of [cart.id, cart.id.slice(0, made.length + 1), secret, secret.slice(3, 9)]) {
            assert.equal(await found(part, viewer), 0, 'for a viewer');
            assert.ok(await found(part, operator) >= 1, 'for an operator');
        }
        assert.ok(await found(made, viewer) >= 1, 'by what everybody is shown');
    });

    it('shows rates, latencies and what the server stands on', async () => {
        await see('/admin/overview');
        for (let i = 0; i < 20; i += 1) assert.equal((await reserve(sku, `overview-${i}`)).status, 201);
        const overview = await until(async () => {
            const { data } = await see('/admin/overview');
            return data.latencies.find(({ what }) => /actor/.test(what)).count >= 20 && data;
        }, { what: 'a sample of all messages' });
        assert.ok(overview.laneAccepting && overview.laneBatches > 0 && overview.residentBytes > 1e6);
        assert.deepEqual(overview.kinds.map(({ kind }) => kind), ['stock', 'cart', 'order', 'discount']);
        assert.ok(overview.kinds[0].live > 0 && overview.kinds[0].messages >= 20);
        const handled = overview.latencies.find(({ what }) => /actor/.test(what));
        assert.ok(handled.count > 0 && handled.p50Us <= handled.p99Us && handled.p99Us <= handled.maxUs);
        assert.ok(overview.components.some(({ name, up }) => name === 'postgresql' && up));
        const last = overview.series.at(-1).at;
        const newer = await see(`/admin/overview?since=${last}`);
        assert.ok(newer.data.series.every(({ at }) => at > last), 'only what is new');
    });

    it('finds the busiest actor, and one by a part of its id', async () => {
        await reserve(sku, 'busy');
        const { data } = await see(`/admin/actors?kind=stock&id=${sku.variantId.slice(4, 20)}`);
        const mine = data.actors.find(({ id }) => id === `${sku.variantId}:${sku.sellerId}`);
        assert.ok(mine.live && mine.messages > 0 && mine.mailbox === 0);
        for (const sort of ['mailbox', 'rate', 'slowest', 'restarts']) {
            const { data: sorted } = await see(`/admin/actors?sort=${sort}&limit=5`);
            assert.ok(sorted.actors.length <= 5);
        }
    });

    it("shows an actor's memory beside its row, its last messages and its movements", async () => {
        await see(nameOf(sku));
        await reserve(sku, 'looked-at');
        const { data } = await see(nameOf(sku));
        assert.equal(data.agreement, 'same');
        const field = (name) => data.state.find((one) => one.field === name);
        assert.equal(field('onHand').memory, '500');
        assert.deepEqual(field('reserved'), { ...field('reserved'), same: true, row: field('reserved').memory });
        const message = data.lastMessages.find(({ requestId }) => requestId === 'looked-at');
        assert.ok(message.handlerUs >= 0 && message.laneUs >= 0 && message.commitUs > 0, JSON.stringify(message));
        assert.match(data.history[0].detail, /500/);
        assert.equal((await shop.send('GET', `${nameOf({ ...sku, variantId: `var_${'0'.repeat(26)}` })}`,
            undefined, viewer)).status, 404);
    });

    it('names the difference when the row is not what is in memory', async () => {
        await reserve(other, 'first');
        await shop.server.psql(`UPDATE stock SET low_stock_threshold = 3 WHERE variant_id = '${other.variant}'`);
        const { data } = await see(nameOf(other));
        assert.equal(data.agreement, 'differs');
        assert.deepEqual(data.state.filter(({ same }) => !same).map(({ field }) => field), ['lowStockThreshold']);
        assert.equal((await act(`${nameOf(other)}/restart`)).data.touched, 1);
        await reserve(other, 'again');
        assert.equal((await see(nameOf(other))).data.agreement, 'same');
    });

    it('tells where the time of a request went', async () => {
        await see('/admin/overview');
        const cart = await shop.newCart();
        await shop.addItem(cart.id, sku, 2);
        await shop.addItem(cart.id, other, 1);
        await shop.order(cart.id, {}, { 'X-Request-Id': 'why-slow' });
        const { data } = await see('/admin/trace/why-slow', operator);
        assert.equal(data.request.route, '/orders');
        assert.equal(data.request.status, 201);
        const steps = data.messages.map(({ kind, what }) => `${kind} ${what}`);
        assert.deepEqual(steps, ['cart place order', 'stock prepare reserve', 'stock prepare reserve',
            'cart go on with order']);
        assert.ok(data.commitUs > 0 && data.elsewhereUs !== null && !data.incomplete);
        assert.ok(data.request.tookUs >= data.commitUs);
        assert.equal((await shop.send('GET', '/admin/trace/never-was', undefined, viewer)).status, 404);
        const hidden = await see('/admin/trace/why-slow');
        assert.ok(hidden.data.messages.every(({ id }) => id !== cart.id), "a cart's id is a secret");
    });

    it('previews an action, wants a reason, does it once and writes it down', async () => {
        const path = `${nameOf(sku)}/passivate`;
        await reserve(sku, 'awake');
        const preview = await act(path, why({ dryRun: true }));
        assert.deepEqual([preview.status, preview.data.touched, preview.data.auditId], [200, 1, null]);
        for (const reason of [undefined, '', 'no', 'x'.repeat(501)]) {
            assert.equal((await act(path, { reason })).status, 400, String(reason));
        }
        const before = (await see('/admin/audit')).json.pagination.total;
        const key = { 'Idempotency-Key': randomUUID() };
        const done = await shop.send('POST', path, why(), { ...operator, ...key, 'X-Request-Id': 'pass-1' });
        const again = await shop.send('POST', path, why(), { ...operator, ...key });
        assert.equal(done.data.touched, 1);
        assert.equal(again.headers['idempotent-replayed'], 'true');
        assert.deepEqual(again.data, done.data);
        await until(async () => !(await see(nameOf(sku))).data.actor.live, { what: 'passivation' });
        const repeated = await act(path);
        assert.deepEqual([repeated.data.touched, repeated.data.auditId], [0, null], 'there is nothing left to passivate');
        const { json } = await see('/admin/audit');
        assert.equal(json.pagination.total, before + 1, 'what was so already is not in the audit');
        const row = await audited(done.data.auditId);
        assert.deepEqual([row.action, row.actorName, row.reason, row.requestId, row.touched],
            ['actors.passivate', 'Console operator', why().reason, 'pass-1', 1]);
        assert.equal(row.target, `stock ${sku.variantId}:${sku.sellerId}`);
        assert.equal(row.before.find(({ name }) => name === 'live').value, 'yes');
        assert.equal((await shop.stockOf(sku)).onHand, 500, 'and it comes back from its rows');
    });

    it('keeps an audit that nothing can change, page by page', async () => {
        for (const statement of ["UPDATE audit SET action = 'x'", 'DELETE FROM audit', 'TRUNCATE audit']) {
            await assert.rejects(shop.server.psql(statement), /only ever added to/, statement);
        }
        const seen = [];
        for (let cursor = ''; cursor !== null;) {
            const { json } = await see(`/admin/audit?limit=1${cursor && `&cursor=${cursor}`}`);
            seen.push(...json.data.map(({ id }) => id));
            cursor = json.pagination.nextCursor;
        }
        const { data } = await see('/admin/audit?limit=100');
        assert.deepEqual(seen, data.map(({ id }) => id));
        assert.equal((await shop.send('GET', '/admin/audit?cursor=none', undefined, viewer)).status, 400);
    });

    it('quarantines an entity that keeps crashing, shows it, and releases it; no other suffers', async () => {
        await shop.stockOf(sku);
        for (let i = 0; i < 3; i += 1) {
            assert.equal((await reserve(sku, `souk-fault-crash-${i}`)).status, 500);
        }
        const refused = await reserve(sku, 'after');
        assert.equal(refused.status, 503);
        assert.equal(refused.error.code, 'SERVICE_UNAVAILABLE');
        assert.match(refused.error.message, /quarantined/);
        assert.ok(refused.headers['retry-after']);
        assert.equal((await shop.stockOf(sku)).onHand, 500, 'what is committed is still shown');
        assert.equal((await reserve(other, 'other')).status, 201);
        assert.equal((await shop.send('GET', '/health')).status, 200);
        const { data } = await see('/admin/actors?sort=restarts');
        const [worst] = data.actors;
        assert.deepEqual([worst.id, worst.quarantined, worst.restarts],
            [`${sku.variantId}:${sku.sellerId}`, true, 3]);
        assert.match(worst.lastError, /fault/);
        assert.equal(data.kinds.find(({ kind }) => kind === 'stock').quarantined, 1);
        const released = await act(`${nameOf(sku)}/release`);
        assert.equal(released.data.touched, 1);
        assert.equal((await reserve(sku, 'released')).status, 201);
        assert.equal((await act(`${nameOf(sku)}/release`)).data.touched, 0);
        assert.ok(await audited(released.data.auditId));
    });

    it('lets an operator quarantine an entity', async () => {
        assert.equal((await act(`${nameOf(other)}/quarantine`)).data.touched, 1);
        assert.equal((await reserve(other, 'kept-out')).status, 503);
        assert.ok((await see(nameOf(other))).data.actor.quarantined);
        await act(`${nameOf(other)}/release`);
        assert.equal((await reserve(other, 'back')).status, 201);
    });

    it('shows the row of a discount code that is quarantined', async () => {
        const path = '/admin/actors/discount/SAVE20';
        assert.equal((await act(`${path}/quarantine`)).data.touched, 1);
        const { data } = await see(path);
        assert.deepEqual([data.actor.quarantined, data.agreement], [true, 'not_in_memory']);
        assert.equal(data.state.find(({ field }) => field === 'active').row, 'yes');
        const shown = await shop.must(200, 'GET', '/discounts/SAVE20', undefined, shop.operator);
        assert.equal(shown.data.code, 'SAVE20');
        await act(`${path}/release`);
    });

    it('pauses a kind once for all who ask at the same time', async () => {
        const pause = () => act('/admin/kinds/discount/pause', why(), admin);
        const all = await Promise.all(Array.from({ length: 8 }, pause));
        const touched = all.map(({ data }) => data.touched > 0);
        assert.equal(touched.filter(Boolean).length, 1);
        assert.deepEqual(all.map(({ data }) => data.auditId !== null), touched);
        await act('/admin/kinds/discount/resume', why(), admin);
    });

    it('does once what is asked for under one key, even when its answer was forgotten', async () => {
        const key = { ...admin, 'Idempotency-Key': randomUUID() };
        const pause = () => shop.send('POST', '/admin/kinds/discount/pause', why(), key);
        const first = await pause();
        await act('/admin/kinds/discount/resume', why(), admin);
        await shop.server.psql(`DELETE FROM idempotency_keys WHERE key = '${key['Idempotency-Key']}'`);
        assert.deepEqual((await pause()).data, first.data);
        const { data } = await see('/admin/actors');
        assert.equal(data.kinds.find(({ kind }) => kind === 'discount').paused, false, 'somebody has resumed it');
        assert.equal((await see('/admin/audit?limit=100')).data.filter(({ id }) => id === first.data.auditId).length, 1);
    });

    it('pauses a kind and resumes it', async () => {
        const paused = await act('/admin/kinds/stock/pause', why(), admin);
        assert.ok(paused.data.touched > 0);
        const refused = await reserve(sku, 'paused');
        assert.equal(refused.status, 503);
        assert.match(refused.error.message, /paused/);
        assert.equal((await shop.stockOf(sku)).onHand, 500);
        assert.ok((await see('/admin/actors')).data.kinds[0].paused);
        assert.equal((await act('/admin/kinds/stock/pause', why(), admin)).data.touched, 0);
        await act('/admin/kinds/stock/resume', why(), admin);
        assert.equal((await reserve(sku, 'resumed')).status, 201);
        assert.equal((await act('/admin/kinds/dragon/pause', why(), admin)).status, 404);
    });

    it('releases a reservation now, and lets one last longer', async () => {
        const held = (await shop.reserve([[other, 5]])).data.reservationId;
        const longer = await act(`/admin/reservations/${held}/extend`, why({ minutes: 90 }));
        assert.equal(longer.data.touched, 1);
        const [{ minutes }] = await shop.server.sql(`SELECT extract(epoch FROM expires_at - created_at)::int / 60
            AS minutes FROM reservations WHERE state = 0 AND variant_id = '${other.variant}'
            ORDER BY created_at DESC LIMIT 1`);
        assert.equal(minutes, 15 + 90);
        const before = (await shop.stockOf(other)).reserved;
        const released = await act(`/admin/reservations/${held}/release`);
        assert.equal((await shop.stockOf(other)).reserved, before - 5);
        assert.equal((await act(`/admin/reservations/${held}/release`)).data.touched, 0);
        const row = await audited(released.data.auditId);
        assert.equal(row.action, 'reservations.release');
        assert.equal(row.target, `reservation ${held}`.replace(/(.{10}).{16}$/, '$1…'), 'secret from viewers');
        assert.equal((await act(`/admin/reservations/res_${'0'.repeat(26)}/release`)).status, 404);
        const sold = (await shop.reserve([[other, 1]])).data.reservationId;
        await shop.must(200, 'POST', `/inventory/confirm/${sold}`, undefined, shop.operator);
        assert.equal((await act(`/admin/reservations/${sold}/release`)).status, 409);
    });

    it("releases an order's reservation by cancelling the order, and extends it with the order", async () => {
        const cart = await shop.newCart();
        await shop.addItem(cart.id, other, 3);
        const order = (await shop.order(cart.id)).data;
        const { data: supervised } = await see('/admin/supervisors', operator);
        const { id } = supervised.reservations.find(({ orderId }) => orderId === order.id);
        await act(`/admin/reservations/${id}/extend`, why({ minutes: 30 }));
        const [{ same }] = await shop.server.sql(`SELECT o.reserved_until = r.expires_at AS same
            FROM orders o JOIN reservations r ON r.order_id = o.id WHERE o.cart_id IS NOT NULL
            AND r.state = 0 ORDER BY o.created_at DESC LIMIT 1`);
        assert.ok(same);
        const before = (await shop.stockOf(other)).reserved;
        await act(`/admin/reservations/${id}/release`);
        assert.equal((await shop.stockOf(other)).reserved, before - 3);
        const shown = await shop.must(200, 'GET', `/orders/${order.id}`, undefined, { 'X-Cart-Id': cart.id });
        assert.equal(shown.data.status, 'cancelled');
        const hidden = await see('/admin/supervisors');
        assert.ok(hidden.data.reservations.every((one) => one.id.endsWith('…')), "secret from viewers");
    });

    it('gives money back once, to operators alone, with a row in the audit', async () => {
        const cart = await shop.newCart();
        await shop.addItem(cart.id, other, 1);
        const order = (await shop.order(cart.id, { paymentMethod: 'sandbox' })).data;
        const path = `/admin/orders/${order.id}/refund`;
        assert.equal((await act(path, why({ dryRun: true }))).status, 409, 'nothing was taken yet');
        await shop.must(200, 'POST', `/orders/${order.id}/payment`,
            { paymentMethod: 'sandbox', paymentMethodId: 'pm_card_visa' }, { 'X-Cart-Id': cart.id });
        const { data: preview } = await act(path, why({ dryRun: true, amount: 100 }));
        assert.deepEqual([preview.touched, preview.auditId], [1, null]);
        const key = { ...operator, 'Idempotency-Key': randomUUID() };
        const done = await shop.send('POST', path, why({ amount: 100 }), key);
        assert.equal(done.data.touched, 1, JSON.stringify(done.error));
        // As if the answer had not been remembered: the audit knows it.
        await shop.server.psql(`DELETE FROM idempotency_keys WHERE key = '${key['Idempotency-Key']}'`);
        const repeated = await shop.send('POST', path, why({ amount: 100 }), key);
        assert.deepEqual(repeated.data, done.data, 'the first one is shown again');
        const row = await audited(done.data.auditId);
        assert.deepEqual([row.action, row.target], ['orders.refund', `order ${order.id}`]);
        const refunds = await shop.must(200, 'GET', `/orders/${order.id}/refunds`, undefined, shop.operator);
        assert.deepEqual(refunds.data.map(({ amount }) => amount), [100]);
        assert.equal((await act(path, why({ amount: 100_000_000 }))).status, 422);
    });

    it('says that a payment has nothing to retry or to give up', async () => {
        const cart = await shop.newCart();
        await shop.addItem(cart.id, other, 1);
        const order = (await shop.order(cart.id, { paymentMethod: 'sandbox' })).data;
        const paid = await shop.must(200, 'POST', `/orders/${order.id}/payment`,
            { paymentMethod: 'sandbox', paymentMethodId: 'pm_card_visa' }, { 'X-Cart-Id': cart.id });
        const payment = paid.data.order.payment.id;
        for (const verb of ['retry', 'give-up']) {
            const { data } = await act(`/admin/payments/${payment}/${verb}`, why({ dryRun: true }));
            assert.deepEqual([data.touched, data.target], [0, `payment ${payment}`]);
        }
        assert.equal((await act(`/admin/payments/pay_${'0'.repeat(26)}/retry`)).status, 404);
    });

    it('checks what must hold, and shows the exact rows that break it', async () => {
        const check = async () => (await see('/admin/invariants')).data.invariants;
        const sound = await check();
        assert.ok(sound.length >= 6);
        assert.deepEqual(sound.filter(({ state }) => state !== 'holds'), []);
        await shop.server.psql(`UPDATE stock SET on_hand = on_hand + 7 WHERE variant_id = '${sku.variant}'`);
        const broken = await until(async () => (await check()).find(({ state }) => state === 'broken'),
            { what: 'the check' });
        assert.equal(broken.differences.length, 1);
        assert.deepEqual([broken.differences[0].subject, broken.differences[0].found - broken.differences[0].expected],
            [`${sku.variantId}:${sku.sellerId}`, 7]);
        await shop.server.psql(`UPDATE stock SET on_hand = on_hand - 7 WHERE variant_id = '${sku.variant}'`);
    });

    it('drains the server, which then takes no new work until it is told to', { timeout: 60_000 }, async () => {
        const preview = await act('/admin/drain', why({ dryRun: true }), admin);
        assert.ok(preview.data.touched > 0);
        const { data } = await act('/admin/drain', why(), admin);
        assert.deepEqual(data.after.find(({ name }) => name === 'live'), { name: 'live', value: '0' });
        const refused = await reserve(sku, 'drained');
        assert.equal(refused.status, 503);
        assert.match(refused.error.message, /drained/);
        assert.equal((await shop.stockOf(sku)).onHand, 500);
        assert.ok((await see('/admin/overview')).data.draining);
        assert.equal((await shop.send('GET', '/health/ready')).status, 503, 'balancers look elsewhere');
        const many = await shop.reserve([[sku, 1], [other, 1]]);
        assert.deepEqual([many.status, many.headers['retry-after']], [503, '30']);
        await act('/admin/kinds/discount/pause', why(), admin);
        await act('/admin/resume', why(), admin);
        assert.ok((await see('/admin/actors')).data.kinds.find(({ kind }) => kind === 'discount').paused,
            'a drain ends no pause');
        await act('/admin/kinds/discount/resume', why(), admin);
        assert.equal((await reserve(sku, 'resumed-again')).status, 201);
        await assertInvariants(shop.server);
    });
});
