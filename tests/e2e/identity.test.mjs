// People: an account's whole life over the real server, and what is tried against its tokens.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bearer, Mailbox, PASSWORD, People, tokenIn } from './support/people.mjs';
import { Shop, tally } from './support/shop.mjs';

const SECRET = 'a secret of forty characters, for tests.';
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'));

describe('an account', () => {
    let shop;
    let people;
    let mailbox;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 5, environment: {
            ...mailbox.environment, SOUK_IDENTITY_HASH_COST: '10', SOUK_IDENTITY_SECRET: SECRET,
            SOUK_IDENTITY_LOCKOUT_ADDRESS_FAILURES: '100000' } });
        people = new People(shop, mailbox);
    });
    after(async () => {
        await shop?.close();
        mailbox.close();
    });

    const profile = (token) => shop.send('GET', '/users/profile', undefined, bearer(token));

    it('opens with the link in the mail, and not before', async () => {
        const email = people.newAddress();
        const registered = await people.register(email.toUpperCase(), { phone: '+962791234567' });
        assert.equal(registered.status, 202);
        assert.deepEqual(Object.keys(registered.json), ['message']);
        assert.equal((await people.logIn(email)).status, 401, 'as of an address that nobody knows');
        const mail = await mailbox.last(email);
        const token = tokenIn(mail);
        assert.equal((await shop.send('POST', '/auth/verify-email', { token: 'x'.repeat(43) })).status, 410);
        await shop.must(200, 'POST', '/auth/verify-email', { token });
        assert.equal((await shop.send('POST', '/auth/verify-email', { token })).status, 410, 'once');
        const { data } = await people.logIn(email);
        assert.equal(data.tokenType, 'Bearer');
        assert.equal(data.expiresIn, 900);
        assert.equal(data.user.email, email);
        const mine = await profile(data.accessToken);
        assert.deepEqual(mine.data, data.user);
        assert.equal(mine.data.phone, '+962791234567');
        assert.equal(mine.data.role, 'customer');
        assert.equal(mine.data.status, 'active');
        const same = await shop.send('GET', '/auth/profile', undefined, bearer(data.accessToken));
        assert.deepEqual(same.data, mine.data);
    });

    it('is told to nobody who asks for it', async () => {
        const known = await people.someone();
        const unknown = people.newAddress();
        for (const route of ['/auth/forgot-password', '/auth/resend-verification']) {
            const [a, b] = await Promise.all([known, unknown]
                .map((email) => shop.send('POST', route, { email })));
            assert.deepEqual([a.status, a.json], [202, b.json]);
            assert.equal(b.status, 202);
        }
        const again = await people.register(known);
        const anew = await people.register(unknown);
        assert.deepEqual([again.status, again.json], [anew.status, anew.json]);
        const wrong = await people.logIn(known, 'not the password');
        const nobody = await people.logIn(people.newAddress(), 'not the password');
        assert.deepEqual([wrong.status, wrong.error.message], [nobody.status, nobody.error.message]);
        assert.equal(wrong.status, 401);
        // Registering once more tells only the owner of the address, and changes nothing.
        await mailbox.last(known, 3);
        const subjects = mailbox.to(known).map(({ subject }) => subject);
        assert.ok(subjects.includes('You have an account already'), subjects.join());
        assert.equal((await people.logIn(known)).status, 200);
    });

    it('takes as long to log in to when it does not exist', async () => {
        const known = await people.someone();
        const times = { known: [], unknown: [] };
        for (let i = 0; i < 4; i += 1) {
            for (const [kind, email] of [['known', known], ['unknown', `nobody${i}@example.com`]]) {
                const begun = performance.now();
                await people.logIn(email, 'not the password');
                times[kind].push(performance.now() - begun);
            }
        }
        const least = Object.values(times).map((list) => Math.min(...list));
        // One bcrypt takes tens of milliseconds; skipping it would be ten times as fast.
        assert.ok(Math.max(...least) < 3 * Math.min(...least), `${least}`);
    });

    it('belongs to who followed the link, not to who registered first', async () => {
        const email = people.newAddress();
        await people.register(email, { password: 'the thief was first' });
        await mailbox.last(email, 1);
        await people.register(email);
        const token = tokenIn(await mailbox.last(email, 2));
        // The link to the thief's password has gone with the next.
        const theirs = tokenIn(mailbox.to(email)[0]);
        assert.equal((await shop.send('POST', '/auth/verify-email', { token: theirs })).status, 410);
        await shop.must(200, 'POST', '/auth/reset-password', { token, password: 'mine and nobody else\'s' });
        assert.equal((await people.logIn(email, 'mine and nobody else\'s')).status, 200);
        assert.equal((await people.logIn(email, 'the thief was first')).status, 401);
    });

    it('is not opened by another\'s password when the link is asked for again', async () => {
        const email = people.newAddress();
        await people.register(email, { password: 'the thief was first' });
        await mailbox.last(email, 1);
        await shop.must(202, 'POST', '/auth/resend-verification', { email });
        const token = tokenIn(await mailbox.last(email, 2));
        assert.equal((await shop.send('POST', '/auth/verify-email', { token })).status, 410);
        await shop.must(200, 'POST', '/auth/reset-password', { token, password: 'chosen by the owner' });
        assert.equal((await people.logIn(email, 'chosen by the owner')).status, 200);
    });

    it('logs in and goes on beside an old token that is no good any more', async () => {
        const { refreshToken, email } = await people.someoneLoggedIn();
        const stale = bearer('aaaa.bbbb.cccc');
        assert.equal((await shop.send('GET', '/users/profile', undefined, stale)).status, 401);
        assert.equal((await shop.send('POST', '/auth/refresh', { refreshToken }, stale)).status, 200);
        assert.equal((await shop.send('POST', '/auth/logout', {}, stale)).status, 401, 'which session?');
        assert.ok(email);
    });

    it('refuses passwords that bcrypt would cut', async () => {
        for (const password of ['short', 'x'.repeat(73), 'é'.repeat(37), 'a'.repeat(20)]) {
            const answer = await people.register(people.newAddress(), { password });
            assert.equal(answer.status, 400, password);
            assert.deepEqual(answer.error.details.map(({ field }) => field), ['password']);
        }
    });

    it('has a profile that its owner changes, unless it changed meanwhile', async () => {
        const { accessToken, user } = await people.someoneLoggedIn();
        const before_ = await profile(accessToken);
        const changed = await shop.send('PUT', '/users/profile', { firstName: 'Rania' },
            { ...bearer(accessToken), 'If-Match': before_.headers.etag });
        assert.equal(changed.status, 200);
        assert.equal(changed.data.firstName, 'Rania');
        assert.equal(changed.data.lastName, user.lastName);
        const stale = await shop.send('PUT', '/users/profile', { firstName: 'Noor' },
            { ...bearer(accessToken), 'If-Match': before_.headers.etag });
        assert.equal(stale.status, 412);
        assert.equal((await profile(accessToken)).data.firstName, 'Rania');
    });

    it('is nobody\'s without a token, and not for API keys', async () => {
        assert.equal((await shop.send('GET', '/users/profile')).status, 401);
        assert.equal((await shop.send('GET', '/users/profile', undefined, shop.operator)).status, 403);
        const { accessToken } = await people.someoneLoggedIn();
        const refused = await shop.send('GET', '/inventory/low-stock', undefined, bearer(accessToken));
        assert.equal(refused.status, 403, 'a customer has no scopes');
        assert.equal((await shop.send('GET', '/admin/overview', undefined, bearer(accessToken))).status, 403);
    });

    it('buys like a guest does', async () => {
        const { accessToken } = await people.someoneLoggedIn();
        const [sku] = await shop.takeSkus(5);
        const cart = await shop.cartWith([sku, 1]);
        const order = await shop.order(cart, {}, bearer(accessToken));
        assert.equal(order.status, 201);
        const address = `/orders/${order.data.id}`;
        assert.equal((await shop.send('GET', address, undefined, bearer(accessToken))).status, 200);
        assert.equal((await shop.send('GET', address, undefined, { 'X-Cart-Id': cart })).status, 404);
    });

    it('is listed by its devices, each of which can be logged out', async () => {
        const email = await people.someone();
        const phone = (await people.logIn(email, PASSWORD, { 'User-Agent': 'a phone' })).data;
        const laptop = (await people.logIn(email, PASSWORD, { 'User-Agent': 'a laptop' })).data;
        const list = await shop.send('GET', '/auth/sessions', undefined, bearer(laptop.accessToken));
        assert.deepEqual(list.data.map(({ device, current }) => [device, current]),
            [['a laptop', true], ['a phone', false]]);
        const other = await people.someoneLoggedIn();
        const path_ = `/auth/sessions/${phone.sessionId}`;
        assert.equal((await shop.send('DELETE', path_, undefined, bearer(other.accessToken))).status, 404);
        assert.equal((await profile(phone.accessToken)).status, 200);
        assert.equal((await shop.send('DELETE', path_, undefined, bearer(laptop.accessToken))).status, 204);
        assert.equal((await profile(phone.accessToken)).status, 401, 'at once');
        assert.equal((await people.refresh(phone.refreshToken)).status, 401);
        assert.equal((await profile(laptop.accessToken)).status, 200);
        assert.equal((await shop.send('DELETE', path_, undefined, bearer(laptop.accessToken))).status, 404);
    });

    it('is logged out by its refresh token or by its access token', async () => {
        const one = await people.someoneLoggedIn();
        assert.equal((await shop.send('POST', '/auth/logout', { refreshToken: one.refreshToken })).status, 204);
        assert.equal((await profile(one.accessToken)).status, 401);
        const two = await people.someoneLoggedIn();
        assert.equal((await shop.send('POST', '/auth/logout', undefined, bearer(two.accessToken))).status, 204);
        assert.equal((await people.refresh(two.refreshToken)).status, 401);
        assert.equal((await shop.send('POST', '/auth/logout', {})).status, 401);
        assert.equal((await shop.send('POST', '/auth/logout', { refreshToken: 'unknown' })).status, 204);
    });

    it('gets another password by mail, which ends all its sessions', async () => {
        const { email, accessToken, refreshToken } = await people.someoneLoggedIn();
        await shop.must(202, 'POST', '/auth/forgot-password', { email });
        const first = tokenIn(await mailbox.last(email, 2));
        await shop.must(202, 'POST', '/auth/forgot-password', { email });
        const token = tokenIn(await mailbox.last(email, 3));
        const weak = await shop.send('POST', '/auth/reset-password', { token, password: email });
        assert.equal(weak.status, 400);
        const password = 'another good password';
        await shop.must(200, 'POST', '/auth/reset-password', { token, password });
        for (const used of [token, first]) {
            const again = await shop.send('POST', '/auth/reset-password', { token: used, password: PASSWORD });
            assert.equal(again.status, 410);
        }
        assert.equal((await profile(accessToken)).status, 401);
        assert.equal((await people.refresh(refreshToken)).status, 401);
        assert.equal((await people.logIn(email)).status, 401);
        assert.equal((await people.logIn(email, password)).status, 200);
    });

    it('is locked for who guesses, and only for them', async () => {
        const email = await people.someone();
        const answers = [];
        for (let i = 0; i < 8; i += 1) answers.push(await people.logIn(email, `guess ${i}`));
        assert.deepEqual(tally(answers), { 401: 6, 429: 2 });
        const right = await people.logIn(email);
        assert.equal(right.status, 429, 'the right password does not tell either');
        assert.ok(Number(right.headers['retry-after']) >= 1);
        assert.equal((await people.logIn(await people.someone())).status, 200, 'another account');
        const nobody = [];
        const unknown = people.newAddress();
        for (let i = 0; i < 8; i += 1) nobody.push(await people.logIn(unknown, `guess ${i}`));
        assert.deepEqual(tally(nobody), tally(answers), 'an unknown address behaves the same');
    });

    describe('and its refresh tokens', () => {
        it('are exchanged for the next ones', async () => {
            const first = await people.someoneLoggedIn();
            const second = await people.refresh(first.refreshToken);
            assert.equal(second.status, 200);
            assert.equal(second.data.sessionId, first.sessionId);
            assert.notEqual(second.data.refreshToken, first.refreshToken);
            assert.equal((await profile(second.data.accessToken)).status, 200);
            assert.equal((await people.refresh(second.data.refreshToken)).status, 200);
        });

        it('end the whole family when one is used again', async () => {
            const first = await people.someoneLoggedIn();
            const second = (await people.refresh(first.refreshToken)).data;
            // As if its exchange had been a while ago.
            await shop.server.psql(`UPDATE refresh_tokens SET rotated_at = rotated_at - interval '1 minute'
                WHERE rotated_at IS NOT NULL`);
            assert.equal((await people.refresh(first.refreshToken)).status, 401);
            assert.equal((await people.refresh(second.refreshToken)).status, 401, 'the thief\'s or the owner\'s');
            assert.equal((await profile(second.accessToken)).status, 401);
        });

        it('are exchanged once, however many try at once', async () => {
            const { refreshToken } = await people.someoneLoggedIn();
            const answers = await Promise.all(Array.from({ length: 8 }, () => people.refresh(refreshToken)));
            assert.deepEqual(tally(answers), { 200: 1, 409: 7 });
            const won = answers.find(({ status }) => status === 200);
            assert.equal((await people.refresh(won.data.refreshToken)).status, 200, 'the winner goes on');
        });

        it('end with their week', async () => {
            const { refreshToken } = await people.someoneLoggedIn();
            await shop.server.psql("UPDATE refresh_tokens SET expires_at = now() - interval '1 second' "
                + 'WHERE rotated_at IS NULL');
            assert.equal((await people.refresh(refreshToken)).status, 401);
        });
    });

    describe('and its access tokens', () => {
        const keys = async () => (await shop.raw('GET', '/.well-known/jwks.json')).json.keys;

        it('are checked by others with the published keys', async () => {
            const { accessToken, user, sessionId } = await people.someoneLoggedIn();
            const [header, payload, signature] = accessToken.split('.');
            const { alg, kid, typ } = decode(header);
            assert.deepEqual([alg, typ], ['EdDSA', 'at+jwt']);
            const key = (await keys()).find((one) => one.kid === kid);
            const publicKey = crypto.createPublicKey({ key, format: 'jwk' });
            assert.ok(crypto.verify(null, Buffer.from(`${header}.${payload}`), publicKey,
                Buffer.from(signature, 'base64url')));
            const claims = decode(payload);
            assert.deepEqual({ ...claims, iat: 0, exp: 0, jti: '' }, { iss: 'souk', aud: 'souk',
                sub: user.id, tenant: claims.tenant, role: 'customer', sid: sessionId, jti: '', iat: 0, exp: 0 });
            assert.equal(claims.exp - claims.iat, 900);
        });

        it('are refused when anything about them was made by others', async () => {
            const { accessToken, user } = await people.someoneLoggedIn();
            const [header, payload, signature] = accessToken.split('.');
            const [{ x, kid }] = await keys();
            const claims = decode(payload);
            const head = decode(header);
            const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest('base64url');
            const withHmac = (key) => {
                const text = `${encode({ ...head, alg: 'HS256' })}.${payload}`;
                return `${text}.${hmac(key, text)}`;
            };
            const mine = crypto.generateKeyPairSync('ed25519');
            const signed = (newHead, newClaims) => {
                const text = `${encode(newHead)}.${encode(newClaims)}`;
                return `${text}.${crypto.sign(null, Buffer.from(text), mine.privateKey).toString('base64url')}`;
            };
            const publicPem = crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
                .export({ type: 'spki', format: 'pem' });
            const attacks = {
                'no algorithm': `${encode({ ...head, alg: 'none' })}.${payload}.`,
                'no algorithm, with the signature': `${encode({ ...head, alg: 'none' })}.${payload}.${signature}`,
                'HMAC with the public key in PEM': withHmac(publicPem),
                'HMAC with the public key\'s bytes': withHmac(Buffer.from(x, 'base64url')),
                'HMAC with the public key\'s text': withHmac(x),
                'a key of one\'s own under our name': signed(head, claims),
                'a key of one\'s own in the header': signed({ ...head,
                    jwk: mine.publicKey.export({ format: 'jwk' }) }, claims),
                'an unknown key': signed({ ...head, kid: 'another' }, claims),
                'a path as the key': signed({ ...head, kid: '../../dev/null' }, claims),
                'another role': `${header}.${encode({ ...claims, role: 'super_admin' })}.${signature}`,
                'another end': `${header}.${encode({ ...claims, exp: claims.exp + 86_400 })}.${signature}`,
                'another signature': `${header}.${payload}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
                'no signature': `${header}.${payload}.`,
                'padding': `${accessToken}==`,
                'a fourth part': `${accessToken}.${payload}`,
                'a very long one': `${header}.${'A'.repeat(8_000)}.${signature}`,
            };
            for (const [what, token] of Object.entries(attacks)) {
                const answer = await profile(token);
                assert.equal(answer.status, 401, `${what}: ${answer.bytes}`);
                assert.equal(answer.error.message, 'the credentials are not valid', what);
            }
            assert.equal((await profile(accessToken)).data.id, user.id);
            assert.equal(kid, head.kid);
        });

        it('are good after a restart, being signed with a key that is kept', async () => {
            const { accessToken } = await people.someoneLoggedIn();
            const published = await keys();
            await shop.server.stop();
            await shop.server.start();
            assert.deepEqual(await keys(), published);
            assert.equal((await profile(accessToken)).status, 200);
        });

        it('are not for another audience, by another issuer, or of another time', async () => {
            const { accessToken } = await people.someoneLoggedIn();
            for (const change of [{ SOUK_IDENTITY_AUDIENCE: 'another' }, { SOUK_IDENTITY_ISSUER: 'another' }]) {
                const usual = shop.server.environment;
                await shop.server.stop();
                shop.server.environment = { ...usual, ...change };
                await shop.server.start();
                assert.equal((await profile(accessToken)).status, 401, JSON.stringify(change));
                await shop.server.stop();
                shop.server.environment = usual;
                await shop.server.start();
            }
            assert.equal((await profile(accessToken)).status, 200);
        });

        it('do not let a suspended account go on', async () => {
            const { accessToken, refreshToken, user, email } = await people.someoneLoggedIn();
            await shop.server.psql(`UPDATE users SET state = 2 WHERE email = '${email}'`);
            assert.equal((await people.refresh(refreshToken)).status, 401);
            assert.equal((await people.logIn(email)).status, 403);
            assert.equal((await people.logIn(email, 'not the password')).status, 401, 'only who knows it is told');
            assert.ok(user.id && accessToken);
        });
    });

    it('leaves no secret in the log or in the database', async () => {
        const { email, accessToken, refreshToken } = await people.someoneLoggedIn();
        await shop.must(202, 'POST', '/auth/forgot-password', { email });
        const link = tokenIn(await mailbox.last(email, 2));
        const log = readFileSync(path.join(shop.server.directory, 'soukd.log'), 'utf8');
        const tables = (await shop.server.psql("SELECT table_name FROM information_schema.tables "
            + "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")).trim().split('\n');
        const dumps = await Promise.all(tables.map((table) => shop.server.psql(`SELECT t FROM ${table} t`)));
        const kept = dumps.join('\n');
        assert.ok(kept.includes(email), 'the dump holds the rows');
        for (const [what, secret] of Object.entries({ PASSWORD, accessToken, refreshToken, link, SECRET })) {
            assert.ok(!log.includes(secret), `${what} is in the log`);
            assert.ok(!kept.includes(secret), `${what} is in the database`);
        }
        assert.ok(!log.includes(email), 'the address is in the log');
        assert.match(kept, /\$2b\$10\$/, 'passwords are kept as hashes by bcrypt');
    });
});

describe('a storm of log-ins', () => {
    let shop;
    before(async () => {
        shop = await Shop.open({ products: 5, environment: {
            SOUK_IDENTITY_HASH_COST: '11', SOUK_IDENTITY_HASH_QUEUE: '4',
            SOUK_IDENTITY_LOCKOUT_ADDRESS_FAILURES: '100000' } });
    });
    after(() => shop?.close());

    it('is turned away while everybody else is served', async () => {
        let over = false;
        const storm = Promise.all(Array.from({ length: 200 }, (_, i) => shop.send('POST', '/auth/login',
            { email: `person${i}@example.com`, password: 'whatever it is' }))).finally(() => { over = true; });
        let served = 0;
        let slowest = 0;
        while (!over || served === 0) {
            const begun = performance.now();
            assert.equal((await shop.send('GET', '/products?limit=5')).status, 200);
            slowest = Math.max(slowest, performance.now() - begun);
            served += 1;
        }
        const answers = await storm;
        const counts = tally(answers);
        assert.deepEqual(Object.keys(counts), ['401', '503']);
        assert.ok(counts[503] > 100, JSON.stringify(counts));
        assert.ok(counts[401] >= 5, JSON.stringify(counts));
        for (const { status, headers } of answers)
            if (status === 503) assert.ok(Number(headers['retry-after']) >= 1);
        assert.ok(slowest < 2_000, `a page of products took ${slowest} ms`);
        const metrics = (await shop.raw('GET', '/metrics')).bytes.toString();
        assert.match(metrics, new RegExp(`^souk_passwords_refused_total ${counts[503]}$`, 'm'));
    });
});

describe('guessing', () => {
    let shop;
    before(async () => {
        shop = await Shop.open({ products: 1, environment: {
            SOUK_RATE_LIMIT_CREDENTIALS_PER_MINUTE: '5', SOUK_IDENTITY_HASH_COST: '10' } });
    });
    after(() => shop?.close());

    it('is limited by address, whatever is guessed and whoever asks', async () => {
        const answers = [];
        for (let i = 0; i < 4; i += 1) {
            answers.push(await shop.send('POST', '/auth/login',
                { email: `person${i}@example.com`, password: 'whatever' }, i % 2 ? shop.operator : {}));
            answers.push(await shop.send('POST', '/auth/verify-email', { token: 'guessed' }));
        }
        assert.equal(tally(answers)[429], 3);
        assert.equal((await shop.send('GET', '/products')).status, 200);
    });
});
