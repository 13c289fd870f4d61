// What supervisors wait for, and did: reservations that run out, payments to be retried, mails to be sent,
// events to pass on, people to be erased.

import { get } from './api';
import { actionButton, refundButton } from './action';
import { actorLink } from './actors';
import { badge, card, el, figure, table } from './dom';
import { count, moment, relative } from './format';

export function supervisorsPage() {
    const element = el('div', {});
    async function refresh() {
        const page = await get('/supervisors');
        element.replaceChildren(el('div', { class: 'figures' },
            figure('Run out soon', count(page.reservationsDueSoon), 'reservations'),
            figure('Ran out', count(page.reservationsExpired), 'since the start'),
            figure('Taken up again', count(page.paymentsTakenUp), 'payment steps'),
            figure('Mails', count(page.mailsWaiting), `wait, ${count(page.mailsRetrying)} after a failure`),
            figure('Dead letters', count(page.mailsDead), 'mails'),
            figure('Outbox', count(page.outboxSequence), 'events'),
            figure('Erasures', count(page.erasuresWaiting), 'people')),
        reservations(page), payments(page), mails(page), relays(page), erasures(page), history(page));
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
    function mails(page) {
        return card('Mails that were given up', table('', [
            ['Mail', ({ id }) => el('code', {}, id)],
            ['Kind', ({ kind }) => kind],
            ['To', ({ recipient }) => recipient],
            ['Order', ({ about }) => (about ? actorLink('order', about) : null)],
            ['Tries', ({ tries }) => count(tries), { number: true }],
            ['Given up', ({ diedAt }) => relative(diedAt)],
            ['Reason', ({ reason }) => reason],
            ['', ({ id }) => el('span', { class: 'row' },
                actionButton('Retry', `/mails/${id}/retry`, { after: refresh }),
                actionButton('Drop', `/mails/${id}/drop`, { after: refresh, kind: 'danger' }))],
        ], page.deadMails, 'Every mail has left, or is on its way.'),
        page.mailsDead > page.deadMails.length
            ? el('p', {}, `The newest ${page.deadMails.length} of ${count(page.mailsDead)}.`) : '');
    }
    function relays(page) {
        return card('Relays', table('', [
            ['Relay', ({ name }) => name],
            ['Cursor', ({ cursor }) => count(cursor), { number: true }],
            ['Head', ({ head }) => count(head), { number: true }],
            ['Behind', ({ behind }) => count(behind), { number: true }],
            ['For', ({ behindSeconds }) => `${count(behindSeconds)} s`, { number: true }],
            ['Passed on', ({ passedOn }) => count(passedOn), { number: true }],
            ['', ({ lastError }) => (lastError ? badge(lastError, 'bad') : badge('well', 'good'))],
        ], page.relays, 'Nothing passes events on.'));
    }
    function erasures(page) {
        return card('People who are being erased', table('', [
            ['User', ({ userId }) => el('code', {}, userId)],
            ['Erasing', ({ step }) => step],
            ['Asked for', ({ requestedAt }) => relative(requestedAt)],
            ['Goes on', ({ dueAt }) => relative(dueAt)],
            ['Failures', ({ tries }) => count(tries), { number: true }],
            ['', ({ reason }) => (reason ? badge(reason, 'bad') : badge('well', 'good'))],
        ], page.erasures, 'Nobody.'));
    }
    function history(page) {
        return card('What supervisors did', table('', [
            ['When', ({ at }) => moment(at)],
            ['Supervisor', ({ supervisor }) => supervisor],
            ['Did', ({ what }) => what],
            ['To', ({ subject }) => el('code', {}, subject)],
            ['', ({ detail }) => detail],
        ], page.history, 'Nothing since the start.'));
    }
    return { element, refresh };
}
