// Judges a recorded run: the history of its requests against the database at its end. A program of
// its own: node tests/chaos/checker/check.mjs DIRECTORY

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHistory } from '../history.mjs';
import { summary } from '../summary.mjs';
import { checkCarts } from './cart_history.mjs';
import { checkMoney } from './money.mjs';
import { differingRepeats, operationsOf } from './outcomes.mjs';
import { checkStock } from './stock_history.mjs';
import { checkWrites } from './writes.mjs';

/** { problems, undecided, faults, requests, objects, … } of a run's directory. */
export function check(directory) {
    const history = readHistory(path.join(directory, 'history.jsonl'));
    const books = JSON.parse(readFileSync(path.join(directory, 'books.json'), 'utf8'));
    return judge(history, books);
}

export function judge(history, books) {
    const [begin] = history.begin;
    const [{ at }] = history.end;
    const operations = operationsOf(history.request);
    const verdicts = [...checkStock(operations, books, begin, at), ...checkCarts(operations, books, at)];
    const problems = [
        ...books.problems,
        ...books.contract.map((text) => `departs from the API document: ${text}`),
        ...checkWrites(operations, books),
        ...differingRepeats(operations),
        ...checkMoney(books),
        ...strangeAnswers(history.request),
        ...verdicts.filter(({ verdict }) => verdict === 'broken').map(explain),
    ];
    return { problems, undecided: verdicts.filter(({ verdict }) => verdict === 'undecided').map(({ what }) => what),
        seed: begin.seed, gateway: `${begin.gateway}: ${books.gatewaySeen}`, faults: history.fault,
        requests: history.request, operations,
        objects: { checked: verdicts.length, operations: verdicts.reduce((sum, { size }) => sum + size, 0) } };
}

/** Trouble below is a 503 with a promise or without; a forged event is refused. */
function strangeAnswers(requests) {
    return requests.flatMap((one) => {
        if (one.action === 'forge') return one.status >= 200 && one.status < 300 ? ['a forged event was taken'] : [];
        const strange = one.status >= 500 && one.status !== 503;
        return strange ? [`${one.action} (${one.requestId}) was answered ${one.status}: ${one.message}`] : [];
    });
}

function explain({ what, stuck }) {
    const waiting = stuck.waiting.slice(0, 6).map((one) => (typeof one === 'string' ? one
        : `${one.kind} ${one.operation ?? ''} [${one.call}, ${one.end}] ${JSON.stringify({ quantity: one.quantity, variant: one.variant, onHand: one.onHand, reserved: one.reserved, shown: one.shown })}`));
    return `${what} is not linearisable: at ${JSON.stringify(stuck.state)} none of these can be next: ${waiting.join('; ')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const result = check(process.argv[2]);
    console.log(summary({ result, skipped: {} }));
    process.exitCode = result.problems.length > 0 ? 1 : 0;
}
