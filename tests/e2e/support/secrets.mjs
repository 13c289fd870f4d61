// What a test sends and is told that nobody else may ever read: it must be in no log of any server.
// Everything that goes through `request` is looked at; Server.destroy asks.

import assert from 'node:assert/strict';

const secrets = new Map(); // the text → what it is
const MOST = 20_000;
const SHORTEST = 8; // what is shorter is a word that a log may well contain

// By what a field is called, in what is sent and in what is answered.
const FIELD = /"(password|newPassword|token|refreshToken|accessToken|idToken|clientSecret|apiKey|cardNumber|cvc)"\s*:\s*"((?:[^"\\]|\\.)+)"/g;
// By what it looks like, wherever it stands.
const SHAPES = [
    ['an API key', /souk_[0-9a-z]{26}_[\w-]{16,}/g],
    ['a refresh token', /soukr_[\w-]{20,}/g],
    ['a signed token', /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/g],
    ['a hash of a password', /\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}/g],
    ['a link of a mail', /#\/(?:verify-email|reset-password|signed-in)\/[\w-]{43}/g],
    ['a secret of a gateway', /\b(?:whsec_|sk_live_|sk_test_|rk_live_)\w{8,}/g],
];
const CARD = /(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w.])/g;

function isCardNumber(text) {
    const digits = text.replace(/\D/g, '');
    let sum = 0;
    for (let i = 0; i < digits.length; i += 1) {
        const digit = Number(digits[digits.length - 1 - i]) * (i % 2 + 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 === 0 && /^(?:4|5[1-5]|3[47])/.test(digits);
}

/** Never to be read anywhere else from now on. */
export function keepSecret(what, text) {
    if (text.length >= SHORTEST && secrets.size < MOST) secrets.set(text, what);
}

function noteIn(text) {
    for (const [, name, value] of text.matchAll(FIELD)) keepSecret(`a ${name}`, value);
    for (const [number] of text.matchAll(CARD)) {
        if (isCardNumber(number)) keepSecret('a card number', number);
    }
}

const COOKIE = /^[^=;]+=([^;]+)/;

/** The secrets of a request and of its answer. */
export function noteSecrets({ headers = {}, body }, answer) {
    for (const [name, value] of Object.entries(headers)) {
        const text = String(value);
        if (/^(authorization|x-api-key)$/i.test(name)) keepSecret(`the header ${name}`, text.replace(/^\w+ /, ''));
        if (/^cookie$/i.test(name)) for (const one of text.split('; ')) keepSecret('a cookie', COOKIE.exec(one)?.[1] ?? '');
    }
    if (body !== undefined) noteIn(String(body));
    for (const one of answer?.headers['set-cookie'] ?? []) keepSecret('a cookie', COOKIE.exec(one)?.[1] ?? '');
    if (/json/.test(answer?.headers['content-type'] ?? '')) noteIn(String(answer.bytes));
}

/** What of it stands in a text: what it is, and its beginning. */
export function secretsIn(text) {
    const found = [];
    for (const [secret, what] of secrets) {
        if (text.includes(secret)) found.push(`${what}: ${secret.slice(0, 12)}…`);
    }
    for (const [what, shape] of SHAPES) {
        for (const [secret] of text.matchAll(shape)) found.push(`${what}: ${secret.slice(0, 12)}…`);
    }
    return [...new Set(found)];
}

export function assertNoSecrets(text, where) {
    assert.deepEqual(secretsIn(text), [], `secrets in ${where}`);
}
