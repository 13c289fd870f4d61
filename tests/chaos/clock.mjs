// Another wall clock for the server, by libfaketime; its monotonic clock stays the machine's.

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const LIBRARY = 'libfaketimeMT.so.1';

function library() {
    for (const place of ['/usr/lib', '/usr/local/lib']) {
        const places = existsSync(place) ? ['', ...readdirSync(place)] : [];
        for (const one of places) {
            const file = path.join(place, one, 'faketime', LIBRARY);
            if (existsSync(file)) return file;
        }
    }
    return undefined;
}

/** Why the clock cannot be moved here; nothing when it can. */
export const noClock = () => (library() ? undefined : 'libfaketime is not installed');

export class Clock {
    constructor(directory) {
        this.file = path.join(directory, 'clock');
        this.move(0);
        this.environment = {
            LD_PRELOAD: library(),
            FAKETIME_TIMESTAMP_FILE: this.file,
            FAKETIME_CACHE_DURATION: '1',
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
            FAKETIME_DONT_RESET: '1',
        };
    }

    /** The server notices within a second. */
    move(seconds) {
        writeFileSync(this.file, `${seconds < 0 ? '' : '+'}${seconds}`);
    }
}
