// The whole server at a glance, with plots of the last minutes.

import { get } from './api';
import { badge, card, el, figure, table } from './dom';
import { actionButton } from './action';
import { bytes, compact, count, duration, relative } from './format';
import { Plot } from './plot';

const KEPT = 600;

export function overviewPage() {
    let points = [];
    const rates = new Plot('Per second', [
        { name: 'requests', color: '--c1', value: (p) => p.requests, filled: true },
        { name: 'messages', color: '--c2', value: (p) => p.messages },
        { name: 'changes', color: '--c3', value: (p) => p.changes }], compact);
    const times = new Plot('Where the time goes (p99)', [
        { name: 'request', color: '--c1', value: (p) => p.httpP99Us, filled: true },
        { name: 'mailbox', color: '--c2', value: (p) => p.mailboxP99Us },
        { name: 'handler', color: '--c3', value: (p) => p.handlerP99Us },
        { name: 'commit', color: '--c4', value: (p) => p.commitP99Us }], duration);
    const batches = new Plot('Changes per commit', [
        { name: 'batch', color: '--c4', filled: true, value: (p) => (p.commits ? p.changes / p.commits : 0) },
        { name: 'waiting', color: '--c2', value: (p) => p.laneQueue }], (v) => compact(Math.round(v * 10) / 10));
    const memory = new Plot('Memory', [
        { name: 'resident', color: '--c1', filled: true, value: (p) => p.residentBytes }], bytes);
    const figures = el('div', { class: 'figures' });
    const tables = el('div', { class: 'two' });
    const element = el('div', {}, figures, el('div', { class: 'plots' },
        rates.element, times.element, batches.element, memory.element), tables);

    async function refresh() {
        const since = points.at(-1)?.at;
        const data = await get(`/overview${since ? `?since=${encodeURIComponent(since)}` : ''}`);
        const newest = points.at(-1)?.at ?? ''; // two may be asked for at once
        points = [...points, ...data.series.filter(({ at }) => at > newest)].slice(-KEPT);
        for (const plot of [rates, times, batches, memory]) plot.show(points);
        figures.replaceChildren(...figuresOf(data));
        tables.replaceChildren(kindsOf(data, refresh), latenciesOf(data));
    }
    return { element, refresh };
}

function figuresOf(data) {
    const live = data.kinds.reduce((sum, kind) => sum + kind.live, 0);
    const batch = data.laneBatches ? data.laneChanges / data.laneBatches : 0;
    return [
        figure('Requests', `${compact(data.requestsPerSecond)} /s`, `${data.requestsInFlight} in flight`),
        figure('Messages', `${compact(data.messagesPerSecond)} /s`, `${count(data.deadLetters)} dead letters`),
        figure('Live actors', compact(live), `of ${compact(data.maxLive)}`),
        figure('Write lane', data.laneAccepting ? 'accepting' : 'closed',
            `${batch.toFixed(1)} changes a commit, ${data.laneQueue} wait`),
        figure('Memory', bytes(data.residentBytes), `${count(data.connections)} connections`),
        figure('PostgreSQL', data.components.some(({ name, up }) => name === 'postgresql' && up) ? 'up' : 'down',
            `${data.postgresConnections} readers, ${data.postgresWaiting} wait`),
        figure('Redis', redisState(data), 'cache and shared limits'),
        figure('Started', relative(data.startedAt), data.draining ? 'draining' : 'taking work'),
    ];
}

function redisState({ components }) {
    const redis = components.find(({ name }) => name === 'redis');
    return redis ? (redis.up ? 'up' : 'down') : 'not used';
}

function kindsOf(data, after) {
    const number = { number: true };
    const drain = data.draining
        ? actionButton('Take work again', '/resume', { after, kind: '' })
        : actionButton('Drain this server', '/drain', { after, kind: 'danger' });
    return card('Actors by kind', table('', [
        ['Kind', (kind) => el('a', { href: `#/actors?kind=${kind.kind}` }, kind.kind)],
        ['Live', (kind) => count(kind.live), number],
        ['Messages', (kind) => compact(kind.messages), number],
        ['Refused', (kind) => compact(kind.refused), number],
        ['Crashed', (kind) => count(kind.crashed), number],
        ['State', (kind) => [kind.paused ? badge('paused', 'warn') : null,
            kind.quarantined ? badge(`${kind.quarantined} quarantined`, 'bad') : null,
            !kind.paused && !kind.quarantined ? badge('well', 'good') : null]],
        ['', (kind) => (kind.paused
            ? actionButton(`Resume ${kind.kind}`, `/kinds/${kind.kind}/resume`, { after, label: 'Resume' })
            : actionButton(`Pause ${kind.kind}`, `/kinds/${kind.kind}/pause`, { after, label: 'Pause' }))],
    ], data.kinds), el('div', { class: 'row end' }, drain));
}

function latenciesOf(data) {
    const number = { number: true };
    return card('Latency, the last ten seconds', table('', [
        ['', (line) => line.what],
        ['Count', (line) => compact(line.count), number],
        ['p50', (line) => (line.count ? duration(line.p50Us) : null), number],
        ['p95', (line) => (line.count ? duration(line.p95Us) : null), number],
        ['p99', (line) => (line.count ? duration(line.p99Us) : null), number],
        ['Longest', (line) => (line.count ? duration(line.maxUs) : null), number],
    ], data.latencies), el('p', { class: 'muted' },
        'Mailboxes, handlers and the wait for a commit are timed while somebody looks.'));
}
