// What servers print holds no secret: every other file checks it of its own server when that ends,
// see support/secrets.mjs. Here a server says as much as it can of requests that are full of them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { bearer, Mailbox, PASSWORD, People } from './support/people.mjs';
import { secretsIn } from './support/secrets.mjs';
import { Shop } from './support/shop.mjs';

const CARD = '4242424242424242';

describe('what a server prints', () => {
    let shop;
    let mailbox;
    let people;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 5, environment: {
            ...mailbox.environment, SOUK_LOG_LEVEL: 'trace', SOUK_IDENTITY_HASH_COST: '10',
            SOUK_IDENTITY_SECRET: 'a secret of forty characters, for tests.' } });
        people = new People(shop, mailbox);
    });
    after(async () => {
        await shop?.close();
        mailbox.close();
    });

    it('tells that somebody was there, and nothing they alone may know', async () => {
        const person = await people.someoneLoggedIn();
        await people.logIn(person.email, 'not the password of anybody');
        await people.logIn(person.email, { password: PASSWORD }); // no text at all
        const { data } = await people.refresh(person.refreshToken);
        await shop.send('POST', '/auth/reset-password', { token: 'y'.repeat(43), password: 'a new password of mine' });
        await shop.send('GET', '/users/profile', undefined, bearer(`${data.accessToken}x`));
        await shop.send('GET', `/users/${data.accessToken}`, undefined, bearer(data.accessToken));
        const { data: made } = await shop.must(201, 'POST', '/api-keys',
            { name: 'A partner', scopes: ['orders:read'] }, shop.operator);
        await shop.send('GET', '/api-keys', undefined, bearer(made.key));
        await shop.send('GET', `/nowhere/${made.key}?key=${made.key}&password=${encodeURIComponent(PASSWORD)}`);
        await shop.send('GET', '/products', undefined, { 'X-Request-Id': CARD });
        await shop.raw('POST', '/api/v1/auth/login', { headers: { 'Content-Type': 'application/json' },
            body: `{"email":"a@example.com","password":"${PASSWORD}", broken` });
        const [sku] = await shop.takeSkus(5);
        const cart = await shop.cartWith([sku, 1]);
        const { data: order } = await shop.order(cart, { paymentMethod: 'sandbox' });
        await shop.send('POST', `/orders/${order.id}/payment`,
            { paymentMethod: 'sandbox', paymentMethodId: CARD, cvc: '123' }, { 'X-Cart-Id': cart });
        await shop.send('POST', '/auth/logout', { refreshToken: data.refreshToken });
        const printed = readFileSync(shop.server.logFile, 'utf8');
        assert.ok(printed.includes('"route":"/auth/login"'), 'it does tell of requests');
        assert.deepEqual(secretsIn(printed), []);
    });

    it('would be found out', () => {
        assert.equal(secretsIn(`a line with ${PASSWORD} in it`).length, 1);
        assert.equal(secretsIn(`paid by ${CARD}`).length, 1);
        assert.equal(secretsIn(`Authorization: Bearer ${shop.server.keys.operator}`).length, 2);
        assert.equal(secretsIn(`GET /#/verify-email/${'z'.repeat(43)}`).length, 1);
        assert.deepEqual(secretsIn('{"route":"/auth/login","status":401}'), []);
    });
});
