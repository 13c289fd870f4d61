// soukctl against a real server: tables, JSON, actions, exit codes.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';

const SOUKD = process.env.SOUKD ?? fileURLToPath(new URL('../../build/dev/app/soukd', import.meta.url));
const SOUKCTL = path.join(path.dirname(path.resolve(SOUKD)), 'ctl/soukctl');

describe('soukctl', () => {
    let shop;
    let sku;
    before(async () => {
        shop = await Shop.open();
        [sku] = await shop.takeSkus(100);
        await shop.reserve([[sku, 3]]);
    });
    after(() => shop?.close());

    function ctl(args, { key = 'console-admin', environment = {} } = {}) {
        const env = { PATH: process.env.PATH, SOUK_URL: `http://127.0.0.1:${shop.server.port}`,
            ...(key ? { SOUK_KEY: shop.server.keys[key] } : {}), ...environment };
        return new Promise((resolve) => {
            execFile(SOUKCTL, args, { env, timeout: 20_000 }, (error, stdout, stderr) =>
                resolve({ code: error?.code ?? 0, stdout, stderr }));
        });
    }
    const name = () => `${sku.variantId}:${sku.sellerId}`;

    it('prints tables for people and the answer itself for scripts', async () => {
        const table = await ctl(['actors', '--kind', 'stock']);
        assert.equal(table.code, 0, table.stderr);
        assert.match(table.stdout, /^KIND +ID +MAILBOX/);
        assert.ok(table.stdout.includes(name()));
        const json = await ctl(['actors', '--json', '--limit=5']);
        assert.ok(JSON.parse(json.stdout).data.actors.length > 0);
        for (const command of ['top', 'reservations', 'payments', 'mails', 'invariants', 'audit']) {
            const { code, stdout, stderr } = await ctl([command]);
            assert.deepEqual([command, code, stderr], [command, 0, '']);
            assert.ok(stdout.length > 0);
        }
        const tail = await ctl(['tail', '--once']);
        assert.match(tail.stdout, /req\/s/);
        const actor = await ctl(['actor', name()]);
        assert.match(actor.stdout, /onHand +100 +100 +yes/);
        assert.match(actor.stdout, /message was timed|of the time of its last/);
    });

    it('acts with a reason, and shows it in the audit', async () => {
        const preview = await ctl(['passivate', name(), '--reason', 'a look', '--dry-run']);
        assert.match(preview.stdout, /touched +1/);
        const done = await ctl(['passivate', name(), '--reason', 'the sale is over']);
        assert.match(done.stdout, /audit +audit_/);
        assert.match((await ctl(['audit'])).stdout, /Console admin +actors\.passivate .*the sale is over/);
        const held = /^(res_\S+)/m.exec((await ctl(['reservations'])).stdout)[1];
        assert.equal((await ctl(['extend', held, '--minutes', '5', '--reason', 'they called'])).code, 0);
        assert.equal((await ctl(['release', held, '--reason', 'they left'])).code, 0);
        assert.equal((await shop.stockOf(sku)).reserved, 0);
        for (const command of [['pause', 'stock'], ['resume', 'stock'], ['drain'], ['resume']]) {
            const ended = await ctl([...command, '--reason', 'a test']);
            assert.equal(ended.code, 0, `${command}: ${ended.stderr}`);
        }
    });

    it('gives money back, and once for the same idempotency key', async () => {
        const [one] = await shop.takeSkus(10);
        const cart = await shop.cartWith([one, 1]);
        const order = (await shop.order(cart, { paymentMethod: 'sandbox' })).data;
        await shop.must(200, 'POST', `/orders/${order.id}/payment`,
            { paymentMethod: 'sandbox', paymentMethodId: 'pm_card_visa' }, { 'X-Cart-Id': cart });
        const refund = ['refund', order.id, '--amount', '100', '--reason', 'it was late'];
        for (let i = 0; i < 2; i += 1) {
            const ended = await ctl([...refund, '--idempotency-key', 'the-same']);
            assert.match(ended.stdout, /action +orders\.refund/, ended.stderr);
        }
        assert.equal((await ctl(refund)).code, 0);
        const refunds = await shop.must(200, 'GET', `/orders/${order.id}/refunds`, undefined, shop.operator);
        assert.deepEqual(refunds.data.map(({ amount }) => amount), [100, 100]);
        assert.equal((await ctl(['refund', order.id, '--amount', 'all', '--reason', 'a test'])).code, 2);
        assert.match((await ctl(['--help'])).stdout, /Idempotency-Key/);
    });

    it('says clearly what is wrong, with an exit code of its own', async () => {
        const cases = [
            [2, ['dance'], {}, /no command dance/], [2, ['passivate', name()], {}, /--reason/],
            [2, ['passivate', name(), '--reason', 'x'], {}, /reason/], [2, ['actors', '--sort', 'size'], {}, /sort/],
            [3, ['top'], { key: null }, /SOUK_KEY/], [3, ['drain', '--reason', 'a test'], { key: 'console-viewer' }, /scope/],
            [3, ['top'], { key: null, environment: { SOUK_KEY: 'wrong' } }, /credentials/],
            [4, ['trace', 'never-was'], {}, /nothing is known/],
            [5, ['top'], { environment: { SOUK_URL: 'http://127.0.0.1:1' } }, /does not answer/],
        ];
        for (const [code, args, options, text] of cases) {
            const ended = await ctl(args, options);
            assert.deepEqual([args.join(' '), ended.code], [args.join(' '), code]);
            assert.match(ended.stderr, text);
            assert.equal(ended.stdout, '');
        }
    });

    it('names the step it means, and ends with 1 when a drain goes on', async () => {
        const asked = [];
        const server = http.createServer((request, response) => {
            let body = '';
            request.on('data', (part) => { body += part; });
            request.on('end', () => {
                asked.push([request.url, JSON.parse(body).attemptKey]);
                response.setHeader('Content-Type', 'application/json');
                response.end(JSON.stringify({ data: { action: 'an action', target: 'a target', dryRun: false, touched: 1,
                    unfinished: request.url.endsWith('/drain'), auditId: null, before: [], after: [] } }));
            });
        });
        await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
        const environment = { SOUK_URL: `http://127.0.0.1:${server.address().port}` };
        const done = await ctl(['retry', 'pay_1', '--step', 'order_1:3:refund', '--reason', 'a test'], { environment });
        assert.deepEqual([done.code, done.stderr], [0, '']);
        assert.deepEqual(asked, [['/api/v1/admin/payments/pay_1/retry', 'order_1:3:refund']]);
        for (const more of [[], ['--json']]) {
            const drained = await ctl(['drain', '--reason', 'a test', ...more], { environment });
            assert.equal(drained.code, 1);
            assert.match(drained.stderr, /goes on/);
            assert.match(drained.stdout, /unfinished/);
        }
        server.close();
    });

    it('ends with 1 when an invariant is broken', async () => {
        await shop.server.psql(`UPDATE stock SET on_hand = on_hand + 1 WHERE variant_id = '${sku.variant}'`);
        let ended;
        await until(async () => {
            ended = await ctl(['invariants']); // what was found is kept for two seconds
            return ended.code !== 0;
        }, { what: 'the check' });
        await shop.server.psql(`UPDATE stock SET on_hand = on_hand - 1 WHERE variant_id = '${sku.variant}'`);
        assert.equal(ended.code, 1);
        assert.match(ended.stdout, new RegExp(`movements of a stock.*${sku.variantId}`));
    });

    it('reads its key from a file, and completes in bash', async () => {
        const file = path.join(shop.server.directory, 'key');
        writeFileSync(file, `${shop.server.keys['console-viewer']}\n`);
        assert.equal((await ctl(['audit', '--key-file', file], { key: null })).code, 0);
        const { stdout } = await ctl(['completion', 'bash'], { key: null });
        const script = `${stdout}\nCOMP_WORDS=(soukctl qua) COMP_CWORD=1; _soukctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
        assert.equal(spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout, 'quarantine\n');
        assert.match((await ctl(['completion', 'zsh'], { key: null })).stdout, /^#compdef soukctl/);
    });
});
