// What is done to the running system. A fault begins, lasts, and ends; `end` marks the moment from
// which everything is there again, or being started again, so that recovery is counted from it.

import { execFileSync } from 'node:child_process';
import net from 'node:net';
import { childrenOf, isAlive, redisOf, signalAll } from './processes.mjs';
import { pause } from './requests.mjs';
import { until } from '../e2e/support/server.mjs';

const between = (random, low, high) => Math.round(low + random() * (high - low));

/** A fault that is switched on, lasts for some milliseconds, and is switched off. */
const lasting = (low, high, on, off, more = {}) => ({
    ...more,
    async strike(world, random, mark) {
        const time = between(random, low, high);
        const detail = await on(world, random);
        try {
            await pause(time);
        } finally {
            mark();
            await off(world, detail);
        }
        return `${time} ms${typeof detail === 'string' ? `, ${detail}` : ''}`;
    },
});

const proxied = (low, high, on) => lasting(low, high, ({ proxy }, random) => on(proxy, random), ({ proxy }) => proxy.heal());

const PROCESSES = {
    'server killed': {
        async strike(world, random, mark) {
            await world.server.kill();
            await pause(between(random, 0, 500));
            mark();
            await world.server.start({ ready: false });
        },
    },
    'server stopped': lasting(500, 4_000,
        ({ server }) => void server.child.kill('SIGSTOP'), ({ server }) => server.child.kill('SIGCONT')),
    'backend killed': {
        async strike(world, random, mark) {
            const rows = await world.server.sql(`SELECT pid FROM pg_stat_activity
                WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid`);
            const { pid } = rows[Math.floor(random() * rows.length)];
            mark();
            process.kill(pid, 'SIGKILL');
            await world.startPostgres();
            return `one of ${rows.length}`;
        },
    },
    'postmaster killed': {
        async strike(world, random, mark) {
            const { postmaster } = world;
            const children = childrenOf(postmaster);
            process.kill(postmaster, 'SIGKILL');
            await until(() => ![postmaster, ...children].some(isAlive), { what: 'the end of its children' });
            await pause(between(random, 0, 500));
            mark();
            await world.startPostgres();
        },
    },
    'PostgreSQL stopped': lasting(500, 5_000, (world) => ({ pids: signalAll(world.postmaster, 'SIGSTOP') }),
        (_, { pids }) => pids.reverse().forEach((pid) => isAlive(pid) && process.kill(pid, 'SIGCONT'))),
};

const CONNECTIONS = {
    'database cut': proxied(100, 2_500, (proxy) => proxy.cut()),
    'database stalled': proxied(300, 4_000, (proxy) => proxy.stall()),
    'database half open': proxied(4_500, 6_500, (proxy) => proxy.halfOpen()),
    'database answers lost': proxied(50, 1_500, (proxy) => proxy.loseAnswers()),
    'database slow': proxied(1_000, 3_000, (proxy, random) => {
        const delay = between(random, 5, 150);
        proxy.slow(delay);
        return `${delay} ms each way`;
    }),
};

const DISK = {
    'disk slow': lasting(1_500, 4_000, (world, random) => {
        const writes = between(random, 5, 40);
        world.disk.slow(writes, [world.postmaster, ...childrenOf(world.postmaster)]);
        return `${writes} writes a second`;
    }, ({ disk }) => disk.quicken(), { needs: 'slow disk' }),
    'disk full': {
        needs: 'disk',
        async strike(world, random, mark) {
            const time = between(random, 1_000, 4_000);
            world.disk.fill();
            // What is written into room that is there already needs none: a new segment of the log does.
            await world.server.psql('SELECT pg_switch_wal()').catch(() => {});
            await pause(time);
            mark();
            world.disk.empty();
            await world.startPostgres();
            return `${time} ms`;
        },
    },
};

