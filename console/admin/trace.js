// Why was this slow? Where the time of one request went.

import { get } from './api';
import { actorLink } from './actors';
import { badge, card, el, table } from './dom';
import { clock, duration } from './format';

const PARTS = [['queueUs', 'in mailboxes', 'c2'], ['handlerUs', 'in actors', 'c3'],
    ['laneUs', 'on the way to the database', 'c1'], ['commitUs', 'in commits', 'c4'], ['elsewhereUs', 'elsewhere', 'c5']];

export function tracePage(requestId) {
    const input = el('input', { id: 'request-id', value: requestId, placeholder: 'req_…, or what X-Request-Id said', size: 40 });
    const found = el('div', {});
    const form = el('form', { class: 'row', onsubmit: (event) => {
        event.preventDefault();
        location.hash = `#/trace/${encodeURIComponent(input.value.trim())}`;
    } }, el('label', { class: 'wide' }, 'Request id', input), el('button', { type: 'submit' }, 'Explain'));

    async function refresh() {
        if (!requestId) return;
        const trace = await get(`/trace/${encodeURIComponent(requestId)}`).catch((error) => {
            if (error.status !== 404) throw error;
            found.replaceChildren(el('p', { class: 'muted' }, error.message));
            return null;
        });
        if (trace) found.replaceChildren(...show(trace));
    }
    return { element: card('Why is this slow?', form, found), refresh, seconds: 3 };
}

function show(trace) {
    const number = { number: true };
    const known = PARTS.filter(([name]) => trace[name]);
    const sum = known.reduce((total, [name]) => total + trace[name], 0);
    const bar = el('div', { class: 'bar', role: 'img',
        'aria-label': known.map(([name, text]) => `${duration(trace[name])} ${text}`).join(', ') },
    known.map(([name, , color]) => {
        const part = el('span', { class: color });
        part.style.flexGrow = String(Math.max(trace[name] / sum, 0.004));
        return part;
    }));
    return [
        el('p', {}, trace.request
            ? [badge(String(trace.request.status), trace.request.status < 400 ? 'good' : 'bad'),
                ` ${trace.request.method} ${trace.request.route} took `, el('strong', {}, duration(trace.request.tookUs))]
            : 'It has not been answered yet.'),
        trace.incomplete ? el('p', { class: 'muted' },
            'Messages may be missing here: it began before anybody looked, or too many came after them.') : '',
        bar,
        el('p', { class: 'legend' }, known.map(([name, text, color]) =>
            el('span', {}, el('i', { class: `swatch ${color}` }), `${duration(trace[name])} ${text}`))),
        table('Messages', [
            ['At', ({ at }) => clock(at)],
            ['Actor', ({ kind, id }) => [`${kind} `, actorLink(kind, id)]],
            ['What', ({ what, crashed }) => [what, crashed ? badge('crashed', 'bad') : '']],
            ['Queue', ({ queueUs }) => duration(queueUs), number],
            ['Handler', ({ handlerUs }) => duration(handlerUs), number],
            ['Lane', ({ laneUs }) => duration(laneUs), number],
            ['Commit', ({ commitUs }) => duration(commitUs), number],
        ], trace.messages),
    ];
}
