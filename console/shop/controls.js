// What several pages are built from.

import {drawing, element, icons, update} from './dom.js';
import {count} from './money.js';
import {stockInWords} from './words.js';

/** A number of units that moves: `show(units)` says whether it was another before. */
export function stockLine(units, attributes = {}) {
    const before = element('span');
    const number = element('span', {className: 'units', ...attributes});
    const after = element('span');
    const line = element(
        'p',
        {className: 'stock'},
        element('span', {className: 'dot', ariaHidden: 'true'}),
        element('span', {}, before, number, after),
    );
    const show = (current) => {
        const words = stockInWords(current);
        line.dataset.level = words.level;
        before.textContent = words.before ?? '';
        after.textContent = words.after ?? '';
        return update(number, words.text ?? count(current));
    };
    show(units);
    return {line, show};
}

/** − n +, from 1 to 1,000; `changed` hears of what the buyer wants. */
export function stepper(value, name, changed = () => {}) {
    const input = element('input', {
        type: 'text',
        inputMode: 'numeric',
        value: String(value),
        ariaLabel: `Quantity of ${name}`,
        maxLength: 4,
        autocomplete: 'off',
    });
    const read = () => {
        const wanted = Number.parseInt(input.value, 10);
        return Number.isInteger(wanted) ? Math.min(Math.max(wanted, 1), 1000) : value;
    };
    const put = (wanted) => {
        input.value = String(Math.min(Math.max(wanted, 1), 1000));
        changed(read());
    };
    const button = (text, step, drawn) =>
        element(
            'button',
            {type: 'button', ariaLabel: `${text} ${name}`, onclick: () => put(read() + step)},
            drawn,
        );
    input.addEventListener('change', () => put(read()));
    const box = element(
        'div',
        {className: 'stepper'},
        button('One less of', -1, icons.minus()),
        input,
        button('One more of', 1, icons.plus()),
    );
    return {box, read};
}

export function spinner() {
    return drawing(
        'svg',
        {viewBox: '0 0 24 24', width: 22, height: 22, class: 'spinner', 'aria-hidden': 'true'},
        drawing('circle', {cx: 12, cy: 12, r: 9}),
        drawing('path', {d: 'M12 3a9 9 0 0 1 9 9'}),
    );
}

/** A button that can be pressed again when what it started is over. */
export function action(text, work, className = 'main') {
    const button = element('button', {type: 'button', className}, text);
    button.addEventListener('click', () => busy(button, work));
    return button;
}

export async function busy(button, work) {
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    try {
        await work();
    } finally {
        button.removeAttribute('aria-busy');
    }
}
