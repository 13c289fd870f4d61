// The stock of one SKU as a counter: what is on hand and what of it is reserved. Every operation
// that happened leaves both in range, a read shows them, and a refusal for want of stock needs a
// moment at which the stock, less what others were just being promised, was short.

const inRange = (state) => (state.reserved >= 0 && state.reserved <= state.onHand ? state : undefined);

const STEPS = {
    reserve: ({ onHand, reserved }, { quantity }) => ({ onHand, reserved: reserved + quantity }),
    release: ({ onHand, reserved }, { quantity }) => ({ onHand, reserved: reserved - quantity }),
    confirm: ({ onHand, reserved }, { quantity }) =>
        ({ onHand: onHand - quantity, reserved: reserved - quantity }),
    adjust: ({ onHand, reserved }, { quantity }) => ({ onHand: onHand + quantity, reserved }),
    set: ({ reserved }, { quantity }) => ({ onHand: quantity, reserved }),
    read: (state, { onHand, reserved }) =>
        (state.onHand === onHand && state.reserved === reserved ? state : undefined),
};

/** Units that others were being promised, or losing, while this was refused. */
const promisedMeanwhile = ({ transient = 0, beside = [] }, happened) =>
    beside.reduce((sum, other) => (happened(other) ? sum : sum + other.quantity), transient);

export const stockModel = ({ onHand, reserved }) => ({
    start: { onHand, reserved },
    key: (state) => `${state.onHand},${state.reserved}`,
    twin: ({ kind, quantity }) => `${kind} ${quantity}`,
    step(state, operation, happened) {
        if (operation.kind === 'refused') {
            const available = state.onHand - state.reserved;
            const short = available - promisedMeanwhile(operation, happened) < operation.quantity;
            return short ? state : undefined;
        }
        const next = STEPS[operation.kind](state, operation);
        return next && inRange(next);
    },
});
