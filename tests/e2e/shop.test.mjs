// The demo shop as its visitors use it, in a real browser: on a desk and on a phone, in two windows
// at once, with a good line and a bad one.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { Browser, NO_BROWSER } from './support/browser.mjs';
import { assertInvariants } from './support/invariants.mjs';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const DESK = { viewport: { width: 1280, height: 860 } };
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const LOOKS = Object.entries({ desk: DESK, phone: PHONE }).flatMap(([name, size]) =>
    ['light', 'dark'].map((colorScheme) => ({ name: `${name}-${colorScheme}`, ...size, colorScheme })));

describe('the demo shop', { skip: NO_BROWSER }, () => {
    let shop;
    let browser;
    let axe;
    before(async () => {
        shop = await Shop.open({ environment: {
            SOUK_PAYMENTS_SANDBOX_DECISION_MS: '2500', SOUK_PAYMENTS_SANDBOX_EVENT_MS: '50',
        } });
        browser = await Browser.open(shop.server);
        axe = readFileSync(AXE, 'utf8');
    });
    after(async () => {
        try {
            await browser?.close();
            await assertInvariants(shop.server);
        } finally {
            await shop?.close();
        }
    });

    afterEach(() => browser.closePages());

    async function open(place = '', options = DESK) {
        const { page, answer } = await browser.visit(`/${place}`, options);
        await page.locator('main:not([aria-busy]) :is(.card, .product, .empty, .columns)').first().waitFor();
        return { page, answer };
    }

    async function go(page, place) {
        await page.evaluate((hash) => { location.hash = hash; }, place);
        await page.locator('main:not([aria-busy]) h1').waitFor();
    }

    /** A product of the catalogue with a variant that nobody else touches. */
    async function take(units) {
        const [sku] = await shop.takeSkus(units);
        const { data } = await shop.must(200, 'GET', `/products/${sku.productId}`);
        const variant = data.variants.find(({ id }) => id === sku.variantId);
        return { ...sku, product: data, variant, place: `#/product/${data.slug}` };
    }

    const unitsOf = (page, sku) => page.locator(`[data-variant="${sku.variantId}"]`);

    async function choose(page, sku) {
        await page.getByRole('radio', { name: new RegExp(`^${sku.variant.name}`) }).check();
    }

    /** A page of its own visitor who has put something into the cart. */
    async function buyer(sku, quantity = 1) {
        const { page } = await open(sku.place);
        await choose(page, sku);
        await page.getByLabel(/^Quantity of/).fill(String(quantity));
        await page.getByRole('button', { name: 'Add to cart' }).click();
        await page.getByText('in your cart.').waitFor();
        return page;
    }

    const hasQuantity = (page, quantity) => until(async () =>
        await page.locator('.line input').inputValue().catch(() => '') === String(quantity), { what: `quantity ${quantity}` });

    const cartIdOf = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('souk.cart.USD')));

    async function order(page, { way = 'Card' } = {}) {
        await go(page, '#/checkout');
        await page.getByText('Standard Delivery').waitFor();
        await page.getByRole('radio', { name: new RegExp(`^${way}`) }).check();
        await page.getByRole('button', { name: 'Place the order' }).click();
        await page.locator('.order h1').waitFor();
    }

    async function pay(page, card) {
        await page.getByRole('radio', { name: new RegExp(`^${card}`) }).check();
        await page.getByRole('button', { name: /^Pay \$/ }).click();
    }

    const isConfirmed = (page) => page.locator('.pill', { hasText: 'Confirmed' }).waitFor();

    async function keepPicture(page, name) {
        const directory = process.env.SCREENSHOTS;
        if (!directory) return;
        mkdirSync(directory, { recursive: true });
        await page.screenshot({ path: path.join(directory, `${name}.png`) });
    }

    describe('is looked at', () => {
        it('and loads from the server alone, under a policy that allows no more', async () => {
            const { answer, page } = await open();
            assert.equal(answer.status(), 200);
            assert.match(answer.headers()['content-security-policy'], /default-src 'self'/);
            assert.equal(await page.locator('.card').count(), 12);
            assert.equal(await page.locator('.still-life').count(), 12);
            const again = await shop.raw('GET', '/', { headers: { 'If-None-Match': answer.headers().etag } });
            assert.equal(again.status, 304);
            assert.equal((await shop.raw('GET', '/shop/shop.css')).status, 404, 'scripts alone');
            browser.assertFaultless();
        });

        it('by category, by words, in order, page by page', async () => {
            const { page } = await open();
            await page.getByRole('link', { name: 'Serums' }).click();
            await page.getByRole('heading', { name: 'Serums', level: 1 }).waitFor();
            const names = await page.locator('.card h2').allInnerTexts();
            assert.ok(names.length > 0 && names.every((name) => /Serum/.test(name)), names.join());

            await page.getByLabel('Order').selectOption('Price, low to high');
            await page.waitForURL(/sort=price-asc/);
            await page.locator('main:not([aria-busy])').waitFor();
            const { data } = await shop.must(200, 'GET',
                '/products?category=serums&currency=USD&sortBy=price&sortOrder=asc&limit=12');
            await page.getByRole('link', { name: data[0].name }).waitFor();
            assert.deepEqual(await page.locator('.card h2').allInnerTexts(), data.map(({ name }) => name));

            await page.getByLabel('Search the shop').fill('retinol');
            await page.getByRole('heading', { name: /for “retinol”/ }).waitFor();
            assert.ok((await page.locator('.card h2').allInnerTexts()).every((name) => /Retinol/.test(name)));
            assert.equal(await page.evaluate(() => document.activeElement.id), 'words', 'who types goes on typing');
            await page.getByLabel('Search the shop').fill('nothing has this name');
            await page.getByRole('heading', { name: /^Nothing for/ }).waitFor();
            await page.getByRole('link', { name: 'All products' }).first().click();

            await page.getByRole('link', { name: 'Next' }).click();
            await page.getByText(/^Page 2 of/).waitFor();
            await page.getByRole('link', { name: 'Previous' }).click();
            await page.getByText(/^Page 1 of/).waitFor();
        });

        it('in dollars and in dinars, which have three digits after the point', async () => {
            const { page } = await open();
            assert.match(await page.locator('.price strong').first().innerText(), /^\$\d+\.\d\d$/);
            await page.getByText('JOD', { exact: true }).click();
            await page.locator('.price strong', { hasText: 'JOD' }).first().waitFor();
            assert.match(await page.locator('.price strong').first().innerText(), /^JOD\s\d+\.\d{3}$/);
            await page.reload();
            await page.locator('.price strong', { hasText: 'JOD' }).first().waitFor();
        });

        it('with money that is written from whole minor units', async () => {
            const { page } = await open();
            const written = await page.evaluate(async () => {
                const { money } = await import('/shop/money.js');
                return [[1350, 'USD'], [5, 'USD'], [2250, 'JOD'], [7, 'JOD'], [500, 'JPY'], [-389232, 'USD'],
                    [9007199254740991, 'USD']].map(([minor, currency]) => money(minor, currency).replace(/\s/g, ' '));
            });
            assert.deepEqual(written, ['$13.50', '$0.05', 'JOD 2.250', 'JOD 0.007', '¥500', '−$3,892.32',
                '$90,071,992,547,409.91']);
        });
    });

    describe('keeps a cart', () => {
        it('whose quantities and sums are the server’s, over a reload', async () => {
            const sku = await take(50);
            const page = await buyer(sku, 2);
            await go(page, '#/cart');
            const line = page.locator('.line');
            await line.getByRole('button', { name: /^One more of/ }).click();
            await page.locator('#count', { hasText: '3' }).waitFor();
            await hasQuantity(page, 3);
            const { data } = await shop.must(200, 'GET', `/cart/${await cartIdOf(page)}`);
            assert.equal(data.items[0].quantity, 3);
            assert.equal((await page.locator('.total dd').innerText()).replace(/[$.,]/g, ''), String(data.total));
            await page.reload();
            await hasQuantity(page, 3);
            assert.equal(await page.locator('#count').innerText(), '3');
            await line.getByRole('button', { name: /^Remove/ }).click();
            await page.getByRole('heading', { name: 'Your cart is empty' }).waitFor();
        });

        it('with a discount code, once it is a right one', async () => {
            const sku = await take(50);
            const page = await buyer(sku);
            await go(page, '#/cart');
            const apply = async (code) => {
                await page.getByLabel('Discount code').fill(code);
                await page.getByRole('button', { name: 'Apply' }).click();
            };
            await apply('NONSENSE');
            await page.getByRole('alert').getByText('The discount code is not valid.').waitFor();
            await apply('EXPIRED');
            await page.getByRole('alert').getByText('The discount code has expired.').waitFor();
            await apply('save20');
            await page.getByText('Discount SAVE20').waitFor();
            await page.getByRole('button', { name: 'Remove', exact: true }).click();
            await page.getByText('Discount SAVE20').waitFor({ state: 'detached' });
        });

        it('and says by line what there is not enough of', async () => {
            const sku = await take(3);
            const page = await buyer(sku, 3);
            await go(page, '#/cart');
            const line = page.locator('.line');
            await line.getByRole('button', { name: /^One more of/ }).click();
            await line.getByRole('alert').getByText('Only 3 available.').waitFor();
            await shop.setStock(sku, 1);
            await line.getByRole('alert').getByText('Only 1 left, and you want 3.').waitFor();
            await go(page, '#/checkout');
            await page.getByText('Standard Delivery').waitFor();
            await page.getByRole('button', { name: 'Place the order' }).click();
            await page.getByRole('alert').getByText(`${sku.product.name}, ${sku.variant.name}: only 1 available, and you want 3.`)
                .waitFor();
            await page.getByRole('link', { name: 'Change the cart' }).click();
            await page.getByRole('button', { name: 'Take 1' }).click();
            await hasQuantity(page, 1);
        });
    });

    describe('sells', () => {
        it('with a card that pays', async () => {
            const sku = await take(10);
            const page = await buyer(sku, 2);
            await order(page);
            assert.equal(await page.locator('#count').innerText(), '0');
            await pay(page, 'A card that pays');
            await isConfirmed(page);
            await page.getByText('is paid and the units are yours').waitFor();
            assert.equal((await shop.stockOf(sku)).onHand, 8);
        });

        it('with another card when the first is declined', async () => {
            const sku = await take(10);
            const page = await buyer(sku);
            await order(page);
            await pay(page, 'A card without money');
            await page.getByRole('alert').getByText('There is not enough money on the card.').waitFor();
            await page.locator('.pill', { hasText: 'Payment declined' }).waitFor();
            await page.reload();
            await page.getByRole('alert').getByText('There is not enough money on the card.').waitFor();
            await pay(page, 'A card that pays');
            await isConfirmed(page);
        });

        it('with a card whose bank asks the buyer first', async () => {
            const sku = await take(10);
            const page = await buyer(sku);
            await order(page);
            await pay(page, 'A card that asks who you are');
            await page.getByRole('heading', { name: 'Your bank asks: is it you?' }).waitFor();
            await page.getByRole('button', { name: 'Yes, confirm the payment' }).click();
            await isConfirmed(page);
        });

        it('with a bank that answers later: the page moves by itself', async () => {
            const sku = await take(10);
            const page = await buyer(sku);
            await order(page);
            await pay(page, 'A bank that takes its time');
            await page.getByRole('heading', { name: 'The bank is thinking' }).waitFor();
            await isConfirmed(page);
            assert.deepEqual(await page.locator('.history li > span:first-of-type').allInnerTexts(),
                ['Order placed, units held', 'Payment begun', 'Paid']);
        });

        it('for cash on delivery, by another way of delivery', async () => {
            const sku = await take(10);
            const page = await buyer(sku);
            await go(page, '#/checkout');
            await page.getByRole('radio', { name: /^Express Delivery/ }).check();
            await page.getByText('You see the new total on the order').waitFor();
            await page.getByRole('radio', { name: /^Cash on delivery/ }).check();
            await page.getByRole('button', { name: 'Place the order' }).click();
            await page.getByRole('button', { name: 'Confirm the order' }).click();
            await isConfirmed(page);
            await page.getByText('Express Delivery to Sara Haddad').waitFor();
        });

        it('or not: a cancelled order gives its units back', async () => {
            const sku = await take(10);
            const page = await buyer(sku, 4);
            await order(page);
            assert.equal((await shop.stockOf(sku)).available, 6);
            await page.getByRole('button', { name: 'Cancel the order' }).click();
            await page.getByRole('heading', { name: 'This order is cancelled' }).waitFor();
            assert.equal((await shop.stockOf(sku)).available, 10);
            await page.getByRole('link', { name: 'Your orders' }).click();
            await page.getByRole('link', { name: /^SOUK-/ }).click();
            await page.getByRole('heading', { name: 'This order is cancelled' }).waitFor();
        });

        it('once, when the answer is lost on its way', async () => {
            const sku = await take(10);
            const page = await buyer(sku);
            const keys = [];
            await page.route('**/api/v1/orders', async (route) => {
                keys.push(await route.request().headerValue('Idempotency-Key'));
                if (keys.length > 1) return route.continue();
                await route.fetch();
                return route.abort();
            });
            await order(page);
            assert.equal(keys.length, 2);
            assert.equal(keys[0], keys[1]);
            assert.ok(keys[0].length > 20);
            assert.equal((await shop.stockOf(sku)).available, 9);
        });

        it('to addresses it serves, and says which fields are wrong', async () => {
            const sku = await take(10);
            const page = await buyer(sku);
            await go(page, '#/checkout');
            await page.getByText('Same Day Delivery').waitFor();
            await page.getByLabel('City').fill('Aqaba');
            await page.getByLabel('Street').click();
            await page.getByText('Same Day Delivery').waitFor({ state: 'detached' });
            await page.getByLabel('Country').selectOption('FR');
            await page.getByRole('alert').getByText('address is not serviceable').waitFor();
            assert.ok(await page.getByRole('button', { name: 'Place the order' }).isDisabled());
            await page.getByLabel('Country').selectOption('JO');
            await page.getByText('Standard Delivery').waitFor();
            await page.getByLabel('E-mail').fill('nobody');
            await page.getByLabel('Street').fill('');
            await page.getByRole('button', { name: 'Place the order' }).click();
            await page.locator('#street-wrong:not(:empty)').waitFor();
            assert.equal(await page.locator('[aria-invalid]').count(), 2);
            assert.equal(await page.evaluate(() => document.activeElement.id), 'email');
        });
    });

    describe('is alive', () => {
        it('in two windows: what is bought in one moves the number in the other', async () => {
            const sku = await take(7);
            const { page: watcher } = await open(sku.place);
            assert.equal(await unitsOf(watcher, sku).innerText(), '7');
            const page = await buyer(sku, 2);
            await order(page);
            await until(async () => await unitsOf(watcher, sku).innerText() === '5', { what: 'the number moving' });
            assert.match(await unitsOf(watcher, sku).getAttribute('class'), /flash/);
            assert.equal(await watcher.locator('#announcer').innerText(), `${sku.variant.name}: 5 left`);
            await keepPicture(watcher, 'two-windows-moved');
            await page.getByRole('button', { name: 'Cancel the order' }).click();
            await until(async () => await unitsOf(watcher, sku).innerText() === '7', { what: 'the number moving back' });
        });

        it('in its list too, where what is sold out cannot be added', async () => {
            const sku = await take(20);
            for (const variant of sku.product.variants.filter(({ id }) => id !== sku.variantId)) {
                await shop.setStock({ ...sku, variantId: variant.id }, 0);
            }
            const { page } = await open(`#/?search=${encodeURIComponent(sku.product.name)}`);
            const card = page.locator('.card').filter({ has: page.locator(`[data-product="${sku.productId}"]`) });
            await card.getByText('20 in stock').waitFor();
            await shop.setStock(sku, 0);
            await card.getByText('Sold out').waitFor();
            assert.ok(await card.getByRole('button').isHidden());
            await card.getByRole('link').click();
            assert.ok(await page.getByRole('button', { name: 'Sold out' }).isDisabled());
            await shop.setStock(sku, 2);
            await page.getByText('Only 2 left').waitFor();
            await choose(page, sku);
            await page.getByRole('button', { name: 'Add to cart' }).waitFor();
        });

        it('over a socket: a snapshot, changes, and from the version it has after a loss', async () => {
            const sku = await take(30);
            const { page } = await browser.visit('/docs', DESK);
            const sockets = [];
            let asked = 0;
            await page.routeWebSocket(/\/ws$/, (socket) => {
                const one = { socket, heard: [], say: (message) => socket.send(JSON.stringify(message)) };
                sockets.push(one);
                socket.onMessage((text) => {
                    const message = JSON.parse(text);
                    one.heard.push(message);
                    if (message.type === 'subscribe') one.say({ type: 'subscribed', id: message.id, topics: message.topics });
                });
            });
            await page.route('**/api/v1/products/slug/**', (route) => {
                asked += 1;
                return route.continue();
            });
            const topic = `stock:${sku.variantId}`;
            await page.goto(`/${sku.place}`);
            const subscription = await until(() => sockets[0]?.heard.find(({ topics }) => topics?.includes(topic)));
            assert.deepEqual({ ...subscription, id: '' }, { type: 'subscribe', id: '', versions: {},
                topics: sku.product.variants.map(({ id }) => `stock:${id}`) });
            const data = (inventoryCount) => ({ inventoryCount, available: inventoryCount > 0 });
            const shows = (text) => page.locator(`[data-variant="${sku.variantId}"]`, { hasText: text }).waitFor();
            sockets[0].say({ type: 'snapshot', topic, version: 12, data: data(29) });
            await shows('29');
            sockets[0].say({ type: 'change', topic, from: 12, version: 15, data: data(25) });
            sockets[0].say({ type: 'change', topic, from: 11, version: 12, data: data(99) });
            await shows('25');
            assert.equal(await page.locator('#pulse-words').innerText(), 'Live');
            assert.equal(asked, 1, 'nobody asks while the socket tells');

            sockets[0].socket.close();
            const again = await until(() => sockets[1]?.heard.find(({ topics }) => topics?.includes(topic)));
            assert.deepEqual(again.versions, { [topic]: 15 });
            sockets[1].say({ type: 'change', topic, from: 15, version: 16, data: data(24) });
            await shows('24');

            const { id } = again;
            await go(page, '#/orders');
            await until(() => sockets[1].heard.some((message) => message.type === 'unsubscribe' && message.id === id));
        });

        it('after the server was away for a moment', async () => {
            const sku = await take(9);
            const { page } = await open(sku.place);
            await shop.server.stop();
            await page.locator('#pulse[data-state="offline"]').waitFor({ timeout: 20_000 });
            await shop.server.start();
            await shop.setStock(sku, 6);
            await page.locator(`[data-variant="${sku.variantId}"]`, { hasText: '6' }).waitFor({ timeout: 20_000 });
        });
    });

    describe('is for everyone', () => {
        for (const look of LOOKS) {
            it(`without a fault that axe-core finds, and without scrolling sideways: ${look.name}`, async () => {
                const sku = await take(4);
                const { page } = await open('', look);
                const check = async (name) => {
                    await page.locator('main:not([aria-busy])').waitFor();
                    await page.evaluate(() => Promise.all(document.getAnimations()
                        .filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity)
                        .map(({ finished }) => finished.catch(() => {}))));
                    await keepPicture(page, `${look.name}-${name}`);
                    const { violations } = await page.evaluate(() => window.axe.run());
                    const found = violations.map(({ id, impact, nodes }) =>
                        `${name}: ${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
                    assert.deepEqual(found, []);
                    const width = await page.evaluate(() => document.documentElement.scrollWidth);
                    assert.ok(width <= look.viewport.width, `${name} is ${width} wide`);
                };
                await page.evaluate(axe);
                await page.getByRole('link', { name: 'Serums' }).waitFor();
                await check('shop');
                await go(page, sku.place);
                await choose(page, sku);
                await check('product');
                await page.getByLabel(/^Quantity of/).fill('5');
                await page.getByRole('button', { name: 'Add to cart' }).click();
                await page.getByRole('alert').getByText('Only 4 available.').waitFor();
                await check('short');
                await page.getByLabel(/^Quantity of/).fill('2');
                await page.getByRole('button', { name: 'Add to cart' }).click();
                await page.getByText('in your cart.').waitFor();
                await check('added');
                await go(page, '#/cart');
                await page.locator('.line').waitFor();
                await check('cart');
                await go(page, '#/checkout');
                await page.locator('[form="checkout"]:enabled').waitFor();
                await check('checkout');
                await order(page);
                await check('order');
                await pay(page, 'A card without money');
                await page.getByRole('alert').waitFor();
                await check('declined');
                await pay(page, 'A card that asks who you are');
                await page.locator('.bank').waitFor();
                await check('bank');
                await page.getByRole('button', { name: 'Yes, confirm the payment' }).click();
                await isConfirmed(page);
                await check('paid');
                await go(page, '#/cart');
                await check('empty');
            });
        }

        it('with a keyboard alone', async () => {
            const sku = await take(5);
            const { page } = await open(sku.place);
            const press = async (key, isThere) => {
                for (let times = 0; times < 60; times += 1) {
                    await page.keyboard.press(key);
                    if (await page.evaluate(isThere)) return;
                }
                assert.fail(`${key} never led to ${isThere}`);
            };
            await press('Tab', () => document.activeElement.className === 'skip');
            await page.keyboard.press('Enter');
            await press('Tab', () => document.activeElement.name === 'variant');
            const index = sku.product.variants.findIndex(({ id }) => id === sku.variantId);
            for (let step = 0; step < 3; step += 1) {
                if (await page.locator(`input[value="${sku.variantId}"]`).isChecked()) break;
                await page.keyboard.press('ArrowDown');
            }
            assert.ok(await page.locator('input[name="variant"]').nth(index).isChecked());
            await press('Tab', () => document.activeElement.textContent === 'Add to cart');
            await page.keyboard.press('Enter');
            await page.getByText('in your cart.').waitFor();
            const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
            assert.equal(ring, 'solid', 'what has the focus is seen');
        });
    });

    it('can be switched off', async () => {
        await shop.server.stop();
        shop.server.environment.SOUK_SERVER_DEMO_SHOP = 'false';
        await shop.server.start();
        for (const address of ['/', '/shop.css', '/shop/main.js']) {
            const answer = await shop.server.isReady() && await fetch(`${browser.origin}${address}`);
            assert.equal(answer.status, 404, address);
        }
        const document = await (await fetch(`${browser.origin}/openapi.json`)).json();
        assert.equal(document.paths['/'], undefined);
    });
});
