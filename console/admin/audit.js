// What operators did, newest first.

import { getPage } from './api';
import { card, el, table } from './dom';
import { count, moment } from './format';

const changes = ({ before, after }) => after.filter(({ name, value }) =>
    before.find((one) => one.name === name)?.value !== value).map(({ name, value }) => `${name}: ${value}`).join(', ');

export function auditPage() {
    let rows = [];
    let cursor = null;
    const body = el('div', {});
    async function refresh() {
        const page = await getPage('/audit?limit=50');
        const fresh = page.data.findIndex(({ id }) => id === rows[0]?.id);
        if (fresh === 0) return;
        if (fresh > 0) {
            rows = [...page.data.slice(0, fresh), ...rows]; // what was asked for behind them stays
        } else {
            rows = page.data;
            cursor = page.pagination.nextCursor;
        }
        show();
    }
    async function more() {
        const page = await getPage(`/audit?limit=50&cursor=${cursor}`);
        rows = [...rows, ...page.data];
        cursor = page.pagination.nextCursor;
        show();
    }
    function show() {
        body.replaceChildren(table('', [
            ['When', ({ at }) => moment(at)],
            ['Who', ({ actor, actorName }) => el('span', { title: actor }, actorName)],
            ['Action', ({ action }) => action],
            ['Target', ({ target }) => el('code', {}, target)],
            ['Reason', ({ reason }) => reason],
            ['Touched', ({ touched }) => count(touched), { number: true }],
            ['Became', changes],
            ['Request', ({ requestId }) => el('code', {}, requestId)],
        ], rows, 'No operator has done anything.'),
        cursor ? el('button', { type: 'button', class: 'quiet', onclick: more }, 'Older ones') : '');
    }
    return { element: card('Audit', body), refresh, seconds: 3 };
}
