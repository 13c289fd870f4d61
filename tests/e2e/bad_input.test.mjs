// Every body field and every query parameter of every operation in the API document, spoiled in
// every way its schema forbids: the right status in the right envelope, and nothing changed.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertInvariants } from './support/invariants.mjs';
import { keyOf, oneOfEach } from './support/one_of_each.mjs';
import { bearer, Mailbox, People } from './support/people.mjs';
import { until } from './support/server.mjs';
import { Shop } from './support/shop.mjs';
import { spoiledBodies, wrongQueryValues } from './support/spoil.mjs';

describe('bad input', () => {
    let shop;
    let rightBodies;
    let values;
    let pathOf;
    let mailbox;
    let person;
    before(async () => {
        // What the sandbox tells of its own accord would change tables that nothing may change here.
        mailbox = new Mailbox();
        shop = await Shop.open({ products: 20,
            environment: { SOUK_PAYMENTS_SANDBOX_EVENT_MS: '600000', ...mailbox.environment } });
        person = await new People(shop, mailbox).someoneLoggedIn();
        ({ rightBodies, values, pathOf } = await oneOfEach(shop, person));
        // Mails about what was bought are made and sent after it: then their tables rest, too.
        await until(async () => {
            const [{ waiting, behind }] = await shop.server.sql(`SELECT
                (SELECT count(*) FROM mail_jobs WHERE done_at IS NULL) AS waiting,
                (SELECT l.outbox - r.cursor FROM lanes l, relays r WHERE l.id = 0) AS behind`);
            return Number(waiting) === 0 && Number(behind) === 0;
        }, { what: 'the last mail' });
    });
    after(async () => {
        await shop?.close();
        mailbox.close();
    });

    /** Whoever may call anything: what is refused here is refused for its input. */
    const headersFor = (path, more = {}) => ({
        ...(/\/(auth|users\/(profile|addresses|orders|me))\b|\/cart\/items|\/v1\/(cart|orders)(\?|$)/.test(path) ? bearer(person.accessToken) : shop.operator),
        ...(path.includes('/orders/') ? { 'X-Cart-Id': values.ownCart } : {}), ...more,
    });

    /** One hash per table: no row may have come, gone or changed. */
    async function fingerprints() {
        const tables = await shop.server.sql(`SELECT table_name AS name FROM information_schema.tables
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
            AND table_name NOT IN ('api_keys', 'audit_unsealed', 'audit_seals', 'audit_chain')`); // moved on by the clock
        const union = tables.map(({ name }) => `SELECT '${name}' AS name, count(*) AS rows,
            md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS hash FROM "${name}" t`).join(' UNION ALL ');
        return Object.fromEntries((await shop.server.sql(union)).map(({ name, ...rest }) => [name, rest]));
    }

    function problemWith(answer, field) {
        if (![400, 422].includes(answer.status)) return `gave ${answer.status}`;
        const { error } = answer;
        if (!error) return `gave no envelope: ${answer.bytes.subarray(0, 80)}`;
        if (!error.code || !error.message || !error.requestId || !Array.isArray(error.details)) {
            return `gave an incomplete envelope: ${answer.bytes.subarray(0, 120)}`;
        }
        const named = error.details.map((detail) => detail.field);
        if (field && !named.includes(field)) return `does not name ${field} but [${named}]`;
        return undefined;
    }

    // A webhook's body is refused by its signature before it is read: payments.test.mjs has that.
    const bodies = () => shop.contract.operations.filter((operation) =>
        operation.described.requestBody && keyOf(operation) !== 'POST /webhooks/stripe');

    it('has a right example for every operation that takes a body', () => {
        const missing = bodies().map(keyOf).filter((key) => !rightBodies[key]);
        assert.deepEqual(missing, []);
    });

    it('in a body is refused, names its field and changes nothing', { timeout: 240_000 }, async () => {
        const wrong = [];
        let tried = 0;
        for (const operation of bodies()) {
            const key = keyOf(operation);
            const path = pathOf(operation);
            const schema = shop.contract.resolve(
                operation.described.requestBody.content['application/json'].schema);
            const untouched = await fingerprints();
            for (const { what, at, field, text } of spoiledBodies(
                schema, rightBodies[key], (node) => shop.contract.resolve(node))) {
                if (text === '' && !operation.described.requestBody.required) continue;
                const answer = await shop.raw(operation.method.toUpperCase(), path,
                    { headers: headersFor(path, { 'Content-Type': 'application/json' }), body: text });
                const problem = problemWith(answer, field);
                if (problem) wrong.push(`${key}: ${at || 'the body'} ${what} ${problem}`);
                tried += 1;
            }
            const now = await fingerprints();
            for (const [table, print] of Object.entries(untouched)) {
                if (now[table].hash !== print.hash) wrong.push(`${key}: changed the table ${table}`);
            }
        }
        assert.deepEqual(wrong, [], `${wrong.length} of ${tried} were not refused as they should be`);
        assert.ok(tried > 500, `only ${tried} were tried`);
    });

    it('in a query is refused and names its parameter', { timeout: 120_000 }, async () => {
        const wrong = [];
        const untouched = await fingerprints();
        for (const operation of shop.contract.operations) {
            const path = pathOf(operation);
            const known = operation.parameters.filter((parameter) => parameter.in === 'query');
            // Providers add parameters of their own to the address that they send browsers back to.
            if (known.length === 0 || operation.id === 'endProviderLogIn') continue;
            const cases = [['surelyUnknown', 'unknown', '1']];
            for (const parameter of known) {
                const schema = shop.contract.resolve(parameter.schema);
                for (const [what, value] of wrongQueryValues(schema)) cases.push([parameter.name, what, value]);
                cases.push([parameter.name, 'given twice', `1&${parameter.name}=1`]);
            }
            for (const [name, what, value] of cases) {
                const answer = await shop.raw(operation.method.toUpperCase(), `${path}?${name}=${value}`,
                    { headers: headersFor(path) });
                // What breaks the query's own syntax is found before its parameters are.
                const field = ['bad UTF-8', 'a broken escape', 'a NUL'].includes(what) ? '' : name;
                const problem = problemWith(answer, field);
                if (problem) wrong.push(`${keyOf(operation)}?${name}= ${what} ${problem}`);
            }
        }
        assert.deepEqual(wrong, []);
        assert.deepEqual(await fingerprints(), untouched);
    });

    it('in a path is 404, whatever the method', async () => {
        const wrong = [];
        for (const operation of shop.contract.operations.filter(({ template }) => template.includes('{'))) {
            for (const bad of ['nothing', 'cart_', `prod_${'z'.repeat(26)}`, '%00', '%FF', 'x'.repeat(300), '..', '-1']) {
                const path = pathOf({ ...operation, template: operation.template.replace(/\{[^}]+\}/g, bad) });
                const body = rightBodies[keyOf(operation)];
                const answer = await shop.raw(operation.method.toUpperCase(), path, {
                    headers: headersFor(path, body ? { 'Content-Type': 'application/json' } : {}),
                    body: body && JSON.stringify(body),
                });
                const allowed = bad.startsWith('%') ? [400, 404] : [404];
                if (!allowed.includes(answer.status) || !answer.error?.code) {
                    wrong.push(`${keyOf(operation)} with ${bad.slice(0, 20)} gave ${answer.status}`);
                }
            }
        }
        assert.deepEqual(wrong, []);
    });

    it('in a quantity breaks a rule of the shop: 422', async () => {
        const { cartId, itemId } = values;
        const line = rightBodies['POST /cart/{}/items'];
        for (const quantity of [0, -1, 1001, Number.MAX_SAFE_INTEGER]) {
            for (const answer of [
                await shop.send('POST', `/cart/${cartId}/items`, { ...line, quantity }),
                await shop.send('PUT', `/cart/${cartId}/items/${itemId}`, { quantity }),
            ]) {
                assert.equal(answer.status, 422, `quantity ${quantity}`);
                assert.equal(answer.error.code, 'VALIDATION_ERROR');
                assert.equal(answer.error.details[0].field, 'quantity');
            }
        }
    });

    it('of another content type is 415, and too large is 413', async () => {
        for (const operation of bodies()) {
            const path = pathOf(operation);
            const send = (type, body) => shop.raw(operation.method.toUpperCase(), path,
                { headers: headersFor(path, type ? { 'Content-Type': type } : {}), body });
            const text = JSON.stringify(rightBodies[keyOf(operation)]);
            for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
                const answer = await send(type, text);
                assert.equal(answer.status, 415, `${keyOf(operation)} as ${type}`);
                assert.equal(answer.error.code, 'UNSUPPORTED_MEDIA_TYPE');
            }
        }
        const large = await shop.raw('POST', '/api/v1/cart', {
            headers: { 'Content-Type': 'application/json' },
            body: `{"currency":"${'x'.repeat(4_000_000)}"}`,
        }).catch((error) => error);
        // The refusal may overtake the upload, and then the connection is gone before it is read.
        if (large.status) assert.equal(large.status, 413);
        else assert.match(large.code, /EPIPE|ECONNRESET/);
    });

    it('leaves the server as well as it was', async () => {
        assert.equal((await shop.raw('GET', '/health/ready')).status, 200);
        await assertInvariants(shop.server);
    });
});
