// Live updates: what is committed reaches every reader, in order and without a gap, and nobody sees
// what is not theirs.

import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { EventReader, LiveReader } from './support/live.mjs';
import { Load } from './support/load.mjs';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';

const stockTopic = (sku) => `stock:${sku.variantId}`;
const etagVersion = (answer) => Number(JSON.parse(answer.headers.etag));

describe('live updates', () => {
    let shop;
    const readers = [];
    before(async () => {
        shop = await Shop.open({ environment: {
            SOUK_LIVE_TOPICS_PER_CONNECTION: '5', SOUK_LIVE_MAX_MESSAGE_BYTES: '2000',
            SOUK_LIVE_PING_INTERVAL_MS: '300', SOUK_LIVE_SILENCE_TIMEOUT_MS: '3000',
            SOUK_LIVE_SEND_TIMEOUT_MS: '1000', SOUK_SERVER_CORS_ORIGINS: 'https://shop.example',
        } });
    });
    after(async () => {
        for (const reader of readers) await reader.close();
        await shop?.close();
    });

    const open = async (options) => {
        const reader = await LiveReader.open(shop.server.port, options);
        readers.push(reader);
        return reader;
    };
    const events = async (path, headers) => {
        const reader = await EventReader.open(shop.server.port, path, headers);
        readers.push(reader);
        return reader;
    };
    const variantStock = (sku) => shop.must(200, 'GET', `/inventory/${sku.productId}/variants/${sku.variantId}`);
    const metric = async (name) => {
        const { bytes } = await shop.raw('GET', '/metrics');
        return Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(bytes.toString())[1]);
    };
    const refusal = (options) => LiveReader.open(shop.server.port, options)
        .then(() => 'connected', (error) => error.status);

    it('show two readers every version while fifty buyers buy', { timeout: 120_000 }, async () => {
        const [sku] = await shop.takeSkus(1_000_000);
        const topic = stockTopic(sku);
        const pair = [await open(), await open({ path: '/api/v1/ws' })];
        for (const reader of pair) await reader.subscribe([topic]);
        await Promise.all(Array.from({ length: 50 }, async () => {
            for (let i = 0; i < 10; i += 1) assert.equal((await shop.reserve([[sku, 1]])).status, 201);
        }));
        const last = await variantStock(sku);
        const [row] = await shop.server.sql(`SELECT version, on_hand - reserved AS units FROM stock
            WHERE variant_id = '${sku.variant}'`);
        assert.equal(etagVersion(last), row.version);
        for (const reader of pair) {
            await reader.reaches(topic, row.version);
            reader.assertFaultless();
            const seen = reader.seen(topic);
            assert.deepEqual(seen.data, last.data);
            assert.equal(seen.data.inventoryCount, row.units);
            assert.equal(seen.snapshots, 1);
            assert.ok(seen.changes > 3, `only ${seen.changes} changes`);
        }
    });

    it('have REST\'s data and REST\'s versions, for every kind of topic', async () => {
        const [sku, other] = await shop.takeSkus(100, 100);
        const cart = await shop.cartWith([sku, 1]);
        const bought = await shop.cartWith([other, 1]);
        const { data: order } = await shop.order(bought);
        const reader = await open();
        const paths = {
            [stockTopic(sku)]: `/inventory/${sku.productId}/variants/${sku.variantId}`,
            [`product:${sku.productId}`]: `/products/${sku.productId}`,
            [`cart:${cart}`]: `/cart/${cart}`,
            [`order:${order.id}`]: `/orders/${order.id}`,
        };
        await reader.subscribe(Object.keys(paths), { cartId: bought });
        const same = async () => {
            for (const [topic, path] of Object.entries(paths)) {
                const rest = await shop.must(200, 'GET', path, undefined, { 'X-Cart-Id': bought });
                await reader.reaches(topic, etagVersion(rest));
                assert.equal(reader.seen(topic).version, etagVersion(rest), topic);
                assert.deepEqual(reader.seen(topic).data, rest.data, topic);
            }
        };
        await same();
        const before = new Map([...reader.topics].map(([topic, seen]) => [topic, seen.version]));
        await shop.setStock(sku, 90);
        await shop.addItem(cart, sku, 2);
        await shop.must(200, 'POST', `/orders/${order.id}/payment`,
            { paymentMethod: 'cash_on_delivery' }, { 'X-Cart-Id': bought });
        await same();
        for (const [topic, version] of before) assert.ok(reader.seen(topic).version > version, topic);
        reader.assertFaultless();
    });

    it('keep a cart and an order to who may see them', async () => {
        const [sku] = await shop.takeSkus(100);
        const cartId = await shop.cartWith([sku, 1]);
        const { data: order } = await shop.order(cartId);
        const strange = await shop.cartWith([sku, 1]);
        const absent = (id) => `${id.slice(0, -4)}0000`;
        const guest = await open();
        const ask = async (reader, topic, more = {}) => {
            const answer = await reader.ask({ type: 'subscribe', topics: [topic], ...more });
            return answer.type === 'error' ? answer.error : answer.type;
        };
        const stranger = await ask(guest, `order:${order.id}`, { cartId: strange });
        const nothing = await ask(guest, `order:${absent(order.id)}`, { cartId: strange });
        assert.equal(stranger.code, 'RESOURCE_NOT_FOUND');
        assert.deepEqual({ ...stranger, requestId: '' }, { ...nothing, requestId: '' });
        assert.equal((await ask(guest, `order:${order.id}`)).code, 'AUTHENTICATION_ERROR');
        assert.equal((await ask(guest, `cart:${absent(cartId)}`)).code, 'RESOURCE_NOT_FOUND');
        const [vendor] = Object.entries(shop.server.keys).find(([name]) => name.startsWith('vendor')) ?? [];
        const asKey = async (name) => open({ headers: { Authorization: `Bearer ${shop.server.keys[name]}` } });
        assert.equal((await ask(await asKey(vendor), `order:${order.id}`)).code, 'AUTHORIZATION_ERROR');
        assert.equal(await ask(await asKey('operator'), `order:${order.id}`), 'subscribed');
        const owner = await open({ headers: { 'X-Cart-Id': cartId } });
        assert.equal(await ask(owner, `order:${order.id}`), 'subscribed');
        assert.equal(await ask(guest, `order:${order.id}`, { cartId }), 'subscribed');
        assert.equal(await refusal({ headers: { Authorization: 'Bearer souk_nonsense' } }), 401);

        const stream = (path, headers) => events(path, headers).then((reader) => reader.status);
        assert.equal(await stream(`/events/orders/${order.id}`), 401);
        assert.equal(await stream(`/events/orders/${order.id}`, { 'X-Cart-Id': strange }), 404);
        assert.equal(await stream(`/events/orders/${order.id}?cartId=${cartId}`), 200);
        assert.equal(await stream(`/events/cart/${absent(cartId)}`), 404);
    });

    it('answer bad messages and go on', async () => {
        const [sku] = await shop.takeSkus(10);
        const reader = await open();
        const bad = ['', '{', '[]', '{"type":"shout"}', '{"type":"subscribe"}', '{"type":"subscribe","topics":[7]}',
            '{"type":"subscribe","topics":["stock:x"]}', '{"type":"ping","secret":1}'];
        for (const text of bad) reader.socket.send(text);
        const answers = await until(() => reader.answers.length === bad.length && reader.answers);
        for (const answer of answers) {
            assert.equal(answer.type, 'error');
            assert.equal(answer.error.code, 'VALIDATION_ERROR');
            assert.ok(Array.isArray(answer.error.details) && answer.error.requestId);
        }
        await reader.subscribe([stockTopic(sku)]);
        assert.equal((await reader.ask({ type: 'ping' })).type, 'pong');
    });

    it('end a connection that breaks the protocol or the limits', async () => {
        const skus = await shop.takeSkus(...Array(6).fill(10));
        const many = await open();
        const refused = await many.ask({ type: 'subscribe', topics: skus.map(stockTopic) });
        assert.equal(refused.error.details[0].field, 'topics');
        const large = await open();
        large.socket.send(JSON.stringify({ type: 'ping', id: 'x'.repeat(2000) }));
        assert.equal((await large.closed).code, 1009);
        const binary = await open();
        binary.socket.send(Buffer.from('{}'));
        assert.equal((await binary.closed).code, 1003);
        const talkative = await open();
        for (let i = 0; i < 100; i += 1) talkative.socket.send('{"type":"ping"}');
        assert.equal((await talkative.closed).code, 1008);
        assert.equal(talkative.answers.at(-1).error.code, 'RATE_LIMITED');
    });

    it('take pages of listed origins and of our own, and no others', async () => {
        assert.equal(await refusal({ origin: 'https://evil.example' }), 403);
        assert.equal(await refusal({ origin: 'null' }), 403);
        await open({ origin: 'https://shop.example' });
        await open({ origin: `http://127.0.0.1:${shop.server.port}` });
        assert.equal((await shop.raw('GET', '/ws')).status, 400, 'a plain request');
    });

    it('bound the connections of an address and in all', async () => {
        const narrow = await Shop.open({ products: 5, environment: {
            SOUK_LIVE_CONNECTIONS_PER_ADDRESS: '2', SOUK_LIVE_MAX_CONNECTIONS: '3',
            SOUK_SERVER_TRUSTED_PROXIES: '127.0.0.1' } });
        try {
            const from = (address) => LiveReader.open(narrow.server.port,
                { headers: { 'X-Forwarded-For': address } }).catch((error) => error.status);
            const [first, second] = [await from('10.0.0.1'), await from('10.0.0.1')];
            assert.equal(await from('10.0.0.1'), 429);
            const third = await from('10.0.0.2');
            assert.equal(await from('10.0.0.3'), 503);
            await first.close();
            const again = await until(async () => {
                const reader = await from('10.0.0.3');
                return typeof reader === 'object' && reader;
            });
            for (const reader of [second, third, again]) await reader.close();
        } finally {
            await narrow.close();
        }
    });

    it('let a stalled reader harm nobody, and end it', { timeout: 120_000 }, async () => {
        const [sku] = await shop.takeSkus(1_000_000);
        const topic = stockTopic(sku);
        const stalled = net.connect(shop.server.port, '127.0.0.1');
        stalled.on('error', () => {});
        const key = Buffer.from('0123456789abcdef').toString('base64');
        stalled.write(`GET /ws HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
            + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`);
        await new Promise((resolve) => { stalled.once('data', resolve); });
        const text = JSON.stringify({ type: 'subscribe', topics: [topic] });
        stalled.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]));
        stalled.pause(); // and answers no ping either
        const reader = await open();
        await reader.subscribe([topic]);
        const connected = await metric('souk_live_connections{kind="websocket"}');
        const load = new Load(shop, [sku]);
        load.start(8);
        await until(async () => await metric('souk_live_connections{kind="websocket"}') < connected,
            { what: 'the end of the stalled reader' });
        await load.stop();
        assert.ok(await metric('souk_live_timed_out_total') >= 1);
        const last = await variantStock(sku);
        await reader.reaches(topic, etagVersion(last));
        reader.assertFaultless();
        assert.equal(reader.seen(topic).snapshots, 1);
        stalled.destroy();
    });

    it('resume by version over kill -9, and miss nothing', { timeout: 180_000 }, async () => {
        const [sku] = await shop.takeSkus(1_000_000);
        const topic = stockTopic(sku);
        const pack = await Promise.all(Array.from({ length: 5 }, () => open()));
        for (const reader of pack) await reader.subscribe([topic]);
        const load = new Load(shop, [sku]);
        load.start(8);
        for (let round = 0; round < 3; round += 1) {
            const from = pack[0].seen(topic).version;
            await pack[0].reaches(topic, from + 20);
            await shop.server.kill();
            await shop.server.start();
            for (const reader of pack) {
                await reader.closed;
                await reader.connect(shop.server.port);
                await reader.subscribe([topic]);
            }
        }
        await load.stop();
        const last = await variantStock(sku);
        const [row] = await shop.server.sql(`SELECT version FROM stock WHERE variant_id = '${sku.variant}'`);
        assert.equal(etagVersion(last), row.version);
        for (const reader of pack) {
            await reader.reaches(topic, row.version);
            reader.assertFaultless();
            assert.deepEqual(reader.seen(topic).data, last.data);
        }
    });

    it('come as server-sent events too, which go on from Last-Event-ID', async () => {
        const [sku] = await shop.takeSkus(100);
        const first = await events(`/events/stock/${sku.variantId}`);
        assert.equal(first.status, 200);
        assert.match(first.headers['content-type'], /^text\/event-stream/);
        const topic = stockTopic(sku);
        const { version } = await shop.stockOf(sku);
        await first.reaches(topic, version);
        assert.deepEqual([first.events[0].event, first.events[0].id], ['snapshot', String(version)]);
        await shop.setStock(sku, 99);
        await first.reaches(topic, version + 1);
        assert.deepEqual([first.events[1].event, first.events[1].id], ['change', String(version + 1)]);
        await until(() => first.comments > 0, { what: 'a heartbeat' });

        const current = await events(`/api/v1/events/stock/${sku.variantId}`, { 'Last-Event-ID': String(version + 1) });
        const behind = await events(`/api/events/stock/${sku.variantId}`, { 'Last-Event-ID': String(version) });
        await behind.reaches(topic, version + 1);
        current.seen(topic).version = version + 1;
        await shop.setStock(sku, 98);
        for (const reader of [first, current, behind]) {
            await reader.reaches(topic, version + 2);
            reader.assertFaultless();
        }
        assert.deepEqual(current.events.map(({ event }) => event), ['change']);
        assert.deepEqual(behind.events.map(({ event }) => event), ['snapshot', 'change']);
        const bad = await events(`/events/stock/${sku.variantId}`, { 'Last-Event-ID': 'x' });
        assert.equal(bad.status, 400);
    });

    it('end with the API key that opened them', async () => {
        const headers = { Authorization: `Bearer ${shop.server.keys['console-viewer']}` };
        const [sku] = await shop.takeSkus(10);
        await shop.server.psql(`UPDATE api_keys SET expires_at = now() + interval '2 seconds'
            WHERE name = 'Console viewer'`);
        const socket = await open({ headers });
        await socket.subscribe([stockTopic(sku)]);
        const stream = await events(`/events/stock/${sku.variantId}`, headers);
        await until(() => stream.comments > 0, { what: 'a heartbeat' });
        assert.deepEqual(await socket.closed, { code: 1008, reason: 'the credentials are not valid' });
        await stream.ended;
        assert.equal((await events(`/events/stock/${sku.variantId}`, headers)).status, 401);
    });

    it('say goodbye when the server stops, after what was committed', { timeout: 60_000 }, async () => {
        const [sku] = await shop.takeSkus(1_000_000);
        const topic = stockTopic(sku);
        const reader = await open();
        await reader.subscribe([topic]);
        const stream = await events(`/events/stock/${sku.variantId}`);
        const load = new Load(shop, [sku]);
        load.start(8);
        await reader.reaches(topic, 0);
        await reader.reaches(topic, reader.seen(topic).version + 20);
        await shop.server.stop();
        await load.stop();
        assert.equal((await reader.closed).code, 1001);
        await stream.ended;
        const [row] = await shop.server.sql(`SELECT version FROM stock WHERE variant_id = '${sku.variant}'`);
        assert.equal(reader.seen(topic).version, row.version);
        assert.equal(stream.seen(topic).version, row.version);
        reader.assertFaultless();
        stream.assertFaultless();
        await shop.server.start();
    });
});

