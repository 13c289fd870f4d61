-- The baseline's own schema: as lean as a shop can be, with the same catalogue sizes as the demo data.
DROP SCHEMA IF EXISTS baseline CASCADE;
CREATE SCHEMA baseline;
SET search_path = baseline;

CREATE TABLE variant (
    id        integer PRIMARY KEY,
    product   integer NOT NULL,
    price     bigint NOT NULL,
    available bigint NOT NULL CHECK (available >= 0)
) WITH (fillfactor = 50);
CREATE TABLE cart (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ordered boolean NOT NULL DEFAULT false
);
CREATE TABLE cart_item (
    cart     bigint NOT NULL REFERENCES cart,
    variant  integer NOT NULL REFERENCES variant,
    quantity bigint NOT NULL CHECK (quantity > 0),
    price    bigint NOT NULL,
    PRIMARY KEY (cart, variant)
);
CREATE TABLE orders (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cart    bigint NOT NULL UNIQUE REFERENCES cart,
    address jsonb NOT NULL,
    total   bigint NOT NULL,
    at      timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE order_item (
    "order"  bigint NOT NULL REFERENCES orders,
    variant  integer NOT NULL REFERENCES variant,
    quantity bigint NOT NULL,
    price    bigint NOT NULL,
    PRIMARY KEY ("order", variant)
);
INSERT INTO variant SELECT i, (i + 2) / 3, 1000 + i, 1000000000 FROM generate_series(1, 600) i;
ANALYZE;
