// The demo shop's pages for people, in a real browser: a newcomer registers, follows the link in the
// mail, logs in, forgets the password and chooses another.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { Browser, NO_BROWSER } from './support/browser.mjs';
import { Mailbox, PASSWORD, People } from './support/people.mjs';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';

/** Where the link of a mail leads, on the server it was made by. */
function placeIn(mail) {
    const match = /https?:\/\/[^/\s]+\/(#\/[a-z-]+\/[A-Za-z0-9_-]{43})\s/.exec(mail.text);
    assert.ok(match, `no link in ${mail.text}`);
    return match[1];
}

describe('an account in the demo shop', { skip: NO_BROWSER }, () => {
    let shop;
    let browser;
    let mailbox;
    let people;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 5, environment: {
            ...mailbox.environment, SOUK_IDENTITY_HASH_COST: '10' } });
        people = new People(shop, mailbox);
        browser = await Browser.open(shop.server);
    });
    after(async () => {
        try {
            await browser?.close();
        } finally {
            await shop?.close();
            mailbox.close();
        }
    });
    afterEach(() => browser.closePages());

    const open = async (place) => (await browser.visit(`/${place}`)).page;
    const heading = (page, name) => page.getByRole('heading', { name }).waitFor();

    async function logIn(page, email, password = PASSWORD) {
        await page.getByLabel('E-mail').fill(email);
        await page.getByLabel('Password').fill(password);
        await page.getByRole('button', { name: 'Log in' }).click();
    }

    it('is made by a newcomer who follows the link in the mail', async () => {
        const page = await open('');
        await page.getByRole('link', { name: 'Your account' }).click();
        await page.getByRole('link', { name: /Register/ }).click();
        await page.getByLabel('First name').fill('Amal');
        await page.getByLabel('Last name').fill('Khalil');
        await page.getByLabel('E-mail').fill('newcomer@example.com');
        await page.getByLabel('Password').fill('short');
        await page.getByRole('button', { name: 'Register' }).click();
        await page.locator('#newPassword-wrong:not(:empty)').waitFor();
        assert.equal(await page.locator('#email-wrong').innerText(), '');
        await page.getByLabel('Password').fill(PASSWORD);
        await page.getByRole('button', { name: 'Register' }).click();
        await heading(page, 'Look into your mail');
        const place = placeIn(await mailbox.last('newcomer@example.com'));
        assert.match(place, /^#\/verify-email\//);
        await page.evaluate((hash) => { location.hash = hash; }, place);
        await heading(page, 'Your account is open');
        assert.equal(await page.evaluate(() => location.hash), '#/verify-email',
            'the token is not left in the address');
        await page.getByRole('link', { name: 'Log in' }).click();
        await logIn(page, 'newcomer@example.com');
        await heading(page, 'Hello, Amal');
        await page.reload();
        await heading(page, 'Hello, Amal');
        await page.getByRole('button', { name: 'Log out' }).click();
        await heading(page, 'Log in');
    });

    it('is opened by its link once', async () => {
        const email = people.newAddress();
        await people.register(email);
        const place = placeIn(await mailbox.last(email));
        await heading(await open(place), 'Your account is open');
        await heading(await open(place), 'This link is over');
        assert.equal((await people.logIn(email)).status, 200);
    });

    it('gets another password by mail', async () => {
        const email = await people.someone();
        const page = await open('#/log-in');
        await logIn(page, email, 'not the password');
        await page.getByRole('alert').waitFor();
        await page.getByRole('link', { name: /do not know your password/ }).click();
        await page.getByLabel('E-mail').fill(email);
        await page.getByRole('button', { name: 'Send the mail' }).click();
        await heading(page, 'Look into your mail');
        const place = placeIn(await mailbox.last(email, 2));
        assert.match(place, /^#\/reset-password\//);
        const there = await open(place);
        await there.getByLabel('Password').fill('another good password');
        await there.getByRole('button', { name: 'Keep this password' }).click();
        await heading(there, 'That is your password now');
        await there.getByRole('link', { name: 'Log in' }).click();
        await logIn(there, email, 'another good password');
        await heading(there, 'Hello, Amal');
        assert.equal((await people.logIn(email)).status, 401, 'the old one is over');
        const again = await open(place);
        await again.getByLabel('Password').fill('and yet another one');
        await again.getByRole('button', { name: 'Keep this password' }).click();
        await heading(again, 'This link is over');
    });

    it('goes on when its access token is over', async () => {
        const email = await people.someone();
        const page = await open('#/log-in');
        await logIn(page, email);
        await heading(page, 'Hello, Amal');
        // What a quarter of an hour does: the token at hand is refused, the refresh token is good.
        let refused = 0;
        await page.route('**/users/profile', async (route) => {
            if (refused > 0) return route.continue();
            refused += 1;
            return route.fulfill({ status: 401, json: { error: { code: 'AUTHENTICATION_ERROR' } } });
        });
        await page.evaluate(() => { location.hash = '#/orders'; });
        await heading(page, 'No orders yet');
        await page.evaluate(() => { location.hash = '#/account'; });
        await heading(page, 'Hello, Amal');
        assert.equal(refused, 1);
    });

    it('is not opened by a code that no log-in of a provider gave', async () => {
        const page = await open(`#/signed-in/${'x'.repeat(43)}`);
        await heading(page, 'That did not log you in');
        await until(async () => await page.evaluate(() => location.hash) === '#/signed-in',
            { what: 'an address without the code' });
    });
});
