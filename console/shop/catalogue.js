// All products: filters, words, order, pages; every count moves while one looks.

import {get} from './api.js';
import {addToCart} from './basket.js';
import {busy, stockLine} from './controls.js';
import {element, icons, toast} from './dom.js';
import {count, money} from './money.js';
import {picture} from './picture.js';
import {inWords, title} from './words.js';

const perPage = 12;
const orders = [
    ['', 'Newest first'],
    ['price-asc', 'Price, low to high'],
    ['price-desc', 'Price, high to low'],
    ['name-asc', 'Name'],
];

const categoriesOf = new Map(); // currency → slugs

/** The categories that the newest products are in. */
async function findCategories(currency) {
    if (!categoriesOf.has(currency)) {
        const {data} = await get(`/products?currency=${currency}&limit=100`);
        categoriesOf.set(
            currency,
            [...new Set(data.map(({category}) => category).filter(Boolean))].sort(),
        );
    }
    return categoriesOf.get(currency);
}

function requestOf(query, currency) {
    const asked = new URLSearchParams({currency, limit: perPage});
    for (const name of ['page', 'search', 'category'])
        if (query.get(name)) asked.set(name, query.get(name));
    const [sortBy, sortOrder] = (query.get('sort') ?? '').split('-');
    if (sortOrder) {
        asked.set('sortBy', sortBy);
        asked.set('sortOrder', sortOrder);
    }
    if (query.get('stock') === 'in') asked.set('inStock', 'true');
    return `/products?${asked}`;
}

/** The address of this page with something changed; another choice begins at its first page. */
function address(query, changes) {
    const next = new URLSearchParams(query);
    next.delete('page');
    for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value);
        else next.delete(name);
    }
    return `#/${next.size > 0 ? `?${next}` : ''}`;
}

const unitsOf = (variants) => variants.reduce((sum, {inventoryCount}) => sum + inventoryCount, 0);

export function priceLine({price, compareAtPrice, currency}, isFrom) {
    return element(
        'p',
        {className: 'price'},
        isFrom && element('span', {className: 'from'}, 'from '),
        element('strong', {}, money(price, currency)),
        compareAtPrice > price && element('span', {className: 'unseen'}, ', was '),
        compareAtPrice > price && element('s', {}, money(compareAtPrice, currency)),
    );
}

async function addFirst(product) {
    const variant = product.variants.find(({available}) => available) ?? product.variants[0];
    try {
        await addToCart({
            productId: product.id,
            variantId: variant.id,
            quantity: 1,
            currency: product.currency,
        });
        toast(`${product.name}, ${variant.name}: in your cart.`, {
            href: '#/cart',
            text: 'View cart',
        });
    } catch (failure) {
        const {title: heading, lines = []} = inWords(failure);
        toast([heading, ...lines].join(' '));
    }
}

function card(product) {
    const {line, show} = stockLine(unitsOf(product.variants), {'data-product': product.id});
    const add = element(
        'button',
        {
            type: 'button',
            className: 'add',
            ariaLabel: `Add ${product.name} to the cart`,
            onclick: () => busy(add, () => addFirst(product)),
        },
        icons.plus(),
    );
    const mark = (units) => {
        box.classList.toggle('sold-out', units <= 0);
        add.disabled = units <= 0;
    };
    const box = element(
        'li',
        {className: 'card'},
        element(
            'div',
            {className: 'frame'},
            picture({name: product.name, id: product.id, image: product.images[0]?.url}),
        ),
        element('h2', {}, element('a', {href: `#/product/${product.slug}`}, product.name)),
        priceLine(product, product.variants.length > 1),
        line,
        add,
    );
    mark(unitsOf(product.variants));
    return {
        box,
        update(variants) {
            product.variants = variants;
            show(unitsOf(variants));
            mark(unitsOf(variants));
        },
    };
}

function intro() {
    return element(
        'section',
        {className: 'intro'},
        element('h1', {tabIndex: -1}, 'Every number here is alive'),
        element(
            'p',
            {},
            'Open the shop in a second window and buy something: the stock moves in both.',
        ),
    );
}

