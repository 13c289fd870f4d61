// Logging in with a real OpenID provider, and everything that is tried against it.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CLIENT, Issuer, newKey } from './support/issuer.mjs';
import { bearer, Mailbox, People, tokenIn } from './support/people.mjs';
import { Shop, tally } from './support/shop.mjs';
import { until } from './support/server.mjs';

const SITE = 'https://shop.example';
const CALLBACK = '/api/v1/auth/oauth/google/callback';
const TIMEOUT_MS = 2_000;

describe('with a provider', () => {
    let shop;
    let issuer;
    let silent;
    let people;
    let mailbox;
    before(async () => {
        mailbox = new Mailbox();
        issuer = await Issuer.open({ redirectUri: SITE + CALLBACK });
        silent = net.createServer(() => {}); // takes every connection and says nothing
        await new Promise((resolve) => { silent.listen(0, '127.0.0.1', resolve); });
        const nobody = net.createServer();
        await new Promise((resolve) => { nobody.listen(0, '127.0.0.1', resolve); });
        const gone = nobody.address().port;
        await new Promise((resolve) => { nobody.close(resolve); });
        shop = await Shop.open({ products: 5, environment: {
            ...mailbox.environment, SOUK_IDENTITY_HASH_COST: '10', SOUK_MAIL_SITE_URL: SITE,
            SOUK_IDENTITY_SECRET: 'a secret of forty characters, for tests.',
            SOUK_IDENTITY_LOCKOUT_ADDRESS_FAILURES: '100000', SOUK_OIDC_TIMEOUT_MS: `${TIMEOUT_MS}`,
            SOUK_OIDC_ISSUERS: `google=${issuer.url}, silent=http://127.0.0.1:${silent.address().port}, gone=http://127.0.0.1:${gone}`,
            SOUK_OIDC_CLIENT_IDS: `google=${CLIENT.id}, google=souk-app, silent=souk, gone=souk`,
            SOUK_OIDC_CLIENT_SECRETS: `google=${CLIENT.secret}`,
        } });
        people = new People(shop, mailbox);
    });
    after(async () => {
        await shop?.close();
        await issuer?.leave();
        silent?.close();
        mailbox.close();
    });

    const cookieIn = (answer) => /^souk_log_in=([^;]*)/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1];
    const withCookie = (cookie) => ({ Cookie: `other=1; souk_log_in=${cookie}` });
    const someone = (more = {}) => {
        const email = people.newAddress();
        return { email, subject: issuer.addPerson({ email, email_verified: true, given_name: 'Amal', family_name: 'Khalil', ...more }) };
    };

    /** A browser on its way: its cookie, and the provider's address. */
    async function begin() {
        const answer = await shop.send('GET', '/auth/oauth/google');
        assert.equal(answer.status, 302, answer.bytes.toString());
        return { cookie: cookieIn(answer), address: new URL(answer.headers.location), answer };
    }
    const comeBack = (back, cookie) =>
        shop.raw('GET', CALLBACK + back.search, { headers: cookie ? withCookie(cookie) : {} });
    const redeem = (code, cookie, headers = {}) => shop.send('POST', '/auth/oauth/redeem', { code },
        { ...(cookie ? withCookie(cookie) : {}), ...headers });
    const codeIn = (answer) => {
        const match = /^https:\/\/shop\.example\/#\/signed-in\/([\w-]{43})$/.exec(answer.headers.location ?? '');
        assert.ok(match, `${answer.status} ${answer.headers.location} ${answer.bytes}`);
        return match[1];
    };
    async function wholeWay(subject) {
        const { cookie, address } = await begin();
        const back = await issuer.visit(address, subject);
        const answer = await comeBack(back, cookie);
        return { cookie, back, answer };
    }
    const withToken = (idToken) => shop.send('POST', '/auth/google', { idToken });
    const refused = (answer, status, code) => {
        assert.equal(answer.status, status, answer.bytes.toString());
        assert.equal(answer.error.code, code);
    };
    const usersOf = (email) => shop.server.sql(`SELECT id, state, password_hash FROM users WHERE email = '${email}'`);

    it('a browser is sent there with PKCE, a state and a nonce, and keeps what it needs sealed', async () => {
        const { address, answer } = await begin();
        const query = Object.fromEntries(address.searchParams);
        assert.equal(query.response_type, 'code');
        assert.equal(query.client_id, CLIENT.id);
        assert.equal(query.redirect_uri, SITE + CALLBACK);
        assert.equal(query.scope, 'openid email profile');
        assert.equal(query.code_challenge_method, 'S256');
        for (const name of ['state', 'nonce', 'code_challenge']) assert.match(query[name], /^[\w-]{43}$/, name);
        const [cookie] = answer.headers['set-cookie'];
        assert.match(cookie, /; Path=\/api; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
        for (const name of ['state', 'nonce']) assert.ok(!cookie.includes(query[name]));
        assert.equal(answer.headers['cache-control'], 'no-store');
        const other = await begin();
        assert.notEqual(other.address.searchParams.get('state'), query.state);
    });

    it('a new person gets an account without a password, and comes back to the same one', async () => {
        const { email, subject } = someone();
        const { cookie, answer } = await wholeWay(subject);
        const code = codeIn(answer);
        const first = await redeem(code, cookie, { 'User-Agent': 'a phone' });
        assert.equal(first.status, 200, first.bytes.toString());
        assert.equal(first.data.user.email, email);
        assert.equal(first.data.user.firstName, 'Amal');
        assert.equal(first.data.user.status, 'active');
        assert.equal(first.data.user.role, 'customer');
        assert.match(first.headers['set-cookie'][0], /^souk_log_in=;.*Max-Age=0/);
        const profile = await shop.send('GET', '/users/profile', undefined, bearer(first.data.accessToken));
        assert.equal(profile.status, 200);
        const sessions = await shop.send('GET', '/auth/sessions', undefined, bearer(first.data.accessToken));
        assert.deepEqual(sessions.data.map(({ device }) => device), ['a phone']);
        const second = await wholeWay(subject);
        const again = await redeem(codeIn(second.answer), second.cookie);
        assert.equal(again.data.user.id, first.data.user.id);
        assert.equal((await people.refresh(again.data.refreshToken)).status, 200);
        const [user] = await usersOf(email);
        assert.equal(user.password_hash, '');
        for (const password of ['', ' ', '*0', 'x'.repeat(20)]) {
            const tried = await people.logIn(email, password);
            assert.ok([400, 401].includes(tried.status), `${tried.status}`);
        }
        // The link to another password gives it one.
        await shop.must(202, 'POST', '/auth/forgot-password', { email });
        const token = tokenIn(await mailbox.last(email));
        await shop.must(200, 'POST', '/auth/reset-password', { token, password: 'one of my own' });
        assert.equal((await people.logIn(email, 'one of my own')).status, 200);
        assert.equal((await withToken(await issuer.idToken({ sub: subject }))).data.user.id, first.data.user.id);
    });

    it('the code is good once, soon, and in the browser that began', async () => {
        const { subject } = someone();
        const { cookie, answer } = await wholeWay(subject);
        const other = await begin();
        const code = codeIn(answer);
        refused(await redeem(code), 401, 'AUTHENTICATION_ERROR');
        refused(await redeem(code, other.cookie), 401, 'AUTHENTICATION_ERROR');
        refused(await redeem('x'.repeat(43), cookie), 401, 'AUTHENTICATION_ERROR');
        const answers = await Promise.all([1, 2, 3, 4].map(() => redeem(code, cookie)));
        assert.deepEqual(tally(answers), { 200: 1, 401: 3 });
        const late = await wholeWay(subject);
        await shop.server.psql("UPDATE provider_log_ins SET expires_at = now() - interval '1 second' WHERE redeemed_at IS NULL");
        refused(await redeem(codeIn(late.answer), late.cookie), 401, 'AUTHENTICATION_ERROR');
    });

    it('a return that this browser did not begin is refused, and asks the provider nothing', async () => {
        const { subject } = someone();
        const { cookie, address } = await begin();
        const back = await issuer.visit(address, subject);
        const asked = issuer.count('POST /token');
        const changed = (name, value) => {
            const url = new URL(back);
            value === undefined ? url.searchParams.delete(name) : url.searchParams.set(name, value);
            return url;
        };
        const other = await begin();
        for (const [what, url, shown] of [
            ['another state', changed('state', 'x'.repeat(43)), cookie],
            ['no state', changed('state', undefined), cookie],
            ['no cookie', back, undefined],
            ['another\'s cookie', back, other.cookie],
            ['a cookie that was touched', back, `${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`],
            ['another issuer', changed('iss', 'https://elsewhere.example'), cookie],
            ['a provider that says no', changed('code', undefined), cookie],
        ]) {
            const answer = await comeBack(url, shown);
            assert.equal(answer.status, 401, `${what}: ${answer.bytes}`);
            assert.equal(answer.headers.location, undefined, what);
        }
        assert.equal(issuer.count('POST /token'), asked);
        codeIn(await comeBack(back, cookie)); // and none of this has spoiled it
    });

    it('a callback that is replayed logs nobody in', async () => {
        const { subject } = someone();
        const { cookie, back, answer } = await wholeWay(subject);
        codeIn(answer);
        const asked = issuer.count('POST /token');
        refused(await comeBack(back, cookie), 401, 'AUTHENTICATION_ERROR');
        assert.equal(issuer.count('POST /token'), asked);
        const once = await begin();
        const twice = await issuer.visit(once.address, subject);
        const both = await Promise.all([comeBack(twice, once.cookie), comeBack(twice, once.cookie)]);
        assert.deepEqual(tally(both), { 302: 1, 401: 1 });
    });

    it('another nonce, another challenge and a code nobody gave prove nothing', async () => {
        const { subject } = someone();
        for (const name of ['nonce', 'code_challenge']) {
            const { cookie, address } = await begin();
            address.searchParams.set(name, crypto.randomBytes(32).toString('base64url'));
            refused(await comeBack(await issuer.visit(address, subject), cookie), 401, 'AUTHENTICATION_ERROR');
        }
        const { cookie, address } = await begin();
        const back = await issuer.visit(address, subject);
        back.searchParams.set('code', 'guessed');
        refused(await comeBack(back, cookie), 401, 'AUTHENTICATION_ERROR');
    });

    it('browsers are led to the site and nowhere else', async () => {
        const { subject } = someone();
        const { cookie, address } = await begin();
        const back = await issuer.visit(address, subject);
        for (const name of ['return_to', 'redirect_uri', 'next', 'url']) back.searchParams.set(name, 'https://evil.example');
        codeIn(await comeBack(back, cookie));
        const other = await shop.raw('GET', '/api/v1/auth/oauth/google', { headers: { Host: 'evil.example', Referer: 'https://evil.example' } });
        assert.equal(new URL(other.headers.location).origin, issuer.url);
        assert.equal(new URL(other.headers.location).searchParams.get('redirect_uri'), SITE + CALLBACK);
        for (const name of ['nobody', '..', 'GOOGLE']) {
            assert.equal((await shop.send('GET', `/auth/oauth/${name}`)).status, 404, name);
        }
    });

    it('an id token logs in, by each algorithm, and once', async () => {
        const { email, subject } = someone();
        const claims = { sub: subject, email, email_verified: true, name: 'Amal Khalil' };
        const ids = new Set();
        for (const key of issuer.keys) {
            const token = await issuer.idToken(claims, { key });
            const answer = await withToken(token);
            assert.equal(answer.status, 200, `${key.alg}: ${answer.bytes}`);
            ids.add(answer.data.user.id);
            refused(await withToken(token), 401, 'AUTHENTICATION_ERROR');
        }
        assert.equal(ids.size, 1);
        for (const fine of [{ aud: 'souk-app' }, { aud: ['other', CLIENT.id], azp: CLIENT.id }, { email_verified: 'true' }]) {
            assert.equal((await withToken(await issuer.idToken({ ...claims, jti: crypto.randomUUID(), ...fine }))).status, 200, JSON.stringify(fine));
        }
    });

    it('an id token that is forged, stale or another\'s is refused, all in the same words', async () => {
        const { email, subject } = someone();
        const claims = { sub: subject, email, email_verified: true };
        const now = Math.floor(Date.now() / 1000);
        const [rsa, ec] = issuer.keys;
        const stranger = await newKey();
        const good = await issuer.idToken(claims);
        const [header, payload, signature] = good.split('.');
        const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
        const decoded = JSON.parse(Buffer.from(payload, 'base64url'));
        const unsigned = (alg) => `${encode({ alg, kid: rsa.kid })}.${payload}.`;
        const publicPem = crypto.createPublicKey({ key: rsa, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
        const hmacText = `${encode({ alg: 'HS256', kid: rsa.kid })}.${payload}`;
        const hmac = `${hmacText}.${crypto.createHmac('sha256', publicPem).update(hmacText).digest('base64url')}`;
        const wrong = {
            'of another issuer': await issuer.idToken({ ...claims, iss: 'https://accounts.example' }),
            'for another audience': await issuer.idToken({ ...claims, aud: 'another' }),
            'for several without azp': await issuer.idToken({ ...claims, aud: [CLIENT.id, 'another'] }),
            'for another party': await issuer.idToken({ ...claims, azp: 'another' }),
            'for nobody': await issuer.idToken({ ...claims, aud: [] }),
            'expired': await issuer.idToken({ ...claims, iat: now - 900, exp: now - 120 }),
            'from the future': await issuer.idToken({ ...claims, iat: now + 600, exp: now + 900 }),
            'not yet good': await issuer.idToken({ ...claims, nbf: now + 600 }),
            'without an end': await issuer.idToken({ ...claims, exp: undefined }),
            'about nobody': await issuer.idToken({ ...claims, sub: '' }),
            'a logout token': await issuer.idToken({ ...claims, events: {} }),
            'an access token': await issuer.idToken(claims, { header: { typ: 'at+jwt' } }),
            'with an unknown extension': `${encode({ alg: 'RS256', kid: rsa.kid, crit: ['b64'], b64: true })}.${payload}.${signature}`,
            'by a stranger\'s key': await issuer.idToken(claims, { key: stranger }),
            'by a stranger\'s key under a known name': await issuer.idToken(claims, { key: { ...stranger, kid: rsa.kid } }),
            'by a key it brings along': await issuer.idToken(claims, { key: stranger,
                header: { jwk: { kty: stranger.kty, n: stranger.n, e: stranger.e }, jku: 'https://evil.example/keys' } }),
            'by one algorithm under another\'s key': `${encode({ alg: 'ES256', kid: rsa.kid })}.${payload}.${signature}`,
            'by the name of another key': `${encode({ alg: 'RS256', kid: ec.kid })}.${payload}.${signature}`,
            'unsigned': unsigned('none'), 'unsigned in capitals': unsigned('NONE'), 'signed by nothing': unsigned('RS256'),
            'by the public key as a secret': hmac,
            'tampered': `${header}.${encode({ ...decoded, email: 'admin@example.com' })}.${signature}`,
            'with a changed signature': `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
            'cut': good.slice(0, -4), 'in four parts': `${good}.x`, 'no token': 'nothing', 'empty parts': '..',
        };
        const messages = new Set();
        for (const [what, token] of Object.entries(wrong)) {
            const answer = await withToken(token);
            assert.equal(answer.status, 401, `${what}: ${answer.bytes}`);
            messages.add(answer.error.message);
        }
        assert.equal(messages.size, 1, [...messages].join());
        assert.deepEqual(await usersOf(email), [], 'nobody came of it');
        assert.equal((await withToken(good)).status, 200, 'and it was good all the while');
    });

    it('strangers\' keys make us ask the provider now and then, not each time', async () => {
        const stranger = await newKey();
        const asked = issuer.count('GET /jwks');
        const tokens = await Promise.all(Array.from({ length: 30 }, (_, i) => issuer.idToken({ sub: `${i}` }, { key: stranger })));
        for (const token of tokens) refused(await withToken(token), 401, 'AUTHENTICATION_ERROR');
        assert.ok(issuer.count('GET /jwks') - asked <= 2, `${issuer.count('GET /jwks') - asked} times`);
    });

    it('an address that is not verified makes no account and opens none', async () => {
        const unsure = someone({ email_verified: false });
        const { cookie, address } = await begin();
        const answer = await comeBack(await issuer.visit(address, unsure.subject), cookie);
        refused(answer, 403, 'AUTHORIZATION_ERROR');
        assert.deepEqual(await usersOf(unsure.email), []);
        const known = await people.someone();
        const claims = { sub: crypto.randomUUID(), email: known };
        const messages = new Set([answer.error.message]);
        for (const more of [{ email_verified: false }, {}, { email_verified: 'false' }, { email_verified: 1 }, { email: '' }]) {
            const tried = await withToken(await issuer.idToken({ ...claims, jti: crypto.randomUUID(), ...more }));
            refused(tried, 403, 'AUTHORIZATION_ERROR');
            messages.add(tried.error.message);
        }
        assert.equal(messages.size, 1, 'whether there is an account is not told');
        assert.deepEqual(await shop.server.sql(`SELECT subject FROM user_identities WHERE subject = '${claims.sub}'`), []);
    });

    it('a verified address is linked to the account that has verified it, and to no other', async () => {
        const email = await people.someone();
        const [{ id }] = await usersOf(email);
        const { subject } = someone({ email: email.toUpperCase() });
        const linked = await withToken(await issuer.idToken({ sub: subject, email: email.toUpperCase(), email_verified: true }));
        assert.equal(linked.status, 200, linked.bytes.toString());
        assert.deepEqual((await usersOf(email)).map((user) => user.id), [id]);
        assert.equal((await people.logIn(email)).status, 200, 'the password is as good as before');
        // Somebody who registered the address first and cannot read its mails has gained nothing.
        const victim = people.newAddress();
        await people.register(victim, { password: 'the thief was first' });
        const theirs = { sub: crypto.randomUUID(), email: victim, email_verified: true };
        refused(await withToken(await issuer.idToken(theirs)), 409, 'CONFLICT');
        assert.equal((await usersOf(victim))[0].state, 0);
        const token = tokenIn(await mailbox.last(victim));
        await shop.must(200, 'POST', '/auth/verify-email', { token });
        assert.equal((await withToken(await issuer.idToken({ ...theirs, jti: '2' }))).status, 200);
    });

    it('two at once make one account', async () => {
        const { email, subject } = someone();
        const tokens = await Promise.all([1, 2, 3, 4, 5, 6].map((jti) =>
            issuer.idToken({ sub: subject, email, email_verified: true, jti: `${jti}` })));
        const answers = await Promise.all(tokens.map(withToken));
        assert.deepEqual(tally(answers), { 200: 6 });
        assert.equal((await usersOf(email)).length, 1);
    });

    it('who is suspended or locked out stays so', async () => {
        const { email, subject } = someone();
        const claims = { sub: subject, email, email_verified: true };
        const { data } = await withToken(await issuer.idToken(claims));
        await shop.server.psql(`UPDATE users SET state = 2 WHERE email = '${email}'`);
        refused(await withToken(await issuer.idToken({ ...claims, jti: '2' })), 403, 'AUTHORIZATION_ERROR');
        const { answer } = await wholeWay(subject);
        refused(answer, 403, 'AUTHORIZATION_ERROR');
        await shop.server.psql(`UPDATE users SET state = 1 WHERE email = '${email}'`);
        for (let i = 0; i < 6; i += 1) await people.logIn(email, 'not the password');
        const locked = await withToken(await issuer.idToken({ ...claims, jti: '3' }));
        refused(locked, 429, 'RATE_LIMITED');
        assert.ok(Number(locked.headers['retry-after']) > 0);
        assert.ok(data.accessToken);
    });

    it('a key that follows another is fetched when it is first seen', async () => {
        const { email, subject } = someone();
        const before = issuer.keys;
        const next = await newKey();
        issuer.publish([next]);
        const claims = { sub: subject, email, email_verified: true };
        // Keys are asked for again after a short pause, so that nobody can make us ask all the time.
        const answer = await until(async () => {
            const tried = await withToken(await issuer.idToken({ ...claims, jti: crypto.randomUUID() }, { key: next }));
            return tried.status === 200 ? tried : undefined;
        }, { what: 'the next key' });
        assert.equal(answer.data.user.email, email);
        refused(await withToken(await issuer.idToken({ ...claims, jti: 'old' }, { key: before[0] })), 401, 'AUTHENTICATION_ERROR');
        codeIn((await wholeWay(subject)).answer);
    });

    it('one that is away or says nothing is 503 in bounded time, and others are served meanwhile', async () => {
        const { subject } = someone();
        for (const name of ['silent', 'gone']) {
            const begun = performance.now();
            const answers = Promise.all(Array.from({ length: 5 }, () => shop.send('GET', `/auth/oauth/${name}`)));
            const beside = await shop.send('GET', '/products?limit=1');
            assert.equal(beside.status, 200);
            assert.ok(performance.now() - begun < TIMEOUT_MS, 'others wait for it');
            for (const answer of await answers) {
                refused(answer, 503, 'SERVICE_UNAVAILABLE');
                assert.ok(Number(answer.headers['retry-after']) > 0);
            }
            assert.ok(performance.now() - begun < 2 * TIMEOUT_MS, name);
        }
        const { cookie, address } = await begin();
        const back = await issuer.visit(address, subject);
        await issuer.leave();
        refused(await comeBack(back, cookie), 503, 'SERVICE_UNAVAILABLE');
        await issuer.comeBack();
        codeIn((await wholeWay(subject)).answer);
    });

    it('works over a restart, and tells the log no secret', async () => {
        const { subject } = someone();
        const { cookie, address } = await begin();
        const back = await issuer.visit(address, subject);
        await shop.server.stop();
        await shop.server.start();
        const code = codeIn(await comeBack(back, cookie));
        await shop.server.stop();
        await shop.server.start();
        const { data } = await redeem(code, cookie);
        const log = readFileSync(path.join(shop.server.directory, 'soukd.log'), 'utf8');
        assert.ok(log.includes('/auth/oauth/{provider}/callback'));
        for (const secret of [CLIENT.secret, back.searchParams.get('code'), back.searchParams.get('state'), code, cookie, data.refreshToken]) {
            assert.ok(!log.includes(secret));
        }
    });
});
