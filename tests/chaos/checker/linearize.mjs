// Is a history of one object linearisable? Wing and Gong, "Testing and verifying concurrent objects"
// (J. Parallel and Distributed Computing 17, 1993): look for an order of the operations that agrees
// with real time and with a sequential model. Lowe, "Testing for linearizability" (Concurrency and
// Computation 29(4), 2017) adds the memory of configurations already seen, without which it takes
// exponential time on ordinary histories.

const LIMIT = 2_000_000;

/**
 * `operations`: [{ call, end, optional?, after? }] with whatever the model reads. An `end` of
 * Infinity is an operation that nobody saw end; an `optional` one may never have happened; `after`
 * is the operation that must have taken effect before it.
 * `model`: { start, step(state, operation, happened) → the next state or undefined, key(state),
 * twin?(operation) }. Operations without an end and with the same twin are interchangeable.
 * Gives { verdict: "linearisable" | "broken" | "undecided", stuck }, where `stuck` says how far an
 * order could be found: the state there and the operations of which none could be next.
 */
export function linearize(operations, model, { limit = LIMIT } = {}) {
    const all = [...operations].sort((a, b) => a.call - b.call);
    const search = new Search(all, model);
    let steps = 0;
    while (!search.finished()) {
        steps += 1;
        if (steps > limit) return { verdict: 'undecided', stuck: search.deepest };
        if (!search.advance() && !search.retreat()) return { verdict: 'broken', stuck: search.deepest };
    }
    return { verdict: 'linearisable', steps };
}

class Search {
    constructor(all, model) {
        this.all = all;
        this.model = model;
        this.numbers = new Map(all.map((operation, index) => [operation, index]));
        this.needed = new Set(all.map(({ after }) => after).filter(Boolean));
        this.marks = all.map(() => [randomWord(), randomWord()]);
        this.happened = new Uint8Array(all.length);
        this.left = all.filter(({ optional }) => !optional).length;
        this.low = 0; // what lies below has happened
        this.hash = [0, 0];
        this.seen = new Set();
        this.path = [];
        this.deepest = { count: -1 };
        this.open(model.start);
    }

    finished() {
        return this.left === 0;
    }
    has(operation) {
        return this.happened[this.numbers.get(operation)] === 1;
    }

    /** Those that may be next: nothing that has not happened yet ended before they were called. */
    candidates() {
        let firstEnd = Infinity;
        const found = [];
        for (let index = this.low; index < this.all.length; index += 1) {
            const operation = this.all[index];
            if (operation.call > firstEnd) break;
            if (this.happened[index]) continue;
            if (!operation.optional) firstEnd = Math.min(firstEnd, operation.end);
            if (!operation.after || this.has(operation.after)) found.push(index);
        }
        const due = found.filter((index) => this.all[index].call <= firstEnd);
        return this.withoutTwins(due).sort((a, b) => this.endOf(a) - this.endOf(b) || a - b);
    }
    endOf(index) {
        const { end, optional } = this.all[index];
        if (optional) return Number.MAX_VALUE;
        return end === Infinity ? Number.MAX_SAFE_INTEGER : end;
    }
    withoutTwins(indices) {
        const twins = new Set();
        return indices.filter((index) => {
            const operation = this.all[index];
            if (operation.end !== Infinity || this.needed.has(operation)) return true;
            const twin = this.model.twin?.(operation);
            if (twin === undefined) return true;
            const name = `${operation.optional ? 'perhaps ' : ''}${twin}`;
            return !twins.has(name) && twins.add(name);
        });
    }

    open(state) {
        const candidates = this.candidates();
        this.path.push({ state, candidates, next: 0, low: this.low });
        const count = this.path.length;
        if (count <= this.deepest.count) return;
        this.deepest = { count, state, waiting: candidates.map((index) => this.all[index]) };
    }

    /** Lets one more operation happen that leads to where the search has not been. */
    advance() {
        const here = this.path.at(-1);
        while (here.next < here.candidates.length) {
            const index = here.candidates[here.next];
            here.next += 1;
            const state = this.model.step(here.state, this.all[index], (one) => this.has(one));
            if (state === undefined) continue;
            this.mark(index, 1);
            const key = `${this.hash}|${this.model.key(state)}`;
            if (this.seen.has(key)) {
                this.mark(index, 0);
                continue;
            }
            this.seen.add(key);
            here.taken = index;
            while (this.happened[this.low]) this.low += 1;
            this.open(state);
            return true;
        }
        return false;
    }

    retreat() {
        this.path.pop();
        const here = this.path.at(-1);
        if (!here) return false;
        this.low = here.low;
        this.mark(here.taken, 0);
        return true;
    }

    mark(index, value) {
        this.happened[index] = value;
        if (!this.all[index].optional) this.left += value ? -1 : 1;
        this.hash[0] ^= this.marks[index][0];
        this.hash[1] ^= this.marks[index][1];
    }
}

const randomWord = () => Math.floor(Math.random() * 2 ** 32) | 0;
