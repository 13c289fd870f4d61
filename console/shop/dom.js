// Small helpers to build what is seen. Text is always text, never markup.

const svgNames = 'http://www.w3.org/2000/svg';

function fill(made, properties, children) {
    for (const [key, value] of Object.entries(properties)) {
        if (value === undefined || value === null) continue;
        if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
        else if (key in made && key !== 'form' && !(made instanceof SVGElement)) made[key] = value;
        else made.setAttribute(key, value);
    }
    made.append(
        ...children
            .flat()
            .filter((child) => child !== null && child !== undefined && child !== false),
    );
    return made;
}

/** An element with properties, listeners ("onclick") and children. */
export function element(name, properties = {}, ...children) {
    return fill(document.createElement(name), properties, children);
}

export function drawing(name, attributes = {}, ...children) {
    return fill(document.createElementNS(svgNames, name), attributes, children);
}

/** A line drawing of 24 by 24. */
function icon(...paths) {
    return drawing(
        'svg',
        {viewBox: '0 0 24 24', width: 22, height: 22, 'aria-hidden': 'true', class: 'icon'},
        ...paths.map((d) => drawing('path', {d})),
    );
}

export const icons = {
    plus: () => icon('M12 5v14', 'M5 12h14'),
    minus: () => icon('M5 12h14'),
    check: () => icon('m5 12.5 4.5 4.5L19 7.5'),
    bin: () => icon('M5 7h14', 'M10 4h4', 'm7 7 1 13h8l1-13'),
    back: () => icon('M19 12H5', 'm11 6-6 6 6 6'),
    next: () => icon('M5 12h14', 'm13 6 6 6-6 6'),
    star: () => icon('m12 4 2.4 5 5.6.8-4 3.9 1 5.5-5-2.6-5 2.6 1-5.5-4-3.9 5.6-.8z'),
};

/** Puts a text in place; it flashes when it was another before. Says whether it was. */
export function update(node, text) {
    const before = node.textContent;
    if (before === text) return false;
    node.textContent = text;
    if (before === '') return false;
    node.classList.remove('flash');
    void node.offsetWidth; // so that the animation begins anew
    node.classList.add('flash');
    return true;
}

/** For those who listen instead of looking. */
export function announce(text) {
    document.getElementById('announcer').textContent = text;
}

/** A note at the edge of the window; it is read out, and goes by itself or with its page. */
export function toast(text, link) {
    const note = element(
        'div',
        {className: 'toast'},
        element('span', {}, text),
        link && element('a', {href: link.href}, link.text),
    );
    document.getElementById('toasts').replaceChildren(note);
    setTimeout(() => note.remove(), 5000);
}

export const clearToasts = () => document.getElementById('toasts').replaceChildren();

/** What went wrong, where it went wrong: a heading and the details. */
export function fault({title, lines = []}, ...more) {
    return element(
        'div',
        {className: 'fault', role: 'alert'},
        element('p', {}, title),
        lines.length > 0 && element('ul', {}, ...lines.map((line) => element('li', {}, line))),
        ...more,
    );
}
