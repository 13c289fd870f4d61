// Histories speak of TypeIDs, tables of UUIDs.

import { uuidOf } from '../../e2e/support/ids.mjs';

const known = new Map();

export function rowId(typeId) {
    if (!known.has(typeId)) known.set(typeId, uuidOf(typeId));
    return known.get(typeId);
}

export function groupBy(list, keyOf) {
    const groups = new Map();
    for (const one of list) {
        const key = keyOf(one);
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push(one);
    }
    return groups;
}
