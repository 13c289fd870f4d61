// Where to, how, and the order: every figure is the server's.

import {ask, askOnce} from './api.js';
import {cartIdOf, leaveCart, onBasket, readCart} from './basket.js';
import {busy} from './controls.js';
import {element, fault, icons} from './dom.js';
import {rememberOrder} from './memory.js';
import {money} from './money.js';
import {codeForm, replaceSums} from './summary.js';
import {inWords, sentence} from './words.js';

// Filled in beforehand, so that a first visitor can go straight on.
const sample = {
    firstName: 'Sara',
    lastName: 'Haddad',
    email: 'sara@example.com',
    phone: '+962791234567',
    country: 'JO',
    city: 'Amman',
    street: 'Rainbow Street 12',
};
const countries = [
    ['JO', 'Jordan'],
    ['US', 'United States'],
    ['DE', 'Germany'],
    ['FR', 'France'],
];
const ways = [
    ['sandbox', 'Card', 'A test card, chosen on the next page'],
    ['cash_on_delivery', 'Cash on delivery', 'Pay when it is at your door'],
];

function field(name, label, more = {}) {
    const input = element('input', {
        name,
        id: name,
        value: sample[name],
        required: true,
        maxLength: 100,
        'aria-describedby': `${name}-wrong`,
        ...more,
    });
    return element(
        'div',
        {className: 'field'},
        element('label', {htmlFor: name}, label),
        input,
        element('p', {className: 'wrong', id: `${name}-wrong`}),
    );
}

function countryField() {
    return element(
        'div',
        {className: 'field'},
        element('label', {htmlFor: 'country'}, 'Country'),
        element(
            'select',
            {
                name: 'country',
                id: 'country',
                autocomplete: 'country',
                'aria-describedby': 'country-wrong',
            },
            ...countries.map(([code, name]) =>
                element('option', {value: code, selected: code === sample.country}, name),
            ),
        ),
        element('p', {className: 'wrong', id: 'country-wrong'}),
    );
}

function option(group, {value, name, hint, price, checked}) {
    return element(
        'label',
        {className: 'option'},
        element('input', {type: 'radio', name: group, value, checked}),
        element('span', {className: 'option-name'}, name),
        price && element('span', {className: 'option-price'}, price),
        element('span', {className: 'quiet'}, hint),
    );
}

const section = (heading, ...children) =>
    element('fieldset', {className: 'section'}, element('legend', {}, heading), ...children);

function showWrongFields(form, details) {
    for (const note of form.querySelectorAll('.wrong')) note.textContent = '';
    for (const input of form.querySelectorAll('[aria-invalid]'))
        input.removeAttribute('aria-invalid');
    const rest = [];
    for (const {field: place, message} of details) {
        const name = place.split('.').at(-1);
        const input = place.startsWith('shippingAddress.') && form.elements[name];
        if (!input) {
            rest.push({field: place, message});
            continue;
        }
        document.getElementById(`${name}-wrong`).textContent = sentence(message);
        input.setAttribute('aria-invalid', 'true');
    }
    form.querySelector('[aria-invalid]')?.focus();
    return rest;
}

/** A refusal that names lines of the cart says which they are. */
function inTermsOf(cart, details) {
    return details.map((detail) => {
        const item = cart.items[Number(/^items\[(\d+)\]/.exec(detail.field)?.[1] ?? -1)];
        if (!item) return detail;
        const name = `${item.product.name}, ${item.variant.name}`;
        const what = detail.message.replace(/^[^:]+: /, '');
        return {
            field: 'quantity',
            message: `${name}: ${what}, and you want ${item.quantity}`,
        };
    });
}

class Checkout {
    constructor(cart) {
        this.cart = cart;
        this.quotes = [];
        this.round = 0;
        this.delivery = element('div', {className: 'choices', ariaLive: 'polite'});
        this.sums = element('div', {className: 'sums-place'});
        this.code = element('div');
        this.note = element('div');
        this.button = element(
            'button',
            {type: 'submit', className: 'main', form: 'checkout'},
            'Place the order',
        );
        this.hint = element('p', {className: 'quiet small'});
        this.form = this.makeForm();
        this.summary = element(
            'aside',
            {className: 'panel', ariaLabel: 'Summary'},
            element(
                'ul',
                {className: 'brief'},
                ...this.cart.items.map(({quantity, product, variant, totalPrice}) =>
                    element(
                        'li',
                        {},
                        element('span', {}, `${quantity} × ${product.name}, ${variant.name}`),
                        element('span', {}, money(totalPrice, this.cart.currency)),
                    ),
                ),
            ),
            this.sums,
            this.code,
            this.hint,
            this.note,
            this.button,
        );
    }

