// The server to beat: Fastify and node-postgres with prepared statements, a worker per processor,
// and a checkout that reserves by conditional UPDATE in one transaction. It does less than Souk
// (no tax, shipping, ledger, events or idempotency) and speaks the same three requests.
'use strict';

const cluster = require('node:cluster');
const { availableParallelism } = require('node:os');

const workers = Number(process.env.WORKERS || availableParallelism());
const port = Number(process.env.PORT || 0);

if (cluster.isPrimary) {
    let listening = 0;
    for (let worker = 0; worker < workers; worker += 1) cluster.fork();
    cluster.on('listening', (_, address) => {
        listening += 1;
        if (listening === workers) console.log(`listening on 127.0.0.1:${address.port}`);
    });
    cluster.on('exit', () => process.exit(1));
    process.on('SIGTERM', () => process.exit(0));
} else {
    serve();
}

function serve() {
    const { Pool } = require('pg');
    const fastify = require('fastify')({ logger: false });
    const pool = new Pool({
        connectionString: process.env.SOUK_POSTGRES_URL,
        max: Number(process.env.POOL || 16),
        options: '-c search_path=baseline',
    });
    const statement = (name, text) => (...values) => ({ name, text, values });
    const newCart = statement('new_cart', 'INSERT INTO cart DEFAULT VALUES RETURNING id');
    const addItem = statement('add_item', `
        INSERT INTO cart_item (cart, variant, quantity, price)
        SELECT c.id, v.id, $3, v.price FROM cart c, variant v
        WHERE c.id = $1 AND NOT c.ordered AND v.id = $2 AND v.available >= $3
        ON CONFLICT (cart, variant) DO UPDATE SET quantity = cart_item.quantity + excluded.quantity
        RETURNING cart`);
    const items = statement('items',
        'SELECT variant, quantity, price FROM cart_item WHERE cart = $1 ORDER BY variant');
    const closeCart = statement('close_cart',
        'UPDATE cart SET ordered = true WHERE id = $1 AND NOT ordered RETURNING id');
    const reserve = statement('reserve',
        'UPDATE variant SET available = available - $2 WHERE id = $1 AND available >= $2 RETURNING id');
    const newOrder = statement('new_order',
        'INSERT INTO orders (cart, address, total) VALUES ($1, $2, $3) RETURNING id, at');
    const newItems = statement('new_items', `
        INSERT INTO order_item ("order", variant, quantity, price)
        SELECT $1, variant, quantity, price FROM cart_item WHERE cart = $2`);

    const total = (rows) => rows.reduce((sum, row) => sum + Number(row.quantity) * Number(row.price), 0);
    const refusal = (reply, status, code) => reply.code(status).send({ error: { code } });

    fastify.post('/api/v1/cart', async (request, reply) => {
        const { rows } = await pool.query(newCart());
        return reply.code(201).send({ data: { id: String(rows[0].id), items: [], total: 0 } });
    });

    const itemBody = {
        type: 'object',
        required: ['variantId', 'quantity'],
        properties: { variantId: { type: 'integer' }, quantity: { type: 'integer', minimum: 1, maximum: 1000 } },
    };
    fastify.post('/api/v1/cart/:cart/items', { schema: { body: itemBody } }, async (request, reply) => {
        const { cart } = request.params;
        const { variantId, quantity } = request.body;
        const added = await pool.query(addItem(cart, variantId, quantity));
        if (added.rowCount === 0) return refusal(reply, 409, 'INVENTORY_ERROR');
        const { rows } = await pool.query(items(cart));
        return { data: { id: cart, items: rows, total: total(rows) } };
    });

    const orderBody = {
        type: 'object',
        required: ['cartId', 'shippingAddress'],
        properties: { cartId: { type: 'string' }, shippingAddress: { type: 'object' } },
    };
    fastify.post('/api/v1/orders', { schema: { body: orderBody } }, async (request, reply) => {
        const { cartId, shippingAddress } = request.body;
        const client = await pool.connect();
        try {
            await client.query('BEGIN');
            const refuse = async (code) => {
                await client.query('ROLLBACK');
                return refusal(reply, 409, code);
            };
            if ((await client.query(closeCart(cartId))).rowCount === 0) return await refuse('CONFLICT');
            const { rows } = await client.query(items(cartId));
            for (const row of rows) {
                const held = await client.query(reserve(row.variant, row.quantity));
                if (held.rowCount === 0) return await refuse('INVENTORY_ERROR');
            }
            const order = (await client.query(newOrder(cartId, shippingAddress, total(rows)))).rows[0];
            await client.query(newItems(order.id, cartId));
            await client.query('COMMIT');
            return reply.code(201).send({
                data: { id: String(order.id), status: 'pending', items: rows, total: total(rows), createdAt: order.at },
            });
        } catch (error) {
            await client.query('ROLLBACK').catch(() => {});
            throw error;
        } finally {
            client.release();
        }
    });

    fastify.listen({ port, host: '127.0.0.1', backlog: 1024 });
}
