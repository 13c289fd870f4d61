// The proxy does what its faults are named after.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Proxy } from './proxy.mjs';

describe('the proxy', () => {
    let echo;
    let proxy;
    let heard = '';
    before(async () => {
        echo = net.createServer((socket) => {
            socket.on('error', () => {});
            socket.on('data', (bytes) => { heard += bytes; socket.write(bytes); });
        });
        await new Promise((resolve) => { echo.listen(0, '127.0.0.1', resolve); });
        proxy = await new Proxy(() => echo.address()).start();
    });
    after(async () => {
        await proxy.stop();
        await new Promise((resolve) => { echo.close(resolve); });
    });

    async function connected() {
        const socket = net.connect(proxy.port, '127.0.0.1');
        socket.on('error', () => {});
        await once(socket, 'connect');
        return socket;
    }
    const closed = (socket) => new Promise((resolve) => { socket.once('close', resolve); });
    async function answerTo(socket, text) {
        socket.write(text);
        const [bytes] = await once(socket, 'data');
        return bytes.toString();
    }
    const silent = (socket, text) => new Promise((resolve, reject) => {
        socket.once('data', () => reject(new Error('there was an answer')));
        socket.write(text);
        setTimeout(() => { socket.removeAllListeners('data'); resolve(); }, 50);
    });

    it('passes on both ways', async () => {
        const socket = await connected();
        assert.equal(await answerTo(socket, 'one'), 'one');
        socket.destroy();
    });
    it('cuts, and refuses until it is healed', async () => {
        const socket = await connected();
        await answerTo(socket, 'x');
        const ended = closed(socket);
        proxy.cut();
        await ended;
        const refused = net.connect(proxy.port, '127.0.0.1');
        refused.on('error', () => {});
        await closed(refused);
        proxy.heal();
        assert.equal(await answerTo(await connected(), 'two'), 'two');
    });
    it('stalls, and loses nothing by it', async () => {
        const socket = await connected();
        await answerTo(socket, 'x');
        proxy.stall();
        await silent(socket, 'late');
        proxy.heal();
        const [bytes] = await once(socket, 'data');
        assert.equal(bytes.toString(), 'late');
    });
    it('loses answers to what has arrived', async () => {
        const socket = await connected();
        await answerTo(socket, 'x');
        proxy.loseAnswers();
        heard = '';
        const ended = closed(socket);
        socket.write('asked');
        await ended;
        assert.equal(heard, 'asked');
        proxy.heal();
    });
    it('leaves connections half open, and lets new ones through', async () => {
        const socket = await connected();
        await answerTo(socket, 'x');
        proxy.halfOpen();
        await silent(socket, 'nobody');
        assert.equal(await answerTo(await connected(), 'new'), 'new');
        proxy.heal();
        await silent(socket, 'still nobody');
        socket.destroy();
    });
    it('delays without changing the order', async () => {
        const socket = await connected();
        proxy.slow(30);
        const began = performance.now();
        socket.write('a');
        proxy.slow(5);
        socket.write('b');
        let text = '';
        while (text.length < 2) text += (await once(socket, 'data'))[0];
        assert.equal(text, 'ab');
        assert.ok(performance.now() - began >= 5);
        proxy.heal();
        socket.destroy();
    });
});
