// Nothing that was acknowledged is lost, and nothing is half done, when the server or PostgreSQL
// dies in the middle of load.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertInvariants } from './support/invariants.mjs';
import { Load } from './support/load.mjs';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';

const READY_WITHIN_MS = Number(process.env.READY_WITHIN_MS ?? 2000);

describe('crashes', () => {
    let shop;
    before(async () => { shop = await Shop.open(); });
    after(() => shop?.close());

    /** Waits until the load has had that many more orders acknowledged. */
    const sells = (load, more) => {
        const from = load.orders.length;
        return until(() => load.orders.length >= from + more, { seconds: 60, what: `${more} orders` });
    };

    it('kill -9, ten times in the middle of load, loses nothing acknowledged', { timeout: 300_000 }, async () => {
        const load = new Load(shop, await shop.takeSkus(...Array(8).fill(1_000_000)));
        load.start(16);
        for (let round = 1; round <= 10; round += 1) {
            await sells(load, 20);
            await shop.server.kill();
            await assertInvariants(shop.server); // as the crash left it, before anyone repairs anything
            const ready = await shop.server.start();
            assert.ok(ready < READY_WITHIN_MS, `round ${round}: ready after ${Math.round(ready)} ms`);
            await load.assertReadable(5);
        }
        await sells(load, 20);
        await load.stop();
        await load.assertKept();
        await load.assertReadable(50);
        await assertInvariants(shop.server);
        assert.ok(load.orders.length >= 200);
    });

    it('PostgreSQL crashing in the middle of load loses nothing acknowledged, and selling goes on by itself',
        { timeout: 300_000 }, async () => {
            const load = new Load(shop, await shop.takeSkus(...Array(8).fill(1_000_000)));
            load.start(16);
            for (let round = 1; round <= 3; round += 1) {
                await sells(load, 20);
                await shop.server.services('stop', 'postgres', 'immediate');
                await shop.server.services('start', 'postgres');
                await sells(load, 20); // the server was never restarted
            }
            await load.stop();
            await load.assertKept();
            await load.assertReadable(20);
            await assertInvariants(shop.server);
        });

    it('SIGTERM under load finishes what was begun and ends with 0', { timeout: 60_000 }, async () => {
        const load = new Load(shop, await shop.takeSkus(...Array(4).fill(1_000_000)));
        load.start(16);
        await sells(load, 20);
        await shop.server.stop();
        await load.stop();
        await load.assertKept();
        await assertInvariants(shop.server);
        await shop.server.start();
    });
});
