// Lets schemathesis loose on a server: requests made from the API document, right and wrong, with
// every answer held against it. node fuzz.mjs PATH-OF-SCHEMATHESIS [EXAMPLES]

import { spawn } from 'node:child_process';
import { assertInvariants } from './support/invariants.mjs';
import { Server } from './support/server.mjs';

const [program, examples = '40'] = process.argv.slice(2);
const server = await Server.create({ products: 20 });
try {
    const url = `http://127.0.0.1:${server.port}`;
    const fuzzing = spawn(program, ['run', `${url}/openapi.json`, '--origin', url, '--max-examples', examples,
        '--header', `Authorization: Bearer ${server.keys.operator}`, '--phases', 'examples,coverage,fuzzing',
        '--checks', 'not_a_server_error,status_code_conformance,content_type_conformance,'
            + 'response_headers_conformance,response_schema_conformance,unsupported_method',
        // These have a server of their own in the document, which schemathesis does not look at;
        // and a server that is drained, or takes no changes of a kind, answers 503 and is right to.
        '--exclude-path-regex', '^/(metrics|docs|docs\\..*|openapi\\.json|admin/console.*|(api/v1/)?admin/(drain|kinds/.*/pause|actors/.*/quarantine))$',
        '--generation-deterministic', '--no-color'],
    { stdio: 'inherit', cwd: server.directory });
    process.exitCode = await new Promise((resolve) => fuzzing.once('exit', (code) => resolve(code ?? 1)));
    await assertInvariants(server);
} finally {
    await server.destroy();
}
