// Our gateway against the stand-in that Stripe's own library takes for Stripe.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Gateway } from './support/check.mjs';
import { FakeStripe } from './support/fake_stripe.mjs';

let fake;
let gateway;
let keys = 0;
const key = () => `order_1:${++keys}`;
before(async () => {
  fake = await new FakeStripe().start();
  gateway = new Gateway(fake.address);
});
after(async () => {
  await gateway.stop();
  await fake.stop();
});

test('a card is authorised, captured and refunded in parts', async () => {
  const held = await gateway.ask('authorize', key(), { method: 'pm_card_visa' });
  assert.equal(held.status, 'authorized');
  assert.match(held.intent, /^pi_/);
  assert.match(held.clientSecret, /_secret_/);
  const { metadata } = fake.intent(held.intent);
  assert.match(metadata.orderId, /^order_/);
  assert.equal(metadata.customerEmail, 'buyer@example.com');
  const taken = await gateway.ask('capture', key(), { intent: held.intent });
  assert.deepEqual([taken.status, taken.captured, taken.fee], ['captured', 1290, 67]);
  const part = await gateway.ask('refund', key(), { intent: held.intent, amount: 290 });
  assert.deepEqual([part.status, part.captured, part.refunded], ['refunded', 1290, 290]);
  assert.match(part.reference, /^re_/);
  assert.equal((await gateway.ask('look_up', key(), { intent: held.intent })).status, 'captured');
  await gateway.ask('refund', key(), { intent: held.intent, amount: 1000 });
  const end = await gateway.ask('look_up', key(), { intent: held.intent });
  assert.deepEqual([end.status, end.captured, end.refunded, end.fee], ['refunded', 1290, 1290, 67]);
  const more = await gateway.ask('refund', key(), { intent: held.intent, amount: 1 });
  assert.deepEqual([more.status, more.reason], ['declined', 'charge_already_refunded']);
});

test('a card that asks the buyer is confirmed once he has answered', async () => {
  const asked = await gateway.ask('authorize', key(), { method: 'pm_card_authenticationRequired' });
  assert.equal(asked.status, 'requires_action');
  const early = await gateway.ask('confirm', key(), { intent: asked.intent });
  assert.deepEqual([early.status, early.reason], ['requires_action', 'payment_intent_unexpected_state']);
  fake.authenticate_buyer(asked.intent);
  const ready = await gateway.ask('look_up', key(), { intent: asked.intent });
  assert.deepEqual([ready.status, ready.reason], ['requires_action', 'requires_confirmation']);
  assert.equal((await gateway.ask('confirm', key(), { intent: asked.intent })).status, 'authorized');
});

test('declines bring their reasons', async () => {
  const rows = {
    pm_card_visa_chargeDeclined: 'generic_decline',
    pm_card_visa_chargeDeclinedInsufficientFunds: 'insufficient_funds',
    pm_card_chargeDeclinedExpiredCard: 'expired_card',
    pm_card_chargeDeclinedIncorrectCvc: 'incorrect_cvc',
    pm_card_chargeDeclinedProcessingError: 'processing_error',
    pm_of_nobody: 'invalid_payment_method',
  };
  for (const [method, reason] of Object.entries(rows)) {
    const answer = await gateway.ask('authorize', key(), { method });
    assert.deepEqual([answer.status, answer.reason], ['declined', reason]);
  }
});

test('what is held can be released, once and for all', async () => {
  const held = await gateway.ask('authorize', key(), { method: 'pm_card_visa' });
  assert.equal((await gateway.ask('cancel', key(), { intent: held.intent })).status, 'cancelled');
  assert.equal((await gateway.ask('cancel', key(), { intent: held.intent })).status, 'cancelled');
  assert.equal((await gateway.ask('capture', key(), { intent: held.intent })).status, 'cancelled');
});

test('less may be taken than was held, and what is released is not given back', async () => {
  const held = await gateway.ask('authorize', key(), { method: 'pm_card_visa' });
  assert.equal((await gateway.ask('capture', key(), { intent: held.intent, amount: 1000 })).captured, 1000);
  const part = await gateway.ask('refund', key(), { intent: held.intent, amount: 400 });
  assert.deepEqual([part.status, part.captured, part.refunded], ['refunded', 1000, 400]);
  const more = await gateway.ask('refund', key(), { intent: held.intent, amount: 601 });
  assert.equal(more.status, 'declined');
  const seen = await gateway.ask('look_up', key(), { intent: held.intent });
  assert.deepEqual([seen.status, seen.captured, seen.refunded], ['captured', 1000, 400]);
});

