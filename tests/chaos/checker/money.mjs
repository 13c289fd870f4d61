// What the gateway took is what the orders say, and nothing else: a paid order has exactly one capture
// of its amount, and any other money was given back.

import { typeIdOf } from '../../e2e/support/ids.mjs';

const PAID = 2;
const CANCELLED = 5;

export function checkMoney({ orders, gateway, payments }) {
    const taken = new Map(gateway);
    const cash = new Set(payments.filter((payment) => payment.gateway === 0).map((payment) => payment.order_id));
    const broken = [];
    for (const row of orders) {
        const id = typeIdOf('order', row.id);
        const { captures, captured, refunded, held = 0 } = taken.get(id) ?? { captures: 0, captured: 0, refunded: 0 };
        taken.delete(id);
        if (cash.has(row.id)) continue;
        const due = row.payment_status === PAID && row.status !== CANCELLED ? row.total : 0;
        if (captured - refunded !== due) broken.push(`the gateway keeps ${captured - refunded} of ${id}, which owes ${due}`);
        if (due > 0 && captures !== 1) broken.push(`${id} was captured ${captures} times`);
        if (held > 0) broken.push(`the gateway holds ${held} of ${id} for nothing`);
    }
    return [...broken, ...[...taken.keys()].map((id) => `${id} was charged and does not exist`)];
}
