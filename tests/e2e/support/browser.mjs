// The pages of soukd in a real browser. What no page of ours may do is noted, whoever looks, and
// fails the file when the browser closes.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** For the option `skip` of `describe`: false, or why this machine cannot run a browser. */
export const NO_BROWSER = existsSync(PROGRAM) ? false : `there is no ${PROGRAM}; CHROMIUM names another`;

// What a page asks of the API may be refused, and a socket may be lost: a page must go on.
const MAY_BE_REFUSED = /^\/api\//;
const SOCKET_LOST = /^WebSocket connection to '[^']*\/ws' failed/;

export class Browser {
    static async open(server) {
        const program = await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] });
        return new Browser(server, program);
    }

    constructor(server, program) {
        this.server = server;
        this.program = program;
        this.faults = [];
    }

    get origin() {
        return `http://127.0.0.1:${this.server.port}`;
    }

    /** A page with no past, at a path of the server; `answer` is what the path was answered with. */
    async visit(path, options) {
        const context = await this.program.newContext({ baseURL: this.origin, ...options });
        context.setDefaultTimeout(10_000);
        const page = await context.newPage();
        this.watch(page);
        const answer = await page.goto(path);
        return { page, answer };
    }

    watch(page) {
        const note = (text) => this.faults.push(`${new URL(page.url()).pathname}: ${text}`);
        page.on('pageerror', (error) => note(`an exception: ${error.message}`));
        page.on('console', (message) => {
            if (message.type() !== 'error') return;
            const { url } = message.location();
            const refused = /^Failed to load resource/.test(message.text())
                && url.startsWith(this.origin) && MAY_BE_REFUSED.test(new URL(url).pathname);
            if (!refused && !SOCKET_LOST.test(message.text())) note(`${message.text()} (${url})`);
        });
        page.on('request', (request) => {
            const { origin, protocol } = new URL(request.url());
            if (origin !== this.origin && protocol !== 'data:') note(`asked ${request.url()}`);
        });
    }

    /** Closes every page, so that none goes on asking beside the next test's. */
    async closePages() {
        await Promise.all(this.program.contexts().map((context) => context.close()));
    }

    /** The faults so far, which are then forgotten: for a test that provokes one. */
    takeFaults() {
        return this.faults.splice(0);
    }
    assertFaultless() {
        assert.deepEqual(this.faults, []);
    }

    async close() {
        await this.program.close();
        this.assertFaultless();
    }
}
