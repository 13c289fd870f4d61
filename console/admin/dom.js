// Elements without markup in strings: text is always text.

/** An element with properties, listeners ("onclick") and children; what is null is left out. */
export function el(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (value === null || value === undefined) continue;
        if (key === 'class') made.className = value;
        else if (key in made) made[key] = value;
        else made.setAttribute(key, value);
    }
    made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return made;
}

/** A table whose columns are [title, row → content, options]. */
export function table(caption, columns, rows, empty = 'Nothing here.') {
    const cell = ([, content, { number = false } = {}], row) =>
        el('td', { class: number ? 'number' : null }, content(row) ?? '–');
    return el('div', { class: 'scroll' }, el('table', {},
        el('caption', {}, caption),
        el('thead', {}, el('tr', {}, columns.map(([title, , { number = false } = {}]) =>
            el('th', { scope: 'col', class: number ? 'number' : null }, title)))),
        el('tbody', {}, rows.length
            ? rows.map((row) => el('tr', {}, columns.map((column) => cell(column, row))))
            : el('tr', {}, el('td', { colSpan: columns.length, class: 'muted' }, empty)))));
}

export function badge(text, kind = '') {
    return el('span', { class: `badge ${kind}` }, text);
}

export function card(title, ...children) {
    return el('section', { class: 'card' }, title ? el('h2', {}, title) : null, children);
}

/** A number with what it is. */
export function figure(label, value, note = '') {
    return el('div', { class: 'figure' }, el('span', { class: 'label' }, label),
        el('strong', {}, value), el('span', { class: 'note' }, note));
}

export function toast(text, kind = '') {
    const shown = el('p', { class: `toast ${kind}` }, text);
    document.getElementById('toasts').append(shown);
    setTimeout(() => shown.remove(), 6000);
}
