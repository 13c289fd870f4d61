// The API, with the key that was entered. The key stays in this tab alone.

const STORE = 'souk-console-key';

export const key = {
    get: () => sessionStorage.getItem(STORE) ?? '',
    set: (value) => sessionStorage.setItem(STORE, value),
    forget: () => sessionStorage.removeItem(STORE),
};

export class Refused extends Error {
    constructor(status, error) {
        super(error?.message ?? `the server answered ${status}`);
        this.status = status;
        this.details = error?.details ?? [];
        this.requestId = error?.requestId;
    }
}

/** For an action, which is done once under it however often it is sent. Letters alone: no number of a card. */
export const freshKey = () => Array.from(crypto.getRandomValues(new Uint8Array(24)),
    (byte) => String.fromCharCode(97 + (byte & 15))).join('');

async function send(method, path, body, idempotencyKey) {
    const answer = await fetch(`/api/v1/admin${path}`, {
        method,
        headers: {
            Authorization: `Bearer ${key.get()}`,
            ...(body ? { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey } : {}),
        },
        body: body && JSON.stringify(body),
    });
    const json = await answer.json().catch(() => null);
    if (!answer.ok) throw new Refused(answer.status, json?.error);
    return json;
}

export const get = async (path) => (await send('GET', path)).data;
export const getPage = (path) => send('GET', path);
export const post = async (path, body, idempotencyKey) => (await send('POST', path, body, idempotencyKey)).data;
