// The sum of a cart or an order, as the server gives it, and the code that makes it smaller.

import {applyCode, removeCode} from './basket.js';
import {action, busy} from './controls.js';
import {element, fault, update} from './dom.js';
import {money} from './money.js';
import {inWords} from './words.js';

const row = (name, value, className = '') =>
    element('div', {className}, element('dt', {}, name), element('dd', {}, value));

/** `shipping` is said in its own words; `total` names what the total stands for. */
export function sums(of, {shipping, total = 'Total'} = {}) {
    const {currency} = of;
    return element(
        'dl',
        {className: 'sums'},
        row('Subtotal', money(of.subtotal, currency)),
        of.discount > 0 &&
            row(`Discount ${of.discountCode ?? ''}`.trim(), money(-of.discount, currency), 'good'),
        row('Delivery', shipping ?? money(of.shipping, currency)),
        (of.tax > 0 || !shipping) &&
            row(of.taxInclusive ? 'Tax, included' : 'Tax', money(of.tax, currency)),
        row(total, money(of.total, currency), 'total'),
    );
}

/** Shows the sums anew; the total flashes when it is another. */
export function replaceSums(place, of, words) {
    const before = place.querySelector('.total dd')?.textContent;
    const next = sums(of, words);
    const total = next.querySelector('.total dd');
    const now = total.textContent;
    if (before) total.textContent = before;
    place.replaceChildren(next);
    update(total, now);
}

/** A discount code, applied or to be applied. */
export function codeForm(cart) {
    const note = element('div');
    const attempt = async (work) => {
        note.replaceChildren();
        try {
            await work();
        } catch (failure) {
            note.replaceChildren(fault(inWords(failure)));
        }
    };
    if (cart.discountCode) {
        return element(
            'div',
            {className: 'code'},
            element('p', {}, 'Code ', element('strong', {}, cart.discountCode)),
            action('Remove', () => attempt(() => removeCode(cart)), 'plain'),
            note,
        );
    }
    const input = element('input', {
        id: 'code',
        maxLength: 100,
        autocomplete: 'off',
        required: true,
        placeholder: 'SAVE20',
    });
    const button = element('button', {type: 'submit', className: 'second'}, 'Apply');
    return element(
        'form',
        {
            className: 'code',
            onsubmit: (event) => {
                event.preventDefault();
                busy(button, () => attempt(() => applyCode(cart, input.value.trim())));
            },
        },
        element('label', {htmlFor: 'code'}, 'Discount code'),
        element('div', {className: 'together'}, input, button),
        note,
    );
}
