// Lints the API document as a running server gives it.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { request } from './support/http.mjs';
import { Server } from './support/server.mjs';

const server = await Server.create({ products: 10 });
try {
    const { bytes } = await request({ port: server.port, path: '/openapi.json' });
    const file = path.join(server.directory, 'openapi.json');
    writeFileSync(file, bytes);
    execFileSync('npx', ['--no-install', 'redocly', 'lint', '--config', 'redocly.yaml', file],
        { stdio: 'inherit', env: { ...process.env, REDOCLY_TELEMETRY: 'off', CI: '1' } });
} catch (error) {
    process.exitCode = 1;
    if (error.status === undefined) console.error(error);
} finally {
    await server.destroy();
}
