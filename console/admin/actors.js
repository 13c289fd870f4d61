// Actors by what is asked for: the fullest mailbox, the busiest, the slowest, the most restarted.

import { get } from './api';
import { badge, card, el, table } from './dom';
import { compact, count, duration, shortId } from './format';

const SORTS = { mailbox: 'Fullest mailbox', rate: 'Busiest', slowest: 'Slowest', restarts: 'Most restarted' };

export const actorLink = (kind, id, text = shortId(id)) => (id.endsWith('…') ? el('code', {}, id)
    : el('a', { href: `#/actors/${kind}/${encodeURIComponent(id)}`, title: id }, el('code', {}, text)));

export function actorBadges(actor) {
    return [actor.quarantined ? badge('quarantined', 'bad') : null,
        actor.live ? badge('live', 'good') : badge('not in memory')];
}

export function actorsPage(query) {
    const kind = el('select', { id: 'kind' }, el('option', { value: '' }, 'every kind'),
        ['stock', 'cart', 'order', 'discount'].map((name) => el('option', { value: name }, name)));
    kind.value = query.get('kind') ?? '';
    const id = el('input', { id: 'search', type: 'search', placeholder: 'var_…, order_…, a part of it',
        value: query.get('id') ?? '' });
    const sort = el('select', { id: 'sort' }, Object.entries(SORTS).map(([name, title]) =>
        el('option', { value: name }, title)));
    sort.value = query.get('sort') ?? 'mailbox';
    const found = el('div', {});
    const form = el('form', { class: 'row', role: 'search', onsubmit: (event) => event.preventDefault(),
        oninput: () => refresh().catch(() => {}) },
        el('label', {}, 'Kind', kind), el('label', { class: 'wide' }, 'Id', id), el('label', {}, 'Order', sort));

    let asked = 0; // a late answer to an earlier question is not shown

    async function refresh() {
        asked += 1;
        const mine = asked;
        const wanted = new URLSearchParams({ sort: sort.value, limit: 50 });
        if (kind.value) wanted.set('kind', kind.value);
        if (id.value.trim()) wanted.set('id', id.value.trim());
        const { actors } = await get(`/actors?${wanted}`);
        if (mine === asked) show(actors);
    }
    function show(actors) {
        const number = { number: true };
        found.replaceChildren(table(SORTS[sort.value], [
            ['Kind', (actor) => actor.kind],
            ['Id', (actor) => actorLink(actor.kind, actor.id)],
            ['Mailbox', (actor) => count(actor.mailbox), number],
            ['Messages', (actor) => compact(actor.messages), number],
            ['Per minute', (actor) => compact(actor.messagesPerMinute), number],
            ['Handling', (actor) => (actor.handlingUs === null ? null : duration(actor.handlingUs)), number],
            ['Slowest', (actor) => (actor.slowestUs === null ? null : duration(actor.slowestUs)), number],
            ['Restarts', (actor) => count(actor.restarts), number],
            ['State', actorBadges],
            ['Last error', (actor) => actor.lastError],
        ], actors, 'No actor like that.'));
    }
    return { element: card('Actors', form, found), refresh };
}
