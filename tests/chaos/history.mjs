// What happened, one JSON line each, with times in milliseconds since the run began: requests with
// their answers, faults, and what the run began and ended with.

import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';

export class History {
    constructor(file) {
        this.file = file;
        this.stream = createWriteStream(file);
        this.began = performance.now();
        this.faults = [];
        this.requests = 0;
        this.acknowledged = 0; // writes
        this.listeners = new Set();
    }

    now() {
        return Math.round((performance.now() - this.began) * 1000) / 1000;
    }

    add(type, entry) {
        if (this.stream.writableEnded) return; // a run that failed, whose clients have not heard yet
        this.stream.write(`${JSON.stringify({ type, ...entry })}\n`);
        if (type === 'fault') this.faults.push(entry);
        if (type !== 'request') return;
        this.requests += 1;
        if (!isGoodWrite(entry)) return;
        this.acknowledged += 1;
        for (const listener of this.listeners) listener(entry);
    }

    /** Resolves with the first write that is sent after `time` and acknowledged. */
    goodWriteAfter(time) {
        return new Promise((resolve) => {
            const listener = (entry) => {
                if (entry.start < time) return;
                this.listeners.delete(listener);
                resolve(entry);
            };
            this.listeners.add(listener);
        });
    }

    close() {
        return new Promise((resolve) => this.stream.end(resolve));
    }
}

export const isGoodWrite = ({ action, status, replayed }) =>
    status >= 200 && status < 300 && !replayed && !action.startsWith('read') && action !== 'forge';

/** The lines of a history, by their types. */
export function readHistory(file) {
    const history = { request: [], fault: [], begin: [], end: [], note: [] };
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
        const { type, ...entry } = JSON.parse(line);
        history[type].push(entry);
    }
    return history;
}

export const digest = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
