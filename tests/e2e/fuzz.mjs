// Lets schemathesis loose on a server: requests made from the API document, right and wrong, with
// every answer held against it. node fuzz.mjs PATH-OF-SCHEMATHESIS [EXAMPLES]

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { request } from './support/http.mjs';
import { CLIENT, Issuer } from './support/issuer.mjs';
import { assertInvariants } from './support/invariants.mjs';
import { bearer, Mailbox, People } from './support/people.mjs';
import { Shop } from './support/shop.mjs';

const [program, examples = '40'] = process.argv.slice(2);
const CHECKS = ['status_code_conformance', 'content_type_conformance', 'response_headers_conformance',
    'response_schema_conformance', 'unsupported_method'];
// After these a server answers 503, and is right to.
const TURNS_AWAY = /^\/admin\/(drain|kinds\/.*\/pause|actors\/.*\/quarantine)$/;
const ENDS_THE_SESSION = '/auth/logout';
// It finds the key that it acts with among others', and rotates or revokes it.
const ENDS_THE_KEY = /^\/api-keys\/\{/;

const mailbox = new Mailbox();
const issuer = await Issuer.open({ redirectUri: 'http://127.0.0.1/callback' });
const shop = await Shop.open({ products: 20, environment: { ...mailbox.environment, SOUK_IDENTITY_HASH_COST: '10',
    SOUK_IDENTITY_LOCKOUT_ADDRESS_FAILURES: '1000000', SOUK_OIDC_ISSUERS: `google=${issuer.url}`,
    SOUK_OIDC_CLIENT_IDS: `google=${CLIENT.id}` } });

/** One run over some paths as one caller; gives the exit status. */
function run(what, paths, { base, headers, checks }) {
    console.log(`\n${what}: ${paths.length} paths`);
    const url = `http://127.0.0.1:${shop.server.port}`;
    const pattern = paths.map((path) => path.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&')).join('|');
    const fuzzing = spawn(program, ['run', `${url}/openapi.json`, '--url', url + base, '--max-examples', examples,
        ...Object.entries(headers).flatMap((pair) => ['--header', pair.join(': ')]),
        '--phases', 'examples,coverage,fuzzing', '--checks', checks.join(','), '--include-path-regex', `^(${pattern})$`,
        '--generation-deterministic', '--no-color'],
    { stdio: 'inherit', cwd: shop.server.directory });
    return new Promise((resolve) => { fuzzing.once('exit', (code) => resolve(code ?? 1)); });
}

try {
    const { paths } = shop.contract.document;
    const all = Object.keys(paths);
    // A path with a server of its own is at the root; schemathesis does not look at that.
    const atRoot = all.filter((path) => paths[path].servers);
    const api = all.filter((path) => !paths[path].servers && !TURNS_AWAY.test(path)
        && !ENDS_THE_KEY.test(path));
    const isForPeople = ({ security }) => security?.length === 1 && 'accessToken' in security[0];
    const people = api.filter((path) => path !== ENDS_THE_SESSION
        && Object.values(paths[path]).some((operation) => isForPeople(operation)));
    // Only now: an operator may suspend whoever is there.
    const someone = async () => bearer((await new People(shop, mailbox).someoneLoggedIn()).accessToken);
    const strict = ['not_a_server_error', ...CHECKS];
    const codes = [
        await run('As an operator', api, { base: '/api/v1', headers: shop.operator, checks: strict }),
        await run('At the root', atRoot, { base: '', headers: shop.operator, checks: strict }),
        await run('As a person', people, { base: '/api/v1', headers: await someone(), checks: strict }),
        await run('What turns others away', all.filter((path) => TURNS_AWAY.test(path)),
            { base: '/api/v1', headers: shop.operator, checks: CHECKS }),
    ];
    await shop.must(200, 'POST', '/admin/resume', { reason: 'the keys come last' }, shop.operator);
    codes.push(await run('What may end the key', all.filter((path) => ENDS_THE_KEY.test(path)),
        { base: '/api/v1', headers: shop.operator, checks: strict }));
    const metrics = await request({ port: shop.server.port, path: '/metrics' });
    const failed = metrics.bytes.toString().split('\n').filter((line) => /status="500"/.test(line));
    assert.deepEqual(failed, [], 'something went wrong on our side');
    await assertInvariants(shop.server);
    process.exitCode = codes.find((code) => code !== 0) ?? 0;
} finally {
    shop.agent.destroy();
    await shop.server.destroy();
    await issuer.leave();
    mailbox.close();
}
