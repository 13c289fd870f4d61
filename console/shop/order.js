// An order: what is next, what it is, and what happened to it; it changes by itself.

import {askOnce, get} from './api.js';
import {announce, element, fault, update} from './dom.js';
import {recallOrders, rememberOrder} from './memory.js';
import {money} from './money.js';
import {cards, isOpen, nextSteps} from './order_steps.js';
import {picture} from './picture.js';
import {sums} from './summary.js';
import {dayOf, inWords, paymentInWords, reasonInWords, statusInWords, timeOf} from './words.js';

function destinationOf({shippingMethod, shippingAddress, estimatedDelivery}) {
    const {firstName, lastName, street, city} = shippingAddress;
    const day = estimatedDelivery ? `; about ${dayOf(`${estimatedDelivery}T12:00:00`)}` : '';
    return `${shippingMethod.name} to ${firstName} ${lastName}, ${street}, ${city}${day}.`;
}

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
            this.shown = ''; // news of the order may have come first, and said the same
            this.show(this.order);
            await this.look().catch(() => {}); // what is wrong has been said
        }
        // The button that was pressed is gone: go on where the answer is.
        this.next.querySelector('h2').focus({preventScroll: true});
        window.scrollTo(0, 0);
    }

    async look() {
        const {data} = await get(`/orders/${this.order.id}`, {headers: this.proof});
        this.show(data);
    }

    pay(body) {
        return this.send('/payment', {paymentMethod: this.order.paymentMethod, ...body});
    }

    show(order) {
        if (order.version < this.order.version) return; // an answer that was overtaken
        this.order = order;
        const words = isOpen(order)
            ? paymentInWords(order.paymentStatus)
            : statusInWords(order.status);
        if (update(this.state, words)) announce(`The order: ${words}`);
        this.state.dataset.state =
            order.status === 'cancelled' ? 'bad' : isOpen(order) ? order.paymentStatus : 'good';
        const stamp = `${order.version} ${this.wantsAnotherCard}`;
        if (stamp === this.shown) return;
        this.shown = stamp;
        const [first, ...steps] = nextSteps(this).filter(Boolean);
        this.next.replaceChildren(first, this.note, ...steps);
        this.history.replaceChildren(
            ...order.history.map(({at, reason, actor}) =>
                element(
                    'li',
                    {},
                    element('time', {dateTime: at}, timeOf(at)),
                    element('span', {}, reasonInWords(reason)),
                    element('span', {className: 'quiet'}, actor),
                ),
            ),
        );
        this.rest.replaceChildren(
            sums(order),
            element('p', {className: 'quiet small'}, destinationOf(order)),
        );
    }
}

function itemLine({product, productId, variant, quantity, totalPrice}, currency) {
    return element(
        'li',
        {},
        element(
            'div',
            {className: 'frame'},
            picture({name: product.name, id: productId, image: product.image}),
        ),
        element(
            'span',
            {},
            `${quantity} × `,
            element('a', {href: `#/product/${product.slug}`}, product.name),
            `, ${variant.name}`,
        ),
        element('span', {}, money(totalPrice, currency)),
    );
}

export async function orderPage({parts, live, signal}) {
    const known = recallOrders().find(({id}) => id === parts[0]);
    if (!known) {
        return {
            title: 'Order',
            node: element(
                'div',
                {className: 'empty'},
                element('h1', {tabIndex: -1}, 'This browser does not know the order'),
                element('p', {}, 'A guest’s order is shown where it was placed.'),
                element('a', {className: 'main', href: '#/'}, 'Back to the shop'),
            ),
        };
    }
    const path = `/orders/${known.id}`;
    const headers = {'X-Cart-Id': known.cartId};
    const {data: order} = await get(path, {headers, signal});
    rememberOrder(order);
    const page = new OrderPage(order);
    const node = element(
        'div',
        {className: 'order'},
        element('p', {className: 'overline'}, 'Order'),
        element(
            'div',
            {className: 'row'},
            element('h1', {tabIndex: -1}, order.orderNumber),
            page.state,
        ),
        element(
            'div',
            {className: 'columns'},
            element(
                'div',
                {},
                page.next,
                element(
                    'section',
                    {className: 'panel'},
                    element('h2', {}, 'What happened'),
                    page.history,
                ),
            ),
            element(
                'aside',
                {ariaLabel: 'Contents'},
                element(
                    'ul',
                    {className: 'brief panel'},
                    ...order.items.map((item) => itemLine(item, order.currency)),
                ),
                page.rest,
            ),
        ),
    );
    return {
        node,
        title: order.orderNumber,
        start: () =>
            live.follow({
                topics: [`order:${known.id}`],
                cartId: known.cartId,
                tell: (topic, data) => data && page.show(data),
                ask: async () => [[`order:${known.id}`, (await get(path, {headers})).data]],
            }),
    };
}

export async function ordersPage() {
    const known = recallOrders();
    const node =
        known.length === 0
            ? element(
                  'div',
                  {className: 'empty'},
                  element('h1', {tabIndex: -1}, 'No orders yet'),
                  element('a', {className: 'main', href: '#/'}, 'Look around'),
              )
            : element(
                  'div',
                  {},
                  element('h1', {tabIndex: -1}, 'Your orders'),
                  element(
                      'ul',
                      {className: 'brief panel'},
                      ...known.map(({id, orderNumber}) =>
                          element('li', {}, element('a', {href: `#/order/${id}`}, orderNumber)),
                      ),
                  ),
              );
    return {node, title: 'Your orders'};
}
