// The guest's carts, one per currency, as the server last described them. Nothing is added up here.

import {Refusal, ask, askOnce, get} from './api.js';
import {forget, recall, remember} from './memory.js';

const nameOf = (currency) => `cart.${currency}`;
const listeners = new Set();
const carts = new Map(); // currency → the server's cart

/** Calls `listener(cart)` whenever a cart was described anew; null when there is none. */
export function onBasket(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

function put(currency, cart) {
    carts.set(currency, cart);
    for (const listener of listeners) listener(cart, currency);
    return cart;
}

export const cartIdOf = (currency) => recall(nameOf(currency));

/** The cart is ordered, or over: the next item begins another. */
export function leaveCart(currency) {
    forget(nameOf(currency));
    put(currency, null);
}

const isOver = (failure) =>
    failure instanceof Refusal &&
    (failure.status === 410 ||
        failure.status === 404 ||
        (failure.status === 409 && failure.code === 'CONFLICT'));

/** The cart as it is now, or null. */
export async function readCart(currency) {
    const id = cartIdOf(currency);
    if (!id) return put(currency, null);
    try {
        const {data} = await get(`/cart/${id}`);
        if (data.status === 'open') return put(currency, data);
    } catch (failure) {
        if (!isOver(failure)) throw failure;
    }
    leaveCart(currency);
    return null;
}

async function cartFor(currency) {
    const id = cartIdOf(currency);
    if (id) return id;
    const {data} = await ask('POST', '/cart', {body: {currency}});
    remember(nameOf(currency), data.id);
    return data.id;
}

export async function addToCart({productId, variantId, quantity, currency}) {
    const body = {productId, variantId, quantity};
    const add = async () => askOnce(`/cart/${await cartFor(currency)}/items`, body);
    try {
        return put(currency, (await add()).data);
    } catch (failure) {
        if (!isOver(failure) || !cartIdOf(currency)) throw failure;
        const cart = await readCart(currency);
        if (cart) throw failure;
        return put(currency, (await add()).data);
    }
}

export async function changeItem(cart, item, quantity) {
    const {data} = await ask('PUT', `/cart/${cart.id}/items/${item.id}`, {body: {quantity}});
    return put(cart.currency, data);
}

export async function removeItem(cart, item) {
    const {data} = await ask('DELETE', `/cart/${cart.id}/items/${item.id}`);
    return put(cart.currency, data);
}

export async function applyCode(cart, discountCode) {
    const {data} = await askOnce('/checkout/discount', {cartId: cart.id, discountCode});
    return put(cart.currency, data.cart);
}

export async function removeCode(cart) {
    const {data} = await ask('DELETE', '/checkout/discount', {body: {cartId: cart.id}});
    return put(cart.currency, data);
}
