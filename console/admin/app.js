// The console: a page per hash, asked for again every second while it is shown.

import { actorPage } from './actor';
import { actorsPage } from './actors';
import { get, key } from './api';
import { auditPage } from './audit';
import { badge, card, el } from './dom';
import { invariantsPage } from './invariants';
import { overviewPage } from './overview';
import { supervisorsPage } from './supervisors';
import { tracePage } from './trace';

const PAGES = [['overview', 'Overview'], ['actors', 'Actors'], ['supervisors', 'Supervisors'],
    ['invariants', 'Invariants'], ['trace', 'Trace'], ['audit', 'Audit']];

const main = document.getElementById('main');
const nav = document.getElementById('nav');
const state = document.getElementById('state');
const leave = document.getElementById('leave');
let shown = 0; // counts pages, so that an old one stops asking

/** A part of an address that is none is taken as it stands. */
function decoded(part) {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}

function pageOf(hash) {
    const [path, query = ''] = hash.replace(/^#\/?/, '').split('?');
    const [name, ...rest] = path.split('/').map(decoded);
    switch (name) {
        case 'actors': return rest.length === 2 ? actorPage(...rest) : actorsPage(new URLSearchParams(query));
        case 'supervisors': return supervisorsPage();
        case 'invariants': return invariantsPage();
        case 'trace': return tracePage(rest[0] ?? '');
        case 'audit': return auditPage();
        default: return overviewPage();
    }
}

function showKeyForm(message = '') {
    shown += 1;
    nav.hidden = true;
    leave.hidden = true;
    state.replaceChildren();
    const input = el('input', { id: 'key', type: 'password', autocomplete: 'off', required: true,
        placeholder: 'souk_…', size: 60 });
    main.replaceChildren(el('div', { class: 'door' }, card('Who are you?',
        el('p', { class: 'muted' }, 'An API key with a role on the console: viewer, operator or admin. '
            + 'It stays in this tab and goes with it.'),
        el('form', { onsubmit: async (event) => {
            event.preventDefault();
            key.set(input.value.trim());
            await get('/actors?limit=1').then(show, (error) => {
                key.forget();
                showKeyForm(error.message);
            });
        } }, el('label', {}, 'API key', input), el('p', { class: 'failed', role: 'alert' }, message),
        el('button', { type: 'submit' }, 'Open the console')))));
    input.focus();
}

function showNav() {
    const current = location.hash.replace(/^#\/?/, '').split(/[/?]/)[0] || 'overview';
    nav.hidden = false;
    leave.hidden = false;
    nav.replaceChildren(...PAGES.map(([name, title]) => el('a', { href: `#/${name}`,
        'aria-current': name === current ? 'page' : null }, title)));
}

async function show() {
    if (!key.get()) return showKeyForm();
    showNav();
    shown += 1;
    const mine = shown;
    const page = pageOf(location.hash);
    main.replaceChildren(page.element);
    for (;;) {
        if (!document.hidden && !isBeingTyped(page.element)) await ask(page);
        if (mine !== shown || page.seconds === 0) return undefined;
        await new Promise((resolve) => setTimeout(resolve, (page.seconds ?? 1) * 1000));
        if (mine !== shown) return undefined;
    }
}

/** A table must not change under a pointer that holds a button, nor a selection be lost. */
function isBeingTyped(element) {
    const selection = getSelection();
    return document.getElementById('dialog').open
        || (selection && !selection.isCollapsed && element.contains(selection.anchorNode));
}

async function ask(page) {
    try {
        const focused = document.activeElement?.textContent;
        await page.refresh();
        restoreFocus(page.element, focused);
        state.replaceChildren(badge('live', 'good'));
    } catch (error) {
        if (error.status === 401) {
            key.forget();
            showKeyForm('The key is not valid any more.');
        } else {
            state.replaceChildren(badge(error.status ? error.message : 'the server does not answer', 'bad'));
        }
    }
}

/** What was focused has been drawn anew: the one with the same text gets the focus back. */
function restoreFocus(element, text) {
    if (document.activeElement !== document.body || !text) return;
    const same = [...element.querySelectorAll('button, a')].find((one) => one.textContent === text);
    same?.focus({ preventScroll: true });
}

leave.addEventListener('click', () => {
    key.forget();
    showKeyForm();
});
// The address after the sign is the page's: a jump must not change it.
document.querySelector('.skip').addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
});
addEventListener('hashchange', () => {
    show();
    main.focus({ preventScroll: true });
});
show();
