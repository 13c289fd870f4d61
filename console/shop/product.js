// One product: its variants, what is left of each, and what it is.

import {get} from './api.js';
import {addToCart} from './basket.js';
import {priceLine} from './catalogue.js';
import {action, stepper, stockLine} from './controls.js';
import {announce, element, fault, icons, toast} from './dom.js';
import {count, money} from './money.js';
import {picture} from './picture.js';
import {inWords, title} from './words.js';

function variantChoice(product, variant, chosen, choose) {
    const {line, show} = stockLine(variant.inventoryCount, {'data-variant': variant.id});
    const input = element('input', {
        type: 'radio',
        name: 'variant',
        value: variant.id,
        checked: variant === chosen,
        onchange: () => choose(variant),
    });
    const node = element(
        'label',
        {className: 'option'},
        input,
        element('span', {className: 'option-name'}, variant.name),
        element('span', {className: 'option-price'}, money(variant.price, product.currency)),
        line,
    );
    return {
        node,
        show(units) {
            if (show(units))
                announce(`${variant.name}: ${units > 0 ? `${count(units)} left` : 'sold out'}`);
        },
    };
}

const list = (items) => [...new Set(items)].map(title).join(', ');

function facts(product) {
    const rows = [
        ['How to use', product.howToUse],
        ['Ingredients', product.ingredients?.join(', ')],
        ['Good for', product.skinTypes && list(product.skinTypes)],
        ['Helps with', product.concerns && list(product.concerns)],
    ];
    return element(
        'dl',
        {className: 'facts'},
        ...rows
            .filter(([, text]) => text)
            .map(([name, text]) =>
                element('div', {}, element('dt', {}, name), element('dd', {}, text)),
            ),
    );
}

const rating = ({averageRating, totalReviews}) =>
    totalReviews > 0 &&
    element(
        'p',
        {className: 'rating'},
        icons.star(),
        element('span', {className: 'unseen'}, 'Rated '),
        `${averageRating.toFixed(1)} `,
        element('span', {className: 'quiet'}, `(${count(totalReviews)} reviews)`),
    );

export async function productPage({parts, live, signal}) {
    const path = `/products/slug/${encodeURIComponent(parts[0])}`;
    const {data: product} = await get(path, {signal});
    let chosen = product.variants.find(({available}) => available) ?? product.variants[0];
    const price = element('div');
    const note = element('div');
    const add = action('Add to cart', () => buy());
    const quantity = stepper(1, product.name);
    const choose = (variant) => {
        chosen = variant;
        note.replaceChildren();
        price.replaceChildren(
            priceLine({
                ...product,
                price: variant.price,
                compareAtPrice: variant.price === product.price ? product.compareAtPrice : null,
            }),
        );
        offer();
    };
    const offer = () => {
        const isGone = chosen.inventoryCount <= 0;
        add.disabled = isGone;
        add.textContent = isGone ? 'Sold out' : 'Add to cart';
    };
    const buy = async () => {
        note.replaceChildren();
        try {
            await addToCart({
                productId: product.id,
                variantId: chosen.id,
                quantity: quantity.read(),
                currency: product.currency,
            });
            toast(`${product.name}, ${chosen.name}: in your cart.`, {
                href: '#/cart',
                text: 'View cart',
            });
        } catch (failure) {
            note.replaceChildren(fault(inWords(failure)));
        }
    };
    const choices = new Map(
        product.variants.map((variant) => [
            variant.id,
            variantChoice(product, variant, chosen, choose),
        ]),
    );
    choose(chosen);
    const node = element(
        'article',
        {className: 'product'},
        element('a', {className: 'back', href: '#/'}, icons.back(), 'All products'),
        element(
            'div',
            {className: 'frame'},
            picture({name: product.name, id: product.id, image: product.images[0]?.url}),
        ),
        element(
            'div',
            {className: 'details'},
            element('p', {className: 'overline'}, title(product.category)),
            element('h1', {tabIndex: -1}, product.name),
            rating(product.reviews),
            price,
            element('p', {className: 'lead'}, product.description),
            element(
                'fieldset',
                {className: 'options'},
                element('legend', {}, 'Size'),
                ...[...choices.values()].map((one) => one.node),
            ),
            element('div', {className: 'buy'}, quantity.box, add),
            note,
            facts(product),
        ),
    );
    return {node, title: product.name, start: () => follow(product, choices, path, live, offer)};
}

function follow(product, choices, path, live, offer) {
    const variants = new Map(product.variants.map((variant) => [`stock:${variant.id}`, variant]));
    return live.follow({
        topics: [...variants.keys()],
        tell(topic, data) {
            const variant = variants.get(topic);
            variant.inventoryCount = data?.inventoryCount ?? 0;
            choices.get(variant.id).show(variant.inventoryCount);
            offer();
        },
        async ask() {
            const {data} = await get(path);
            return data.variants.map((variant) => [`stock:${variant.id}`, variant]);
        },
    });
}
