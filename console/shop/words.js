// What codes and statuses are called when people read them.

import {Unreachable} from './api.js';

const fields = {
    cartId: 'The cart',
    discountCode: 'The discount code',
    quantity: 'The quantity',
    expectedTotal: 'The order',
    shippingMethod: 'The delivery',
    paymentMethod: 'This way to pay',
    shippingAddress: 'The address',
    firstName: 'First name',
    lastName: 'Last name',
    email: 'E-mail',
    phone: 'Phone',
    country: 'Country',
    city: 'City',
    street: 'Street',
    postalCode: 'Postal code',
    notes: 'The note',
};

const declines = {
    generic_decline: 'The bank declined the card.',
    insufficient_funds: 'There is not enough money on the card.',
    expired_card: 'The card has expired.',
    incorrect_cvc: 'The security code is wrong.',
    processing_error: 'The bank could not process the card. Try again.',
    payment_intent_authentication_failure: 'The bank could not tell that it is you.',
};

const titles = {
    INVENTORY_ERROR: 'There is not enough in stock.',
    RATE_LIMITED: 'That was a lot at once.',
    SERVICE_UNAVAILABLE: 'The shop is catching its breath.',
    INTERNAL_ERROR: 'Something went wrong in the shop.',
    PAYMENT_ERROR: 'The payment did not go through.',
};

export const sentence = (text) => {
    const trimmed = String(text).trim();
    const begun = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
    return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
};

/** "sun-care" is "Sun care". */
export const title = (slug) => {
    const text = String(slug).replace(/[-_]+/g, ' ');
    return text.charAt(0).toUpperCase() + text.slice(1);
};

export const declined = (reason) =>
    declines[reason] ?? `The card was declined: ${title(reason).toLowerCase()}.`;

export function nameOf(field) {
    const last = field
        .replace(/\[\d+\]/g, '')
        .split('.')
        .at(-1);
    return fields[last] ?? title(last.replace(/([A-Z])/g, ' $1').toLowerCase());
}

const detail = ({field, message}) =>
    field.startsWith('items[') || field === 'quantity'
        ? sentence(message)
        : sentence(`${nameOf(field)} ${message}`);

/** An error of the API, or of the way to it, as a heading and lines. */
export function inWords(failure) {
    if (failure instanceof Unreachable) {
        return {
            title: 'The shop does not answer.',
            lines: ['Is the server running? The page tries again by itself.'],
        };
    }
    const {code, details = [], retryAfter, status} = failure;
    if (code === 'PAYMENT_ERROR')
        return {title: declined(failure.message), lines: ['Nothing was charged.']};
    const lines = details.map(detail);
    if (retryAfter)
        lines.push(`Try again in ${retryAfter} ${retryAfter === 1 ? 'second' : 'seconds'}.`);
    if (details[0]?.field === 'expectedTotal') {
        return {
            title: 'The total has changed meanwhile.',
            lines: ['Look at the summary again before you order.'],
        };
    }
    if (titles[code] && status !== 422) return {title: titles[code], lines};
    if (lines.length === 1) return {title: lines[0]};
    return {
        title: lines.length > 1 ? 'Some things are not right yet.' : sentence(failure.message),
        lines,
    };
}

const statuses = {
    pending: 'Waiting for payment',
    confirmed: 'Confirmed',
    processing: 'Being packed',
    shipped: 'On its way',
    delivered: 'Delivered',
    cancelled: 'Cancelled',
    returned: 'Returned',
};
const payments = {
    pending: 'Not paid yet',
    processing: 'Payment under way',
    paid: 'Paid',
    failed: 'Payment declined',
    refunded: 'Refunded',
    partially_refunded: 'Partly refunded',
};

export const statusInWords = (status) => statuses[status] ?? title(status);
export const paymentInWords = (status) => payments[status] ?? title(status);

const reasons = {
    placed: 'Order placed, units held',
    'payment begun': 'Payment begun',
    paid: 'Paid',
    'cash on delivery': 'Confirmed, to be paid on delivery',
};
export const reasonInWords = (reason) =>
    reasons[reason] ?? declines[reason] ?? sentence(title(reason));

const low = 10;

/** What a number of units means: its level, and the words around the number. */
export function stockInWords(units) {
    if (units <= 0) return {level: 'none', text: 'Sold out'};
    if (units <= low) return {level: 'low', before: 'Only ', after: ' left'};
    return {level: 'plenty', before: '', after: ' in stock'};
}

const clock = new Intl.DateTimeFormat('en', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
});
const day = new Intl.DateTimeFormat('en', {day: 'numeric', month: 'long'});
const hour = new Intl.DateTimeFormat('en', {hour: '2-digit', minute: '2-digit', hour12: false});
export const timeOf = (text) => clock.format(new Date(text));
export const hourOf = (text) => hour.format(new Date(text));
export const dayOf = (text) => day.format(new Date(text));
