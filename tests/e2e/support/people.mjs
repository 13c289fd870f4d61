// People with accounts: what they read in their mails, and what their tokens say.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from './server.mjs';

/** A file for mails, for the environment of a server and for whoever reads them. */
export class Mailbox {
    constructor() {
        this.directory = mkdtempSync(path.join(tmpdir(), 'souk-mails-'));
        this.file = path.join(this.directory, 'mails.jsonl');
        this.environment = { SOUK_MAIL_FILE: this.file };
    }

    /** Every mail to somebody so far, the oldest first. */
    to(address) {
        if (!existsSync(this.file)) return [];
        return readFileSync(this.file, 'utf8').split('\n').filter(Boolean)
            .map((line) => JSON.parse(line)).filter((mail) => mail.to === address);
    }

    /** Waits until there are so many to somebody, and gives the last one. */
    async last(address, count = 1) {
        await until(() => this.to(address).length >= count,
            { seconds: 30, what: `mail ${count} to ${address}` });
        return this.to(address).at(-1);
    }

    close() {
        rmSync(this.directory, { recursive: true, force: true });
    }
}

/** The token in the link of a mail. */
export function tokenIn(mail) {
    const match = /#\/[a-z-]+\/([A-Za-z0-9_-]{43})\s/.exec(mail.text);
    assert.ok(match, `no link in ${mail.text}`);
    return match[1];
}

export const PASSWORD = 'correct horse battery';

export const bearer = (token) => ({ Authorization: `Bearer ${token}` });

export class People {
    constructor(shop, mailbox) {
        this.shop = shop;
        this.mailbox = mailbox;
        this.count = 0;
    }

    newAddress() {
        this.count += 1;
        return `person${this.count}@example.com`;
    }

    register(email, more = {}, headers = {}) {
        return this.shop.send('POST', '/auth/register',
            { email, password: PASSWORD, firstName: 'Amal', lastName: 'Khalil', ...more }, headers);
    }
    logIn(email, password = PASSWORD, headers = {}) {
        return this.shop.send('POST', '/auth/login', { email, password }, headers);
    }
    refresh(refreshToken) {
        return this.shop.send('POST', '/auth/refresh', { refreshToken });
    }

    /** Somebody with an open account: their address. */
    async someone() {
        const email = this.newAddress();
        assert.equal((await this.register(email)).status, 202);
        const token = tokenIn(await this.mailbox.last(email));
        await this.shop.must(200, 'POST', '/auth/verify-email', { token });
        return email;
    }
    /** Somebody who is logged in: their tokens. */
    async someoneLoggedIn() {
        const email = await this.someone();
        const answer = await this.logIn(email);
        assert.equal(answer.status, 200, answer.bytes.toString());
        return { email, ...answer.data };
    }
}
