// An order: what is to be done next, what it is, and what happened to it; it changes by itself.

import {askOnce, get} from './api.js';
import {action, busy, spinner} from './controls.js';
import {announce, element, fault, icons, update} from './dom.js';
import {recallOrders, rememberOrder} from './memory.js';
import {money} from './money.js';
import {picture} from './picture.js';
import {sums} from './summary.js';
import {dayOf, declined, hourOf, inWords, paymentInWords, reasonInWords, statusInWords, timeOf} from './words.js';

const cards = [
    ['pm_card_visa', 'A card that pays', 'Paid at once'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'A card without money', 'Declined by the bank'],
    ['pm_card_authenticationRequired', 'A card that asks who you are', '3-D Secure: you confirm the payment'],
    ['pm_sandbox_authorizedLate', 'A bank that takes its time', 'The answer comes later, by webhook'],
];

const isOpen = ({status}) => status === 'pending';
const needsBuyer = ({payment, paymentStatus}) => paymentStatus === 'processing' && payment?.status === 'requires_action';

class OrderPage {
    constructor(order) {
        this.order = order;
        this.proof = {'X-Cart-Id': order.cartId};
        this.card = cards[0][0];
        this.wantsAnotherCard = false;
        this.state = element('p', {className: 'pill'});
        this.next = element('section', {className: 'panel next', ariaLabel: 'What is next'});
        this.note = element('div');
        this.history = element('ol', {className: 'history'});
        this.rest = element('div', {className: 'panel'});
        this.shown = '';
        this.show(order);
    }

    async send(path, body) {
        this.note.replaceChildren();
        try {
            const {data} = await askOnce(`/orders/${this.order.id}${path}`, body, this.proof);
            this.wantsAnotherCard = false;
            this.show(data.order ?? data);
        } catch (failure) {
            this.note.replaceChildren(fault(inWords(failure)));
            const {data} = await get(`/orders/${this.order.id}`, {headers: this.proof});
            this.show(data);
        }
        // The button that was pressed is gone: go on where the answer is.
        this.next.querySelector('h2').focus({preventScroll: true});
        (this.note.firstChild ?? this.next).scrollIntoView({block: 'nearest'});
    }

    pay(body) {
        return this.send('/payment', {paymentMethod: this.order.paymentMethod, ...body});
    }

    show(order) {
        if (order.version < this.order.version) return; // an answer that was overtaken
        this.order = order;
        const words = isOpen(order) ? paymentInWords(order.paymentStatus) : statusInWords(order.status);
        if (update(this.state, words)) announce(`The order: ${words}`);
        this.state.dataset.state = order.status === 'cancelled' ? 'bad' : isOpen(order) ? order.paymentStatus : 'good';
        const stamp = `${order.version} ${this.wantsAnotherCard}`;
        if (stamp === this.shown) return;
        this.shown = stamp;
        const [first, ...steps] = this.nextSteps().filter(Boolean);
        this.next.replaceChildren(first, this.note, ...steps);
        this.history.replaceChildren(...order.history.map(({at, reason, actor}) => element('li', {},
            element('time', {dateTime: at}, timeOf(at)), element('span', {}, reasonInWords(reason)), element('span', {className: 'quiet'}, actor))));
        this.rest.replaceChildren(sums(order), element('p', {className: 'quiet small'},
            `${order.shippingMethod.name} to ${order.shippingAddress.firstName} ${order.shippingAddress.lastName}, `
            + `${order.shippingAddress.street}, ${order.shippingAddress.city}`
            + (order.estimatedDelivery ? `; about ${dayOf(`${order.estimatedDelivery}T12:00:00`)}.` : '.')));
    }

    nextSteps() {
        const {order} = this;
        if (order.status === 'cancelled') return this.cancelled();
        if (!isOpen(order)) return this.done();
        if (needsBuyer(order) && !this.wantsAnotherCard) return this.confirmation();
        if (order.paymentStatus === 'processing' && !this.wantsAnotherCard) return this.waiting();
        return order.paymentMethod === 'cash_on_delivery' ? this.cash() : this.choice();
    }

    heading(text) {
        return element('h2', {tabIndex: -1}, text);
    }

    cancelled() {
        const refunded = ['refunded', 'partially_refunded'].includes(this.order.paymentStatus);
        return [this.heading('This order is cancelled'), element('p', {}, refunded
            ? 'What was paid has been given back, and the units are on the shelf again.' : 'Its units are on the shelf again.'),
        element('a', {className: 'main', href: '#/'}, 'Back to the shop')];
    }

    done() {
        const isPaid = this.order.paymentStatus === 'paid';
        return [element('div', {className: 'tick'}, icons.check()), this.heading('Thank you'),
            element('p', {}, isPaid ? `${money(this.order.total, this.order.currency)} is paid and the units are yours.`
                : `Your order is confirmed. Have ${money(this.order.total, this.order.currency)} ready at the door.`),
            element('a', {className: 'main', href: '#/'}, 'Back to the shop')];
    }