describe('topics of a WebSocket', () => {
    let shop;
    before(async () => {
        shop = await Shop.open({ environment: { SOUK_RATE_LIMIT_GUEST_TOPICS_PER_MINUTE: '3' } });
    });
    after(() => shop?.close());

    it('are charged one by one to the address, unless somebody follows them already', async () => {
        const skus = await shop.takeSkus(1, 1, 1, 1, 1);
        const reader = await LiveReader.open(shop.server.port);
        const answer = await reader.ask({ type: 'subscribe', topics: skus.map(stockTopic) });
        await until(() => reader.answers.length === 2, { what: 'both answers' });
        assert.equal(answer.error?.code ?? answer.type, 'RATE_LIMITED');
        assert.deepEqual(reader.answers.map(({ type }) => type).sort(), ['error', 'subscribed']);
        const { topics } = reader.answers.find(({ type }) => type === 'subscribed');
        assert.equal(topics.length, 3);
        const second = await LiveReader.open(shop.server.port);
        const refused = await second.ask({ type: 'subscribe', topics: [stockTopic(skus[4])] });
        assert.equal(refused.error.code, 'RATE_LIMITED');
        const key = await LiveReader.open(shop.server.port, { headers: shop.operator });
        await key.subscribe(skus.map(stockTopic));
        for (const one of [reader, second, key]) await one.close();
    });
});
