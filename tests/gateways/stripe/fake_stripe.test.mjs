// Stripe's own library takes our stand-in for Stripe: what is tested against it means something.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Stripe from 'stripe';
import { FakeStripe } from './support/fake_stripe.mjs';

let fake;
let stripe;
before(async () => {
  fake = await new FakeStripe().start();
  stripe = new Stripe('sk_test_fake', {
    host: '127.0.0.1', port: fake.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
});
after(() => fake.stop());

const payment = (more = {}) => ({
  amount: 1290, currency: 'usd', payment_method: 'pm_card_visa', payment_method_types: ['card'],
  confirmation_method: 'manual', capture_method: 'manual', confirm: true, metadata: { orderId: 'order_1' }, ...more });
const refused = (promise, type, facts) => assert.rejects(promise, (error) => {
  assert.equal(error.type, type);
  for (const [name, value] of Object.entries(facts)) assert.equal(error[name] ?? error.raw[name], value);
  return true;
});

test('a card is authorised, captured and refunded', async () => {
  const held = await stripe.paymentIntents.create(payment());
  assert.equal(held.status, 'requires_capture');
  assert.equal(held.amount_capturable, 1290);
  const taken = await stripe.paymentIntents.capture(held.id, {
    amount_to_capture: 1000, expand: ['latest_charge.balance_transaction'] });
  assert.equal(taken.status, 'succeeded');
  assert.equal(taken.amount_received, 1000);
  assert.equal(taken.latest_charge.balance_transaction.fee, 59);
  const refund = await stripe.refunds.create({ payment_intent: held.id, amount: 400, expand: ['charge'] });
  assert.equal(refund.status, 'succeeded');
  assert.equal(refund.charge.amount_refunded, 290 + 400);
  await refused(stripe.refunds.create({ payment_intent: held.id, amount: 601 }), 'StripeInvalidRequestError', {});
  await stripe.refunds.create({ payment_intent: held.id });
  await refused(stripe.refunds.create({ payment_intent: held.id }), 'StripeInvalidRequestError', {
    code: 'charge_already_refunded' });
});

test('a declined card is a card error with its reason', () =>
  refused(stripe.paymentIntents.create(payment({ payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds' })),
    'StripeCardError', { code: 'card_declined', decline_code: 'insufficient_funds', statusCode: 402 }));

test('a card that asks the buyer is confirmed twice', async () => {
  const asked = await stripe.paymentIntents.create(payment({ payment_method: 'pm_card_authenticationRequired' }));
  assert.equal(asked.status, 'requires_action');
  assert.equal(asked.next_action.type, 'use_stripe_sdk');
  fake.authenticate_buyer(asked.id);
  assert.equal((await stripe.paymentIntents.retrieve(asked.id)).status, 'requires_confirmation');
  assert.equal((await stripe.paymentIntents.confirm(asked.id)).status, 'requires_capture');
});

test('a step that does not fit is refused with the payment as it stands', async () => {
  const held = await stripe.paymentIntents.create(payment());
  assert.equal((await stripe.paymentIntents.cancel(held.id)).status, 'canceled');
  await refused(stripe.paymentIntents.capture(held.id), 'StripeInvalidRequestError', {
    code: 'payment_intent_unexpected_state' });
  await refused(stripe.paymentIntents.retrieve('pi_none'), 'StripeInvalidRequestError', {
    code: 'resource_missing', statusCode: 404 });
});

test('the same key gets the same answer, a decline too, and other facts an error', async () => {
  const key = { idempotencyKey: 'key_1' };
  const first = await stripe.paymentIntents.create(payment(), key);
  const again = await stripe.paymentIntents.create(payment(), key);
  assert.equal(again.id, first.id);
  assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
  await refused(stripe.paymentIntents.create(payment({ amount: 1 }), key), 'StripeIdempotencyError', {});
  const declined = payment({ payment_method: 'pm_card_chargeDeclinedExpiredCard' });
  for (let i = 0; i < 2; ++i)
    await refused(stripe.paymentIntents.create(declined, { idempotencyKey: 'key_2' }), 'StripeCardError', { code: 'expired_card' });
});

test('a payment is found by its metadata', async () => {
  const made = await stripe.paymentIntents.create(payment({ metadata: { idempotencyKey: 'order_7:1' } }));
  const found = await stripe.paymentIntents.search({ query: "metadata['idempotencyKey']:'order_7:1'", limit: 1 });
  assert.deepEqual(found.data.map(({ id }) => id), [made.id]);
});

test('another key, an unknown parameter and odd fils are refused', async () => {
  const stranger = new Stripe('sk_test_other', { host: '127.0.0.1', port: fake.port, protocol: 'http', telemetry: false });
  await refused(stranger.paymentIntents.retrieve('pi_1'), 'StripeAuthenticationError', {});
  await refused(stripe.paymentIntents.create(payment({ nonsense: 1 })), 'StripeInvalidRequestError', { code: 'parameter_unknown' });
  await refused(stripe.paymentIntents.create(payment({ amount: 5124, currency: 'jod' })), 'StripeInvalidRequestError', {});
});