function filters(query, currency) {
    const chips = element('nav', {className: 'chips', ariaLabel: 'Categories'});
    const chip = (slug, text) =>
        element(
            'a',
            {
                href: address(query, {category: slug}),
                className: 'chip',
                'aria-current': (query.get('category') ?? '') === slug ? 'true' : null,
            },
            text,
        );
    const fill = (slugs) =>
        chips.replaceChildren(chip('', 'All'), ...slugs.map((slug) => chip(slug, title(slug))));
    fill(query.get('category') ? [query.get('category')] : []);
    findCategories(currency).then(fill, () => {}); // without them one can still look and search
    const sort = element(
        'select',
        {
            id: 'sort',
            onchange: () => {
                location.hash = address(query, {sort: sort.value});
            },
        },
        ...orders.map(([value, text]) =>
            element('option', {value, selected: value === (query.get('sort') ?? '')}, text),
        ),
    );
    const inStock = element('input', {
        type: 'checkbox',
        checked: query.get('stock') === 'in',
        onchange: () => {
            location.hash = address(query, {stock: inStock.checked ? 'in' : ''});
        },
    });
    return element(
        'div',
        {className: 'filters'},
        chips,
        element(
            'div',
            {className: 'sorting'},
            element('label', {className: 'check'}, inStock, 'In stock'),
            element('label', {className: 'unseen', htmlFor: 'sort'}, 'Order'),
            sort,
        ),
    );
}

function pages(query, {page, totalPages, hasNext, hasPrev}) {
    if (totalPages < 2) return null;
    const to = (number) => address(query, {page: number > 1 ? String(number) : ''});
    return element(
        'nav',
        {className: 'pages', ariaLabel: 'Pages'},
        hasPrev
            ? element('a', {href: to(page - 1), rel: 'prev'}, icons.back(), 'Previous')
            : element('span'),
        element('span', {}, `Page ${page} of ${count(totalPages)}`),
        hasNext
            ? element('a', {href: to(page + 1), rel: 'next'}, 'Next', icons.next())
            : element('span'),
    );
}

function nothing(query) {
    const words = query.get('search');
    return element(
        'div',
        {className: 'empty'},
        element('h1', {tabIndex: -1}, words ? `Nothing for “${words}”` : 'Nothing here'),
        element('p', {}, 'Try other words, or another category.'),
        element('a', {className: 'main', href: '#/'}, 'All products'),
    );
}

export async function catalogue({query, currency, live, signal}) {
    const path = requestOf(query, currency);
    const {data: products, pagination} = await get(path, {signal});
    const cards = new Map(products.map((product) => [product.id, card(product)]));
    const found =
        query.get('search') &&
        element(
            'h1',
            {className: 'found', tabIndex: -1},
            `${count(pagination.total)} for “${query.get('search')}”`,
        );
    const isPlain = [...query.keys()].length === 0;
    const heading = isPlain
        ? intro()
        : found ||
          element(
              'h1',
              {className: 'found', tabIndex: -1},
              query.get('category') ? title(query.get('category')) : 'All products',
          );
    const node = element(
        'div',
        {},
        products.length > 0 && heading,
        filters(query, currency),
        products.length > 0
            ? element('ul', {className: 'grid'}, ...[...cards.values()].map(({box}) => box))
            : nothing(query),
        pages(query, pagination),
    );
    return {node, title: 'All products', start: () => follow(products, cards, path, live)};
}

function follow(products, cards, path, live) {
    const owners = new Map(
        products.flatMap((product) =>
            product.variants.map((variant) => [
                `stock:${variant.id}`,
                {product, variantId: variant.id},
            ]),
        ),
    );
    return live.follow({
        topics: [...owners.keys()],
        tell(topic, data) {
            const {product, variantId} = owners.get(topic);
            const inventoryCount = data?.inventoryCount ?? 0;
            cards
                .get(product.id)
                .update(
                    product.variants.map((variant) =>
                        variant.id === variantId
                            ? {...variant, inventoryCount, available: inventoryCount > 0}
                            : variant,
                    ),
                );
        },
        async ask() {
            const {data} = await get(path);
            return data.flatMap(({variants}) =>
                variants.map((variant) => [`stock:${variant.id}`, variant]),
            );
        },
    });
}
