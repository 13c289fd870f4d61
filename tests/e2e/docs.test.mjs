// The API's interactive page, as a reader's browser shows it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Browser, NO_BROWSER } from './support/browser.mjs';
import { Shop } from './support/shop.mjs';

describe('the page at /docs', { skip: NO_BROWSER }, () => {
    let shop;
    let browser;
    before(async () => {
        shop = await Shop.open();
        browser = await Browser.open(shop.server);
    });
    after(async () => {
        try {
            await browser?.close();
        } finally {
            await shop?.close();
        }
    });

    /** The page when it has read the description. */
    async function openDocs() {
        const visit = await browser.visit('/docs');
        await visit.page.locator('details').first().waitFor();
        return visit;
    }

    it('loads from the server alone, without an error, under a policy that allows no more', async () => {
        const { page, answer } = await openDocs();
        assert.equal(answer.status(), 200);
        assert.match(answer.headers()['content-security-policy'], /default-src 'self'/);
        assert.equal(await page.title(), shop.contract.document.info.title);
        const cursor = await page.evaluate(() => getComputedStyle(document.querySelector('summary')).cursor);
        assert.equal(cursor, 'pointer', 'the style sheet is applied');
        browser.assertFaultless();
    });

    it('is held to that policy: an inline script does not run, and another site is not asked', async () => {
        const { page } = await openDocs();
        const done = await page.evaluate(async () => {
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
            const asked = await fetch('http://127.0.0.2:9/').then(() => true, () => false);
            return { ran: window.ran ?? false, asked };
        });
        assert.deepEqual(done, { ran: false, asked: false });
        const faults = browser.takeFaults();
        assert.ok(faults.some((fault) => /inline script/.test(fault)), faults.join('\n'));
        assert.ok(faults.some((fault) => /127\.0\.0\.2.*Content Security Policy/.test(fault)), faults.join('\n'));
    });

    it('lists every operation of the description once', async () => {
        const { page } = await openDocs();
        const listed = await page.locator('details').evaluateAll((views) => views.map((view) => view.id));
        assert.deepEqual(listed.sort(), shop.contract.operations.map(({ id }) => id).sort());
    });

    it('finds operations by word', async () => {
        const { page } = await openDocs();
        await page.getByLabel('Filter').fill('post inventory/reserve');
        const found = page.locator('details:visible');
        await found.nth(1).waitFor({ state: 'detached' });
        assert.match(await found.locator('.path').innerText(), /\/inventory\/reserve$/);
    });

    it('sends an operation when asked to, and shows what was answered', async () => {
        const { page } = await openDocs();
        const { id } = shop.contract.find('GET', '/api/v1/products');
        const operation = page.locator(`#${id}`);
        await operation.locator('summary').click();
        await operation.getByLabel('limit').fill('3');
        await operation.getByRole('button', { name: 'Send' }).click();
        const shown = operation.getByRole('status');
        await shown.getByRole('heading', { name: /^200 / }).waitFor();
        const products = JSON.parse(await shown.getByLabel('Body').innerText());
        assert.equal(products.data.length, 3);
    });
});
