// One actor: its memory beside its row, its mail, its history, and what may be done to it.

import { get } from './api';
import { actionButton, refundButton } from './action';
import { actorBadges } from './actors';
import { badge, card, el, figure, table } from './dom';
import { clock, compact, count, duration, moment } from './format';

const AGREEMENT = {
    same: ['memory and row agree', 'good'],
    under_way: ['a change is being committed', 'warn'],
    differs: ['memory and row differ', 'bad'],
    not_in_memory: ['not in memory', ''],
    no_row: ['no row', 'bad'],
};

export function actorPage(kind, id) {
    const path = `/actors/${kind}/${encodeURIComponent(id)}`;
    const body = el('div', {});
    const element = el('div', {}, el('p', {}, el('a', { href: '#/actors' }, '← Actors')), body);

    async function refresh() {
        const page = await get(path);
        body.replaceChildren(head(page), el('div', { class: 'two' }, state(page), history(page)),
            summary(page), mail(page));
    }
    function head({ actor, underWay, busy }) {
        const verbs = actor.quarantined ? ['release'] : ['passivate', 'restart', 'quarantine'];
        const label = (verb) => verb[0].toUpperCase() + verb.slice(1);
        return card(null, el('div', { class: 'row between' },
            el('h2', {}, `${actor.kind} `, el('code', { class: 'whole' }, actor.id)), el('span', {}, actorBadges(actor))),
            el('div', { class: 'figures' },
                figure('Mailbox', count(actor.mailbox), busy ? 'waits for others' : ''),
                figure('Messages', compact(actor.messages), 'in this life'),
                figure('Handling', duration(actor.handlingUs), `slowest ${duration(actor.slowestUs)}`),
                figure('Version', actor.version === null ? '–' : count(actor.version), `${underWay} under way`),
                figure('Restarts', count(actor.restarts), actor.lastError ?? ''),
                figure('In memory since', actor.activatedAt ? clock(actor.activatedAt) : '–')),
            el('div', { class: 'row' }, verbs.map((verb) => actionButton(label(verb), `${path}/${verb}`,
                { kind: verb === 'quarantine' ? 'danger' : '', after: refresh })),
            kind === 'order' ? refundButton(actor.id, refresh) : null));
    }
    function state({ agreement, state: lines }) {
        return card('State', el('p', {}, badge(...AGREEMENT[agreement])), table('', [
            ['Field', ({ field }) => field],
            ['Memory', ({ memory }) => memory],
            ['Row', ({ row }) => row],
            ['', ({ same, memory, row }) => (same || memory === null || row === null ? '' : badge('≠', agreement === 'differs' ? 'bad' : 'warn'))],
        ], lines));
    }
    function history({ history: lines }) {
        return card(kind === 'stock' ? 'Movements' : 'History', table('', [
            ['When', ({ at }) => moment(at)], ['What', ({ what }) => what], ['', ({ detail }) => detail],
            ['Who', ({ actor }) => actor],
        ], lines));
    }
    function summary({ summary: { sentence, stages } }) {
        const number = { number: true };
        return card('Why is it slow?', el('p', { class: 'sentence' }, sentence), stages.length ? table('', [
            ['Stage', ({ stage }) => stage],
            ['Messages', (stage) => count(stage.count), number],
            ['Sum', ({ sumUs }) => duration(sumUs), number],
            ['Half', ({ p50Us }) => duration(p50Us), number],
            ['95 %', ({ p95Us }) => duration(p95Us), number],
            ['Longest', ({ maxUs }) => duration(maxUs), number],
        ], stages) : '');
    }
    function mail({ lastMessages }) {
        const number = { number: true };
        return card('Last messages', table('', [
            ['At', ({ at }) => clock(at)],
            ['What', ({ what, crashed }) => [what, crashed ? badge('crashed', 'bad') : '']],
            ['Request', ({ requestId }) => (requestId
                ? el('a', { href: `#/trace/${encodeURIComponent(requestId)}` }, el('code', {}, requestId)) : null)],
            ['Queue', ({ queueUs }) => duration(queueUs), number],
            ['Handler', ({ handlerUs }) => duration(handlerUs), number],
            ['Lane', ({ laneUs }) => duration(laneUs), number],
            ['Commit', ({ commitUs }) => duration(commitUs), number],
        ], lastMessages, 'None since this page was opened.'));
    }
    return { element, refresh };
}
