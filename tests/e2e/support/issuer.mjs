// A real OpenID provider (oidc-provider) on this machine, whose people and keys a test decides on,
// and a browser that goes there and comes back.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import Provider from 'oidc-provider';

export const CLIENT = { id: 'souk', secret: 'a secret with : and % and + in it' };

/** A private key as a JWK with a name. */
export async function newKey(alg = 'RS256') {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...await exportJWK(privateKey), alg, use: 'sig', kid: crypto.randomUUID() };
}

export class Issuer {
    static async open({ redirectUri }) {
        const issuer = new Issuer();
        issuer.redirectUri = redirectUri;
        issuer.keys = await Promise.all(['RS256', 'ES256', 'EdDSA'].map(newKey));
        issuer.server = http.createServer((request, response) => issuer.answer(request, response));
        await issuer.listen(0);
        issuer.port = issuer.server.address().port;
        issuer.publish(issuer.keys);
        return issuer;
    }

    constructor() {
        this.people = new Map(); // subject → claims
        this.nextPerson = undefined;
        this.asked = []; // method and path of every request
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    listen(port) {
        return new Promise((resolve) => { this.server.listen(port, '127.0.0.1', resolve); });
    }
    /** Nobody answers any more. */
    async leave() {
        this.server.closeAllConnections();
        await new Promise((resolve) => { this.server.close(resolve); });
    }
    comeBack() {
        return this.listen(this.port);
    }

    /** These keys and no others sign from now on, the first of its algorithm. */
    publish(keys) {
        this.keys = keys;
        const known = (subject) => this.people.get(subject);
        this.provider = new Provider(this.url, {
            clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [this.redirectUri],
                id_token_signed_response_alg: keys[0].alg }],
            jwks: { keys },
            cookies: { keys: ['for tests'] },
            claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name', 'name'] },
            conformIdTokenClaims: false,
            features: { devInteractions: { enabled: false } },
            interactions: { url: (_, { uid }) => `/interaction/${uid}` },
            findAccount: (_, subject) => known(subject)
                && { accountId: subject, claims: () => ({ sub: subject, ...known(subject) }) },
            async loadExistingGrant({ oidc: { provider, client, session } }) {
                const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
                grant.addOIDCScope('openid email profile');
                await grant.save();
                return grant;
            },
        });
        this.callback = this.provider.callback();
    }

    async answer(request, response) {
        this.asked.push(`${request.method} ${request.url.split('?')[0]}`);
        if (!request.url.startsWith('/interaction/')) return this.callback(request, response);
        return this.provider.interactionFinished(request, response, { login: { accountId: this.nextPerson } });
    }

    /** How often a path was asked for. */
    count(line) {
        return this.asked.filter((one) => one === line).length;
    }

    /** Somebody the provider knows: their subject. */
    addPerson(claims) {
        const subject = crypto.randomUUID();
        this.people.set(subject, claims);
        return subject;
    }

    /** Goes through the provider's pages as this person; gives the address that leads back. */
    async visit(address, subject) {
        this.nextPerson = subject;
        const cookies = new Map();
        let url = address;
        for (let step = 0; step < 10; step += 1) {
            const answer = await fetch(url, { redirect: 'manual',
                headers: { Cookie: [...cookies].map((pair) => pair.join('=')).join('; ') } });
            for (const cookie of answer.headers.getSetCookie()) {
                const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
                cookies.set(name, value);
            }
            const next = answer.headers.get('location');
            assert.ok(next, `the provider gave ${answer.status}: ${await answer.text()}`);
            url = new URL(next, url).href;
            if (url.startsWith(this.redirectUri)) return new URL(url);
        }
        throw new Error('the provider leads nowhere');
    }

    /** An id token by one of the provider's own keys, unless `header`, `claims` or `key` differ. */
    async idToken(claims, { key = this.keys[0], header = {}, now = Math.floor(Date.now() / 1000) } = {}) {
        const payload = { iss: this.url, aud: CLIENT.id, iat: now, exp: now + 300, ...claims };
        return new SignJWT(payload).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
            .sign(await importJWK(key, key.alg));
    }
}
