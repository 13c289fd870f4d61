// What is to be done next about an order: pay, confirm, wait, or nothing any more.

import {action, busy, spinner} from './controls.js';
import {element, fault, icons} from './dom.js';
import {money} from './money.js';
import {declined, hourOf} from './words.js';

export const cards = [
    ['pm_card_visa', 'A card that pays', 'Paid at once'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'A card without money', 'Declined by the bank'],
    [
        'pm_card_authenticationRequired',
        'A card that asks who you are',
        '3-D Secure: you confirm the payment',
    ],
    [
        'pm_sandbox_authorizedLate',
        'A bank that takes its time',
        'The answer comes later, by webhook',
    ],
];

export const isOpen = ({status}) => status === 'pending';
const needsBuyer = ({payment, paymentStatus}) =>
    paymentStatus === 'processing' && payment?.status === 'requires_action';

/** What a buyer sees first on the order: its next step, by its state. */
export function nextSteps(page) {
    const {order} = page;
    if (order.status === 'cancelled') return cancelled(page);
    if (!isOpen(order)) return done(page);
    if (needsBuyer(order) && !page.wantsAnotherCard) return confirmation(page);
    if (order.paymentStatus === 'processing' && !page.wantsAnotherCard) return waiting(page);
    return order.paymentMethod === 'cash_on_delivery' ? cash(page) : choice(page);
}

const totalOf = ({order}) => money(order.total, order.currency);

function heading(text) {
    return element('h2', {tabIndex: -1}, text);
}

function cancelled(page) {
    const refunded = ['refunded', 'partially_refunded'].includes(page.order.paymentStatus);
    return [
        heading('This order is cancelled'),
        element(
            'p',
            {},
            refunded
                ? 'What was paid has been given back, and the units are on the shelf again.'
                : 'Its units are on the shelf again.',
        ),
        element('a', {className: 'main', href: '#/'}, 'Back to the shop'),
    ];
}

function done(page) {
    const isPaid = page.order.paymentStatus === 'paid';
    return [
        element('div', {className: 'tick'}, icons.check()),
        heading('Thank you'),
        element(
            'p',
            {},
            isPaid
                ? `${totalOf(page)} is paid and the units are yours.`
                : `Your order is confirmed. Have ${totalOf(page)} ready at the door.`,
        ),
        element('a', {className: 'main', href: '#/'}, 'Back to the shop'),
    ];
}

function confirmation(page) {
    return [
        heading('Your bank asks: is it you?'),
        element(
            'div',
            {className: 'bank'},
            element('p', {className: 'overline'}, 'Sandbox Bank'),
            element('p', {}, `Souk wants ${totalOf(page)} for order ${page.order.orderNumber}.`),
            action('Yes, confirm the payment', () =>
                page.send('/confirm-payment', {
                    paymentIntentId: page.order.payment.paymentIntentId,
                }),
            ),
        ),
        another(page),
    ];
}

function waiting(page) {
    return [
        element('div', {className: 'row'}, spinner(), heading('The bank is thinking')),
        element(
            'p',
            {},
            'You need not wait here: this page moves by itself once the bank has answered. ' +
                'The units stay yours meanwhile.',
        ),
        another(page),
    ];
}

function another(page) {
    return action(
        'Pay with another card',
        () => {
            page.wantsAnotherCard = true;
            page.show(page.order);
        },
        'plain',
    );
}

function held(page) {
    return element(
        'p',
        {className: 'quiet'},
        `The units are held for you until ${hourOf(page.order.reservation.expiresAt)}.`,
    );
}

function cancel(page) {
    return action(
        'Cancel the order',
        () => page.send('/cancel', {reason: 'changed my mind'}),
        'plain',
    );
}

function cash(page) {
    return [
        heading(`${totalOf(page)}, in cash on delivery`),
        held(page),
        action('Confirm the order', () => page.pay({})),
        cancel(page),
    ];
}

function choice(page) {
    const {lastError} = page.order.payment ?? {};
    const group = element(
        'fieldset',
        {className: 'choices'},
        element('legend', {className: 'unseen'}, 'Card'),
        ...cards.map(([token, name, hint]) =>
            element(
                'label',
                {className: 'option'},
                element('input', {
                    type: 'radio',
                    name: 'card',
                    value: token,
                    checked: token === page.card,
                    onchange: () => {
                        page.card = token;
                    },
                }),
                element('span', {className: 'option-name'}, name),
                element('span', {className: 'quiet'}, hint),
            ),
        ),
    );
    const isDeclined = page.order.paymentStatus === 'failed' && page.note.children.length === 0;
    const pay = element(
        'button',
        {
            type: 'button',
            className: 'main',
            onclick: () => busy(pay, () => page.pay({paymentMethodId: page.card})),
        },
        `Pay ${totalOf(page)}`,
    );
    return [
        heading('Pay'),
        held(page),
        isDeclined &&
            fault({
                title: declined(lastError ?? 'generic_decline'),
                lines: ['Nothing was charged. Choose another card.'],
            }),
        group,
        pay,
        cancel(page),
    ];
}
