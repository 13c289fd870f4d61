// Which page an address names, and what stands around all of them.

import {
    accountPage,
    forgotPasswordPage,
    logInPage,
    registerPage,
    resetPasswordPage,
    signedInPage,
    verifyEmailPage,
} from './account.js';
import {Refusal, Unreachable} from './api.js';
import {onBasket, readCart} from './basket.js';
import {cartPage} from './cart.js';
import {catalogue} from './catalogue.js';
import {checkoutPage} from './checkout.js';
import {action} from './controls.js';
import {clearToasts, element, fault, update} from './dom.js';
import {Live} from './live.js';
import {recall, remember} from './memory.js';
import {count} from './money.js';
import {orderPage, ordersPage} from './order.js';
import {productPage} from './product.js';
import {inWords} from './words.js';

const pages = {
    '': catalogue,
    product: productPage,
    cart: cartPage,
    checkout: checkoutPage,
    order: orderPage,
    orders: ordersPage,
    account: accountPage,
    register: registerPage,
    'log-in': logInPage,
    'forgot-password': forgotPasswordPage,
    'reset-password': resetPasswordPage,
    'verify-email': verifyEmailPage,
    'signed-in': signedInPage,
};
const main = document.getElementById('main');
const search = document.getElementById('words');
const typingPause = 400;
const states = {
    live: 'Live',
    asking: 'Updated every few seconds',
    offline: 'No connection, trying again',
};

const socket = new URL('/ws', location.href);
socket.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
const live = new Live(socket.href, (state) => {
    document.getElementById('pulse').dataset.state = state;
    document.getElementById('pulse-words').textContent = states[state];
});

let currency = recall('currency', 'USD');
let leave = () => {};
let loading = new AbortController();
let isFirst = true;
let typing = 0;

/** "#/product/some-slug?page=2" in its parts. */
function placeOf(hash) {
    const [path, query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
    const [name, ...parts] = path.split('/').map(decodeURIComponent);
    return {name, parts, query: new URLSearchParams(query)};
}

async function open() {
    loading.abort();
    const mine = (loading = new AbortController());
    const place = placeOf(location.hash);
    main.setAttribute('aria-busy', 'true');
    let page;
    try {
        page = await (pages[place.name] ?? catalogue)({
            ...place,
            currency,
            live,
            signal: mine.signal,
        });
    } catch (failure) {
        if (mine.signal.aborted) return;
        page = {title: 'Souk', node: trouble(failure)};
    }
    if (mine.signal.aborted) return;
    leave();
    document.body.dataset.page = place.name;
    main.replaceChildren(page.node);
    main.removeAttribute('aria-busy');
    leave = page.start?.() ?? (() => {});
    document.title = page.title === 'Souk' ? 'Souk' : `${page.title} · Souk`;
    if (document.activeElement !== search) search.value = place.query.get('search') ?? '';
    arrive();
}

function trouble(failure) {
    const isOurs = !(failure instanceof Refusal || failure instanceof Unreachable);
    if (isOurs) console.error(failure);
    const words = isOurs
        ? {title: 'Something is wrong with this page.'}
        : failure.status === 404
          ? {title: 'There is nothing at this address.'}
          : inWords(failure);
    return element(
        'div',
        {className: 'empty'},
        element('h1', {tabIndex: -1}, 'That did not work'),
        fault(words),
        action('Try again', open),
    );
}

/** A new page begins at its top, and is read from its heading. */
function arrive() {
    if (isFirst) {
        isFirst = false;
        return;
    }
    window.scrollTo(0, 0);
    clearToasts();
    if (document.activeElement !== search) main.querySelector('h1')?.focus({preventScroll: true});
}

function showCount(cart, of) {
    if (of !== currency) return;
    const badge = document.getElementById('count');
    badge.toggleAttribute('data-empty', !cart?.itemCount);
    update(badge, count(cart?.itemCount ?? 0));
}

function begin() {
    const switches = document.getElementById('currencies');
    for (const input of switches.querySelectorAll('input'))
        input.checked = input.value === currency;
    switches.addEventListener('change', ({target}) => {
        currency = target.value;
        remember('currency', currency);
        readCart(currency).catch(() => {});
        if (['#/', '', '#'].includes(location.hash)) open();
        else location.hash = '#/';
    });
    const find = () => {
        clearTimeout(typing);
        const words = search.value.trim();
        const address = words ? `#/?${new URLSearchParams({search: words})}` : '#/';
        if (address !== (location.hash || '#/')) location.replace(address);
    };
    document.getElementById('search').addEventListener('submit', (event) => {
        event.preventDefault();
        find();
    });
    search.addEventListener('input', () => {
        clearTimeout(typing);
        typing = setTimeout(find, typingPause);
    });
    document.querySelector('.skip').addEventListener('click', (event) => {
        event.preventDefault(); // the address names the page
        main.focus();
    });
    onBasket(showCount);
    // The same visitor's other windows share the cart.
    window.addEventListener('storage', ({key}) => {
        if (key === `souk.cart.${currency}`) readCart(currency).catch(() => {});
    });
    window.addEventListener('hashchange', open);
    readCart(currency).catch(() => {}); // the page itself says what is wrong
    open();
}

begin();
