// Signatures made by Stripe's own library verify in ours, and ours in Stripe's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import Stripe from 'stripe';
import { sign, verify } from './support/check.mjs';

const { webhooks } = new Stripe('sk_test_fake');
const secret = 'whsec_test';
const now = 1768471200;
const event = (type, object) =>
  JSON.stringify({ id: 'evt_1', object: 'event', api_version: '2020-08-27', created: now, livemode: false,
    pending_webhooks: 1, request: { id: 'req_1', idempotency_key: null }, type, data: { object } }, null, 2);
const orderId = 'order_01kf0a8w00e06s5r8c9wj5a5zw';
const payload = event('payment_intent.succeeded', {
  id: 'pi_1', object: 'payment_intent', amount: 6372, amount_received: 6372, currency: 'usd',
  latest_charge: 'ch_1', metadata: { orderId }, description: 'Zażółć gęślą — 生日 🎂' });
const theirs = (options) => webhooks.generateTestHeaderString({ payload, secret, timestamp: now, ...options });

test('a header made by Stripe verifies in ours, with its facts', () => {
  const { check, facts } = verify(payload, theirs(), now, secret);
  assert.equal(check, 'valid');
  assert.deepEqual(facts, { id: 'evt_1', type: 'payment_intent.succeeded', known: true, subject: 'pi_1', intent: 'pi_1',
    charge: 'ch_1', subscription: '', reason: '', amount: 6372, captured: 6372, refunded: 0, orderId });
});

test('a header made by ours verifies in Stripe', () => {
  const made = webhooks.constructEvent(payload, sign(payload, secret, now), secret, 300, undefined, now * 1000);
  assert.equal(made.data.object.metadata.orderId, orderId);
  assert.throws(() => webhooks.constructEvent(payload + ' ', sign(payload, secret, now), secret, 300, undefined, now * 1000),
    { type: 'StripeSignatureVerificationError' });
});

test('a tampered body, another secret and an old time are refused by both', () => {
  const rows = [
    [payload.replace('6372', '1'), theirs(), now, secret, 'mismatch'],
    [payload, theirs(), now, 'whsec_other', 'mismatch'],
    [payload, theirs({ secret: 'whsec_other' }), now, secret, 'mismatch'],
    [payload, theirs(), now + 301, secret, 'too_old'],
    [payload, theirs({ scheme: 'v0' }), now, secret, 'malformed'],
    [payload, 'nonsense', now, secret, 'malformed'],
  ];
  for (const [body, header, at, ours, expected] of rows) {
    assert.equal(verify(body, header, at, ours).check, expected);
    assert.throws(() => webhooks.constructEvent(body, header, ours, 300, undefined, at * 1000),
      { type: 'StripeSignatureVerificationError' });
  }
});

test('a time that has not come is refused by ours alone', () => {
  assert.equal(verify(payload, theirs(), now - 301, secret).check, 'too_new');
  webhooks.constructEvent(payload, theirs(), secret, 300, undefined, (now - 301) * 1000);
});

test('while a secret is replaced both count', () => {
  const old = theirs({ secret: 'whsec_old' }).split(',')[1];
  assert.equal(verify(payload, `${theirs()},${old}`, now, 'whsec_old').check, 'valid');
  assert.equal(verify(payload, theirs(), now, 'whsec_new', secret).check, 'valid');
});

test('all seven promised types are known, and another is genuine all the same', () => {
  const types = ['payment_intent.succeeded', 'payment_intent.payment_failed', 'charge.dispute.created',
    'invoice.payment_succeeded', 'customer.subscription.created', 'customer.subscription.updated',
    'customer.subscription.deleted'];
  for (const type of [...types, 'account.updated']) {
    const body = event(type, { id: 'obj_1' });
    const header = webhooks.generateTestHeaderString({ payload: body, secret, timestamp: now });
    const { check, facts } = verify(body, header, now, secret);
    assert.equal(check, 'valid');
    assert.equal(facts.type, type);
    assert.equal(facts.known, types.includes(type));
  }
});
