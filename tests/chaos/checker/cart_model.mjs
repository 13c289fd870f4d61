// One cart as a map of units by variant, with a version that counts its changes, closed by its one
// order. Answers carry the whole cart, so that each is a read as well.

const same = (items, others) => {
    const names = Object.keys(items);
    return names.length === Object.keys(others).length && names.every((name) => items[name] === others[name]);
};

function withUnits(state, variant, quantity) {
    const items = { ...state.items };
    if (quantity > 0) items[variant] = quantity;
    else delete items[variant];
    return { ...state, items, version: state.version + 1 };
}

const STEPS = {
    add: (state, { variant, quantity }) =>
        (state.closed ? undefined : withUnits(state, variant, (state.items[variant] ?? 0) + quantity)),
    set(state, { variant, quantity }) {
        if (state.closed || !state.items[variant]) return undefined;
        return state.items[variant] === quantity ? state : withUnits(state, variant, quantity);
    },
    remove: (state, { variant }) =>
        (state.closed || !state.items[variant] ? undefined : withUnits(state, variant, 0)),
    read: (state) => state,
    order(state, { items }) {
        if (state.closed || (items && !same(items, state.items))) return undefined;
        return { ...state, closed: true, version: state.version + 1 };
    },
};

export const cartModel = {
    start: { items: {}, version: 1, closed: false },
    key: ({ items, version, closed }) =>
        `${version}${closed ? 'closed' : ''}${Object.keys(items).sort().map((name) => `${name}=${items[name]}`)}`,
    step(state, operation) {
        const next = STEPS[operation.kind](state, operation);
        const { shown } = operation;
        if (!next || !shown) return next;
        const agrees = same(shown.items, next.items) && shown.version === next.version
            && (shown.closed === undefined || shown.closed === next.closed);
        return agrees ? next : undefined;
    },
};
