// One of each thing that there is, and for each operation a body and a path that are right.

import { bearer, PASSWORD } from './people.mjs';
import { ADDRESS, orderOf } from './shop.mjs';

/** "PUT /cart/{}/items/{}" */
export const keyOf = ({ method, template }) =>
    `${method.toUpperCase()} ${template.replace(/^\/api\/v1/, '').replace(/\{[^}]+\}/g, '{}')}`;

/**
 * `rightBodies` has, for each operation that takes a body, one that is right (or would be but for its state);
 * `values` has ids that exist, by the names of the paths' parameters; `pathOf` makes a path of them.
 */
export async function oneOfEach(shop, person) {
    const [sku, other] = await shop.takeSkus(100, 100);
    const cart = await shop.cartWith([sku, 2]);
    const bought = await shop.cartWith([other, 1]);
    const { data: order } = await shop.order(bought);
    const byCard = await shop.cartWith([other, 1]);
    const { data: cardOrder } = await shop.order(byCard, { paymentMethod: 'sandbox' });
    const paid = await shop.must(200, 'POST', `/orders/${cardOrder.id}/payment`,
        { paymentMethod: 'sandbox', paymentMethodId: 'pm_card_visa' }, { 'X-Cart-Id': byCard });
    const paymentId = paid.data.order.payment.id;
    const reservation = (await shop.reserve([[other, 1]])).data;
    const item = (await shop.must(200, 'GET', `/cart/${cart}`)).data.items[0];
    const line = { productId: sku.productId, variantId: sku.variantId, quantity: 1 };
    const discount = { type: 'fixed_amount', value: 500, minimumAmount: 1000, currency: 'USD',
        startsAt: '2026-01-01T00:00:00Z', endsAt: '2027-01-01T00:00:00Z', usageLimit: 10,
        usageLimitPerCustomer: 1, active: true };
    const address = { ...ADDRESS, email: 'buyer@example.com' };
    const place = orderOf(cart, { shippingAddress: address, notes: 'a note', expectedTotal: 1 });
    const { street, city, country, governorate, postalCode, building, apartment } = ADDRESS;
    const token = 'x'.repeat(43);
    const { email } = person;
    const rightBodies = {
        'POST /auth/register': { email, password: PASSWORD, firstName: 'Amal', lastName: 'Khalil',
            phone: '+962791234567' },
        'POST /auth/verify-email': { token },
        'POST /auth/resend-verification': { email },
        'POST /auth/forgot-password': { email },
        'POST /auth/reset-password': { token, password: PASSWORD },
        'POST /auth/login': { email, password: PASSWORD, cartId: `cart_${'0'.repeat(26)}` },
        'POST /auth/refresh': { refreshToken: token },
        'POST /auth/logout': { refreshToken: token },
        'POST /auth/oauth/redeem': { code: token },
        'POST /auth/google': { idToken: `${token}.${token}.${token}` },
        'PUT /users/profile': { firstName: 'Rania', lastName: 'Khalil', phone: '+962791234567' },
        'POST /users/me/erase': { password: 'not the password' },
        'POST /users/addresses': { ...ADDRESS, type: 'billing', isDefault: true },
        'PUT /users/addresses/{}': { ...ADDRESS, type: 'billing', isDefault: true },
        ...Object.fromEntries(['/users', '/admin/users'].flatMap((home) => [
            [`PUT ${home}/{}`, { firstName: 'Rania', lastName: 'Khalil', phone: '+962791234567',
                role: 'vendor', vendorId: sku.sellerId }],
            ...['suspend', 'ban', 'reinstate', 'erase'].map((verb) => [`POST ${home}/{}/${verb}`, { reason: 'a test' }])])),
        'POST /customers': { email: 'customer@example.com', firstName: 'John', lastName: 'Doe',
            phone: '+1234567890', dateOfBirth: '1990-01-15', skinType: 'dry', skinConcerns: ['acne'] },
        'POST /api-keys': { name: 'a partner', scopes: ['orders:read'], vendorId: sku.sellerId,
            requestsPerMinute: 60, expiresAt: '2999-01-01T00:00:00Z' },
        'POST /api-keys/{}/rotate': { overlapHours: 1 },
        'POST /admin/tenants': { slug: 'a-shop', name: 'A shop', hosts: ['a-shop.example'],
            siteUrl: 'https://a-shop.example' },
        'PUT /admin/tenants/{}': { name: 'A shop', hosts: [], siteUrl: 'https://a-shop.example' },
        'POST /cart': { currency: 'USD' },
        'POST /cart/{}/items': line,
        'POST /cart/items': line,
        'PUT /cart/{}/items/{}': { quantity: 3 },
        'PUT /cart/items/{}': { quantity: 3 },
        'POST /checkout/shipping': { cartId: cart, shippingAddress:
            { street, city, country, governorate, postalCode, building, apartment } },
        'POST /orders': place,
        'POST /orders/checkout': place,
        'POST /cart/checkout': place,
        'POST /orders/{}/payment': { paymentMethod: 'cash_on_delivery', confirmationRequired: true },
        'POST /orders/{}/confirm-payment': { paymentIntentId: 'pi_none' },
        'POST /orders/{}/refunds': { amount: 1, reason: 'late',
            restock: [{ itemId: cardOrder.items[0].id, quantity: 1 }] },
        'POST /orders/{}/collect-payment': { amount: order.total },
        'POST /payments/create-intent': { orderId: order.id, paymentMethod: 'sandbox',
            paymentMethodId: 'pm_card_visa', savePaymentMethod: false },
        'POST /payments/confirm': { paymentId, orderId: cardOrder.id, paymentIntentId: 'pi_none' },
        'POST /payments/{}/retry': { attemptKey: 'none' },
        'POST /payments/{}/give-up': { attemptKey: 'none', reason: 'settled by hand' },
        'POST /discounts': { code: 'SPRING', ...discount },
        'PUT /discounts/{}': discount,
        'POST /checkout/discount': { cartId: cart, discountCode: 'SAVE20' },
        'DELETE /checkout/discount': { cartId: cart },
        ...Object.fromEntries([...['passivate', 'restart', 'quarantine', 'release']
            .map((verb) => `/admin/actors/{}/{}/${verb}`), '/admin/kinds/{}/pause', '/admin/kinds/{}/resume',
        '/admin/drain', '/admin/resume', '/admin/reservations/{}/release', '/admin/payments/{}/retry',
        '/admin/payments/{}/give-up', '/admin/mails/{}/retry', '/admin/mails/{}/drop'].map((path) => [`POST ${path}`, { reason: 'a test', dryRun: true }])),
        'POST /admin/orders/{}/refund': { reason: 'a test', dryRun: true, amount: 1 },
        'POST /admin/reservations/{}/extend': { reason: 'a test', dryRun: true, minutes: 5 },
        'POST /orders/{}/cancel': { reason: 'changed my mind' },
        'PUT /orders/{}/cancel': { reason: 'changed my mind' },
        'POST /inventory/reserve': { items: [line], cartId: cart, reservationMinutes: 5 },
        'PUT /inventory/{}/{}/stock': { mode: 'set', quantity: 100, reason: 'recount', lowStockThreshold: 5 },
    };
    const values = { cartId: cart, itemId: item.id, orderId: order.id, reservationId: reservation.reservationId,
        productId: sku.productId, variantId: sku.variantId, sellerId: sku.sellerId, slug: 'no-such-thing', paymentId,
        kind: 'stock', actorId: `${sku.variantId}:${sku.sellerId}`, requestId: 'nobody-asked', code: 'SAVE20',
        mailId: `mail_${'0'.repeat(26)}`, tenant: 'default' };
    values.ownCart = bought;
    values.addressId = (await shop.must(201, 'POST', '/users/addresses', { ...ADDRESS },
        bearer(person.accessToken))).data.id;
    values.keyId = (await shop.must(201, 'POST', '/api-keys', { name: 'a partner', scopes: ['orders:read'] },
        shop.operator)).data.apiKey.id;
    values.customerId = (await shop.must(201, 'POST', '/customers', rightBodies['POST /customers'])).data.id;

    function pathOf({ template, described }) {
        const path = template.startsWith('/api/') || /^\/(health|metrics|openapi|docs)/.test(template)
            ? template : `/api/v1${template}`;
        return path.replace(/\{([^}]+)\}/g, (_, name) => {
            if (name !== 'id') return values[name] ?? 'nothing';
            const [, kind] = /\/(products|addresses|users|api-keys)\//.exec(path.replace('/users/addresses', '/addresses')) ?? [];
            return { products: values.productId, addresses: values.addressId, users: person.user.id,
                'api-keys': values.keyId }[kind] ?? values.orderId ?? described.operationId;
        });
    }
    return { rightBodies, values, pathOf };
}
