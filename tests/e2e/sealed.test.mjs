// What a database tells of people: nothing, also in a dump of all of it, while keys come and go.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { bearer, Mailbox, PASSWORD, People, tokenIn } from './support/people.mjs';
import { until } from './support/server.mjs';
import { ADDRESS, orderOf, Shop } from './support/shop.mjs';

const run = promisify(execFile);
const FIRST = 'the first key of the shop which is long enough';
const SECOND = 'the second key of the shop which is long enough';

const PERSON = { email: 'zubaidah.quxfeldt@example.org', firstName: 'Zubaidah', lastName: 'Quxfeldt' };
const HOME = { ...ADDRESS, ...PERSON, phone: '+962795550123', street: 'Plumbago Crescent',
    building: 'Vermilion House', instructions: 'behind the ochre mill' };
const NOTES = 'please sing when you arrive';
const DEVICE = 'Wonderphone/9.9';
const BIRTHDAY = '1987-06-05';
const TELLING = [PERSON.email, 'zubaidah', 'quxfeldt', '795550123', 'plumbago', 'vermilion', 'ochre',
    'please sing', 'wonderphone', BIRTHDAY];

describe('personal texts in the database', () => {
    let mailbox;
    let shop;
    let people;
    let sku;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 5, environment: { ...mailbox.environment,
            SOUK_IDENTITY_HASH_COST: '10', SOUK_PRIVACY_KEYS: FIRST,
            SOUK_IDENTITY_SECRET: 'what signing keys are sealed with, long enough' } });
        people = new People(shop, mailbox);
        [sku] = await shop.takeSkus(10_000);
    });
    after(async () => {
        await shop?.close();
        mailbox.close();
    });

    const dump = async () => (await run('pg_dump', ['-d', shop.server.environment.SOUK_POSTGRES_URL],
        { maxBuffer: 1 << 28 })).stdout.toLowerCase();
    const told = async () => {
        const text = await dump();
        return TELLING.filter((word) => text.includes(word));
    };
    const browser = { 'User-Agent': DEVICE };
    const restart = async (keys) => {
        await shop.server.stop();
        shop.server.environment.SOUK_PRIVACY_KEYS = keys;
        await shop.server.start();
    };

    let me;
    let order;
    let cart;
    async function signIn() {
        const answer = await people.logIn(PERSON.email, PASSWORD, browser);
        assert.equal(answer.status, 200, String(answer.bytes));
        me = answer.data;
    }

    /** Everything that a person gets to see of themselves. */
    async function checkAllReads() {
        await signIn();
        const as = bearer(me.accessToken);
        const profile = (await shop.must(200, 'GET', '/users/profile', undefined, as)).data;
        assert.equal(profile.email, PERSON.email);
        assert.equal(profile.lastName, PERSON.lastName);
        const [home] = (await shop.must(200, 'GET', '/users/addresses', undefined, as)).data;
        assert.equal(home.street, HOME.street);
        const sessions = (await shop.must(200, 'GET', '/auth/sessions', undefined, as)).data;
        assert.ok(JSON.stringify(sessions).includes(DEVICE));
        const shown = (await shop.must(200, 'GET', `/orders/${order.id}`, undefined, { 'X-Cart-Id': cart })).data;
        assert.equal(shown.shippingAddress.street, HOME.street);
        assert.equal(shown.billingAddress.instructions, HOME.instructions);
    }

    it('tells nothing of who registers, orders and gets mail', async () => {
        assert.equal((await people.register(PERSON.email, PERSON)).status, 202);
        const token = tokenIn(await mailbox.last(PERSON.email));
        await shop.must(200, 'POST', '/auth/verify-email', { token });
        assert.equal((await people.logIn(PERSON.email, 'not the password', browser)).status, 401);
        await signIn();
        const as = bearer(me.accessToken);
        await shop.must(201, 'POST', '/users/addresses', HOME, as);
        await shop.must(201, 'POST', '/customers', { ...PERSON, dateOfBirth: BIRTHDAY }, as);
        cart = await shop.cartWith([sku, 2]);
        const placed = await shop.send('POST', '/orders', { ...orderOf(cart), shippingAddress: HOME, notes: NOTES },
            { 'X-Cart-Id': cart, 'Idempotency-Key': 'once' });
        assert.equal(placed.status, 201, String(placed.bytes));
        order = placed.data;
        await shop.must(200, 'POST', `/orders/${order.id}/payment`, { paymentMethod: 'cash_on_delivery' },
            { 'X-Cart-Id': cart });
        assert.ok((await mailbox.last(PERSON.email, 2)).text.includes(order.orderNumber));
        await checkAllReads();
        assert.deepEqual(await told(), []);
    });

    it('answers a repeated order from what it remembers', async () => {
        const again = await shop.send('POST', '/orders', { ...orderOf(cart), shippingAddress: HOME, notes: NOTES },
            { 'X-Cart-Id': cart, 'Idempotency-Key': 'once' });
        assert.equal(again.headers['idempotent-replayed'], 'true');
        assert.equal(again.data.shippingAddress.street, HOME.street);
    });

    it('refuses the same address twice, and finds a person by the whole of it', async () => {
        assert.equal((await people.register(PERSON.email.toUpperCase(), PERSON)).status, 202);
        assert.match((await mailbox.last(PERSON.email, 3)).text, /already/);
        const found = async (email) => (await shop.must(200, 'GET', `/users?email=${email}`, undefined, shop.operator)).data;
        assert.equal((await found(PERSON.email.toUpperCase()))[0].email, PERSON.email);
        assert.equal((await found('zubaidah')).length, 0);
    });

    it('does not start with another key, or with none', async () => {
        await shop.server.stop();
        for (const keys of [SECOND, '']) {
            shop.server.environment.SOUK_PRIVACY_KEYS = keys;
            await assert.rejects(shop.server.start(), /is not among privacy\.keys/);
        }
        await assert.rejects(shop.server.command('seed'), /is not among privacy\.keys/);
        shop.server.environment.SOUK_PRIVACY_KEYS = FIRST;
        await shop.server.start();
        await checkAllReads();
    });

    it('is sealed under another key while people order, and the first key is dropped', async () => {
        shop.server.environment.SOUK_PRIVACY_KEYS = `${SECOND},${FIRST}`;
        await assert.rejects(shop.server.command('keys', 'rotate'), /does not seal under the key/);
        await restart(`${SECOND},${FIRST}`);
        await checkAllReads();
        let rotating = true;
        const buyers = (async () => {
            let orders = 0;
            while (rotating || orders === 0) {
                const theirs = await shop.cartWith([sku, 1]);
                const placed = await shop.order(theirs, { shippingAddress: HOME });
                assert.equal(placed.status, 201, String(placed.bytes));
                orders += 1;
            }
        })();
        const said = await shop.server.command('keys', 'rotate');
        rotating = false;
        await buyers;
        assert.match(said, /users: 2 rows sealed/);
        assert.match(said, /drop it from privacy\.keys/);
        assert.match(await shop.server.command('keys', 'status'), /^key \S+: \d+ rows, the server seals under it\n$/);
        await restart(SECOND);
        await checkAllReads();
        assert.deepEqual(await told(), []);
    });

    it('was kept plain without keys, until they were there', async () => {
        await shop.close();
        shop = await Shop.open({ products: 5, environment: { ...mailbox.environment, SOUK_IDENTITY_HASH_COST: '10',
            SOUK_IDENTITY_SECRET: 'what signing keys are sealed with, long enough' } });
        [sku] = await shop.takeSkus(10_000);
        people = new People(shop, mailbox);
        const before = mailbox.to(PERSON.email).length;
        await people.register(PERSON.email, PERSON);
        const token = tokenIn(await mailbox.last(PERSON.email, before + 1));
        await shop.must(200, 'POST', '/auth/verify-email', { token });
        await signIn();
        await shop.must(201, 'POST', '/users/addresses', HOME, bearer(me.accessToken));
        cart = await shop.cartWith([sku, 1]);
        order = (await shop.order(cart, { shippingAddress: HOME })).data;
        assert.ok((await told()).length > 4);
        assert.ok(shop.server.lastLog().includes('privacy.keys is empty'));
        await restart(FIRST);
        await checkAllReads();
        await shop.server.command('keys', 'rotate');
        await until(async () => (await shop.server.sql('SELECT FROM audit_unsealed')).length === 0);
        await checkAllReads();
        assert.deepEqual(await told(), []);
    });
});
