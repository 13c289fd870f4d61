// Our gateway against others' stand-ins for Stripe, each skipped when it is not there:
//   STRIPE_MOCK        the stripe-mock executable: knows every parameter of the API by Stripe's own
//                      OpenAPI document, of the version that we pin, but remembers nothing
//   LOCALSTRIPE_PYTHON a Python that has localstripe: remembers, but knows few parameters
// Run by `node --test peers.mjs`.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { Gateway } from './support/check.mjs';

const { STRIPE_MOCK, LOCALSTRIPE_PYTHON } = process.env;

// Starts a program and returns it with the first match in what it prints.
async function started(program, words, pattern) {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.once('error', (error) => { throw error; });
  for await (const line of createInterface({ input: child.stdout })) {
    const [, found] = pattern.exec(line) ?? [];
    if (!found) continue;
    child.stdout.resume();
    return [child, found];
  }
  throw new Error(`${program} ended`);
}

// Passes requests on to `target`, each changed by `change`, and notes what came back.
async function between(target, change = (request) => request) {
  const seen = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const passed = change({ url: request.url, method: request.method, body });
    const headers = { ...request.headers };
    delete headers['content-length'];
    delete headers.host;
    const answer = await fetch(target + passed.url, {
      method: passed.method, headers, body: passed.method === 'POST' ? passed.body : undefined });
    const text = await answer.text();
    seen.push({ ...passed, status: answer.status, answer: text });
    response.writeHead(answer.status, { 'Content-Type': 'application/json' });
    response.end(text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { seen, address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

const without = (body, ...names) => {
  const form = new URLSearchParams(body);
  for (const name of names) form.delete(name);
  return form.toString();
};

test('stripe-mock takes every parameter of every request', { skip: !STRIPE_MOCK && 'there is no stripe-mock' }, async () => {
  const [mock, peer] = await started(STRIPE_MOCK,
    ['-http-addr', '127.0.0.1:0', '-strict-version-check'], /HTTP at address: (\S+)/);
  const proxy = await between(`http://${peer}`);
  const gateway = new Gateway(proxy.address, { secret: 'sk_test_123' });
  const { seen } = proxy;
  const asked = async (...words) => {
    const answer = await gateway.ask(...words);
    const last = seen.at(-1);
    assert.equal(last.status, 200, `${last.method} ${last.url}: ${last.answer}`);
    return answer;
  };
  await asked('authorize', 'k1', { method: 'pm_card_visa' });
  await asked('look_up', 'k1', { method: 'pm_card_visa' });
  await asked('confirm', 'k2', { intent: 'pi_123' });
  await asked('capture', 'k3', { intent: 'pi_123' });
  await asked('cancel', 'k4', { intent: 'pi_123' });
  const refund = await asked('refund', 'k5', { intent: 'pi_123', amount: 100 });
  assert.match(refund.reference, /^re_/);
  await asked('look_up', 'k6', { intent: 'pi_123' });
  await asked('look_up', 'k7', { payment: 'pay_01kenj41g0e06s5r8c9wj5a5zw' });
  assert.match(seen.at(-1).url, /\/search\?/);
  assert.match(JSON.parse(seen[0].answer).id, /^pi_/);
  await gateway.stop();
  proxy.stop();
  mock.kill();
});

// On this machine alone, with its memory nowhere but in memory.
const localstripe = `
import socket, sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda self: None
listener = socket.create_server(('127.0.0.1', 0))
print('port', listener.getsockname()[1], flush=True)
web.run_app(server.app, sock=listener, print=None)
`;

// localstripe refuses these; without confirmation_method a confirmed card needs no second one.
const unknownToIt = ['confirmation_method', 'use_stripe_sdk'];

test('localstripe goes through the life of a payment with us', { skip: !LOCALSTRIPE_PYTHON && 'there is no localstripe' }, async () => {
  const [peer, port] = await started(LOCALSTRIPE_PYTHON, ['-c', localstripe], /^port (\d+)$/);
  const proxy = await between(`http://127.0.0.1:${port}`, (request) => ({ ...request, body: without(request.body, ...unknownToIt) }));
  const gateway = new Gateway(proxy.address, { secret: 'sk_test_12345' });
  const card = async (number) => {
    const form = new URLSearchParams({ type: 'card', 'card[number]': number, 'card[exp_month]': '12', 'card[exp_year]': '2030', 'card[cvc]': '123' });
    const made = await fetch(`http://127.0.0.1:${port}/v1/payment_methods`, {
      method: 'POST', headers: { Authorization: 'Bearer sk_test_12345' }, body: form });
    return (await made.json()).id;
  };
  const good = await card('4242424242424242');
  const held = await gateway.ask('authorize', 'a1', { method: good });
  assert.equal(held.status, 'authorized', JSON.stringify([held, proxy.seen.at(-1)]));
  const taken = await gateway.ask('capture', 'a2', { intent: held.intent });
  assert.equal(taken.status, 'captured', JSON.stringify([taken, proxy.seen.at(-1)]));
  const back = await gateway.ask('refund', 'a3', { intent: held.intent, amount: 290 });
  assert.equal(back.status, 'refunded', JSON.stringify([back, proxy.seen.at(-1)]));
  const seen = await gateway.ask('look_up', 'a4', { intent: held.intent });
  assert.deepEqual([seen.status, seen.refunded], ['captured', 290], JSON.stringify(proxy.seen.at(-1)));

  const other = await gateway.ask('authorize', 'b1', { method: good });
  assert.equal((await gateway.ask('cancel', 'b2', { intent: other.intent })).status, 'cancelled');
  const declined = await gateway.ask('authorize', 'c1', { method: await card('4000000000000341') });
  assert.deepEqual([declined.status, declined.reason], ['declined', 'card_declined'], JSON.stringify(proxy.seen.at(-1)));

  const asked = await gateway.ask('authorize', 'd1', { method: await card('4000000000003220') });
  assert.equal(asked.status, 'requires_action', JSON.stringify(proxy.seen.at(-1)));
  await fetch(`http://127.0.0.1:${port}/v1/payment_intents/${asked.intent}/_authenticate`, {
    method: 'POST', headers: { Authorization: 'Bearer sk_test_12345' },
    body: new URLSearchParams({ client_secret: asked.clientSecret, success: 'true' }) });
  assert.equal((await gateway.ask('look_up', 'd2', { intent: asked.intent })).status, 'authorized');
  assert.equal((await gateway.ask('look_up', 'e1', { intent: 'pi_none' })).status, 'not_found');
  await gateway.stop();
  proxy.stop();
  peer.kill();
});
