// A small HTTP client that sends exactly what it is told to and hides nothing of the answer.

import http from 'node:http';
import { noteSecrets } from './secrets.mjs';

/** One request; `body` is bytes or text, sent as it is. `closed` is an answer that never came. */
export function request({ port, method = 'GET', path, headers = {}, body, agent, seconds = 30 }) {
    return new Promise((resolve, reject) => {
        const sent = body === undefined ? undefined : Buffer.from(body);
        const outgoing = http.request({
            host: '127.0.0.1', port, method, path, agent,
            headers: sent ? { 'Content-Length': sent.length, ...headers } : headers,
        }, (incoming) => {
            const parts = [];
            incoming.on('data', (part) => parts.push(part));
            incoming.on('error', reject);
            incoming.on('end', () => {
                const bytes = Buffer.concat(parts);
                const answer = { status: incoming.statusCode, headers: incoming.headers, bytes };
                noteSecrets({ headers, body: sent }, answer);
                resolve(answer);
            });
        });
        outgoing.setTimeout(seconds * 1000, () => {
            outgoing.destroy(new Error(`no answer to ${method} ${path} within ${seconds} s`));
        });
        outgoing.on('error', (error) => {
            noteSecrets({ headers, body: sent });
            reject(error);
        });
        outgoing.end(sent);
    });
}
