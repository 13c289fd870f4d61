// A real SMTP server (nodemailer's) with STARTTLS and a log-in, which takes mails, refuses them, or is
// gone; and what one reads in the mails that it took.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';
import { until } from './server.mjs';

const USER = 'souk';
const PASSWORD = 'the password of the mail server';

export class MailServer {
    static async open(options) {
        const server = new MailServer(options);
        await server.start();
        return server;
    }

    constructor({ starttls = true } = {}) {
        this.directory = mkdtempSync(path.join(tmpdir(), 'souk-smtp-'));
        this.certificate = path.join(this.directory, 'certificate.pem');
        this.key = path.join(this.directory, 'key.pem');
        execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
            '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
            '-keyout', this.key, '-out', this.certificate], { stdio: 'ignore' });
        this.starttls = starttls;
        this.port = 0;
        this.mails = [];
        this.refusals = new Map(); // address → [code, text]
        this.logIns = 0;
    }

    /** On the port that it had before. */
    async start() {
        this.server = new SMTPServer({
            key: readFileSync(this.key),
            cert: readFileSync(this.certificate),
            hideSTARTTLS: !this.starttls,
            authMethods: ['PLAIN', 'LOGIN'],
            disabledCommands: this.starttls ? [] : ['AUTH', 'STARTTLS'],
            onAuth: ({ username, password }, { secure }, done) => {
                if (!secure || username !== USER || password !== PASSWORD) return done(new Error('no'));
                this.logIns += 1;
                return done(null, { user: username });
            },
            onRcptTo: ({ address }, session, done) => {
                const refusal = this.refusals.get(address);
                if (!refusal) return done();
                return done(Object.assign(new Error(refusal[1]), { responseCode: refusal[0] }));
            },
            onData: (stream, session, done) => {
                const pieces = [];
                stream.on('data', (piece) => pieces.push(piece));
                stream.on('end', () => {
                    this.mails.push({ ...parsed(Buffer.concat(pieces).toString('latin1')), secure: session.secure,
                        from: session.envelope.mailFrom.address,
                        to: session.envelope.rcptTo.map(({ address }) => address) });
                    done();
                });
            },
        });
        this.server.on('error', () => {}); // of a connection: the other side sees it too
        await new Promise((resolve, reject) => {
            this.server.server.once('error', reject);
            this.server.listen(this.port, '127.0.0.1', resolve);
        });
        this.port = this.server.server.address().port;
    }

    async stop() {
        const { server } = this;
        this.server = undefined;
        if (server) await new Promise((resolve) => { server.close(resolve); });
    }

    /** For a server whose mails go here. */
    get environment() {
        const secure = { SOUK_MAIL_SMTP_USER: USER, SOUK_MAIL_SMTP_PASSWORD: PASSWORD,
            SOUK_MAIL_SMTP_CA_FILE: this.certificate };
        return { SOUK_MAIL_SMTP_URL: `smtp://127.0.0.1:${this.port}`, SOUK_MAIL_FROM: 'shop@example.com',
            SOUK_MAIL_FROM_NAME: 'The shop', SOUK_MAIL_CONNECT_TIMEOUT_MS: '2000',
            SOUK_MAIL_TOTAL_TIMEOUT_MS: '5000', SOUK_MAIL_RETRY_BASE_MS: '200', SOUK_MAIL_RETRY_CAP_MS: '400',
            SOUK_MAIL_MAX_TRIES: '100', ...(this.starttls ? secure : { SOUK_MAIL_SMTP_STARTTLS: 'off' }) };
    }

    to(address) {
        return this.mails.filter((mail) => mail.to.includes(address));
    }
    async last(address, count = 1) {
        await until(() => this.to(address).length >= count, { what: `mail ${count} to ${address}` });
        return this.to(address).at(-1);
    }

    async close() {
        await this.stop();
        rmSync(this.directory, { recursive: true, force: true });
    }
}

/** The headers of a message, and its two forms. */
function parsed(raw) {
    const { headers, body } = split(raw);
    const boundary = /^multipart\/alternative; boundary="(.*)"$/.exec(headers['content-type'])[1];
    const parts = body.split(`--${boundary}`).slice(1, -1)
        .map((part) => split(part.replace(/^\r\n/, '').replace(/\r\n$/, '')));
    const [text, html] = ['text/plain', 'text/html'].map((type) =>
        parts.find((part) => part.headers['content-type'].startsWith(type)));
    return { raw, headers, subject: decoded(headers.subject), text: unquoted(text.body), html: unquoted(html.body) };
}

function split(raw) {
    const end = raw.indexOf('\r\n\r\n');
    const lines = raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2)]));
    return { headers, body: raw.slice(end + 4) };
}

const unquoted = (body) => Buffer.from(body.replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString();

const decoded = (subject) => subject.replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, text) => Buffer.from(text, 'base64').toString());
