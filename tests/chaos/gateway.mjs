// Who takes the money in a run: our sandbox inside the server, or the stand-in for Stripe over HTTP,
// whose calls are disturbed and whose webhooks repeat and overtake each other.

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { request } from '../e2e/support/http.mjs';
import { TroubledStripe } from '../e2e/support/troubled_stripe.mjs';

const SECRET = 'whsec_chaos';

/** Stripe says it again until it is taken: a server whose clock was moved refuses what is right. */
class StubbornStripe extends TroubledStripe {
    async deliver(event) {
        if (this.stopped) return undefined;
        const before = this.seen.refused.length;
        await super.deliver(event);
        if (this.seen.refused.length === before) return undefined;
        this.events.delete(event.id);
        return this.after(500, () => this.deliver(event));
    }
}

export class Gateway {
    static async of(seed, options) {
        return seed % 3 === 0 ? new SandboxGateway(options) : new StripeGateway(options).start();
    }
}

class StripeGateway {
    method = 'stripe';
    tokens = ['pm_card_visa', 'pm_card_visa', 'pm_card_visa_chargeDeclined', 'pm_card_mastercard',
        'pm_card_paidLater', 'pm_card_declinedLater', 'pm_card_authenticationRequired'];

    constructor({ random, serverPort }) {
        this.random = random;
        this.serverPort = serverPort;
        this.stripe = new StubbornStripe({ random, webhookSecret: SECRET, serverPort });
    }
    async start() {
        await this.stripe.start();
        this.environment = {
            SOUK_PAYMENTS_GATEWAY: 'stripe',
            SOUK_STRIPE_SECRET_KEY: this.stripe.secret,
            SOUK_STRIPE_WEBHOOK_SECRETS: SECRET,
            SOUK_STRIPE_API_BASE: this.stripe.address,
            SOUK_STRIPE_TOTAL_TIMEOUT_MS: '400',
        };
        return this;
    }
    authenticate(intent) {
        this.stripe.authenticate_buyer(intent.id);
    }
    waiting() {
        return this.stripe.pending;
    }
    quiet() {
        return this.waiting() === 0;
    }
    taken() {
        return this.stripe.taken();
    }
    summary() {
        const { seen, events } = this.stripe;
        return `${events.size} events, ${seen.repeated} repeated, ${seen.reordered} overtaken, `
            + `${seen.troubles} calls in trouble`;
    }

    /** An event that Stripe never sent, signed by someone who does not know the secret. */
    async forge(number) {
        const intents = [...this.stripe.intents.values()];
        const intent = intents[Math.floor(this.random() * intents.length)];
        const text = JSON.stringify({ id: `evt_forged${number}`, object: 'event', type: 'payment_intent.succeeded',
            created: Math.floor(Date.now() / 1000), livemode: false, data: { object: { ...intent,
                status: 'succeeded', amount_received: intent?.amount ?? 1 } } });
        const now = Math.floor(Date.now() / 1000);
        const sign = (at, secret, signed = text) =>
            `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${signed}`).digest('hex')}`;
        const signatures = [sign(now, 'whsec_guess'), sign(now, SECRET, `${text} `), sign(now - 90_000, SECRET),
            `t=${now},v1=`, `t=${now}`, `v0=${sign(now, SECRET).split('=')[2]}`, 'nonsense'];
        const signature = signatures[number % signatures.length];
        return request({ port: this.serverPort(), method: 'POST', path: '/api/webhooks/stripe', body: text,
            seconds: 5, headers: { 'Content-Type': 'application/json', 'Stripe-Signature': signature } });
    }
    stop() {
        this.stripe.stopped = true;
        return this.stripe.stop();
    }
}

class SandboxGateway {
    method = 'sandbox';
    tokens = ['pm_card_visa', 'pm_card_visa', 'pm_card_chargeDeclined', 'pm_sandbox_authorizeAnswerLost',
        'pm_sandbox_authorizeRequestLost', 'pm_sandbox_captureAnswerLost', 'pm_sandbox_captureRequestLost',
        'pm_sandbox_authorizedLate', 'pm_sandbox_declinedLate', 'pm_card_authenticationRequired'];

    constructor({ directory }) {
        this.books = path.join(directory, 'books.jsonl');
        this.environment = {
            SOUK_PAYMENTS_SANDBOX_FILE: this.books,
            SOUK_PAYMENTS_SANDBOX_DECISION_MS: '300',
            SOUK_PAYMENTS_SANDBOX_EVENT_MS: '50',
        };
    }
    authenticate() {}
    waiting() {
        return 0;
    }
    quiet() {
        return true;
    }
    taken() {
        const intents = new Map();
        for (const line of readFileSync(this.books, 'utf8').split('\n').filter(Boolean)) {
            const { intent } = JSON.parse(line);
            if (intent) intents.set(intent.id, intent);
        }
        const orders = new Map();
        for (const { orderId, captured = 0, refunded = 0 } of intents.values()) {
            const one = orders.get(orderId) ?? { captures: 0, captured: 0, refunded: 0, held: 0 };
            one.captures += captured > 0 ? 1 : 0;
            one.captured += captured;
            one.refunded += refunded;
            orders.set(orderId, one);
        }
        return orders;
    }
    summary() {
        return 'the sandbox';
    }
    stop() {}
}
