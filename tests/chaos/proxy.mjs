// A TCP proxy between the server and its database, which can be told to misbehave.

import net from 'node:net';

export class Proxy {
    /** `target` is what net.connect() takes, asked for every connection. */
    constructor(target) {
        this.target = target;
        this.pairs = new Set();
        this.mode = 'open';
        this.delay = 0;
        this.server = net.createServer({ allowHalfOpen: false }, (client) => this.accept(client));
    }

    async start() {
        await new Promise((resolve) => { this.server.listen(0, '127.0.0.1', resolve); });
        this.port = this.server.address().port;
        return this;
    }
    stop() {
        this.reset();
        return new Promise((resolve) => { this.server.close(resolve); });
    }

    accept(client) {
        client.setNoDelay(true);
        client.on('error', () => {});
        if (this.mode === 'refuse') return void client.resetAndDestroy();
        const pair = { client, database: net.connect(this.target()), silent: false };
        this.pairs.add(pair);
        pair.database.on('error', () => client.resetAndDestroy());
        this.relay(pair, client, pair.database);
        this.relay(pair, pair.database, client);
        if (this.mode === 'stall') stall(pair);
        return undefined;
    }

    relay(pair, from, to) {
        let last = Promise.resolve(); // bytes keep their order whatever the delay is
        from.on('data', (bytes) => {
            if (pair.silent) return;
            if (this.mode === 'lose answers' && from === pair.database) {
                pair.client.resetAndDestroy();
                pair.silent = true;
                return;
            }
            if (this.delay === 0 && !pair.late) return void to.write(bytes);
            pair.late = true;
            const arrives = new Promise((resolve) => { setTimeout(resolve, this.delay); });
            last = last.then(() => arrives).then(() => { if (!pair.silent && !to.destroyed) to.write(bytes); });
        });
        from.on('close', () => {
            if (from === pair.client) this.pairs.delete(pair);
            if (!pair.silent) to.destroy();
            else if (from === pair.client && !pair.kept) to.destroy();
        });
    }

    /** Connections break with a reset; new ones are refused until heal(). */
    cut() {
        this.mode = 'refuse';
        this.reset();
    }
    reset() {
        for (const { client, database } of this.pairs) {
            client.resetAndDestroy();
            database.destroy();
        }
        this.pairs.clear();
    }
    /** Nothing passes, and nobody is told. */
    stall() {
        this.mode = 'stall';
        for (const pair of this.pairs) stall(pair);
    }
    /** What is asked arrives; the connection breaks before its answer does. */
    loseAnswers() {
        this.mode = 'lose answers';
    }
    /** The connections of now fall silent for good, with their other end still there until heal(). */
    halfOpen() {
        this.forgotten = [...this.pairs];
        for (const pair of this.forgotten) Object.assign(pair, { silent: true, kept: true });
    }
    slow(milliseconds) {
        this.delay = milliseconds;
    }

    heal() {
        this.mode = 'open';
        this.delay = 0;
        for (const { client, database } of this.pairs) {
            client.resume();
            database.resume();
        }
        for (const { database } of this.forgotten ?? []) database.destroy();
        this.forgotten = [];
    }
}

function stall({ client, database }) {
    client.pause();
    database.pause();
}