test('what is said twice under one key is done once', async () => {
  const once = key();
  const first = await gateway.ask('authorize', once, { method: 'pm_card_visa' });
  assert.equal((await gateway.ask('authorize', once, { method: 'pm_card_visa' })).intent, first.intent);
  const other = await gateway.ask('authorize', once, { method: 'pm_card_visa', amount: 1 });
  assert.deepEqual([other.status, other.reason.split(' ')[0]], ['unknown', 'idempotency_error']);
  const capture = key();
  for (let i = 0; i < 2; ++i)
    assert.equal((await gateway.ask('capture', capture, { intent: first.intent })).captured, 1290);
});

test('an authorization whose answer was lost is found by saying it again', async () => {
  const lost = key();
  fake.troubles.push((request, response, reply) => {
    const { body } = reply(); // it happens
    response.writeHead(200, { 'Content-Length': body.length });
    response.write(body.slice(0, 20), () => response.destroy()); // and nobody hears of it
    return true;
  });
  assert.equal((await gateway.ask('authorize', lost, { method: 'pm_card_visa' })).status, 'unknown');
  const before = fake.intents.size;
  const found = await gateway.ask('look_up', lost, { method: 'pm_card_visa' });
  assert.equal(found.status, 'authorized');
  assert.equal(fake.intents.size, before);
});

test('an old authorization is searched, and one that never was is not found', async () => {
  const old = { method: 'pm_card_visa', payment: 'pay_01kenj41g0e06s5r8c9wj5a5zw' }; // two weeks earlier
  const made = key();
  const { intent } = await gateway.ask('authorize', made, old);
  const seen = fake.requests.length;
  assert.equal((await gateway.ask('look_up', made, old)).intent, intent);
  assert.equal((await gateway.ask('look_up', key(), old)).status, 'not_found');
  assert.ok(fake.requests.slice(seen).every(({ method }) => method === 'GET'));
  assert.equal((await gateway.ask('look_up', key(), { intent: 'pi_none' })).status, 'not_found');
});

test('a key in use leaves the outcome unknown', async () => {
  const busy = key();
  fake.kept.set(busy, { running: true });
  const answer = await gateway.ask('authorize', busy, { method: 'pm_card_visa' });
  assert.equal(answer.status, 'unknown');
  assert.match(answer.reason, /^409: idempotency_key_in_use \(req_\d+\)$/);
});

test('fils go as they are, odd ones not at all', async () => {
  const held = await gateway.ask('authorize', key(), { method: 'pm_card_visa', amount: 5120, currency: 'JOD' });
  assert.equal(held.status, 'authorized');
  assert.equal(fake.intent(held.intent).amount, 5120);
  const seen = fake.requests.length;
  assert.equal((await gateway.ask('authorize', key(), { method: 'pm_card_visa', amount: 5124, currency: 'JOD' })).status, 'declined');
  assert.equal(fake.requests.length, seen);
  const yen = await gateway.ask('authorize', key(), { method: 'pm_card_visa', amount: 500, currency: 'JPY' });
  assert.equal(fake.intent(yen.intent).amount, 500);
});

test('a wrong key is turned away before anything happens', async () => {
  const stranger = new Gateway(fake.address, { secret: 'sk_test_other' });
  const answer = await stranger.ask('authorize', key(), { method: 'pm_card_visa' });
  assert.equal(answer.status, 'unavailable');
  assert.doesNotMatch(JSON.stringify(answer), /sk_test/);
  await stranger.stop();
});

test('over TLS and HTTP/2 too, and a certificate nobody vouches for is not trusted', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'souk-stripe-'));
  const [keyFile, caFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
      '-subj', '/CN=fake', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', caFile], { stdio: 'ignore' });
  } catch {
    return t.skip('there is no openssl command');
  }
  const secure = await new FakeStripe({ tls: { key: readFileSync(keyFile), cert: readFileSync(caFile) } }).start();
  const careful = new Gateway(secure.address);
  assert.equal((await careful.ask('authorize', key(), { method: 'pm_card_visa' })).status, 'unavailable');
  assert.equal(secure.requests.length, 0);
  const trusting = new Gateway(secure.address, { caFile });
  assert.equal((await trusting.ask('authorize', key(), { method: 'pm_card_visa' })).status, 'authorized');
  assert.equal(secure.requests[0].version, '2.0');
  secure.troubles.push((request, response) => {
    response.stream.close(2); // INTERNAL_ERROR, after the request was read
    return true;
  });
  assert.equal((await trusting.ask('authorize', key(), { method: 'pm_card_visa' })).status, 'unknown');
  const named = new Gateway(secure.address.replace('127.0.0.1', 'localhost'), { caFile }); // not its name
  assert.equal((await named.ask('authorize', key(), { method: 'pm_card_visa' })).status, 'unavailable');
  assert.equal(secure.requests.length, 2);
  await Promise.all([careful.stop(), trusting.stop(), named.stop(), secure.stop()]);
  rmSync(directory, { recursive: true });
});
