// A run as a table.

import { isGoodWrite } from './history.mjs';

const median = (sorted) => sorted[Math.floor((sorted.length - 1) / 2)];
const row = (cells, widths) => cells.map((cell, index) => (index === 0 ? String(cell).padEnd(widths[index])
    : String(cell).padStart(widths[index]))).join('  ');

function table(head, rows) {
    const widths = head.map((cell, index) => Math.max(...[head, ...rows].map((one) => String(one[index]).length)));
    return [head, ...rows].map((one) => `  ${row(one, widths)}`);
}

function faultTable(faults) {
    const kinds = new Map();
    for (const fault of faults) kinds.set(fault.kind, [...(kinds.get(fault.kind) ?? []), fault]);
    return [...kinds].map(([kind, all]) => {
        const times = all.map(({ recovery }) => recovery ?? Infinity).sort((a, b) => a - b);
        return [kind, all.length, median(times), times.at(-1)];
    });
}

function outcomeTable(requests) {
    const counts = new Map();
    for (const { status, message } of requests) {
        const name = status === 0 ? (message === 'ECONNREFUSED' ? 'not sent' : 'no answer') : String(status);
        counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].sort().map(([name, count]) => `${name} ${count}`).join(', ');
}

export function summary({ result, skipped }) {
    const { faults, requests, operations, objects, problems, undecided } = result;
    const outcome = (name) => operations.filter((one) => one.outcome === name).length;
    return [
        '', `seed ${result.seed}, gateway ${result.gateway}`, '',
        ...table(['fault', 'times', 'recovery p50 ms', 'max ms'], faultTable(faults)),
        ...Object.entries(skipped).map(([name, reason]) => `  ${name}: skipped, ${reason}`), '',
        `requests    ${requests.length}: ${outcomeTable(requests)}`,
        `operations  ${operations.length}: ${outcome('done')} acknowledged, ${outcome('refused')} refused, ${outcome('uncertain')} uncertain`,
        `writes      ${requests.filter(isGoodWrite).length} acknowledged`,
        `histories   ${objects.checked} of SKUs and carts with ${objects.operations} operations`,
        ...undecided.map((what) => `undecided   ${what}: too many orders to try`),
        '', ...(problems.length === 0 ? ['nothing lost, nothing twice, nothing out of order']
            : [`${problems.length} problems:`, ...problems.slice(0, 40).map((text) => `  - ${text}`)]),
    ].join('\n');
}
