// The console's page in a real browser. SCREENSHOTS names a directory for pictures of it.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Browser, NO_BROWSER } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';

describe('the page at /admin/console', { skip: NO_BROWSER }, () => {
    let shop;
    let browser;
    let sku;
    let busy; // buyers who reserve all the time, until `stop`
    before(async () => {
        shop = await Shop.open();
        [sku] = await shop.takeSkus(1_000_000);
        browser = await Browser.open(shop.server);
        busy = buyers();
    });
    after(async () => {
        try {
            await busy?.stop();
            await browser?.close();
        } finally {
            await shop?.close();
        }
    });

    function buyers() {
        let going = true;
        const buy = async () => {
            while (going) {
                await shop.send('POST', '/inventory/reserve',
                    { items: [{ variantId: sku.variantId, quantity: 1 }] }, shop.operator);
            }
        };
        const all = Promise.all(Array.from({ length: 4 }, buy));
        return {
            stop() {
                going = false;
                return all;
            },
        };
    }

    const picture = async (page, name) => {
        if (!process.env.SCREENSHOTS) return;
        mkdirSync(process.env.SCREENSHOTS, { recursive: true });
        await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true });
    };

    async function openConsole(role = 'console-operator', options = {}) {
        const visit = await browser.visit('/admin/console', { viewport: { width: 1360, height: 900 }, ...options });
        await visit.page.getByLabel('API key').fill(shop.server.keys[role]);
        await visit.page.getByRole('button', { name: 'Open the console' }).click();
        await visit.page.getByRole('navigation', { name: 'Pages' }).waitFor();
        return visit.page;
    }
    const goTo = (page, name) => page.getByRole('navigation').getByRole('link', { name }).click();

    it('asks for a key, and takes none that is wrong', async () => {
        const { page, answer } = await browser.visit('/admin/console');
        assert.equal(answer.status(), 200);
        assert.match(answer.headers()['content-security-policy'], /default-src 'self'/);
        await page.getByLabel('API key').fill('souk_nonsense');
        await page.keyboard.press('Enter');
        await page.getByRole('alert').filter({ hasText: 'credentials' }).waitFor();
        browser.assertFaultless();
    });

    it('shows the server with live plots, in dark and in light', { timeout: 60_000 }, async () => {
        for (const colorScheme of ['light', 'dark']) {
            const page = await openConsole('console-viewer', { colorScheme });
            const plot = page.getByRole('img', { name: /^Per second: requests [1-9]/ });
            await plot.waitFor();
            assert.equal(await page.locator('canvas').count(), 4);
            await page.getByRole('cell', { name: 'stock', exact: true }).waitFor();
            const said = await plot.getAttribute('aria-label');
            await page.waitForFunction((before) => document.querySelector('canvas').getAttribute('aria-label') !== before,
                said); // it moves
            await picture(page, `overview-${colorScheme}`);
            await page.context().close();
        }
        browser.assertFaultless();
    });

    it('finds the hot SKU, shows its mail and its memory beside its row', { timeout: 60_000 }, async () => {
        const page = await openConsole();
        await goTo(page, 'Actors');
        await page.locator('#sort').selectOption('rate');
        const hottest = page.locator('tbody tr').first();
        await hottest.filter({ hasText: sku.variantId.slice(0, 10) }).waitFor();
        await picture(page, 'actors');
        await page.locator('#search').fill(sku.variantId);
        await page.locator('tbody tr').first().getByRole('link').click();
        await page.getByRole('heading', { name: /stock var_/ }).waitFor();
        await page.getByText('Mailbox', { exact: true }).first().waitFor();
        await page.getByRole('cell', { name: 'reserve', exact: true }).first().waitFor();
        await page.getByRole('cell', { name: 'onHand' }).waitFor();
        await page.getByRole('heading', { name: 'Why is it slow?' }).waitFor();
        await page.getByText(/^\d+ % of the time of its last \d+ messages went by/).waitFor();
        await picture(page, 'actor');
        await page.getByRole('cell', { name: /^req_/ }).first().getByRole('link').click();
        await page.getByRole('heading', { name: 'Why is this slow?' }).waitFor();
        await page.getByText('/inventory/reserve').waitFor();
        await picture(page, 'trace');
        browser.assertFaultless();
    });

    it('passivates it with a reason, and the audit has the row', { timeout: 60_000 }, async () => {
        await busy.stop();
        const page = await openConsole();
        await page.goto(`/admin/console#/actors/stock/${sku.variantId}:${sku.sellerId}`);
        await page.getByRole('button', { name: 'Passivate' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('It touches').waitFor();
        await dialog.getByRole('button', { name: 'Passivate' }).click();
        assert.ok(await dialog.isVisible(), 'not without a reason');
        await dialog.getByLabel('Reason').fill('the sale is over');
        await picture(page, 'action');
        await dialog.getByRole('button', { name: 'Passivate' }).click();
        await dialog.waitFor({ state: 'hidden' });
        await page.getByText('not in memory').first().waitFor();
        await goTo(page, 'Audit');
        const row = page.locator('tbody tr').first();
        await row.filter({ hasText: 'the sale is over' }).waitFor();
        assert.match(await row.innerText(), /Console operator.*actors\.passivate/s);
        await picture(page, 'audit');
        const [stored] = await shop.server.sql('SELECT action, reason, target FROM audit JOIN audit_personal USING (sequence) ORDER BY sequence DESC LIMIT 1');
        assert.deepEqual(stored, { action: 'actors.passivate', reason: 'the sale is over',
            target: `stock ${sku.variantId}:${sku.sellerId}` });
        browser.assertFaultless();
    });

    it('shows what supervisors wait for, and that everything holds', { timeout: 60_000 }, async () => {
        const page = await openConsole();
        await goTo(page, 'Supervisors');
        await page.getByRole('button', { name: 'Release now' }).first().waitFor();
        await picture(page, 'supervisors');
        await goTo(page, 'Invariants');
        await page.getByText('holds').first().waitFor();
        assert.equal(await page.getByText('broken').count(), 0);
        await picture(page, 'invariants');
        browser.assertFaultless();
    });

    it('gives money of an order back', { timeout: 60_000 }, async () => {
        const [one] = await shop.takeSkus(10);
        const cart = await shop.cartWith([one, 1]);
        const order = (await shop.order(cart, { paymentMethod: 'sandbox' })).data;
        await shop.must(200, 'POST', `/orders/${order.id}/payment`,
            { paymentMethod: 'sandbox', paymentMethodId: 'pm_card_visa' }, { 'X-Cart-Id': cart });
        const page = await openConsole();
        await page.goto(`/admin/console#/actors/order/${order.id}`);
        await page.getByRole('button', { name: 'Refund' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('refundable').first().waitFor();
        await dialog.getByLabel(/^Amount/).fill('150');
        await dialog.getByLabel('Reason').fill('it came late');
        await picture(page, 'refund');
        await dialog.getByRole('button', { name: 'Refund' }).click();
        await dialog.waitFor({ state: 'hidden' });
        const refunds = await shop.must(200, 'GET', `/orders/${order.id}/refunds`, undefined, shop.operator);
        assert.deepEqual(refunds.data.map(({ amount, reason }) => [amount, reason]), [[150, 'it came late']]);
        browser.assertFaultless();
    });

    it('goes by keyboard alone, and forgets the key when it is told to', async () => {
        const page = await openConsole();
        await page.getByRole('link', { name: 'Audit' }).focus();
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Audit' }).waitFor();
        await page.getByRole('button', { name: 'Forget key' }).focus();
        await page.keyboard.press('Enter');
        await page.getByLabel('API key').waitFor();
        assert.equal(await page.evaluate(() => sessionStorage.length), 0);
        browser.assertFaultless();
    });

    it('skips to the content without leaving the page, and opens whatever the address says', async () => {
        const page = await openConsole();
        await goTo(page, 'Audit');
        await page.getByRole('heading', { name: 'Audit' }).waitFor();
        await page.getByRole('link', { name: 'Skip to the content' }).focus();
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
        assert.equal(await page.evaluate(() => location.hash), '#/audit');
        await page.evaluate(() => { location.hash = '#/trace/50%'; });
        await page.getByLabel('Request id').waitFor();
        assert.equal(await page.getByLabel('Request id').inputValue(), '50%');
        browser.assertFaultless();
    });

    it('takes no blanks for a reason', async () => {
        const page = await openConsole();
        await page.goto(`/admin/console#/actors/stock/${sku.variantId}:${sku.sellerId}`);
        await page.getByRole('button', { name: 'Quarantine' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('It touches').waitFor();
        await dialog.getByLabel('Reason').fill('      ');
        await dialog.getByRole('button', { name: 'Quarantine' }).click();
        await dialog.getByText(/^reason /).waitFor();
        assert.deepEqual(await shop.server.sql("SELECT sequence FROM audit_personal WHERE reason = 'a preview'"), []);
        await page.keyboard.press('Escape');
        browser.assertFaultless();
    });

    it('acts on the payment step whose button was pressed', async () => {
        const page = await openConsole();
        const line = (number) => ({ paymentId: 'pay_1', orderId: 'order_1', orderNumber: 'SOUK-1', tries: 8,
            attemptKey: `order_1:${number}:refund`, step: 'refund', stuck: true, givenUp: false,
            dueAt: new Date().toISOString(), reason: `reason ${number}` });
        const answer = (data) => ({ status: 200, contentType: 'application/json', body: JSON.stringify({ data }) });
        await page.route('**/api/v1/admin/supervisors', (route) => route.fulfill(answer({ reservationsDueSoon: 0,
            reservationsExpired: 0, reservations: [], paymentsTakenUp: 0, payments: [line(3), line(4)],
            outboxSequence: 1, relays: [], erasuresWaiting: 0, erasures: [], mailsWaiting: 0, mailsRetrying: 0, mailsDead: 0, deadMails: [],
            history: [] })));
        const asked = [];
        await page.route('**/api/v1/admin/payments/**', (route) => {
            asked.push([new URL(route.request().url()).pathname, route.request().postDataJSON().attemptKey]);
            return route.fulfill(answer({ touched: 1, target: 'payment pay_1', before: [], after: [], unfinished: false }));
        });
        await goTo(page, 'Supervisors');
        const second = page.locator('tr').filter({ hasText: 'reason 4' });
        for (const [name, verb] of [['Retry now', 'retry'], ['Give up', 'give-up']]) {
            asked.length = 0;
            await second.getByRole('button', { name }).click();
            const dialog = page.getByRole('dialog');
            await dialog.getByText('It touches').waitFor();
            await dialog.getByLabel('Reason').fill('they called');
            await dialog.getByRole('button', { name }).click();
            await dialog.waitFor({ state: 'hidden' });
            const expected = [`/api/v1/admin/payments/pay_1/${verb}`, 'order_1:4:refund'];
            assert.deepEqual(asked, [expected, expected], 'the preview and the deed');
        }
        browser.assertFaultless();
    });

    it('shows relays, what was done and mails that were given up, and retries or drops these',
        { timeout: 60_000 }, async () => {
            const page = await openConsole();
            const mail = 'mail_01kf0hj080e018000000000001';
            const at = new Date().toISOString();
            const answer = (data) => ({ status: 200, contentType: 'application/json', body: JSON.stringify({ data }) });
            await page.route('**/api/v1/admin/supervisors', (route) => route.fulfill(answer({ reservationsDueSoon: 0,
                reservationsExpired: 0, reservations: [], paymentsTakenUp: 0, payments: [], outboxSequence: 12, erasuresWaiting: 1,
                erasures: [{ userId: 'user_01kf0hj080e018000000000001', step: 'orders', requestedAt: at, dueAt: at, tries: 2,
                    reason: 'the order is still under way' }],
                relays: [{ name: 'mails', cursor: 9, head: 12, behind: 3, behindSeconds: 70, passedOn: 4,
                    lastError: 'the disk is full', lastErrorAt: at }],
                mailsWaiting: 1, mailsRetrying: 1, mailsDead: 1, deadMails: [{ id: mail, kind: 'order_confirmed',
                    recipient: 'a…@example.com', about: null, tries: 1, createdAt: at, diedAt: at, reason: '550 unknown' }],
                history: [{ at, supervisor: 'mails', what: 'gave up', subject: mail, detail: 'order_confirmed' }] })));
            const asked = [];
            await page.route('**/api/v1/admin/mails/**', (route) => {
                asked.push(new URL(route.request().url()).pathname);
                return route.fulfill(answer({ touched: 1, target: `mail ${mail}`, before: [], after: [], unfinished: false }));
            });
            await goTo(page, 'Supervisors');
            await page.getByRole('cell', { name: 'the disk is full' }).waitFor();
            await page.getByRole('cell', { name: '70 s' }).waitFor();
            await page.getByRole('cell', { name: 'gave up' }).waitFor();
            const line = page.locator('tr').filter({ hasText: '550 unknown' });
            for (const [name, verb] of [['Retry', 'retry'], ['Drop', 'drop']]) {
                await line.getByRole('button', { name }).click();
                const dialog = page.getByRole('dialog');
                await dialog.getByText('It touches').waitFor();
                await dialog.getByLabel('Reason').fill('they called');
                await dialog.getByRole('button', { name }).click();
                await dialog.waitFor({ state: 'hidden' });
                const path = `/api/v1/admin/mails/${mail}/${verb}`;
                assert.deepEqual(asked.splice(0), [path, path], 'the preview and the deed');
            }
            browser.assertFaultless();
        });

    it('shows in the audit what is done while it is open', { timeout: 60_000 }, async () => {
        const page = await openConsole();
        await goTo(page, 'Audit');
        await page.getByRole('cell', { name: 'the sale is over' }).first().waitFor();
        await shop.must(200, 'POST', '/admin/kinds/discount/pause', { reason: 'while you look' },
            { Authorization: `Bearer ${shop.server.keys['console-admin']}` });
        await page.getByRole('cell', { name: 'while you look' }).waitFor();
        await shop.must(200, 'POST', '/admin/kinds/discount/resume', { reason: 'enough of that' },
            { Authorization: `Bearer ${shop.server.keys['console-admin']}` });
        browser.assertFaultless();
    });

    it('shows what was searched for last, whichever answer comes last', async () => {
        const page = await openConsole();
        await goTo(page, 'Actors');
        const held = [];
        const actor = (id) => ({ kind: 'discount', id, live: true, quarantined: false, mailbox: 0, messages: 1,
            messagesPerMinute: 0, handlingUs: null, slowestUs: null, restarts: 0, lastError: null });
        await page.route('**/api/v1/admin/actors?*', (route) => {
            const id = new URL(route.request().url()).searchParams.get('id');
            const answer = () => route.fulfill({ status: 200, contentType: 'application/json',
                body: JSON.stringify({ data: { kinds: [], actors: [actor(`found-${id}`)] } }) });
            return id === 'early' && held.length === 0 ? held.push(answer) : answer();
        });
        await page.locator('#search').fill('early');
        while (held.length === 0) await page.waitForRequest('**/api/v1/admin/actors?*');
        await page.locator('#search').fill('late');
        await page.getByText('found-late').waitFor();
        const late = page.waitForResponse((response) => response.url().includes('id=early'));
        await held[0]();
        await late;
        await page.evaluate(() => new Promise((drawn) => { requestAnimationFrame(() => requestAnimationFrame(drawn)); }));
        assert.equal(await page.getByText('found-early').count(), 0);
        browser.assertFaultless();
    });

    it('tells a viewer what may not be done', async () => {
        const page = await openConsole('console-viewer');
        await page.goto(`/admin/console#/actors/stock/${sku.variantId}:${sku.sellerId}`);
        await page.getByRole('button', { name: 'Quarantine' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('lacks the scope').waitFor();
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'hidden' });
        browser.assertFaultless();
    });
});
