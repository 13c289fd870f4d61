// A stand-in for Stripe's API as far as payments need it: payment intents that are confirmed and
// captured by hand, refunds, a search, idempotency keys, declines. What it answers is checked by
// Stripe's own library in fake_stripe.test.mjs; what it refuses is what our gateway must not send.

import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';

const declines = {
  pm_card_visa_chargeDeclined: ['card_declined', 'generic_decline'],
  pm_card_visa_chargeDeclinedInsufficientFunds: ['card_declined', 'insufficient_funds'],
  pm_card_chargeDeclinedExpiredCard: ['expired_card'],
  pm_card_chargeDeclinedIncorrectCvc: ['incorrect_cvc'],
  pm_card_chargeDeclinedProcessingError: ['processing_error'],
};
const parameters = {
  create: ['amount', 'currency', 'payment_method', 'payment_method_types', 'confirmation_method',
    'capture_method', 'confirm', 'use_stripe_sdk', 'metadata', 'expand'],
  confirm: ['use_stripe_sdk', 'payment_method', 'expand'],
  capture: ['amount_to_capture', 'expand'],
  cancel: ['cancellation_reason', 'expand'],
  refund: ['payment_intent', 'amount', 'metadata', 'expand'],
};
const threeDecimals = ['bhd', 'jod', 'kwd', 'omr', 'tnd'];

class Refusal extends Error {
  constructor(status, error) {
    super(error.message ?? error.code);
    this.status = status;
    this.error = error;
  }
}
const invalid = (message, more = {}) =>
  new Refusal(400, { type: 'invalid_request_error', message, ...more });

// "metadata[orderId]=x&expand[]=y" as an object of objects and arrays.
function readForm(text) {
  const form = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const [, key, inner] = /^(\w+)(?:\[(\w*)\])?/.exec(name);
    if (inner === undefined) form[key] = value;
    else if (inner === '' || /^\d+$/.test(inner)) (form[key] ??= []).push(value);
    else (form[key] ??= {})[inner] = value;
  }
  return form;
}

export class FakeStripe {
  constructor({ secret = 'sk_test_fake', tls } = {}) {
    this.secret = secret;
    this.requests = [];
    this.intents = new Map();
    this.charges = new Map();
    this.kept = new Map(); // idempotency key -> { digest, status, body } or { running }
    this.troubles = []; // functions (request, response) => true when they answered themselves
    const answer = (request, response) => this.answer(request, response);
    this.server = tls ? createSecureServer({ ...tls, allowHTTP1: true }, answer) : createServer(answer);
    this.scheme = tls ? 'https' : 'http';
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    this.address = `${this.scheme}://127.0.0.1:${this.port}`;
    return this;
  }
  stop() {
    this.server.closeAllConnections?.();
    return new Promise((resolve) => this.server.close(resolve));
  }

  async answer(request, response) {
    let body = '';
    for await (const part of request) body += part;
    this.requests.push({ version: request.httpVersion, method: request.method, url: request.url, headers: request.headers, body });
    if (!this.disturb(request, response, () => this.reply(request, body)))
      this.send(response, this.reply(request, body));
  }

  disturb(request, response, reply) {
    if (!this.troubles[0]?.(request, response, reply)) return false;
    this.troubles.shift();
    return true;
  }

  send(response, { status, body, replayed }) {
    const headers = { 'Content-Type': 'application/json', 'Request-Id': `req_${this.requests.length}` };
    if (replayed) headers['Idempotent-Replayed'] = 'true';
    response.writeHead(status, headers);
    response.end(body);
  }

  reply(request, body) {
    try {
      this.authenticate(request);
      if (request.method !== 'POST') return this.run(request, body);
      return this.runOnce(request, body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: JSON.stringify({ error: error.error }) };
    }
  }

