// A stand-in for Stripe on a bad day, over HTTP: calls are lost before or after they are run, run
// late, answered late or turned away; payments are decided later; and every webhook comes more than
// once, late and in any order, again and again until the server takes it.

import { createHmac, randomBytes } from 'node:crypto';
import { FakeStripe } from '../../gateways/stripe/support/fake_stripe.mjs';
import { request } from './http.mjs';

const LATE = /^pm_card_(paid|declined)Later$/;

export class TroubledStripe extends FakeStripe {
    constructor({ random, webhookSecret, serverPort, silence = 700, lateness = 1_500, copies = 3 }) {
        super();
        Object.assign(this, { random, webhookSecret, serverPort, silence, lateness, copies });
        this.pending = 0; // copies of events not taken yet, and decisions not made yet
        this.events = new Map(); // id -> when it was first taken
        this.seen = { repeated: 0, reordered: 0, late: 0, refused: [], troubles: 0 };
        this.newestOf = new Map(); // intent -> number of the newest of its events that was taken
    }

    // Trouble on the line, for every third call. `silence` is longer than the server waits.
    disturb(incoming, response, reply) {
        const lot = Math.floor(this.random() * 18);
        const troubles = [
            () => response.destroy(),
            () => { reply(); response.destroy(); },
            () => this.after(this.silence, () => { reply(); response.destroy(); }),
            () => { const answer = reply(); this.after(this.silence, () => this.send(response, answer)); },
            () => this.send(response, { status: 429, body: '{"error":{"type":"rate_limit_error"}}' }),
            () => this.send(response, { status: 503, body: '{"error":{"type":"api_error"}}' }),
        ];
        if (!troubles[lot]) return false;
        this.seen.troubles += 1;
        troubles[lot]();
        return true;
    }

    confirm(intent, form) {
        const confirmed = super.confirm(intent, form);
        if (confirmed.status === 'requires_action') this.tell('payment_intent.requires_action', intent);
        return confirmed;
    }
    charge(intent) {
        const [, later] = LATE.exec(intent.payment_method) ?? [];
        if (!later || intent.status === 'processing') return this.decide(intent);
        intent.status = 'processing';
        this.after(this.random() * this.lateness, () => {
            if (intent.status !== 'processing') return;
            intent.payment_method = later === 'paid' ? 'pm_card_visa' : 'pm_card_visa_chargeDeclined';
            try {
                this.decide(intent);
            } catch { /* told by the event */ }
        });
        return intent;
    }
    decide(intent) {
        try {
            const charged = super.charge(intent);
            this.tell('payment_intent.amount_capturable_updated', intent);
            return charged;
        } catch (error) {
            this.tell('payment_intent.payment_failed', intent);
            throw error;
        }
    }
    capture(intent, form) {
        const captured = super.capture(intent, form);
        this.tell('payment_intent.succeeded', intent);
        return captured;
    }
    cancel(intent, form) {
        const cancelled = super.cancel(intent, form);
        this.tell('payment_intent.canceled', intent);
        return cancelled;
    }
    refund(form) {
        const refund = super.refund(form);
        this.tell('charge.refunded', this.charges.get(refund.charge));
        return refund;
    }

    tell(type, object) {
        const number = (this.told = (this.told ?? 0) + 1);
        const id = `evt_${randomBytes(12).toString('hex')}`;
        const event = JSON.stringify({ id, object: 'event', api_version: '2026-08-26.dahlia', type,
            created: Math.floor(Date.now() / 1000), livemode: false, pending_webhooks: 1, data: { object } });
        const copies = 1 + Math.floor(this.random() * this.copies);
        for (let copy = 0; copy < copies; copy += 1)
            this.after(this.random() * this.lateness, () =>
                this.deliver({ id, number, about: object.payment_intent ?? object.id, text: event }));
    }

    async deliver(event) {
        const at = Math.floor(Date.now() / 1000);
        const mac = createHmac('sha256', this.webhookSecret).update(`${at}.${event.text}`).digest('hex');
        const status = await request({ port: this.serverPort(), method: 'POST', path: '/api/webhooks/stripe',
            body: event.text, headers: { 'Content-Type': 'application/json',
                'Stripe-Signature': `t=${at},v1=${mac}` } }).then((answer) => answer.status, () => 0);
        if (status >= 400 && status < 500) this.seen.refused.push([status, event.text]);
        else if (status !== 200) return this.after(200 + this.random() * 300, () => this.deliver(event));
        if (this.events.has(event.id)) this.seen.repeated += 1;
        this.events.set(event.id, event.number);
        const newest = this.newestOf.get(event.about) ?? 0;
        if (event.number < newest) this.seen.reordered += 1;
        this.newestOf.set(event.about, Math.max(newest, event.number));
    }

    after(milliseconds, action) {
        this.pending += 1;
        setTimeout(async () => {
            await action();
            this.pending -= 1;
        }, milliseconds);
    }

    /** What was taken and given back, by order. */
    taken() {
        const orders = new Map();
        for (const intent of this.intents.values()) {
            const charge = this.charges.get(intent.latest_charge);
            const one = orders.get(intent.metadata.orderId) ?? { captures: 0, captured: 0, refunded: 0, held: 0 };
            one.captures += intent.amount_received > 0 ? 1 : 0;
            one.captured += intent.amount_received;
            one.refunded += intent.amount_received > 0 ? charge.amount_refunded : 0;
            one.held += intent.amount_capturable;
            orders.set(intent.metadata.orderId, one);
        }
        return orders;
    }
}
