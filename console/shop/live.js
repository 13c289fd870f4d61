// Follows stock and orders: over one WebSocket while there is one, by asking every few seconds
// while there is not.

const maxTopics = 256; // of one connection; what is beyond is asked for
const askEvery = 4000;
const firstWait = 500;
const longestWait = 30_000;

const spread = (wait) => wait * (0.75 + Math.random() / 2);

export class Live {
    #url;
    #report;
    #socket = null;
    #open = false;
    #tries = 0;
    #reconnect = 0;
    #groups = new Map(); // id → {topics, tell, ask, cartId, refused}
    #topics = new Map(); // topic → {followers, version, subscribed}
    #lastId = 0;
    #timer = 0;
    #asking = false;

    /** `report` hears "live", "asking" or "offline". */
    constructor(url, report = () => {}) {
        this.#url = url;
        this.#report = report;
        document.addEventListener('visibilitychange', () => {
            if (!document.hidden) this.#askIn(0);
        });
        window.addEventListener('online', () => this.#connect());
    }

    /**
     * Calls `tell(topic, data)` with every change until the returned function is called; data is
     * null when the thing is gone. `ask` gives [[topic, data], …] by REST, for as long as there is
     * no socket. `cartId` proves whose an order is.
     */
    follow({topics, tell, ask, cartId}) {
        const id = String((this.#lastId += 1));
        this.#groups.set(id, {topics, tell, ask, cartId, refused: false});
        for (const topic of topics) {
            const known = this.#topics.get(topic) ?? {
                followers: new Set(),
                version: undefined,
                subscribed: false,
            };
            known.followers.add(id);
            this.#topics.set(topic, known);
        }
        if (this.#open) this.#subscribe(id);
        else if (!this.#socket && !this.#reconnect) this.#connect();
        this.#askIn(askEvery);
        return () => this.#leave(id);
    }

    #leave(id) {
        const left = [];
        for (const topic of this.#groups.get(id)?.topics ?? []) {
            const known = this.#topics.get(topic);
            known?.followers.delete(id);
            if (known?.followers.size !== 0) continue;
            if (known.subscribed) left.push(topic);
            this.#topics.delete(topic);
        }
        this.#groups.delete(id);
        if (left.length > 0) this.#send({type: 'unsubscribe', id, topics: left});
    }

    #connect() {
        if (this.#socket) return;
        clearTimeout(this.#reconnect);
        this.#reconnect = 0;
        let socket;
        try {
            socket = new WebSocket(this.#url);
        } catch {
            return this.#connectLater();
        }
        this.#socket = socket;
        socket.onopen = () => {
            this.#open = true;
            for (const id of this.#groups.keys()) this.#subscribe(id);
        };
        socket.onmessage = ({data}) => this.#hear(data);
        socket.onclose = () => {
            const wasOpen = this.#open;
            this.#socket = null;
            this.#open = false;
            for (const known of this.#topics.values()) known.subscribed = false;
            this.#connectLater();
            if (wasOpen) this.#askIn(0); // an attempt that failed changes nothing
        };
    }

    #connectLater() {
        const wait = Math.min(longestWait, firstWait * 2 ** this.#tries);
        this.#tries += 1;
        this.#reconnect = setTimeout(() => this.#connect(), spread(wait));
    }

    #subscribe(id) {
        const {topics, cartId} = this.#groups.get(id);
        let room =
            maxTopics - [...this.#topics.values()].filter(({subscribed}) => subscribed).length;
        const wanted = topics.filter(
            (topic) => !this.#topics.get(topic).subscribed && (room -= 1) >= 0,
        );
        if (wanted.length === 0) return;
        const versions = {};
        for (const topic of wanted) {
            const known = this.#topics.get(topic);
            known.subscribed = true;
            if (known.version !== undefined) versions[topic] = known.version;
        }
        this.#send({type: 'subscribe', id, topics: wanted, versions, ...(cartId && {cartId})});
    }

    #send(message) {
        if (this.#open) this.#socket.send(JSON.stringify(message));
    }

    #hear(text) {
        let message;
        try {
            message = JSON.parse(text);
        } catch {
            return;
        }
        this.#tries = 0;
        const known = this.#topics.get(message.topic);
        if (message.type === 'subscribed') this.#report('live');
        if (message.type === 'error') this.#refuse(message);
        if (!known) return;
        if (message.type === 'gone') {
            known.version = undefined;
            this.#tell(message.topic, null);
        }
        // Every message carries the whole, so that the highest version is all that counts.
        const isNews =
            message.type === 'snapshot' ||
            (message.type === 'change' && !(message.version <= known.version));
        if (!isNews) return;
        known.version = message.version;
        this.#tell(message.topic, message.data);
    }

    /** What the socket does not give is asked for. */
    #refuse({id}) {
        const group = this.#groups.get(id);
        if (!group) return;
        group.refused = true;
        this.#askIn(0);
    }

    #tell(topic, data) {
        for (const id of this.#topics.get(topic)?.followers ?? [])
            this.#groups.get(id)?.tell(topic, data);
    }

    #isFed({topics, refused}) {
        return (
            this.#open && !refused && topics.every((topic) => this.#topics.get(topic).subscribed)
        );
    }

    #askIn(wait) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#askAll(), wait && spread(wait));
    }

    async #askAll() {
        if (document.hidden || this.#asking) return;
        const groups = [...this.#groups.values()].filter(
            (group) => group.ask && !this.#isFed(group),
        );
        if (groups.length === 0) return;
        this.#asking = true;
        let wait = askEvery;
        const outcomes = await Promise.allSettled(groups.map((group) => this.#askFor(group)));
        for (const {reason} of outcomes.filter(({status}) => status === 'rejected')) {
            wait = Math.max(wait, (reason.retryAfter ?? 0) * 1000);
        }
        this.#asking = false;
        if (!this.#open)
            this.#report(
                outcomes.some(({status}) => status === 'fulfilled') ? 'asking' : 'offline',
            );
        this.#askIn(wait);
    }

    async #askFor(group) {
        const answers = await group.ask();
        if (this.#isFed(group)) return; // the socket has come meanwhile and is ahead
        for (const [topic, data] of answers) {
            if (group.topics.includes(topic)) group.tell(topic, data);
        }
    }
}