    makeForm() {
        const form = element(
            'form',
            {
                className: 'sections',
                id: 'checkout',
                noValidate: true,
                onsubmit: (event) => {
                    event.preventDefault();
                    busy(this.button, () => this.place());
                },
            },
            section(
                'Address',
                element(
                    'p',
                    {className: 'quiet'},
                    'A sample address is filled in, so that you can go straight on.',
                ),
                element(
                    'div',
                    {className: 'fields'},
                    field('firstName', 'First name', {autocomplete: 'given-name'}),
                    field('lastName', 'Last name', {autocomplete: 'family-name'}),
                    field('email', 'E-mail', {type: 'email', autocomplete: 'email'}),
                    field('phone', 'Phone', {type: 'tel', autocomplete: 'tel'}),
                    countryField(),
                    field('city', 'City', {autocomplete: 'address-level2'}),
                    field('street', 'Street', {autocomplete: 'street-address'}),
                ),
            ),
            section('Delivery', this.delivery),
            section(
                'Payment',
                element(
                    'div',
                    {className: 'choices'},
                    ...ways.map(([value, name, hint], place) =>
                        option('paymentMethod', {value, name, hint, checked: place === 0}),
                    ),
                ),
            ),
        );
        form.addEventListener('change', ({target}) => {
            if (target.name === 'country' || target.name === 'city') this.quote();
            if (target.name === 'shippingMethod') this.showSums();
        });
        return form;
    }

    get address() {
        return Object.fromEntries(
            Object.keys(sample).map((name) => [name, this.form.elements[name].value.trim()]),
        );
    }

    get method() {
        const value = this.form.elements.shippingMethod?.value;
        return this.quotes.find(({id}) => id === value);
    }

    /** What sending it there costs; the cart remembers where, and its tax follows. */
    async quote() {
        const round = (this.round += 1);
        const {country, city} = this.address;
        const chosen = this.method?.id;
        try {
            const {data} = await ask('POST', '/checkout/shipping', {
                body: {cartId: this.cart.id, shippingAddress: {country, city}},
            });
            if (round !== this.round) return;
            this.quotes = data.methods;
            const start =
                this.quotes.find(({id}) => id === chosen) ??
                this.quotes.find(({isDefault}) => isDefault) ??
                this.quotes[0];
            this.delivery.replaceChildren(
                ...this.quotes.map((one) =>
                    option('shippingMethod', {
                        value: one.id,
                        name: one.name,
                        hint:
                            one.description +
                            (one.parcels > 1 ? `, in ${one.parcels} parcels` : ''),
                        price: money(one.price, this.cart.currency),
                        checked: one === start,
                    }),
                ),
            );
            await readCart(this.cart.currency);
        } catch (failure) {
            if (round !== this.round) return;
            this.quotes = [];
            this.delivery.replaceChildren(fault(inWords(failure)));
        }
        this.showSums();
    }

    showSums() {
        const method = this.method;
        // The server's total is for the default way; what another way makes of it, the order says.
        const isOther = method && !method.isDefault;
        replaceSums(this.sums, this.cart, {
            shipping: method ? undefined : 'not known yet',
            total: isOther ? 'Total with standard delivery' : 'Total',
        });
        this.hint.textContent = isOther
            ? `${method.name} is ${money(method.price, this.cart.currency)}. ` +
              'You see the new total on the order, before you pay.'
            : 'Ordering holds the units for you. You pay on the next page.';
        this.button.disabled = !method;
    }

    showCart(cart) {
        this.cart = cart;
        this.code.replaceChildren(codeForm(cart));
        this.showSums();
    }

    async place() {
        this.note.replaceChildren();
        const {method, cart} = this;
        try {
            const {data: order} = await askOnce('/orders', {
                cartId: cart.id,
                shippingAddress: this.address,
                billingAddress: 'same',
                shippingMethod: method.id,
                paymentMethod: this.form.elements.paymentMethod.value,
                ...(method.isDefault && {expectedTotal: cart.total}),
            });
            rememberOrder(order);
            leaveCart(cart.currency);
            location.hash = `#/order/${order.id}`;
        } catch (failure) {
            await this.explain(failure);
        }
    }

    async explain(failure) {
        const rest = showWrongFields(this.form, inTermsOf(this.cart, failure.details ?? []));
        const isAboutFields = failure.details?.length > 0 && rest.length === 0;
        if (failure.details) failure.details = rest;
        const words = isAboutFields ? {title: 'Some things are not right yet.'} : inWords(failure);
        this.note.replaceChildren(
            fault(
                words,
                failure.code === 'INVENTORY_ERROR' &&
                    element('a', {href: '#/cart', className: 'plain'}, 'Change the cart'),
            ),
        );
        if (rest[0]?.field === 'expectedTotal') await readCart(this.cart.currency);
    }
}

export async function checkoutPage({currency}) {
    const cart = cartIdOf(currency) && (await readCart(currency));
    if (!cart || cart.items.length === 0) {
        return {
            title: 'Checkout',
            node: element(
                'div',
                {className: 'empty'},
                element('h1', {tabIndex: -1}, 'There is nothing to check out'),
                element('a', {className: 'main', href: '#/'}, 'Look around'),
            ),
        };
    }
    const checkout = new Checkout(cart);
    const node = element(
        'div',
        {className: 'checkout'},
        element('a', {className: 'back', href: '#/cart'}, icons.back(), 'Cart'),
        element('h1', {tabIndex: -1}, 'Checkout'),
        element('div', {className: 'columns'}, checkout.form, checkout.summary),
    );
    checkout.showCart(cart);
    return {
        node,
        title: 'Checkout',
        start() {
            checkout.quote();
            return onBasket((next, of) => {
                if (of === currency && next) checkout.showCart(next);
            });
        },
    };
}
