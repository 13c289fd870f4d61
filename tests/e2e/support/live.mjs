// Readers of live updates, over a WebSocket and over server-sent events, which check as they read
// that no version is left out and none comes twice.

import assert from 'node:assert/strict';
import http from 'node:http';
import WebSocket from 'ws';
import { until } from './server.mjs';

/** One topic as a reader has seen it. */
class Seen {
    version = undefined;
    data = undefined;
    snapshots = 0;
    changes = 0;
    gone = false;

    take(message) {
        if (message.type === 'gone') {
            this.gone = true;
            return;
        }
        if (message.type === 'change') {
            assert.equal(message.from, this.version, `a gap before ${JSON.stringify(message)}`);
            this.changes += 1;
        } else {
            this.snapshots += 1;
        }
        if (this.version !== undefined) {
            assert.ok(message.version > this.version, `${message.version} after ${this.version}`);
        }
        this.version = message.version;
        this.data = message.data;
    }
}

class Follower {
    topics = new Map();
    faults = [];

    seen(topic) {
        if (!this.topics.has(topic)) this.topics.set(topic, new Seen());
        return this.topics.get(topic);
    }
    take(message) {
        try {
            this.seen(message.topic).take(message);
        } catch (fault) {
            this.faults.push(fault.message);
        }
    }
    assertFaultless() {
        assert.deepEqual(this.faults, []);
    }
    reaches(topic, version) {
        return until(() => this.seen(topic).version >= version,
            { what: `${topic} at ${version} (is ${this.seen(topic).version})` });
    }
}

export class LiveReader extends Follower {
    answers = [];
    count = 0;

    static async open(port, { path = '/ws', ...options } = {}) {
        const reader = new LiveReader();
        await reader.connect(port, path, options);
        return reader;
    }

    /** Fails with the status when the server does not agree. */
    async connect(port, path = '/ws', options = {}) {
        this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false, ...options });
        this.closed = new Promise((resolve) => {
            this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
        });
        this.socket.on('message', (text) => this.hear(JSON.parse(text)));
        await new Promise((resolve, reject) => {
            this.socket.once('open', resolve);
            this.socket.once('error', reject);
            this.socket.once('unexpected-response', (_, answer) => {
                reject(Object.assign(new Error(`refused with ${answer.statusCode}`), { status: answer.statusCode }));
            });
        });
        this.socket.on('error', () => {});
    }

    hear(message) {
        if (['snapshot', 'change', 'gone'].includes(message.type)) return this.take(message);
        this.answers.push(message);
    }

    /** Says something and gives the answer that carries its id. */
    async ask(message) {
        this.count += 1;
        const id = String(this.count);
        this.socket.send(JSON.stringify({ ...message, id }));
        return until(() => this.answers.find((answer) => answer.id === id), { what: `an answer to ${message.type}` });
    }

    /** With the versions it has, as after a lost connection. */
    async subscribe(topics, more = {}) {
        const versions = Object.fromEntries(topics.filter((topic) => this.seen(topic).version !== undefined)
            .map((topic) => [topic, this.seen(topic).version]));
        const answer = await this.ask({ type: 'subscribe', topics, versions, ...more });
        assert.equal(answer.type, 'subscribed', JSON.stringify(answer));
        return answer;
    }

    close() {
        this.socket.close();
        return this.closed;
    }
}

export class EventReader extends Follower {
    events = [];
    comments = 0;

    static open(port, path, headers = {}) {
        const reader = new EventReader();
        return new Promise((resolve, reject) => {
            reader.request = http.get({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
                reader.status = answer.statusCode;
                reader.headers = answer.headers;
                let text = '';
                reader.ended = new Promise((end) => { answer.once('close', end); });
                answer.setEncoding('utf8');
                answer.on('data', (part) => {
                    text += part;
                    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
                        reader.hear(text.slice(0, end));
                        text = text.slice(end + 2);
                    }
                });
                answer.on('error', () => {});
                resolve(reader);
            });
            reader.request.on('error', reject);
        });
    }

    hear(block) {
        const fields = {};
        for (const line of block.split('\n')) {
            if (line.startsWith(':')) this.comments += 1;
            else fields[line.slice(0, line.indexOf(':'))] = line.slice(line.indexOf(':') + 2);
        }
        if (!fields.data) return;
        const message = JSON.parse(fields.data);
        this.events.push({ id: fields.id, event: fields.event, message });
        this.take(message);
    }

    close() {
        this.request.destroy();
        return this.ended;
    }
}
