// What supervisors wait for: reservations that run out, payments to be retried, events to pass on.

import { get } from './api';
import { actionButton, refundButton } from './action';
import { actorLink } from './actors';
import { badge, card, el, figure, table } from './dom';
import { count, relative } from './format';

export function supervisorsPage() {
    const element = el('div', {});
    async function refresh() {
        const page = await get('/supervisors');
        element.replaceChildren(el('div', { class: 'figures' },
            figure('Run out soon', count(page.reservationsDueSoon), 'reservations'),
            figure('Ran out', count(page.reservationsExpired), 'since the start'),
            figure('Taken up again', count(page.paymentsTakenUp), 'payment steps'),
            figure('Outbox', count(page.outboxSequence), 'events')),
        reservations(page), payments(page), relays(page));
    }
    function reservations(page) {
        return card('Reservations about to run out', table('', [
            ['Reservation', ({ id }) => el('code', {}, id)],
            ['Runs out', ({ expiresAt }) => relative(expiresAt)],
            ['Order', ({ orderId }) => (orderId ? actorLink('order', orderId) : null)],
            ['', ({ id }) => (id.endsWith('…') ? null : el('span', { class: 'row' },
                actionButton('Release now', `/reservations/${id}/release`, { after: refresh }),
                actionButton('Extend', `/reservations/${id}/extend`, { after: refresh,
                    numbers: { minutes: ['Minutes', 15, { min: 1, max: 1440 }] } })))],
        ], page.reservations, 'Nothing is reserved.'));
    }
    function payments(page) {
        return card('Payments to be retried', table('', [
            ['Order', ({ orderId, orderNumber }) => actorLink('order', orderId, orderNumber)],
            ['Step', ({ step }) => step],
            ['Tries', ({ tries }) => count(tries), { number: true }],
            ['Due', ({ dueAt, stuck, givenUp }) => {
                if (givenUp) return badge('given up', 'warn');
                return stuck ? badge('waits for you', 'bad') : relative(dueAt);
            }],
            ['Reason', ({ reason }) => reason],
            ['', ({ paymentId, orderId, stuck, attemptKey }) => el('span', { class: 'row' },
                actionButton('Retry now', `/payments/${paymentId}/retry`, { after: refresh, named: { attemptKey } }),
                stuck ? actionButton('Give up', `/payments/${paymentId}/give-up`,
                    { after: refresh, kind: 'danger', named: { attemptKey } }) : null,
                refundButton(orderId, refresh))],
        ], page.payments, 'No payment waits.'));
    }
    function relays(page) {
        return card('Relays', table('', [['Relay', ({ name }) => name],
            ['Behind', ({ behind }) => count(behind), { number: true }]], page.relays, 'Nothing passes events on yet.'));
    }
    return { element, refresh };
}
