// The real thing to do harm to: soukd, PostgreSQL on a disk of its own behind a proxy, Redis, a
// gateway with a bad line, and a clock that can be moved.

import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PATIENCE } from '../e2e/support/chaos.mjs';
import { Server, until } from '../e2e/support/server.mjs';
import { Shop } from '../e2e/support/shop.mjs';
import { Contract } from '../e2e/support/contract.mjs';
import { Clock, noClock } from './clock.mjs';
import { Disk, noDisk } from './disk.mjs';
import { Gateway } from './gateway.mjs';
import { isAlive, postmasterOf } from './processes.mjs';
import { Proxy } from './proxy.mjs';

const DISK_MB = 1024;

// Short, so that silence is found out within the time of a run.
const SETTINGS = {
    SOUK_POSTGRES_STATEMENT_TIMEOUT_MS: '2000',
    SOUK_POSTGRES_CONNECT_TIMEOUT_S: '2',
    SOUK_PAYMENTS_ANSWER_TIME_MS: '600',
    SOUK_PAYMENTS_THREADS: '16',
    SOUK_SERVER_HANDLER_TIMEOUT_MS: '8000',
    SOUK_LOG_LEVEL: 'info',
    ...PATIENCE,
    SOUK_PAYMENTS_MAX_TRIES: '100',
};

class ChaosServer extends Server {
    get processEnvironment() {
        return { ...super.processEnvironment, ...this.overrides };
    }
}

export class World {
    static async create({ seed, random, products = 60 }) {
        const world = new World(seed);
        try {
            await world.build(random, products);
        } catch (error) {
            await world.destroy();
            throw error;
        }
        return world;
    }

    constructor(seed) {
        this.seed = seed;
        this.directory = mkdtempSync(path.join(tmpdir(), 'souk-chaos-'));
        chmodSync(this.directory, 0o755); // PostgreSQL's own user must reach its data
        this.cannot = {}; // what this machine does not permit, and why
    }

    async build(random, products) {
        this.makeDisk();
        this.gateway = await Gateway.of(this.seed, { random, directory: this.directory,
            serverPort: () => this.server.port });
        const server = new ChaosServer(this.directory, { ...SETTINGS, ...this.gateway.environment });
        this.server = server;
        await server.services('start');
        Object.assign(server.environment, await server.services('env'));
        const socket = path.join(new URL(server.environment.SOUK_POSTGRES_URL).searchParams.get('host'), '.s.PGSQL.5432');
        this.proxy = await new Proxy(() => ({ path: socket })).start();
        server.overrides = {
            SOUK_POSTGRES_URL: `postgresql:///souk?host=127.0.0.1&port=${this.proxy.port}&user=souk`,
        };
        this.makeClock();
        for (const [name, value] of [['min_wal_size', '64MB'], ['max_wal_size', '256MB']]) {
            await server.psql(`ALTER SYSTEM SET ${name} = '${value}'`);
        }
        await server.psql('SELECT pg_reload_conf()');
        await server.command('migrate');
        for (const [, name, key] of (await server.command('seed', '--products', String(products)))
            .matchAll(/^(\S+)\s+(souk_\S+)$/gm)) (server.keys ??= {})[name] = key;
        await server.start();
        this.shop = new Shop(server);
        const document = await this.shop.raw('GET', '/openapi.json');
        this.shop.contract = new Contract(document.json);
    }

    makeDisk() {
        const reason = noDisk();
        try {
            if (!reason) this.disk = new Disk(this.directory, DISK_MB);
        } catch (error) {
            this.cannot.disk = `a loop file system cannot be mounted: ${error.message}`;
        }
        if (reason) this.cannot.disk = reason;
        this.cannot['slow disk'] = this.cannot.disk ?? this.disk.cannotSlow;
    }
    makeClock() {
        this.cannot.clock = noClock();
        if (this.cannot.clock) return;
        this.clock = new Clock(this.directory);
        Object.assign(this.server.overrides, this.clock.environment);
    }

    get postmaster() {
        return postmasterOf(this.directory);
    }

    /** PostgreSQL runs again, whatever it went through. */
    async startPostgres() {
        await until(async () => {
            try {
                await this.server.services('start', 'postgres');
                await this.server.psql('SELECT 1');
                return true;
            } catch {
                return false;
            }
        }, { seconds: 60, what: 'PostgreSQL starting' });
    }
    async isPostgresThere() {
        try {
            return isAlive(this.postmaster) && Boolean(await this.server.psql('SELECT 1'));
        } catch {
            return false;
        }
    }

    get serverLog() {
        return readFileSync(path.join(this.directory, 'soukd.log'), 'utf8');
    }

    async destroy() {
        this.shop?.agent.destroy();
        const keep = process.env.KEEP;
        process.env.KEEP = 'the history is here';
        await this.server?.destroy();
        if (keep === undefined) delete process.env.KEEP;
        await this.proxy?.stop();
        await this.gateway?.stop();
        this.disk?.remove();
    }
}
