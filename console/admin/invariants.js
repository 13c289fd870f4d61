// What must hold, checked against the rows.

import { get } from './api';
import { badge, card, el, table } from './dom';
import { clock, count, duration } from './format';

const STATE = { holds: ['holds', 'good'], broken: ['broken', 'bad'], unknown: ['not known', 'warn'] };

export function invariantsPage() {
    const element = el('div', {});
    async function refresh() {
        const { at, invariants } = await get('/invariants');
        element.replaceChildren(card('Invariants', el('p', { class: 'muted' }, `Checked at ${clock(at)}.`),
            table('', [
                ['What must hold', ({ name }) => name],
                ['', ({ state }) => badge(...STATE[state])],
                ['Took', ({ tookUs }) => duration(tookUs), { number: true }],
                ['', ({ detail }) => detail],
            ], invariants)),
        ...invariants.filter(({ differences }) => differences.length).map(differencesOf));
    }
    function differencesOf({ name, differences, more }) {
        return card(name, table(more ? 'The first of them' : '', [
            ['Rule', ({ rule }) => rule], ['For', ({ subject }) => el('code', {}, subject)],
            ['Expected', ({ expected }) => count(expected), { number: true }],
            ['Found', ({ found }) => count(found), { number: true }],
        ], differences));
    }
    return { element, refresh, seconds: 5 };
}