const CACHE = {
    'Redis gone': lasting(500, 2_500, (world) => world.server.services('stop', 'redis').then(() => {}),
        (world) => world.server.services('start', 'redis')),
    'Redis emptied': {
        async strike(world, random, mark) {
            const socket = world.server.environment.SOUK_REDIS_URL.slice('unix://'.length);
            mark();
            execFileSync('redis-cli', ['-s', socket, 'FLUSHALL']);
        },
    },
    'Redis stopped': lasting(500, 3_000, ({ directory }) => void process.kill(redisOf(directory), 'SIGSTOP'),
        ({ directory }) => process.kill(redisOf(directory), 'SIGCONT')),
};

const moved = (low, high) => lasting(1_500, 3_000, ({ clock }, random) => {
    const seconds = between(random, low, high);
    clock.move(seconds);
    return `${seconds} s`;
}, ({ clock }) => clock.move(0), { needs: 'clock' });

const CLOCK = {
    'clock forward': moved(30, 2_400),
    'clock backward': moved(-2_400, -30),
};

/** Connections of clients that are slow, or gone without a word. Their carts are told by the currency. */
const CLIENTS = {
    'slow clients': lasting(1_500, 4_000, ({ server }, random) => {
        const body = JSON.stringify({ currency: 'JOD' });
        const head = `POST /api/v1/cart HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
        const behaviours = [
            (socket) => drip(socket, `${head}\r\n${body}`, 1_000),
            (socket) => socket.write(head),
            (socket) => socket.write(`${head}\r\n${body.slice(0, 5)}`),
            (socket) => { socket.write('GET /api/v1/products?limit=100 HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50)); socket.pause(); },
            (socket) => { socket.write(`${head}\r\n${body}`); setTimeout(() => socket.resetAndDestroy(), 2); },
            (socket) => socket.end(head.slice(0, 30)),
            () => {},
        ];
        const sockets = Array.from({ length: 70 }, (_, index) => {
            const socket = net.connect(server.port, '127.0.0.1');
            socket.on('error', () => {});
            socket.on('connect', () => behaviours[index % behaviours.length](socket));
            return socket;
        });
        random();
        return { sockets };
    }, (_, { sockets }) => sockets.forEach((socket) => socket.destroy())),
};

function drip(socket, text, milliseconds) {
    let sent = 0;
    const timer = setInterval(() => {
        if (socket.destroyed || sent >= text.length) return clearInterval(timer);
        socket.write(text[sent]);
        sent += 1;
        return undefined;
    }, milliseconds / text.length * 10);
    socket.on('close', () => clearInterval(timer));
}

const GATEWAY = {
    'webhooks forged': {
        async strike(world, random, mark, history) {
            mark();
            const answers = [];
            for (let number = 0; number < 21; number += 1) {
                const start = history.now();
                const answer = await world.gateway.forge(number).catch((error) => ({ status: 0, error }));
                answers.push(answer.status);
                history.add('request', { operation: `forged-${start}-${number}`, attempt: 1, client: 'forger',
                    action: 'forge', args: {}, start, end: history.now(), status: answer.status });
            }
            return `answered ${[...new Set(answers)]}`;
        },
        applies: (world) => Boolean(world.gateway.forge),
    },
};

export const FAULTS = { ...PROCESSES, ...CONNECTIONS, ...DISK, ...CACHE, ...CLOCK, ...CLIENTS, ...GATEWAY };

/** Those whose names hold one of the words of a list such as "server,disk full". */
export function faultsNamed(list) {
    if (!list) return Object.keys(FAULTS);
    const words = list.split(',').map((word) => word.trim().toLowerCase()).filter(Boolean);
    for (const word of words) {
        if (!Object.keys(FAULTS).some((name) => name.toLowerCase().includes(word))) {
            throw new Error(`no fault is called "${word}"; there are: ${Object.keys(FAULTS).join(', ')}`);
        }
    }
    return Object.keys(FAULTS).filter((name) => words.some((word) => name.toLowerCase().includes(word)));
}

/** Every fault in turn, in an order of the seed's for each round, with a pause after each. */
export function* schedule(names, random) {
    for (;;) {
        const round = [...names];
        while (round.length > 0) {
            const [name] = round.splice(Math.floor(random() * round.length), 1);
            yield { name, pause: between(random, 200, 1_500) };
        }
    }
}
