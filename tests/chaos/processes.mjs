// The processes of a run, found by what they are and never by a name alone.

import { readFileSync } from 'node:fs';
import path from 'node:path';

const firstLine = (file) => Number(readFileSync(file, 'utf8').split('\n', 1)[0]);

export const isAlive = (pid) => {
    try {
        process.kill(pid, 0);
        return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
        return false;
    }
};

export const childrenOf = (pid) => {
    try {
        return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    } catch {
        return [];
    }
};

export const postmasterOf = (directory) => firstLine(path.join(directory, 'postgres/data/postmaster.pid'));
export const redisOf = (directory) => firstLine(path.join(directory, 'redis/pid'));

/** The postmaster first, so that nothing new is begun while the others get the signal. */
export function signalAll(pid, signal) {
    const pids = [pid, ...childrenOf(pid)];
    for (const one of pids) {
        try {
            process.kill(one, signal);
        } catch { /* it has ended */ }
    }
    return pids;
}
