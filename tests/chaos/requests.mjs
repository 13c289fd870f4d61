// Requests as a careful client sends them: every attempt is recorded with its times and its answer,
// and what has an Idempotency-Key is sent again with the same one when its outcome is unknown.

import { digest } from './history.mjs';

const ATTEMPTS = 6;

export class Requests {
    constructor({ shop, history, random, seed }) {
        Object.assign(this, { shop, history, random, seed });
        this.operations = 0;
        this.stopping = false;
    }

    /**
     * One operation: `action` and `args` are what the checker reads, `show(answer)` gives what it
     * reads of a success. Gives the last attempt's answer, or nothing when none came.
     */
    async perform({ client, action, method, path, body, headers = {}, args = {}, show, keyed }) {
        this.operations += 1;
        const operation = this.operations;
        const key = keyed ? `chaos-${this.seed}-${operation}` : undefined;
        const patience = this.random() < 0.1 ? 0.3 + this.random() : 4 + this.random() * 4;
        const tries = key ? ATTEMPTS : 1;
        let answer;
        for (let attempt = 1; attempt <= tries; attempt += 1) {
            const requestId = `${client}-${operation}-${attempt}`;
            const sent = { ...headers, 'X-Request-Id': requestId, ...(key ? { 'Idempotency-Key': key } : {}) };
            const start = this.history.now();
            const attempted = await this.attempt({ method, path, body, headers: sent, seconds: patience });
            answer = attempted.answer;
            this.history.add('request', { operation: `${client}/${operation}`, attempt, client, action, args, key, requestId, start,
                end: this.history.now(), ...attempted.outcome, shown: isGood(answer) ? show?.(answer) : undefined });
            if (isGood(answer)) {
                if (attempt >= tries || this.random() > 0.05 || !key) return answer;
                continue; // a careless client sends it again all the same
            }
            if (answer && !isWorthARetry(answer)) return answer;
            if (attempt === tries || this.stopping || (attempt > 1 && this.random() < 0.1)) return answer;
            await pause(50 + this.random() * 250 * attempt);
        }
        return answer;
    }

    async attempt({ method, path, body, headers, seconds }) {
        try {
            const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
            const answer = await this.shop.raw(method, `/api/v1${path}`, { seconds,
                headers: { ...json, ...headers }, body: body === undefined ? undefined : JSON.stringify(body) });
            return { answer, outcome: {
                status: answer.status, code: answer.error?.code, message: answer.error?.message,
                details: answer.error?.details, digest: digest(answer.bytes),
                replayed: answer.headers['idempotent-replayed'] === 'true' || undefined,
            } };
        } catch (error) {
            return { outcome: { status: 0, message: error.code ?? error.message } };
        }
    }
}

const isGood = (answer) => answer?.status >= 200 && answer?.status < 300;
const isWorthARetry = ({ status }) => [408, 429, 500, 502, 503, 504].includes(status);
export const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
