// The cart: quantities, removal, and what became short meanwhile, line by line.

import {get} from './api.js';
import {changeItem, onBasket, readCart, removeItem} from './basket.js';
import {busy, stepper, stockLine} from './controls.js';
import {element, fault, icons} from './dom.js';
import {money} from './money.js';
import {picture} from './picture.js';
import {codeForm, replaceSums} from './summary.js';
import {inWords} from './words.js';

/** What a line has too much of, with the way out of it. */
function shortage(item, units, take) {
    if (item.quantity <= units) return null;
    const text =
        units > 0
            ? `Only ${units} left, and you want ${item.quantity}.`
            : 'This has just been sold out.';
    return element(
        'div',
        {className: 'fault', role: 'alert'},
        element('p', {}, text),
        units > 0 &&
            element(
                'button',
                {type: 'button', className: 'plain', onclick: () => take(units)},
                `Take ${units}`,
            ),
    );
}

function line(cart, item) {
    const note = element('div');
    const name = `${item.product.name}, ${item.variant.name}`;
    const {line: stock, show} = stockLine(item.variant.inventoryCount, {
        'data-variant': item.variantId,
    });
    const attempt = async (work) => {
        box.setAttribute('aria-busy', 'true');
        try {
            await work();
        } catch (failure) {
            note.replaceChildren(fault(inWords(failure)));
        } finally {
            box.removeAttribute('aria-busy');
        }
    };
    const take = (quantity) => attempt(() => changeItem(cart, item, quantity));
    const quantity = stepper(item.quantity, name, take);
    const remove = element(
        'button',
        {
            type: 'button',
            className: 'remove',
            ariaLabel: `Remove ${name}`,
            onclick: () => busy(remove, () => attempt(() => removeItem(cart, item))),
        },
        icons.bin(),
    );
    const box = element(
        'li',
        {className: 'line', 'data-item': item.id},
        element(
            'div',
            {className: 'frame'},
            picture({name: item.product.name, id: item.productId, image: item.product.image}),
        ),
        element(
            'div',
            {className: 'line-name'},
            element(
                'h2',
                {},
                element('a', {href: `#/product/${item.product.slug}`}, item.product.name),
            ),
            element(
                'p',
                {className: 'quiet'},
                `${item.variant.name} · ${money(item.unitPrice, cart.currency)}`,
            ),
            stock,
        ),
        quantity.box,
        element('p', {className: 'line-total'}, money(item.totalPrice, cart.currency)),
        remove,
        note,
    );
    const check = (units) => {
        const short = shortage(item, units, take);
        if (short) note.replaceChildren(short);
        else if (note.querySelector('.plain') || units === 0) note.replaceChildren();
    };
    check(item.variant.inventoryCount);
    return {
        box,
        tell(units) {
            if (show(units)) check(units);
        },
    };
}

function empty() {
    return element(
        'div',
        {className: 'empty'},
        element('h1', {tabIndex: -1}, 'Your cart is empty'),
        element('p', {}, 'What you add stays here for thirty days.'),
        element('a', {className: 'main', href: '#/'}, 'Look around'),
    );
}

export async function cartPage({currency, live}) {
    const node = element('div');
    let lines = new Map();
    let cart = await readCart(currency);
    let stop = () => {};
    const follow = () => {
        stop();
        if (!cart) return;
        const id = cart.id;
        stop = live.follow({
            topics: [...lines.keys()],
            tell: (topic, data) => lines.get(topic)?.tell(data?.inventoryCount ?? 0),
            ask: async () =>
                (await get(`/cart/${id}`)).data.items.map(({variantId, variant}) => [
                    `stock:${variantId}`,
                    variant,
                ]),
        });
    };
    const show = () => {
        if (!cart || cart.items.length === 0) {
            lines = new Map();
            return node.replaceChildren(empty());
        }
        const focused = focusedControl(node);
        lines = new Map(cart.items.map((item) => [`stock:${item.variantId}`, line(cart, item)]));
        const sums = node.querySelector('.sums-place') ?? element('div', {className: 'sums-place'});
        replaceSums(sums, cart, {shipping: cart.shipping > 0 ? undefined : 'at checkout'});
        node.replaceChildren(
            element('h1', {tabIndex: -1}, 'Your cart'),
            element(
                'div',
                {className: 'columns'},
                element('ul', {className: 'lines'}, ...[...lines.values()].map(({box}) => box)),
                element(
                    'aside',
                    {className: 'panel', ariaLabel: 'Summary'},
                    sums,
                    codeForm(cart),
                    element('a', {className: 'main', href: '#/checkout'}, 'Check out'),
                ),
            ),
        );
        focused?.();
    };
    show();
    return {
        node,
        title: 'Your cart',
        start() {
            follow();
            const silence = onBasket((next, of) => {
                if (of !== currency) return;
                cart = next;
                show();
                follow();
            });
            return () => {
                silence();
                stop();
            };
        },
    };
}

/** The page is drawn anew after a change: gives back the focus to where it was. */
function focusedControl(node) {
    const label = node.contains(document.activeElement)
        ? document.activeElement.getAttribute('aria-label')
        : null;
    if (!label) return null;
    return () =>
        (
            node.querySelector(`[aria-label="${CSS.escape(label)}"]`) ?? node.querySelector('h1')
        )?.focus();
}
