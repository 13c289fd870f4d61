// The API: one envelope in, one envelope out, and POSTs that are safe to send again.

import {forget, recall, remember} from './memory.js';

const base = '/api/v1';
const maxTries = 3;

/** The server said no: `code`, `details` by field, `retryAfter` in seconds. */
export class Refusal extends Error {
    constructor(status, error, retryAfter) {
        super(error?.message ?? `the server answered ${status}`);
        Object.assign(this, {
            status,
            code: error?.code ?? '',
            details: error?.details ?? [],
            requestId: error?.requestId ?? '',
            retryAfter,
        });
    }
}

/** Nobody answered. */
export class Unreachable extends Error {}

export async function ask(method, path, {body, headers, signal} = {}) {
    let response;
    let answer;
    try {
        response = await fetch(base + path, {
            method,
            signal,
            cache: 'no-cache',
            headers: {
                Accept: 'application/json',
                ...(body && {'Content-Type': 'application/json'}),
                ...headers,
            },
            body: body && JSON.stringify(body),
        });
        answer = response.status === 204 ? {} : await response.json();
    } catch (failure) {
        if (failure.name === 'AbortError') throw failure;
        if (!response) throw new Unreachable('the server does not answer');
        answer = {};
    }
    if (response.ok) return answer;
    throw new Refusal(
        response.status,
        answer.error,
        Number(response.headers.get('Retry-After')) || 0,
    );
}

export const get = (path, options) => ask('GET', path, options);

/** Works too where a page is not served securely, as on a phone in the same network. */
function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const mayStillHappen = (failure) => failure instanceof Unreachable || failure.status >= 500;

/**
 * A POST that happens once however often it is sent: its Idempotency-Key is kept, over reloads too,
 * until the server has answered.
 */
export async function askOnce(path, body, headers = {}) {
    const name = `pending ${path}`;
    const text = JSON.stringify(body);
    const kept = recall(name);
    const key = kept?.text === text ? kept.key : newKey();
    remember(name, {key, text});
    for (let tries = 1; ; tries += 1) {
        try {
            const answer = await ask('POST', path, {
                body,
                headers: {...headers, 'Idempotency-Key': key},
            });
            forget(name);
            return answer;
        } catch (failure) {
            if (!mayStillHappen(failure)) forget(name);
            if (!mayStillHappen(failure) || tries === maxTries) throw failure;
            const wait = Math.min(failure.retryAfter || tries, 5) * 1000;
            await new Promise((resolve) => setTimeout(resolve, wait));
        }
    }
}
