// A real soukd over a private PostgreSQL and Redis, all in a directory that goes with the test.

import { execFile, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { request } from './http.mjs';
import { assertNoSecrets, keepSecret } from './secrets.mjs';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SERVICES = path.join(ROOT, 'scripts/services');
const SOUKD = path.resolve(process.env.SOUKD ?? path.join(ROOT, 'build/dev/app/soukd'));

const NO_LIMITS = {
    SOUK_RATE_LIMIT_GUEST_PER_MINUTE: '0',
    SOUK_RATE_LIMIT_GUEST_PAYMENTS_PER_MINUTE: '0',
    SOUK_RATE_LIMIT_GUEST_TOPICS_PER_MINUTE: '0',
    SOUK_RATE_LIMIT_KEY_PER_MINUTE: '0',
    SOUK_RATE_LIMIT_FAILED_LOGINS_PER_MINUTE: '0',
    SOUK_RATE_LIMIT_CREDENTIALS_PER_MINUTE: '0',
    SOUK_RATE_LIMIT_USER_PER_MINUTE: '0',
};

/** Polls until `probe` gives something true; the deadline is for a broken server, not a pause. */
export async function until(probe, { seconds = 30, what = 'it' } = {}) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
        const value = await probe();
        if (value) return value;
        if (Date.now() > deadline) throw new Error(`${what} did not happen within ${seconds} s`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

export class Server {
    /** Services, schema, demo data and a ready server. */
    static async create({ products = 60, environment = {} } = {}) {
        const server = new Server(mkdtempSync(path.join(tmpdir(), 'souk-e2e-')), environment);
        try {
            await server.services('start');
            Object.assign(server.environment, await server.services('env'));
            await server.command('migrate');
            server.keys = keysIn(await server.command('seed', '--products', String(products)));
            await server.start();
        } catch (error) {
            await server.destroy();
            throw error;
        }
        return server;
    }

    constructor(directory, environment) {
        this.directory = directory;
        this.environment = { ...NO_LIMITS, ...environment };
        for (const [name, value] of Object.entries(environment)) {
            if (/SECRET|PASSWORD/.test(name)) keepSecret(name, value.replace(/^\w+=/, ''));
        }
        this.port = 0;
        this.logFile = path.join(directory, 'soukd.log');
        this.log = createWriteStream(this.logFile, { flags: 'a' });
    }

    async services(action, ...more) {
        const { stdout } = await run(SERVICES, [action, this.directory, ...more]);
        return Object.fromEntries(stdout.split('\n').filter(Boolean)
            .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    }

    get processEnvironment() {
        const others = Object.entries(process.env).filter(([name]) => !name.startsWith('SOUK_'));
        return { ...Object.fromEntries(others), ...this.environment };
    }

    async command(...args) {
        const { stdout } = await run(SOUKD, args, { env: this.processEnvironment });
        return stdout;
    }

    /** Starts soukd and waits until it is ready; gives the milliseconds that took. */
    async start({ ready = true } = {}) {
        const started = performance.now();
        const child = spawn(SOUKD, ['run', '--server.address=127.0.0.1', `--server.port=${this.port}`],
            { env: this.processEnvironment, stdio: ['ignore', 'pipe', 'pipe'] });
        this.child = child;
        this.ended = new Promise((resolve) => {
            child.once('exit', (code, signal) => resolve({ code, signal }));
        });
        let seen = '';
        for (const stream of [child.stdout, child.stderr]) {
            stream.on('data', (data) => {
                this.log.write(data);
                if (seen.length < 100_000) seen += data;
            });
        }
        await until(() => {
            if (child.exitCode !== null || child.signalCode !== null) {
                throw new Error(`soukd ended before it listened:\n${seen}`);
            }
            const match = /listening on \S+:(\d+)/.exec(seen);
            if (match) this.port = Number(match[1]); // and keeps it over restarts
            return match;
        }, { what: 'listening' });
        if (ready) await until(() => this.isReady(), { what: 'readiness' });
        return performance.now() - started;
    }

    async isReady() {
        try {
            const answer = await request({ port: this.port, path: '/health/ready' });
            return answer.status === 200;
        } catch {
            return false;
        }
    }

    async end(signal) {
        this.child?.kill(signal);
        return this.ended;
    }
    kill() {
        return this.end('SIGKILL');
    }
    async stop() {
        const { code, signal } = await this.end('SIGTERM');
        if (code !== 0) throw new Error(`soukd ended with ${code ?? signal}:\n${this.lastLog()}`);
    }

    lastLog() {
        return readFileSync(this.logFile, 'utf8').slice(-3000);
    }

    /** The rows of a query, as objects. */
    async sql(query) {
        const statement = `SELECT coalesce(json_agg(t), '[]') FROM (${query}) t`;
        return JSON.parse(await this.psql(statement));
    }
    async psql(statement) {
        const { stdout } = await run('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-d',
            this.environment.SOUK_POSTGRES_URL, '-c', statement], { maxBuffer: 1 << 28 });
        return stdout;
    }

    async destroy() {
        if (this.child) await this.kill();
        await run(SERVICES, ['remove', this.directory]).catch(() => {});
        await new Promise((resolve) => { this.log.end(resolve); });
        try {
            assertNoSecrets(readFileSync(this.logFile, 'utf8'), 'what soukd printed');
        } finally {
            if (!process.env.KEEP) rmSync(this.directory, { recursive: true, force: true });
        }
    }
}

/** "operator souk_…", "vendor:acme souk_…" → { operator: "souk_…", "vendor:acme": "souk_…" } */
function keysIn(output) {
    const keys = {};
    for (const [, name, key] of output.matchAll(/^(\S+)\s+(souk_\S+)$/gm)) keys[name] = key;
    return keys;
}
