// What this browser keeps between visits: its carts, its orders, its currency.

const prefix = 'souk.';
const instead = new Map(); // where the browser refuses to keep anything

export function recall(name, otherwise) {
    try {
        return JSON.parse(localStorage.getItem(prefix + name)) ?? otherwise;
    } catch {
        return instead.get(name) ?? otherwise;
    }
}

export function remember(name, value) {
    try {
        localStorage.setItem(prefix + name, JSON.stringify(value));
    } catch {
        instead.set(name, value);
    }
}

export function forget(name) {
    instead.delete(name);
    try {
        localStorage.removeItem(prefix + name);
    } catch {
        /* it was not kept there either */
    }
}

const maxOrders = 20;

/** An order with the cart that proves whose it is. */
export function rememberOrder({id, orderNumber, cartId}) {
    const others = recall('orders', []).filter((order) => order.id !== id);
    remember('orders', [{id, orderNumber, cartId}, ...others].slice(0, maxOrders));
}

export const recallOrders = () => recall('orders', []);
