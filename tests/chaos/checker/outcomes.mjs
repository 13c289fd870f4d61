// From attempts to operations: what its client knows of each. An answer of success is a promise that
// it happened, a refusal one that it did not, and everything else leaves it open.

// With these words a 503 says that nothing was written. Any other may come too late to know.
const NOTHING_WRITTEN = new Set(['the change could not be stored; try again', 'the database is not reachable',
    'the database is not reachable; try again', 'too many changes at once', 'too many reads are waiting',
    'too many connections', 'the reservation is being changed']);

export function outcomeOf({ status, message }) {
    if (status >= 200 && status < 300) return 'done';
    if (status === 0) return message === 'ECONNREFUSED' ? 'refused' : 'uncertain';
    if (status === 503) return NOTHING_WRITTEN.has(message) ? 'refused' : 'uncertain';
    return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'uncertain';
}

/**
 * Operations with their attempts: { operation, action, args, key, call, end, outcome, shown, last }.
 * One that was done at its third attempt was called when the first one was sent; one with any attempt
 * of unknown outcome and no success may still happen, so that it has no end.
 */
export function operationsOf(requests) {
    const operations = new Map();
    for (const request of requests) {
        const { operation } = request;
        if (!operations.has(operation)) operations.set(operation, []);
        operations.get(operation).push(request);
    }
    return [...operations.values()].map(settle);
}

function settle(attempts) {
    const [first] = attempts;
    const outcomes = attempts.map(outcomeOf);
    const done = attempts[outcomes.indexOf('done')];
    const outcome = done ? 'done' : outcomes.includes('uncertain') ? 'uncertain' : 'refused';
    const last = attempts.at(-1);
    return { operation: first.operation, client: first.client, action: first.action, args: first.args,
        key: first.key, call: first.start, end: outcome === 'uncertain' ? Infinity : (done ?? last).end,
        seenUntil: last.end, outcome, shown: done?.shown, last, attempts };
}

/** Same key, same bytes: every success of an operation is the first one again. */
export function differingRepeats(operations) {
    return operations.flatMap(({ operation, action, key, attempts }) => {
        const digests = new Set(attempts.filter((one) => outcomeOf(one) === 'done').map(({ digest }) => digest));
        return key && digests.size > 1 ? [`${action} ${operation} was answered in ${digests.size} ways to one key`] : [];
    });
}
