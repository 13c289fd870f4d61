// Stripe on a bad line, over HTTP, with webhooks that repeat, come late and overtake each other,
// buyers who try again, and a server that dies in the middle: in the end every capture there has its
// order or its refund, and every paid order its one capture. ORDERS=1000 makes it long; SEED changes
// the order of troubles.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertBooks } from './support/books.mjs';
import { allStepsEnd, assertGatewayAgrees, buyThroughKills, PATIENCE, randomFrom } from './support/chaos.mjs';
import { assertInvariants } from './support/invariants.mjs';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';
import { TroubledStripe } from './support/troubled_stripe.mjs';

const ORDERS = Number(process.env.ORDERS ?? 150);
const KILLS = 5;
const SEED = Number(process.env.SEED ?? 1);
const TOKENS = ['pm_card_visa', 'pm_card_visa_chargeDeclined', 'pm_card_mastercard', 'pm_card_paidLater',
    'pm_card_chargeDeclinedExpiredCard', 'pm_card_declinedLater', 'pm_card_authenticationRequired'];

describe('webhooks in chaos', () => {
    let stripe;
    let shop;
    before(async () => {
        stripe = await new TroubledStripe({ random: randomFrom(SEED), webhookSecret: 'whsec_chaos',
            serverPort: () => shop.server.port }).start();
        shop = await Shop.open({ environment: {
            SOUK_PAYMENTS_GATEWAY: 'stripe',
            SOUK_STRIPE_SECRET_KEY: stripe.secret,
            SOUK_STRIPE_WEBHOOK_SECRETS: 'whsec_chaos',
            SOUK_STRIPE_API_BASE: stripe.address,
            SOUK_STRIPE_TOTAL_TIMEOUT_MS: '400',
            SOUK_PAYMENTS_ANSWER_TIME_MS: '600',
            SOUK_PAYMENTS_THREADS: '16',
            ...PATIENCE,
        } });
    });
    after(async () => {
        await shop?.close();
        await stripe?.stop();
    });

    /** Most buyers do what their bank asks; some only say that they did. */
    const act = (intent, turn) => { if (turn % 3) stripe.authenticate_buyer(intent.id); };

    it(`${ORDERS} orders and ${KILLS} kills leave books that agree`, { timeout: 900_000 }, async (t) => {
        const [sku] = await shop.takeSkus(1_000_000);
        await buyThroughKills(shop,
            { sku, orders: ORDERS, kills: KILLS, method: 'stripe', tokens: TOKENS, act });
        await until(() => stripe.pending === 0, { seconds: 180, what: 'the last webhook' });
        await allStepsEnd(shop.server); // of what the last webhooks began
        const { seen } = stripe;
        t.diagnostic(`seed ${SEED}: ${stripe.events.size} events, ${seen.repeated} repeated, `
            + `${seen.reordered} overtaken, ${seen.troubles} calls in trouble`);

        assert.deepEqual(seen.refused, [], 'no webhook of the gateway is refused');
        assert.ok(seen.repeated > ORDERS / 2 && seen.reordered > ORDERS / 10 && seen.troubles > ORDERS / 2);
        const [{ count }] = await shop.server.sql('SELECT count(*) FROM gateway_events');
        assert.equal(Number(count), stripe.events.size, 'each event is recorded once');
        const taken = stripe.taken();
        await assertGatewayAgrees(shop.server, taken, ORDERS);
        for (const [id, { held }] of taken) assert.equal(held, 0, `${id}: money is held for nothing`);
        await assertBooks(shop.server);
        await assertInvariants(shop.server);
    });
});
