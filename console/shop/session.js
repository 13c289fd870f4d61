// Who is logged in here, by the tokens that this browser keeps.

import {Refusal, ask} from './api.js';
import {forget, recall, remember} from './memory.js';

let accessToken = null; // not kept: the refresh token brings another
let exchange = null; // under way: a refresh token is good for one

export const isLoggedIn = () => recall('refresh') !== undefined;

function keep({data}) {
    accessToken = data.accessToken;
    remember('refresh', data.refreshToken);
    return data.user;
}

export function forgetSession() {
    accessToken = null;
    forget('refresh');
}

export const logIn = async (email, password) =>
    keep(await ask('POST', '/auth/login', {body: {email, password}}));

/** With the code that a provider's log-in came back with; its cookie says that it began here. */
export const redeem = async (code) => keep(await ask('POST', '/auth/oauth/redeem', {body: {code}}));

async function exchangeTokens() {
    try {
        keep(await ask('POST', '/auth/refresh', {body: {refreshToken: recall('refresh')}}));
    } catch (failure) {
        if (failure instanceof Refusal && failure.status === 401) forgetSession();
        throw failure;
    }
}

function renewed() {
    exchange ??= exchangeTokens().finally(() => {
        exchange = null;
    });
    return exchange;
}

/** As whoever is logged in; with a fresh token when the one at hand is over. */
export async function askAsMe(method, path, options = {}) {
    const send = () =>
        ask(method, path, {...options, headers: {Authorization: `Bearer ${accessToken}`}});
    if (!accessToken) await renewed();
    try {
        return await send();
    } catch (failure) {
        if (!(failure instanceof Refusal) || failure.status !== 401) throw failure;
        await renewed();
        return send();
    }
}

export async function logOut() {
    const refreshToken = recall('refresh');
    forgetSession();
    if (refreshToken) await ask('POST', '/auth/logout', {body: {refreshToken}});
}