  authenticate(request) {
    if (request.headers.authorization !== `Bearer ${this.secret}`)
      throw new Refusal(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' });
    if (!/^\d{4}-\d\d-\d\d(\.\w+)?$/.test(request.headers['stripe-version'] ?? ''))
      throw invalid('no such version');
  }

  // The first answer is kept under the key, declines too; what fails validation is not.
  runOnce(request, body) {
    const key = request.headers['idempotency-key'];
    if (!key || key.length > 255) return this.run(request, body);
    const digest = createHash('sha256').update(request.url + body).digest('hex');
    const kept = this.kept.get(key);
    if (kept?.running)
      throw new Refusal(409, { type: 'idempotency_error', code: 'idempotency_key_in_use' });
    if (kept && kept.digest !== digest)
      throw new Refusal(400, { type: 'idempotency_error', message: 'Keys must be used with the same parameters' });
    if (kept) return { ...kept, replayed: true };
    let answer;
    try {
      answer = this.run(request, body);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 402) throw error;
      answer = { status: error.status, body: JSON.stringify({ error: error.error }) };
    }
    this.kept.set(key, { digest, ...answer });
    return answer;
  }

  run(request, body) {
    const url = new URL(request.url, this.address);
    const form = readForm(request.method === 'POST' ? body : url.search);
    const [, collection, id, action] = /^\/v1\/(\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(url.pathname) ?? [];
    const route = `${request.method} ${collection} ${id === 'search' ? 'search' : id ? action ?? 'one' : 'all'}`;
    const routes = {
      'POST payment_intents all': () => this.create(form),
      'POST payment_intents confirm': () => this.confirm(this.intent(id), form),
      'POST payment_intents capture': () => this.capture(this.intent(id), form),
      'POST payment_intents cancel': () => this.cancel(this.intent(id), form),
      'GET payment_intents one': () => this.intent(id),
      'GET payment_intents search': () => this.search(form),
      'POST refunds all': () => this.refund(form),
    };
    if (!routes[route]) throw new Refusal(404, { type: 'invalid_request_error', message: 'Unrecognized request URL' });
    const expanded = this.expand(routes[route](), form.expand ?? []);
    return { status: 200, body: JSON.stringify(expanded) };
  }

  expand(object, names) {
    const shown = structuredClone(object);
    for (const name of names) {
      const field = name.split('.')[0];
      if (shown[field]) shown[field] = structuredClone(this.charges.get(shown[field]));
      if (!name.includes('.') && shown[field]) shown[field].balance_transaction = shown[field].balance_transaction?.id ?? null;
    }
    return shown;
  }

  check(form, action) {
    for (const name of Object.keys(form))
      if (!parameters[action].includes(name))
        throw invalid(`Received unknown parameter: ${name}`, { code: 'parameter_unknown', param: name });
  }

  amount(text, currency) {
    const amount = Number(text);
    if (!Number.isSafeInteger(amount) || amount < 1) throw invalid('Invalid integer', { code: 'parameter_invalid_integer', param: 'amount' });
    if (threeDecimals.includes(currency) && amount % 10 !== 0)
      throw invalid('The last digit must be 0', { param: 'amount' });
    return amount;
  }

  intent(id) {
    const intent = this.intents.get(id);
    if (!intent) throw new Refusal(404, { type: 'invalid_request_error', code: 'resource_missing', param: 'intent', message: `No such payment_intent: '${id}'` });
    return intent;
  }

  unexpected(intent, action) {
    return invalid(`You cannot ${action} this PaymentIntent because it has a status of ${intent.status}`, {
      code: 'payment_intent_unexpected_state', payment_intent: intent });
  }

  create(form) {
    this.check(form, 'create');
    const id = `pi_${randomBytes(12).toString('hex')}`;
    const intent = {
      id, object: 'payment_intent', amount: this.amount(form.amount, form.currency), amount_capturable: 0,
      amount_received: 0, canceled_at: null, capture_method: form.capture_method ?? 'automatic_async',
      client_secret: `${id}_secret_${randomBytes(8).toString('hex')}`,
      confirmation_method: form.confirmation_method ?? 'automatic', created: 1768478400,
      currency: form.currency, last_payment_error: null, latest_charge: null, livemode: false,
      metadata: form.metadata ?? {}, next_action: null, payment_method: form.payment_method ?? null,
      payment_method_types: form.payment_method_types ?? ['card'],
      status: form.payment_method ? 'requires_confirmation' : 'requires_payment_method',
    };
    if (!/^pm_card_/.test(form.payment_method ?? 'pm_card_'))
      throw invalid(`No such PaymentMethod: '${form.payment_method}'`, { code: 'resource_missing', param: 'payment_method' });
    this.intents.set(id, intent);
    return form.confirm === 'true' ? this.confirm(intent, {}) : intent;
  }

  confirm(intent, form) {
    this.check(form, 'confirm');
    const again = intent.status === 'requires_action' && this.authenticated?.has(intent.id);
    if (intent.status !== 'requires_confirmation' && !again) throw this.unexpected(intent, 'confirm');
    if (/authenticationRequired|threeDSecure/.test(intent.payment_method) && !this.authenticated?.has(intent.id)) {
      intent.status = 'requires_action';
      intent.next_action = { type: 'use_stripe_sdk', use_stripe_sdk: {} };
      return intent;
    }
    return this.charge(intent);
  }

  // What the buyer does in the browser.
  authenticate_buyer(id) {
    (this.authenticated ??= new Set()).add(id);
    Object.assign(this.intent(id), { status: 'requires_confirmation', next_action: null });
  }

  charge(intent) {
    const id = `ch_${randomBytes(12).toString('hex')}`;
    intent.latest_charge = id;
    const [code, decline] = declines[intent.payment_method] ?? [];
    this.charges.set(id, {
      id, object: 'charge', amount: intent.amount, amount_captured: 0, amount_refunded: 0,
      currency: intent.currency, payment_intent: intent.id, balance_transaction: null,
      status: code ? 'failed' : 'succeeded' });
    if (code) {
      const error = { type: 'card_error', code, ...(decline && { decline_code: decline }),
        charge: id, message: 'Your card was declined.' };
      Object.assign(intent, { status: 'requires_payment_method', payment_method: null, last_payment_error: error });
      throw new Refusal(402, { ...error, payment_intent: intent });
    }
    Object.assign(intent, { status: 'requires_capture', amount_capturable: intent.amount });
    return intent.capture_method === 'manual' ? intent : this.capture(intent, {});
  }

  capture(intent, form) {
    this.check(form, 'capture');
    if (intent.status !== 'requires_capture') throw this.unexpected(intent, 'capture');
    const amount = form.amount_to_capture ? this.amount(form.amount_to_capture, intent.currency) : intent.amount;
    if (amount > intent.amount_capturable) throw invalid('too much', { code: 'amount_too_large' });
    Object.assign(intent, { status: 'succeeded', amount_received: amount, amount_capturable: 0 });
    Object.assign(this.charges.get(intent.latest_charge), {
      amount_captured: amount,
      amount_refunded: intent.amount - amount, // what is released counts as refunded
      balance_transaction: { id: 'txn_1', object: 'balance_transaction', currency: intent.currency,
        fee: Math.round(amount * 0.029) + 30 } });
    return intent;
  }

  cancel(intent, form) {
    this.check(form, 'cancel');
    if (['succeeded', 'canceled', 'processing'].includes(intent.status)) throw this.unexpected(intent, 'cancel');
    if (intent.latest_charge) Object.assign(this.charges.get(intent.latest_charge), { amount_refunded: intent.amount });
    return Object.assign(intent, { status: 'canceled', canceled_at: 1768478400, amount_capturable: 0 });
  }

  refund(form) {
    this.check(form, 'refund');
    const charge = this.charges.get(this.intent(form.payment_intent).latest_charge);
    const left = charge?.amount_captured ? charge.amount - charge.amount_refunded : 0;
    if (charge?.amount_captured && left === 0) throw invalid('already refunded', { code: 'charge_already_refunded' });
    const amount = form.amount ? this.amount(form.amount, charge.currency) : left;
    if (amount > left) throw invalid(`Refund amount (${amount}) is greater than unrefunded amount (${left})`);
    charge.amount_refunded += amount;
    return { id: `re_${randomBytes(12).toString('hex')}`, object: 'refund', amount, charge: charge.id,
      currency: charge.currency, metadata: form.metadata ?? {}, payment_intent: form.payment_intent, status: 'succeeded' };
  }

  search(form) {
    const [, name, value] = /^metadata\['(\w+)'\]:'([^']*)'$/.exec(form.query) ?? [];
    if (!name) throw invalid('We were unable to parse your search query.');
    const data = [...this.intents.values()].filter((intent) => intent.metadata[name] === value);
    return { object: 'search_result', url: '/v1/payment_intents/search', has_more: false, data: data.slice(0, Number(form.limit ?? 10)) };
  }
}
