// A gateway on a bad line, buyers who try again, and a server that dies in the middle: in the end
// every capture at the gateway has its order or its refund, and every paid order its one capture.
// Its gateway is inside the server; the one of webhook_chaos.test.mjs is Stripe, over HTTP.
// ORDERS=1000 makes it long.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertBooks } from './support/books.mjs';
import { assertGatewayAgrees, buyThroughKills, PATIENCE } from './support/chaos.mjs';
import { assertInvariants } from './support/invariants.mjs';
import { Shop } from './support/shop.mjs';

const ORDERS = Number(process.env.ORDERS ?? 150);
const KILLS = 5;
const TOKENS = ['pm_card_visa', 'pm_card_chargeDeclined', 'pm_sandbox_authorizeAnswerLost',
    'pm_sandbox_authorizeRequestLost', 'pm_sandbox_captureAnswerLost', 'pm_sandbox_captureRequestLost',
    'pm_sandbox_authorizeAwayTwice', 'pm_sandbox_captureAwayTwice', 'pm_sandbox_authorizedLate',
    'pm_sandbox_declinedLate', 'pm_card_authenticationRequired'];

describe('payments in chaos', () => {
    let directory;
    let books;
    let shop;
    before(async () => {
        directory = mkdtempSync(path.join(tmpdir(), 'souk-sandbox-'));
        books = path.join(directory, 'books.jsonl');
        shop = await Shop.open({ environment: {
            SOUK_PAYMENTS_SANDBOX_FILE: books,
            SOUK_PAYMENTS_SANDBOX_DECISION_MS: '300',
            SOUK_PAYMENTS_SANDBOX_EVENT_MS: '50',
            SOUK_PAYMENTS_ANSWER_TIME_MS: '1000',
            ...PATIENCE,
        } });
    });
    after(async () => {
        await shop?.close();
        if (directory) rmSync(directory, { recursive: true, force: true });
    });

    /** What the gateway took and gave back, by order. */
    function takenByGateway() {
        const intents = new Map();
        for (const line of readFileSync(books, 'utf8').split('\n').filter(Boolean)) {
            const { intent } = JSON.parse(line);
            if (intent) intents.set(intent.id, intent);
        }
        const orders = new Map();
        for (const intent of intents.values()) {
            const one = orders.get(intent.orderId) ?? { captures: 0, captured: 0, refunded: 0 };
            one.captures += (intent.captured ?? 0) > 0 ? 1 : 0;
            one.captured += intent.captured ?? 0;
            one.refunded += intent.refunded ?? 0;
            orders.set(intent.orderId, one);
        }
        return orders;
    }

    it(`${ORDERS} orders and ${KILLS} kills leave books that agree`, { timeout: 900_000 }, async () => {
        const [sku] = await shop.takeSkus(1_000_000);
        await buyThroughKills(shop, { sku, orders: ORDERS, kills: KILLS, method: 'sandbox', tokens: TOKENS });
        await assertGatewayAgrees(shop.server, takenByGateway(), ORDERS);
        await assertBooks(shop.server);
        await assertInvariants(shop.server);
    });
});
