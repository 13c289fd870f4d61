// A run: the real thing under load, one fault after the other, then rest, the books, and the checker.

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openAttempts } from '../e2e/support/books.mjs';
import { randomFrom } from '../e2e/support/chaos.mjs';
import { until } from '../e2e/support/server.mjs';
import { crowd } from './clients.mjs';
import { takeBooks, brokenInvariants } from './books.mjs';
import { FAULTS, schedule } from './faults.mjs';
import { History } from './history.mjs';
import { World } from './world.mjs';
import { pause } from './requests.mjs';

const RECOVERY_SECONDS = 60;
const REST_SECONDS = 90;
const UNITS = [2_000, 2_000, 2_000, 300, 300, 40, 15, 5];

export class Run {
    constructor({ seed, minutes, faults, say }) {
        Object.assign(this, { seed, minutes, wanted: faults, say });
        this.skipped = {};
        this.problems = []; // that the run itself saw
    }

    /** Gives the directory with the history and the books. */
    async go() {
        const random = randomFrom(this.seed);
        this.world = await World.create({ seed: this.seed, random: randomFrom(this.seed + 1) });
        const { world } = this;
        try {
            this.history = new History(path.join(world.directory, 'history.jsonl'));
            world.history = this.history;
            world.skus = await world.shop.takeSkus(...UNITS);
            await this.begin();
            const clients = crowd(world);
            const loops = clients.map((client) => client.run());
            await this.trouble(random).finally(() => clients.forEach((client) => client.stop()));
            await Promise.all(loops);
            await this.rest();
            await this.end();
        } finally {
            await this.history?.close();
            await world.destroy();
        }
        return world.directory;
    }
    remove() {
        rmSync(this.world.directory, { recursive: true, force: true });
    }

    async begin() {
        const skus = [];
        for (const sku of this.world.skus) {
            const { onHand, reserved } = await this.world.shop.stockOf(sku);
            skus.push({ variant: sku.variantId, onHand, reserved });
        }
        this.history.add('begin', { seed: this.seed, skus, gateway: this.world.gateway.method });
    }

    async trouble(random) {
        const { world, history } = this;
        const possible = this.wanted.filter((name) => this.isPossible(name));
        const until_ = history.now() + this.minutes * 60_000;
        await history.goodWriteAfter(history.now());
        for (const { name, pause: gap } of schedule(possible, random)) {
            await pause(gap);
            if (history.now() > until_) return;
            await this.strike(name, random);
            if (world.server.child.exitCode !== null) {
                throw new Error(`soukd ended by itself:\n${world.server.lastLog()}`);
            }
        }
    }

    isPossible(name) {
        const { needs, applies } = FAULTS[name];
        const reason = needs && this.world.cannot[needs];
        if (reason) this.skipped[name] = reason;
        else if (applies && !applies(this.world)) this.skipped[name] = 'not with this seed\'s gateway, the sandbox';
        return !this.skipped[name];
    }

    async strike(name, random) {
        const { world, history } = this;
        const fault = { kind: name, start: history.now() };
        const detail = await FAULTS[name].strike(world, random, () => { fault.end = history.now(); }, history);
        const recovered = await Promise.race([history.goodWriteAfter(fault.end),
            pause(RECOVERY_SECONDS * 1000)]);
        if (!recovered) this.problems.push(`no write was acknowledged within ${RECOVERY_SECONDS} s after: ${name}`);
        else fault.recovery = Math.round(recovered.end - fault.end);
        history.add('fault', { ...fault, detail });
        this.say(`${name}${detail ? ` (${detail})` : ''}: ${recovered ? `recovered in ${fault.recovery} ms` : 'NOT RECOVERED'}`);
        await this.look(`after: ${name}`);
    }

    /** The invariants hold at any moment, not only at rest. */
    async look(when) {
        if (!await this.world.isPostgresThere()) return;
        for (const broken of await brokenInvariants(this.world.server)) this.problems.push(`${when}: ${broken}`);
    }

    /**
     * Everything ends: what a moved clock made due in the future is made due now, while the server is
     * away, so that nobody waits for it.
     */
    async rest() {
        const { world, history } = this;
        await until(() => world.server.isReady(), { seconds: RECOVERY_SECONDS, what: 'readiness after the last fault' });
        await world.server.stop(); // with 0, or it throws
        await world.server.psql('UPDATE payment_attempts SET due_at = now() WHERE due_at > now()');
        await world.server.start();
        const settled = async () => world.gateway.quiet() && await openAttempts(world.server) === 0;
        await until(settled, { seconds: REST_SECONDS, what: 'the end of every payment' })
            .catch(async (error) => this.problems.push(`${error.message}: ${await this.whatIsOpen()}`));
        await world.server.stop();
        history.add('end', { at: history.now() });
        await this.look('at rest');
    }
    async whatIsOpen() {
        const open = await this.world.server.sql(`SELECT order_id, step, state, tries, due_at, stuck, reason
            FROM payment_attempts WHERE state = 0 AND NOT stuck LIMIT 5`);
        return `${this.world.gateway.waiting()} events to tell, attempts ${JSON.stringify(open)}`;
    }

    async end() {
        const { world } = this;
        const books = await takeBooks(world.server);
        books.gateway = [...world.gateway.taken()];
        books.problems = this.problems;
        books.contract = [...world.shop.contract.violations].map(([text, times]) => `${times} × ${text}`);
        books.gatewaySeen = world.gateway.summary();
        writeFileSync(path.join(world.directory, 'books.json'), JSON.stringify(books));
    }
}
