-- What the entities write. Each table is written by the lane alone, in batches; see
-- docs/decisions/0003-lane-row.md and 0004-no-foreign-keys-on-the-hot-path.md.

-- One row per write lane. A batch moves it from one number to the next in its own transaction, so
-- the row is the fence against a second writer and the record of whether a batch was committed.
CREATE TABLE lanes (
    id           smallint PRIMARY KEY,
    epoch        bigint NOT NULL DEFAULT 0,
    holder       text NOT NULL DEFAULT '',  -- the process that has the lane
    batch        bigint NOT NULL DEFAULT 0,
    outbox       bigint NOT NULL DEFAULT 0,
    order_number bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
INSERT INTO lanes (id) VALUES (0);

-- Raises when a statement touched another number of rows than it had to. Later statements of a
-- pipeline are already under way by then, so the check must fail inside SQL.
CREATE FUNCTION souk_expect(actual bigint, expected bigint, what text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF actual <> expected THEN
        RAISE EXCEPTION '% touched % rows instead of %', what, actual, expected
            USING ERRCODE = 'SK001';
    END IF;
END $$;

CREATE TABLE stock (
    variant_id          uuid NOT NULL,
    seller_id           uuid NOT NULL,
    on_hand             bigint NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
    reserved            bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    low_stock_threshold bigint NOT NULL DEFAULT 10 CHECK (low_stock_threshold >= 0),
    version             bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (variant_id, seller_id),
    CHECK (reserved <= on_hand)
) WITH (fillfactor = 50);

CREATE TABLE reservations (
    id         uuid NOT NULL,
    variant_id uuid NOT NULL,
    seller_id  uuid NOT NULL,
    quantity   bigint NOT NULL CHECK (quantity > 0),
    state      smallint NOT NULL DEFAULT 0,  -- 0 open, 1 confirmed, 2 released, 3 expired, 4 transferred
    expires_at timestamptz NOT NULL,
    cart_id    uuid,
    order_id   uuid,
    created_at timestamptz NOT NULL,
    closed_at  timestamptz,
    PRIMARY KEY (id, variant_id, seller_id)
);
-- What falls due, and what a stock actor loads: only open ones are ever looked for.
CREATE INDEX reservations_due ON reservations (expires_at) WHERE state = 0;
CREATE INDEX reservations_open ON reservations (variant_id, seller_id) WHERE state = 0;

CREATE TABLE movements (
    sequence       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id             uuid NOT NULL,
    variant_id     uuid NOT NULL,
    seller_id      uuid NOT NULL,
    kind           smallint NOT NULL,  -- 0 received, 1 adjusted, 2 sold, 3 returned
    quantity       bigint NOT NULL,
    balance        bigint NOT NULL CHECK (balance >= 0),
    reason         text NOT NULL DEFAULT '',
    order_id       uuid,
    reservation_id uuid,
    at             timestamptz NOT NULL
);
CREATE INDEX movements_of_stock ON movements (variant_id, seller_id, sequence);

CREATE TABLE carts (
    id                uuid PRIMARY KEY,
    customer_id       uuid,
    currency          char(3) NOT NULL,
    status            smallint NOT NULL DEFAULT 0,  -- 0 open, 1 ordered
    order_id          uuid,
    order_fingerprint text NOT NULL DEFAULT '',
    destination       jsonb,
    tax_basis_points  bigint NOT NULL DEFAULT 0,
    tax_inclusive     boolean NOT NULL DEFAULT false,
    shipping_method   jsonb,
    subtotal          bigint NOT NULL,
    discount          bigint NOT NULL,
    tax               bigint NOT NULL,
    shipping          bigint NOT NULL,
    total             bigint NOT NULL,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL,
    version           bigint NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE cart_items (
    cart_id    uuid NOT NULL,
    position   smallint NOT NULL,
    id         uuid NOT NULL,
    product_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    seller_id  uuid NOT NULL,
    quantity   bigint NOT NULL CHECK (quantity > 0),
    unit_price bigint NOT NULL CHECK (unit_price >= 0),
    PRIMARY KEY (cart_id, id)
) WITH (fillfactor = 70);

CREATE TABLE orders (
    id                 uuid PRIMARY KEY,
    number             text NOT NULL UNIQUE,
    cart_id            uuid NOT NULL UNIQUE,  -- one order per cart, whoever asks
    customer_id        uuid,
    customer_email     text NOT NULL,
    status             smallint NOT NULL,
    payment_status     smallint NOT NULL,
    payment_method     smallint NOT NULL,
    currency           char(3) NOT NULL,
    subtotal           bigint NOT NULL,
    discount           bigint NOT NULL,
    tax                bigint NOT NULL,
    shipping           bigint NOT NULL,
    total              bigint NOT NULL,
    tax_basis_points   bigint NOT NULL,
    tax_inclusive      boolean NOT NULL,
    shipping_address   jsonb NOT NULL,
    billing_address    jsonb NOT NULL,
    shipping_method    jsonb NOT NULL,
    vendor_orders      jsonb NOT NULL,
    estimated_delivery date NOT NULL,
    tracking_number    text NOT NULL DEFAULT '',
    notes              text NOT NULL DEFAULT '',
    reservation_id     uuid NOT NULL,
    reserved_until     timestamptz NOT NULL,
    stock_deducted     boolean NOT NULL DEFAULT false,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    version            bigint NOT NULL
) WITH (fillfactor = 80);

CREATE TABLE order_items (
    order_id     uuid NOT NULL,
    position     smallint NOT NULL,
    id           uuid NOT NULL,
    product_id   uuid NOT NULL,
    variant_id   uuid NOT NULL,
    seller_id    uuid NOT NULL,
    quantity     bigint NOT NULL CHECK (quantity > 0),
    unit_price   bigint NOT NULL,
    total_price  bigint NOT NULL,
    discount     bigint NOT NULL,
    tax          bigint NOT NULL,
    snapshot     jsonb NOT NULL,  -- the offer as it was: names, image, slug, sku
    PRIMARY KEY (order_id, position)
);

CREATE TABLE order_history (
    order_id       uuid NOT NULL,
    position       smallint NOT NULL,
    status         smallint NOT NULL,
    payment_status smallint NOT NULL,
    actor          text NOT NULL,
    reason         text NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (order_id, position)
);

CREATE TABLE outbox (
    lane       smallint NOT NULL,
    sequence   bigint NOT NULL,  -- gap-free within a lane
    type       text NOT NULL,
    entity     text NOT NULL,
    version    bigint NOT NULL,
    payload    jsonb NOT NULL,
    request_id text NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (lane, sequence)
);

CREATE TABLE idempotency_keys (
    caller       text NOT NULL,
    key          text NOT NULL,
    request_hash text NOT NULL,
    status       smallint NOT NULL,
    body         text NOT NULL,
    location     text NOT NULL,
    etag         text NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys USING brin (created_at);
