// A thousand wrong passwords for one account, from one address and from many: whoever it belongs to
// still logs in from elsewhere, and who guesses learns nothing.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Mailbox, PASSWORD, People } from './support/people.mjs';
import { Shop, tally } from './support/shop.mjs';

const from = (address) => ({ 'X-Forwarded-For': address });

describe('a thousand wrong passwords', () => {
    let shop;
    let mailbox;
    let people;
    let email;
    before(async () => {
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 5, environment: {
            ...mailbox.environment, SOUK_IDENTITY_HASH_COST: '10', SOUK_IDENTITY_HASH_QUEUE: '64',
            SOUK_IDENTITY_LOCKOUT_BASE_S: '900', SOUK_SERVER_TRUSTED_PROXIES: '127.0.0.1' } });
        people = new People(shop, mailbox);
        email = await people.someone();
    });
    after(async () => {
        await shop?.close();
        mailbox.close();
    });

    /** So many wrong passwords, a few under way at a time; `addressOf` says from where each comes. */
    async function guess(count, addressOf) {
        const answers = [];
        let next = 0;
        const guesser = async () => {
            while (next < count) {
                const number = next++;
                answers.push(await people.logIn(email, `wrong password ${number}`, from(addressOf(number))));
            }
        };
        await Promise.all(Array.from({ length: 8 }, guesser));
        return tally(answers);
    }

    it('from one address do not lock out the right person elsewhere', async () => {
        const answers = await guess(900, () => '192.0.2.66');
        assert.equal(answers[200], undefined);
        assert.equal(answers[401], 6, 'five are free, and who fails once more waits');
        assert.equal(answers[429], 894);
        const here = await people.logIn(email, PASSWORD, from('192.0.2.66'));
        assert.equal(here.status, 429, 'not even the right one from there');
        assert.ok(Number(here.headers['retry-after']) > 0);
        assert.equal((await people.logIn(email, PASSWORD, from('198.51.100.7'))).status, 200);
    });

    it('from many addresses do not either', async () => {
        const answers = await guess(100, (number) => `203.0.113.${number % 25}`);
        assert.equal(answers[200], undefined);
        assert.equal(answers[429], undefined, 'four from each are nobody\'s storm yet');
        assert.equal(answers[401] + (answers[503] ?? 0), 100);
        assert.equal((await people.logIn(email, PASSWORD, from('198.51.100.8'))).status, 200);
    });

    it('are told in the audit a few times, not a thousand', async () => {
        const told = await shop.server.sql("SELECT count(*) AS rows FROM audit JOIN audit_personal p USING (sequence) WHERE action = 'auth.login_failed' AND p.address = '192.0.2.66'");
        assert.ok(Number(told[0].rows) >= 1 && Number(told[0].rows) <= 20, `${told[0].rows} rows`);
    });
});
