// Runs our half: the souk_stripe_check executable named by STRIPE_CHECK.

import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

const program = process.env.STRIPE_CHECK;
if (!program) throw new Error('STRIPE_CHECK names no souk_stripe_check executable');

export function run(words, input) {
  const done = spawnSync(program, words.map(String), { input });
  if (done.status !== 0) throw new Error(`souk_stripe_check: ${done.status} ${done.stderr}`);
  return done.stdout.toString();
}

export const sign = (body, secret, seconds) => run(['sign', secret, seconds], body);

export function verify(body, header, seconds, ...secrets) {
  const [check, facts] = run(['verify', header, seconds, ...secrets], body).split('\n');
  return { check, facts: facts ? JSON.parse(facts) : undefined };
}

// Our gateway, asked one line at a time.
export class Gateway {
  constructor(address, { secret = 'sk_test_fake', caFile } = {}) {
    this.process = spawn(program, ['ask', address, ...(caFile ? [caFile] : [])], {
      env: { ...process.env, SOUK_STRIPE_SECRET_KEY: secret },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }
  async ask(step, key, { amount = 1290, currency = 'USD', ...words } = {}) {
    const more = Object.entries(words).map(([name, value]) => ` ${name}=${value}`).join('');
    this.process.stdin.write(`${step} ${key} ${amount} ${currency}${more}\n`);
    const { value } = await this.lines.next();
    return JSON.parse(value);
  }
  stop() {
    this.process.stdin.end();
    return new Promise((resolve) => this.process.once('close', resolve));
  }
}