    confirmation() {
        return [this.heading('Your bank asks: is it you?'),
            element('div', {className: 'bank'}, element('p', {className: 'overline'}, 'Sandbox Bank'),
                element('p', {}, `Souk wants ${money(this.order.total, this.order.currency)} for order ${this.order.orderNumber}.`),
                action('Yes, confirm the payment', () => this.send('/confirm-payment', {paymentIntentId: this.order.payment.paymentIntentId}))),
            this.another()];
    }

    waiting() {
        return [element('div', {className: 'row'}, spinner(), this.heading('The bank is thinking')),
            element('p', {}, 'You need not wait here. This page moves by itself as soon as the bank has answered, and the units stay yours meanwhile.'),
            this.another()];
    }

    another() {
        return action('Pay with another card', () => {
            this.wantsAnotherCard = true;
            this.show(this.order);
        }, 'plain');
    }

    held() {
        return element('p', {className: 'quiet'}, `The units are held for you until ${hourOf(this.order.reservation.expiresAt)}.`);
    }

    cancel() {
        return action('Cancel the order', () => this.send('/cancel', {reason: 'changed my mind'}), 'plain');
    }

    cash() {
        return [this.heading(`${money(this.order.total, this.order.currency)}, in cash on delivery`), this.held(),
            action('Confirm the order', () => this.pay({})), this.cancel()];
    }

    choice() {
        const {lastError} = this.order.payment ?? {};
        const group = element('fieldset', {className: 'choices'}, element('legend', {className: 'unseen'}, 'Card'),
            ...cards.map(([token, name, hint]) => element('label', {className: 'option'},
                element('input', {type: 'radio', name: 'card', value: token, checked: token === this.card,
                    onchange: () => { this.card = token; }}),
                element('span', {className: 'option-name'}, name), element('span', {className: 'quiet'}, hint))));
        const isDeclined = this.order.paymentStatus === 'failed' && this.note.children.length === 0;
        const pay = element('button', {type: 'button', className: 'main', onclick: () =>
            busy(pay, () => this.pay({paymentMethodId: this.card}))}, `Pay ${money(this.order.total, this.order.currency)}`);
        return [this.heading('Pay'), this.held(), isDeclined && fault({title: declined(lastError ?? 'generic_decline'),
            lines: ['Nothing was charged. Choose another card.']}), group, pay, this.cancel()];
    }
}

function itemLine({product, productId, variant, quantity, totalPrice}, currency) {
    return element('li', {}, element('div', {className: 'frame'}, picture({name: product.name, id: productId, image: product.image})),
        element('span', {}, `${quantity} × `, element('a', {href: `#/product/${product.slug}`}, product.name), `, ${variant.name}`),
        element('span', {}, money(totalPrice, currency)));
}

export async function orderPage({parts, live, signal}) {
    const known = recallOrders().find(({id}) => id === parts[0]);
    if (!known) {
        return {title: 'Order', node: element('div', {className: 'empty'}, element('h1', {tabIndex: -1}, 'This browser does not know the order'),
            element('p', {}, 'A guest’s order is shown where it was placed.'), element('a', {className: 'main', href: '#/'}, 'Back to the shop'))};
    }
    const path = `/orders/${known.id}`;
    const headers = {'X-Cart-Id': known.cartId};
    const {data: order} = await get(path, {headers, signal});
    rememberOrder(order);
    const page = new OrderPage(order);
    const node = element('div', {className: 'order'},
        element('p', {className: 'overline'}, 'Order'), element('div', {className: 'row'}, element('h1', {tabIndex: -1}, order.orderNumber), page.state),
        element('div', {className: 'columns'}, element('div', {}, page.next,
            element('section', {className: 'panel'}, element('h2', {}, 'What happened'), page.history)),
        element('aside', {ariaLabel: 'Contents'}, element('ul', {className: 'brief panel'},
            ...order.items.map((item) => itemLine(item, order.currency))), page.rest)));
    return {node, title: order.orderNumber, start: () => live.follow({
        topics: [`order:${known.id}`],
        cartId: known.cartId,
        tell: (topic, data) => data && page.show(data),
        ask: async () => [[`order:${known.id}`, (await get(path, {headers})).data]],
    })};
}

export async function ordersPage() {
    const known = recallOrders();
    const node = known.length === 0
        ? element('div', {className: 'empty'}, element('h1', {tabIndex: -1}, 'No orders yet'), element('a', {className: 'main', href: '#/'}, 'Look around'))
        : element('div', {}, element('h1', {tabIndex: -1}, 'Your orders'), element('ul', {className: 'brief panel'},
            ...known.map(({id, orderNumber}) => element('li', {}, element('a', {href: `#/order/${id}`}, orderNumber)))));
    return {node, title: 'Your orders'};
}
